"""Statements: direct, mixed and indirect in both languages; exact offsets whatever the text; the command line."""

from __future__ import annotations

import json
import random
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from models.statement_files import main, parse_article
from models.statements import Found, extract_statements
from tests.models.made_topic import made_topic
from topics import Topic

TOPIC = made_topic()
CASES = [json.loads(line) for line in (Path(__file__).parent / "data" / "cases.jsonl").open(encoding="utf-8")]
ROOT = Path(__file__).resolve().parents[2]


def one(text: str, lang: str = "en") -> Found:
    """The only statement of a text."""
    (found,) = extract_statements(text, lang, TOPIC)
    return found


def letters(text: str, spans: list[list[int]] | tuple[tuple[int, int], ...]) -> set[int]:
    """The places of the letters and digits in spans."""
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


def is_right(case: dict) -> bool:
    """Whether a case's statements are all found (overlap of letters 0.5), with their speakers, and no others."""
    text = case["text"]
    found = [
        f for f in extract_statements(text, case["lang"], TOPIC) if f.asserted and "clause" not in f.flags
    ]
    if len(found) != len(case["quotes"]):
        return False
    for gold, item in zip(case["quotes"], found, strict=True):
        a, b = letters(text, gold["spans"]), letters(text, item.spans)
        name, speaker = item.actor_name.lower(), gold["speaker"].lower()
        if len(a & b) < 0.5 * len(a | b) or not (speaker in name or name in speaker):
            return False
    return True


def test_stress_cases_in_both_languages() -> None:
    wrong = {
        lang: [case["id"] for case in CASES if case["lang"] == lang and not is_right(case)]
        for lang in ("en", "es")
    }
    assert len(wrong["en"]) <= 4, wrong
    assert len(wrong["es"]) <= 3, wrong


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_offsets_are_exact_in_every_case(case: dict) -> None:
    for found in extract_statements(case["text"], None, TOPIC):
        assert case["text"][found.start : found.end] == found.quote != ""
        if found.speaker_start >= 0:
            assert case["text"][found.speaker_start : found.speaker_end] == found.speaker


