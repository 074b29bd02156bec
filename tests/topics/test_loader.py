"""What the loader accepts, and the one sentence with which it refuses the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from topics import TopicError, load_topic, topic_names

GOOD = """
id = "water"
title = { en = "Water treaty", es = "Tratado de aguas" }
summary = { en = "Who gets the river.", es = "De quién es el río." }
zone = "America/Mexico_City"
starts_on = 2025-01-01

[[camps]]
id = "towns"
name = { en = "Towns", es = "Pueblos" }

[[targets]]
id = "treaty"
primary = true
name = { en = "The treaty", es = "El tratado" }
sentence = { en = "The treaty is fair", es = "El tratado es justo" }
opposite = { en = "The treaty is unfair", es = "El tratado es injusto" }

[[actors]]
id = "ana-rios"
name = "Ana Ríos"
aliases = ["Ríos"]
role = { en = "mayor", es = "alcaldesa" }
camp = "towns"

[[actors]]
id = "luis-mar"
name = "Luis Mar"
role = { en = "farmer", es = "agricultor" }
camp = "towns"

[keywords]
en = ["water treaty"]
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "water.toml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(tmp_path: Path, old: str, new: str) -> str:
    assert old in GOOD
    with pytest.raises(TopicError) as caught:
        load_topic(write(tmp_path, GOOD.replace(old, new, 1)))
    said = str(caught.value)
    assert said.startswith("water.toml: ")
    assert "\n" not in said
    return said.removeprefix("water.toml: ")


def test_topic_file_outside_the_product_loads(tmp_path: Path) -> None:
    topic = load_topic(write(tmp_path, GOOD))
    assert topic.primary_target.id == "treaty"
    assert topic.targets[0].sentence.get("es") == "El tratado es justo"
    assert [actor.id for actor in topic.actors_by_camp("towns")] == ["ana-rios", "luis-mar"]
    assert topic.events == ()


def test_copied_file_that_kept_its_models_id_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "my-topic.toml"
    path.write_text(GOOD, encoding="utf-8")
    with pytest.raises(TopicError, match=r"^my-topic\.toml: id: expected 'my-topic'.*found 'water'$"):
        load_topic(path)


def test_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    assert load_topic(write(tmp_path, "\ufeff" + GOOD)).id == "water"


@pytest.mark.parametrize(
    ("old", "new", "parts"),
    [
        (
            'camp = "towns"\n\n[keywords]',
            'camp = "cities"\n\n[keywords]',
            ["actors[1].camp: ", "one of towns", "'cities'"],
        ),
        ('id = "luis-mar"', 'id = "ana-rios"', ["actors[1].id: ", "'ana-rios'", "actors[0]"]),
        (
            'name = "Luis Mar"',
            'name = "Luis Mar"\naliases = ["rios"]',
            ["actors[1].aliases[0]: ", "'rios'", "ana-rios"],
        ),
        (
            'zone = "America/Mexico_City"',
            'zone = "Mars/Olympus"',
            ["zone: ", "America/El_Salvador", "Mars/Olympus"],
        ),
        ('zone = "America/Mexico_City"', 'zone = ""', ["zone: ", "IANA time zone"]),
        (', es = "El tratado es justo"', "", ["targets[0].sentence.es: ", "expected a value, found none"]),
        ('es = "El tratado es justo"', 'es = "  "', ["targets[0].sentence.es: ", "not empty"]),
        ("primary = true\n", "", ["targets: ", "primary = true", "found 0"]),
        ('en = ["water treaty"]', 'en = [""]', ["keywords.en[0]: ", "not empty"]),
        ('en = ["water treaty"]', 'en = ["water & "]', ["keywords.en: ", "part without a word"]),
        ('en = ["water treaty"]', 'en = ["wa*ter"]', ["keywords.en: ", "* does not end"]),
        ('en = ["water treaty"]', "en = []", ["keywords: ", "at least one keyword"]),
        ('en = ["water treaty"]', 'en = "water"', ["keywords.en: ", "a list", "'water'"]),
        ("starts_on = 2025-01-01", 'starts_on = "soon"', ["starts_on: ", "2025-02-03", "'soon'"]),
        ("starts_on = 2025-01-01\n", "", ["starts_on: ", "found none"]),
        ('id = "towns"', 'id = "The Towns"', ["camps[0].id: ", "lower-case", "'The Towns'"]),
        ('id = "water"', 'id = "water"\ncolour = "blue"', ["colour: ", "not known", "check its spelling"]),
        ("starts_on = ", "start_on = ", ["start_on: ", "not known", "did you mean starts_on?"]),
        ("opposite = ", "oposite = ", ["targets[0].oposite: ", "did you mean opposite?"]),
        ("[[targets]]", "[[target]]", ["target: ", "did you mean targets?"]),
        ('{ en = "mayor"', '{ En = "mayor"', ["actors[0].role.En: ", "did you mean en?"]),
        ("[keywords]", "[sources.red]\n[keywords]", ["sources.red: ", "did you mean reddit?"]),
        ('id = "water"', 'id = "water"\narchive = "archive/nowhere"', ["archive: ", "archive/nowhere"]),
        ('id = "luis-mar"', 'id = "luis-mar"\nkind = "dog"', ["actors[1].kind: ", "'organisation'", "'dog'"]),
    ],
)
def test_fault_names_key_expected_and_found(tmp_path: Path, old: str, new: str, parts: list[str]) -> None:
    said = refusal(tmp_path, old, new)
    assert said.startswith(parts[0])
    for part in parts[1:]:
        assert part in said


