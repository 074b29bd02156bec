"""The statements and events that ship with the default topic."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from topics import Topic
from topics.matching import fold_text

ROOT = Path(__file__).resolve().parents[2]
KEYS = {
    "id", "actor", "said_on", "dated_by", "lang", "text", "translation", "cue", "direct", "source", "url", "status",
}  # fmt: skip
RUN = 7  # so many words in a row in common would be a copy


def lines(topic: Topic, name: str) -> list[dict[str, Any]]:
    assert topic.archive is not None
    text = (ROOT / topic.archive / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def statements(topic: Topic) -> list[dict[str, Any]]:
    return lines(topic, "statements.jsonl")


@pytest.fixture
def events(topic: Topic) -> list[dict[str, Any]]:
    return lines(topic, "events.jsonl")


def test_enough_is_documented_and_ids_are_unique(
    statements: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    assert len(statements) >= 60
    assert len(events) >= 30
    for rows in (statements, events):
        assert len({row["id"] for row in rows}) == len(rows)


def test_each_statement_has_its_form(topic: Topic, statements: list[dict[str, Any]]) -> None:
    for row in statements:
        assert set(row) == KEYS, row["id"]
        assert topic.actor(row["actor"]) is not None, row["id"]
        assert row["lang"] in {"en", "es"}
        assert row["status"] in {"read", "cited"}
        assert row["dated_by"] in {"said", "published"}
        assert row["direct"] is False
        assert topic.starts_on <= date.fromisoformat(row["said_on"]) <= date(2026, 1, 31)
        assert row["id"].startswith(f"{row['said_on']}-{row['actor']}-")


def test_each_statement_says_its_piece_in_both_languages(statements: list[dict[str, Any]]) -> None:
    for row in statements:
        for text in (row["text"], row["translation"]):
            assert 8 <= len(text.split()) <= 45, row["id"]
            assert text.endswith("."), row["id"]
            assert not re.search('[“”«»"]', text), row["id"]
        assert row["text"] != row["translation"]
        assert row["text"].lower().startswith(row["cue"].lower()), row["id"]


def test_each_source_is_named_and_a_missing_address_is_admitted(
    statements: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    for row in [*statements, *events]:
        assert row["source"].strip(), row["id"]
        if row["url"]:
            assert re.fullmatch(r"https?://[^\s/]+/\S*", row["url"]), row["id"]
        else:
            assert re.search("no address kept|known from a citation", row["source"]), row["id"]


def test_statements_are_in_the_order_of_their_days(statements: list[dict[str, Any]]) -> None:
    days = [row["said_on"] for row in statements]
    assert days == sorted(days)


def test_each_side_is_heard(topic: Topic, statements: list[dict[str, Any]]) -> None:
    by_camp = Counter(topic.actor(row["actor"]).camp for row in statements)  # type: ignore[union-attr]
    for camp in ("sv_government", "us_government", "sv_opposition", "us_opposition", "civil_society"):
        assert by_camp[camp] >= 10, camp
    for camp in ("international", "courts"):
        assert by_camp[camp] >= 5, camp
    assert max(by_camp.values()) < len(statements) / 2


def test_the_fmln_answers_on_the_day_of_the_offer(statements: list[dict[str, Any]]) -> None:
    answers = [
        row for row in statements if row["actor"] == "manuel-flores" and row["said_on"] == "2025-02-03"
    ]
    assert any(row["text"].startswith("Rechaza el acuerdo") and row["url"] for row in answers)


def test_events_of_the_archive_are_those_of_the_topic(topic: Topic, events: list[dict[str, Any]]) -> None:
    assert [event.id for event in topic.events] == [row["id"] for row in events]
    for event in topic.events:
        assert topic.starts_on <= event.on <= date(2026, 1, 31)
        assert event.title.en != event.title.es
        assert len(event.title.en) <= 100 >= len(event.title.es)


def runs(text: str) -> set[str]:
    words = fold_text(text).split()
    return {" ".join(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def test_no_sentence_is_taken_from_the_sources(
    shared: Path, statements: list[dict[str, Any]], events: list[dict[str, Any]]
) -> None:
    folder = shared / "data" / "topic"
    theirs: set[str] = set()
    for path in folder.rglob("*"):
        if path.suffix in {".txt", ".md"}:
            theirs |= runs(path.read_text("utf-8"))
        elif path.suffix == ".jsonl":
            for line in path.read_text("utf-8").splitlines():
                for value in json.loads(line).values():
                    theirs |= runs(value) if isinstance(value, str) else set()
    assert len(theirs) > 5_000
    ours = {row["id"]: runs(row["text"]) | runs(row["translation"]) for row in statements}
    ours |= {row["id"]: runs(row["title"]["en"]) | runs(row["title"]["es"]) for row in events}
    assert {key: found & theirs for key, found in ours.items() if found & theirs} == {}