@pytest.mark.parametrize(
    ("text", "lang", "kind", "speaker", "quote"),
    [
        ("“We will pay,” Ann Holt said.", "en", "direct", "Ann Holt", "We will pay,"),
        ("“We will pay,” said Ann Holt.", "en", "direct", "Ann Holt", "We will pay,"),
        ("Ann Holt said: “We will pay.”", "en", "direct", "Ann Holt", "We will pay."),
        ("Ann Holt said that they would pay.", "en", "indirect", "Ann Holt", "they would pay"),
        ("Ann Holt said they would pay.", "en", "indirect", "Ann Holt", "they would pay"),
        ("The fee is low, Ann Holt said on Monday.", "en", "indirect", "Ann Holt", "The fee is low"),
        ("According to Ann Holt, the fee is low.", "en", "indirect", "Ann Holt", "the fee is low"),
        ("The fee is low, according to Ann Holt.", "en", "indirect", "Ann Holt", "The fee is low"),
        ("Ann Holt called the fee “a gift to nobody”.", "en", "mixed", "Ann Holt", "“a gift to nobody”"),
        (
            "Ann Holt has announced a new fee for prisoners from abroad.",
            "en",
            "indirect",
            "Ann Holt",
            "a new fee for prisoners from abroad",
        ),
        ("«Vamos a pagar», dijo Ana Ruiz.", "es", "direct", "Ana Ruiz", "Vamos a pagar"),
        ("Ana Ruiz dijo: «Vamos a pagar».", "es", "direct", "Ana Ruiz", "Vamos a pagar"),
        ("Ana Ruiz sostuvo que van a pagar.", "es", "indirect", "Ana Ruiz", "van a pagar"),
        ("Según Ana Ruiz, el precio es bajo.", "es", "indirect", "Ana Ruiz", "el precio es bajo"),
        ("El precio es bajo, según afirmó Ana Ruiz.", "es", "indirect", "Ana Ruiz", "El precio es bajo"),
        ("A juicio de Ana Ruiz, el precio es bajo.", "es", "indirect", "Ana Ruiz", "el precio es bajo"),
        ("El precio es bajo, informó la ministra.", "es", "indirect", "la ministra", "El precio es bajo"),
        ("—Vamos a pagar pronto —dijo Ana Ruiz.", "es", "direct", "Ana Ruiz", "Vamos a pagar pronto"),
        ("Ana Ruiz negó haber firmado el acuerdo.", "es", "indirect", "Ana Ruiz", "haber firmado el acuerdo"),
    ],
)
def test_orders_of_speaker_cue_and_content(text: str, lang: str, kind: str, speaker: str, quote: str) -> None:
    found = one(text, lang)
    assert (found.kind, found.speaker, found.quote) == (kind, speaker, quote)
    assert found.direct == (kind == "direct")


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The party rejected the plan.", "en"),
        ("Ann Holt criticized the plan.", "en"),
        ("El partido rechazó el acuerdo.", "es"),
    ],
)
def test_judgement_without_words_of_its_own_is_shown_with_its_clause(text: str, lang: str) -> None:
    found = one(text, lang)
    assert found.quote == text.rstrip(".")
    assert "clause" in found.flags


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Ann Holt declined to say when the flights would begin.", "en"),
        ("Ann Holt did not say that the fee was low.", "en"),
        ("Ana Ruiz no quiso decir cuándo empezarán los vuelos.", "es"),
        ("Ana Ruiz no ha confirmado que haya vuelos.", "es"),
    ],
)
def test_what_was_not_said_is_not_asserted(text: str, lang: str) -> None:
    assert not one(text, lang).asserted


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("The so-called “mega-prison” was built in seven months.", "en"),
        ("He stars in “The Last of Us”, a series that won eight awards.", "en"),
        ("The sign said that dogs were not allowed.", "en"),
        ("La ordenanza dice que los perros no pueden entrar.", "es"),
        ("Voters could say that the tax is unfair.", "en"),
        ("El letrero del puente dice «Unidos por el agua».", "es"),
        ("La denuncia fue presentada ayer.", "es"),
        ("The claims were never heard in court.", "en"),
    ],
)
def test_what_nobody_said_is_no_statement(text: str, lang: str) -> None:
    assert extract_statements(text, lang, TOPIC) == []


def test_split_quote_is_one_statement_with_two_spans() -> None:
    text = "“We will house them,” Ann Holt told reporters on Monday, “for a fee that is low.”"
    found = one(text)
    assert [text[a:b] for a, b in found.spans] == ["We will house them,", "for a fee that is low."]


def test_quote_over_paragraphs_is_one_statement() -> None:
    text = "“The committee never met.\n\n“Nobody called us,” Ann Holt said."
    found = one(text)
    assert (found.speaker, len(found.spans), found.cue) == ("Ann Holt", 2, "said")


def test_colon_leads_into_the_next_paragraph() -> None:
    assert (
        one("Ann Holt was blunt and replied:\n\n“I will not pay a cent for this.”").actor_name == "Ann Holt"
    )


def test_coordinated_reports_share_their_speaker() -> None:
    found = extract_statements(
        "Ann Holt promised to pay in May and warned that the fee would rise.", "en", TOPIC
    )
    assert [(f.actor_name, f.cue) for f in found] == [("Ann Holt", "promised"), ("Ann Holt", "warned")]


def test_transcript_turns_are_statements() -> None:
    found = extract_statements("HOLT: We will pay in May.\nQUESTION: And what if you cannot?", "en", TOPIC)
    assert [(f.speaker, f.quote) for f in found] == [
        ("HOLT", "We will pay in May."),
        ("QUESTION", "And what if you cannot?"),
    ]


@pytest.mark.parametrize(
    "furniture",
    [
        "Reported by The Associated Press.",
        "Read more: Minister said that it rains",
        "304 North Cardinal St.",
        "Foto: EFE",
        "Lea también: Dijo que sí",
    ],
)
def test_furniture_of_a_page_is_skipped_and_moves_no_offset(furniture: str) -> None:
    text = f"{furniture}\nAnn Holt said the fee was low.\n{furniture}"
    found = one(text)
    assert text[found.start : found.end] == found.quote == "the fee was low"