def test_broken_toml_names_the_line(tmp_path: Path) -> None:
    said = refusal(tmp_path, 'id = "water"', 'id = "water')
    assert "line 2" in said


def test_other_encoding_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "water.toml"
    path.write_bytes(GOOD.encode("cp1252"))
    with pytest.raises(TopicError, match="save it as UTF-8"):
        load_topic(path)


@pytest.mark.parametrize("name", ["us-el-salvado", "nowhere/topic.toml", "..", "x" * 5000])
def test_missing_topic_lists_the_known_ones(name: str) -> None:
    with pytest.raises(TopicError, match=r"known topics: .*us-el-salvador") as caught:
        load_topic(name)
    assert str(caught.value).startswith(name[:80])


def test_misspelt_topic_is_told_the_nearest_one() -> None:
    with pytest.raises(TopicError, match=r"did you mean us-el-salvador\?$"):
        load_topic("US-ElSalvador")


def test_default_topic_is_known() -> None:
    assert "us-el-salvador" in topic_names()


def test_unknown_official_camp_of_a_feed_is_refused(tmp_path: Path) -> None:
    feed = '\n[[sources.news.feeds]]\nurl = "https://a.example/rss"\noutlet = "A"\nlang = "es"\nofficial_of = "kings"\n'
    with pytest.raises(TopicError, match=r"sources\.news\.feeds\[0\]\.official_of: .*'kings'"):
        load_topic(write(tmp_path, GOOD + feed))


def test_feed_address_must_be_one(tmp_path: Path) -> None:
    feed = '\n[[sources.news.feeds]]\nurl = "a.example/rss"\noutlet = "A"\nlang = "es"\n'
    with pytest.raises(TopicError, match=r"sources\.news\.feeds\[0\]\.url: .*https://.*'a\.example/rss'"):
        load_topic(write(tmp_path, GOOD + feed))


def archive_beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str) -> Path:
    monkeypatch.setattr("topics.loader.ROOT", tmp_path)
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "events.jsonl").write_text(lines, encoding="utf-8")
    return write(tmp_path, GOOD.replace('id = "water"', 'id = "water"\narchive = "kept"', 1))


EVENT = '{"id": "flood", "on": "2025-02-03", "title": {"en": "Flood", "es": "Crecida"}, "status": "read"}\n'


def test_events_of_the_archive_join_those_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = archive_beside(tmp_path, monkeypatch, EVENT + "\n")
    inline = '\n[[events]]\nid = "vote"\non = 2025-03-01\ntitle = { en = "Vote", es = "Voto" }\n'
    path.write_text(path.read_text(encoding="utf-8") + inline, encoding="utf-8")
    assert [event.id for event in load_topic(path).events] == ["vote", "flood"]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (EVENT + "{oops\n", "events.jsonl line 2: expected a JSON object"),
        (EVENT.replace("2025-02-03", "2025-02-31"), "events.jsonl line 1: on: expected a day"),
        (EVENT.replace('"read"', '"seen"'), "events.jsonl line 1: status: expected one of 'read' or 'cited'"),
        ("[1]\n", "events.jsonl line 1: file: expected a table"),
        (EVENT + EVENT, "events[1].id: expected an id of its own"),
    ],
)
def test_fault_in_the_archive_names_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, said: str
) -> None:
    with pytest.raises(TopicError) as caught:
        load_topic(archive_beside(tmp_path, monkeypatch, lines))
    assert said in str(caught.value)


def test_wording_key_follows_the_sentence_and_nothing_else(tmp_path: Path) -> None:
    before = load_topic(write(tmp_path, GOOD))
    renamed = load_topic(write(tmp_path, GOOD.replace('The treaty"', 'Our treaty"', 1)))
    reworded = load_topic(write(tmp_path, GOOD.replace("es justo", "es muy justo", 1)))
    assert renamed.targets[0].name != before.targets[0].name
    assert renamed.revision == before.revision
    assert reworded.targets[0].wording_key != before.targets[0].wording_key
    assert reworded.revision != before.revision
