"""The simulated posts: their format, their mix, and that they are nobody's text but ours."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "archive" / "us-el-salvador" / "simulated"
KEYS = {"id", "text", "lang", "kind", "moment", "lean", "context"}
LANGUAGES = ("es", "en")
LEANS = ("favor", "against", "neutral")
MOMENTS = {
    "before",
    "offer",
    "after-offer",
    "flights",
    "courts",
    "abrego",
    "oval-office",
    "citizens",
    "visit",
    "swap",
    "abuse-reports",
    "anniversary",
    "any",
}
GROUPS = (("offer",), ("flights",), ("courts", "abrego"), ("oval-office", "citizens"), ("swap",))
RUN = 7
"""Two texts that share this many words in a row are copies of one another."""


def _rows(lang: str) -> list[dict[str, str]]:
    lines = (FOLDER / f"{lang}.jsonl").read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines if line]


def _everything() -> list[dict[str, str]]:
    return [row for lang in LANGUAGES for row in _rows(lang)]


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    for start in range(len(words) - RUN + 1):
        yield tuple(words[start : start + RUN])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_line_is_a_whole_record(lang: str) -> None:
    for number, row in enumerate(_rows(lang), start=1):
        assert set(row) == KEYS, row
        assert all(isinstance(value, str) for value in row.values()), row
        assert row["id"] == f"sim-{lang}-{number:03d}"
        assert row["lang"] == lang
        assert row["text"].strip() == row["text"] != "", row["id"]
        assert row["kind"] in ("post", "comment", "reply"), row["id"]
        assert row["moment"] in MOMENTS, row["id"]
        assert row["lean"] in LEANS, row["id"]


def test_a_reply_carries_what_it_answers_and_nothing_else_does() -> None:
    for row in _everything():
        assert (row["kind"] == "reply") == bool(row["context"].strip()), row["id"]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_there_are_enough_texts_for_every_moment(lang: str) -> None:
    rows = _rows(lang)
    per_moment = Counter(row["moment"] for row in rows)
    assert len(rows) >= 300
    assert set(per_moment) == MOMENTS
    for group in GROUPS:
        assert sum(per_moment[moment] for moment in group) >= 25, group


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_lean_and_no_length_crowds_out_the_others(lang: str) -> None:
    rows = _rows(lang)
    share = {lean: n / len(rows) for lean, n in Counter(row["lean"] for row in rows).items()}
    assert 0.27 <= share["favor"] <= 0.38
    assert 0.37 <= share["against"] <= 0.47
    assert 0.20 <= share["neutral"] <= 0.33
    n_words = [len(row["text"].split()) for row in rows]
    assert 0.18 <= sum(n <= 8 for n in n_words) / len(rows) <= 0.32
    assert 0.03 <= sum(n > 80 for n in n_words) / len(rows) <= 0.08


def test_texts_hold_what_a_screen_can_trip_over() -> None:
    texts = [row["text"] for row in _everything()]
    assert sum("$" in text for text in texts) >= 15
    for mark in ("*", "_", "#", "<", "[", "\n"):
        assert any(mark in text for text in texts), repr(mark)


def test_no_two_texts_share_seven_words_in_a_row() -> None:
    owner: dict[tuple[str, ...], str] = {}
    for row in _everything():
        for run in [*_runs(row["text"]), *_runs(row["context"])]:
            first = owner.setdefault(run, row["id"])
            assert first == row["id"], f"{first} and {row['id']} share: {' '.join(run)}"


def test_no_text_or_parent_text_occurs_twice() -> None:
    rows = _everything()
    said = [row["text"].casefold() for row in rows] + [
        row["context"].casefold() for row in rows if row["context"]
    ]
    assert [text for text, n in Counter(said).items() if n > 1] == []


def test_no_handle_and_no_address_of_anyone_real() -> None:
    for row in _everything():
        both = row["text"] + " " + row["context"]
        assert set(re.findall(r"@\w+", both)) <= {"@user"}, row["id"]
        for address in re.findall(r"(?:https?://|www\.)\S+", both):
            assert address.startswith("https://example.org/"), row["id"]


def test_no_text_comes_from_the_training_or_topic_texts(shared: Path) -> None:
    ours: dict[tuple[str, ...], str] = {}
    for row in _everything():
        ours.update((run, row["id"]) for run in [*_runs(row["text"]), *_runs(row["context"])])
    topic_folder = shared / "data" / "topic"
    files = [
        *sorted((shared / "data" / "stance" / "written").glob("*.jsonl")),
        *sorted(topic_folder.glob("*.jsonl")),
        *sorted((topic_folder / "articles").glob("*.txt")),
    ]
    assert len(files) > 100, "the training and topic texts are not where they were"
    for file in files:
        for text in _texts_of(file):
            for run in _runs(text):
                assert run not in ours, f"{ours[run]} shares with {file.name}: {' '.join(run)}"


def _texts_of(file: Path) -> Iterator[str]:
    content = file.read_text(encoding="utf-8")
    if file.suffix == ".txt":
        yield content
        return
    for line in content.split("\n"):
        if line.strip():
            record = json.loads(line)
            yield from (str(record.get(key) or "") for key in ("text", "quote", "context"))