def test_mutated_texts_never_raise_and_keep_offsets_exact() -> None:
    rng = random.Random(11)
    marks = "“”\"«»‘’'„—:,."
    for number in range(600):
        letters_ = list(
            CASES[number % len(CASES)]["text"] + "\n\n" + CASES[(number * 7) % len(CASES)]["text"]
        )
        for _ in range(6):
            place = rng.randrange(len(letters_))
            marked = [i for i, letter in enumerate(letters_) if letter in marks] or [place]
            action = rng.random()
            if action < 0.35:
                letters_.pop(rng.choice(marked))
            elif action < 0.6:
                letters_.insert(place, rng.choice(marks))
            elif action < 0.8:
                chosen = rng.choice(marked)
                letters_.insert(chosen, letters_[chosen])
            else:
                a, b = rng.choice(marked), rng.randrange(len(letters_))
                letters_[a], letters_[b] = letters_[b], letters_[a]
        text = "".join(letters_)
        for found in extract_statements(text, ("en", "es", None)[number % 3], TOPIC):
            assert text[found.start : found.end] == found.quote
            assert all(found.start <= a <= b <= len(text) for a, b in found.spans)


@pytest.mark.parametrize(
    "text", ["", "\n\n", "“", "—", ":", "said", "dijo que", "\ud83d", "a" * 5000, "“" * 500, "' " * 3000]
)
def test_any_text_is_read(text: str) -> None:
    assert isinstance(extract_statements(text, None, TOPIC), list)


def test_article_file_with_header_counts_offsets_in_the_body() -> None:
    text = parse_article("a", "title: A deal\nlang: en\n\nAnn Holt said the fee was low.")
    assert (text.title, text.lang, text.body) == ("A deal", "en", "Ann Holt said the fee was low.")


def test_article_file_without_header_is_all_body() -> None:
    assert parse_article("a", "Ann Holt spoke.\n\nShe left.").body == "Ann Holt spoke.\n\nShe left."


def test_command_line_writes_one_statement_a_line(tmp_path: Path, topic: Topic) -> None:
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    rows = [
        {"id": "x", "text": "Marco Rubio said the deal was historic.", "lang": "en"},
        {"text": "Bukele dijo que sí habrá vuelos."},
    ]
    source.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    assert main(["--in", str(source), "--out", str(out)]) == 0
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["actor"], row["camp"]) for row in written] == [
        ("x", topic.actor("marco-rubio").name, "us_government"),
        ("2", topic.actor("nayib-bukele").name, "sv_government"),
    ]
    assert rows[0]["text"][written[0]["start"] : written[0]["end"]] == written[0]["quote"]
    assert {"speaker", "quote", "direct", "cue", "kind", "asserted", "entity_how"} <= set(written[0])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl", "rows.jsonl"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b'{"text": 3}\n', "line 1"), (b"{nonsense\n", "line 1"), (b"\xff\xfe\x00", "UTF-8")],
)
def test_bad_input_is_one_plain_sentence_and_leaves_the_output_alone(
    content: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "rows.jsonl", tmp_path / "out.jsonl"
    source.write_bytes(content)
    out.write_text("before", encoding="utf-8")
    assert main(["--in", str(source), "--out", str(out)]) == 2
    error = capsys.readouterr().err.strip()
    assert said in error and len(error.splitlines()) == 1
    assert out.read_text(encoding="utf-8") == "before"


def test_missing_input_and_unknown_topic_exit_with_two(tmp_path: Path) -> None:
    assert main(["--in", str(tmp_path / "none.txt"), "--out", str(tmp_path / "o.jsonl")]) == 2
    (tmp_path / "a.txt").write_text("Ann said so.", encoding="utf-8")
    assert (
        main(["--in", str(tmp_path / "a.txt"), "--out", str(tmp_path / "o.jsonl"), "--topic", "nowhere"]) == 2
    )


def test_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def blocked(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", blocked)
    assert one("Ann Holt said the fee was low.").actor_name == "Ann Holt"


def test_needs_no_torch() -> None:
    code = "import sys, models.statements; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
