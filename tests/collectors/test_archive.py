"""The archive as a source: documented statements and dated events, each line accounted for."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors import archive as archive_module
from collectors.archive import ArchiveCollector
from collectors.contract import Request
from collectors.run import collect
from records import Receipt, Statement
from settings import Settings
from tests.collectors.fake_source import Sink
from topics import Topic

NOW = datetime(2026, 6, 1, tzinfo=UTC)
GOOD = {
    "id": "2025-02-03-manuel-flores-1",
    "actor": "manuel-flores",
    "said_on": "2025-02-03",
    "lang": "es",
    "text": "Rechaza que el país reciba reos de Estados Unidos.",
    "translation": "Rejects that the country takes in convicts from the United States.",
    "cue": "rechaza",
    "direct": False,
    "url": "https://example.org/flores",
    "source": "Prensa Latina",
    "status": "cited",
}


def gather(topic: Topic, settings: Settings) -> tuple[Receipt, Sink]:
    sink = Sink()
    return collect(ArchiveCollector(), Request(topic, settings, NOW), sink), sink


def statements_of(sink: Sink) -> list[Statement]:
    return [statement for batch in sink.batches for statement in batch.statements]


@pytest.fixture
def own(topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Write an archive of these lines and return what the collector makes of it."""
    monkeypatch.setattr(archive_module, "ROOT", tmp_path)
    folder = tmp_path / str(topic.archive)
    folder.mkdir(parents=True)

    def write(*lines: object) -> None:
        text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
        (folder / "statements.jsonl").write_text(text, encoding="utf-8")

    return write


def test_the_archive_that_ships_is_read_without_a_fault(topic: Topic, settings: Settings) -> None:
    receipt, sink = gather(topic, settings)
    statements = statements_of(sink)
    assert (receipt.state, receipt.n_quarantined, sink.reasons) == ("complete", 0, [])
    assert len(statements) >= 60
    assert sum(len(batch.events) for batch in sink.batches) == len(topic.events) >= 30
    assert receipt.n_kept == len(statements) + len(topic.events)
    assert all(
        topic.actor(one.actor_id) and (one.url or one.outlet) and one.verification in {"read", "cited"}
        for one in statements
    )
    assert not any(batch.raws for batch in sink.batches)


def test_a_statement_takes_name_and_camp_from_the_register(
    own: Any, topic: Topic, settings: Settings
) -> None:
    own(GOOD)
    (statement,) = statements_of(gather(topic, settings)[1])
    actor = topic.actor("manuel-flores")
    assert actor is not None
    assert (statement.id, statement.source) == ("archive:2025-02-03-manuel-flores-1", "archive")
    assert (statement.actor_name, statement.camp) == (actor.name, actor.camp)
    assert (statement.text, statement.lang, statement.outlet) == (GOOD["text"], "es", "Prensa Latina")
    assert (statement.verification, statement.kind, statement.direct) == ("cited", "indirect", False)


def test_a_statement_falls_on_its_day_in_the_topic_zone(own: Any, topic: Topic, settings: Settings) -> None:
    own(GOOD)
    (statement,) = statements_of(gather(topic, settings)[1])
    assert statement.posted_at == datetime(2025, 2, 3, 18, tzinfo=UTC)  # noon in San Salvador
    assert statement.posted_at.astimezone(topic.tz).date().isoformat() == GOOD["said_on"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "x", ', "not JSON"),
        ('["x"]', "expected a JSON object"),
        ({**GOOD, "id": ""}, '"id"'),
        ({key: value for key, value in GOOD.items() if key != "text"}, '"text"'),
        ({**GOOD, "text": 7}, '"text"'),
        ({**GOOD, "actor": "nobody-at-all"}, "nobody-at-all"),
        ({**GOOD, "said_on": "3 Feb 2025"}, "said_on"),
        ({**GOOD, "status": "rumour"}, "status"),
    ],
)
def test_a_broken_line_is_quarantined_with_file_and_line(
    own: Any, topic: Topic, settings: Settings, line: object, said: str
) -> None:
    own({**GOOD, "id": "first"}, "", line, {**GOOD, "id": "last"})
    receipt, sink = gather(topic, settings)
    assert [one.id for one in statements_of(sink)] == ["archive:first", "archive:last"]
    (reason,) = sink.reasons
    assert reason.startswith("statements.jsonl line 3: ")
    assert said in reason
    assert receipt.state == "complete"


def test_an_id_that_is_used_twice_loses_no_line_silently(own: Any, topic: Topic, settings: Settings) -> None:
    own(GOOD, {**GOOD, "text": "Otra cosa."})
    receipt, sink = gather(topic, settings)
    assert len(statements_of(sink)) == 1
    assert receipt.n_quarantined == 1
    assert "line 2" in sink.reasons[0] and "earlier line" in sink.reasons[0]


def test_a_day_that_cannot_be_is_undated(own: Any, topic: Topic, settings: Settings) -> None:
    own({**GOOD, "said_on": "2031-01-01"})
    (statement,) = statements_of(gather(topic, settings)[1])
    assert (statement.posted_at, statement.flags) == (None, ("undated",))


def test_signs_that_no_store_holds_are_replaced(own: Any, topic: Topic, settings: Settings) -> None:
    own({**GOOD, "text": "No al trato \ud83d\x00."})
    (statement,) = statements_of(gather(topic, settings)[1])
    assert statement.text == "No al trato \ufffd\ufffd."


def test_a_missing_file_is_named_and_the_events_stay(
    topic: Topic, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive_module, "ROOT", tmp_path)
    receipt, sink = gather(topic, settings)
    assert receipt.state == "partial"
    assert "statements.jsonl" in receipt.detail
    assert sum(len(batch.events) for batch in sink.batches) == len(topic.events)


def test_a_topic_without_an_archive_gives_its_own_events(topic: Topic, settings: Settings) -> None:
    receipt, sink = gather(topic.model_copy(update={"archive": None}), settings)
    assert receipt.state == "complete"
    assert receipt.n_kept == sum(len(batch.events) for batch in sink.batches) == len(topic.events)
