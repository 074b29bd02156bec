"""The exit status of a run, from how its sources fared."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from job.outcome import COMPLETE, FAILED, PARTIAL, Outcome
from records import Receipt, SourceState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def outcome(*states: tuple[SourceState, int, int]) -> Outcome:
    receipts = [Receipt("news", state, "", NOW, 0.1, n_got=got, n_kept=kept) for state, got, kept in states]
    return Outcome(tuple(receipts), 0, 0, 1)


@pytest.mark.parametrize(
    ("states", "status"),
    [
        ([("complete", 1, 1)], COMPLETE),
        ([("complete", 1, 1), ("not_configured", 0, 0)], COMPLETE),
        ([("not_configured", 0, 0)], COMPLETE),
        ([("complete", 1, 1), ("unreachable", 0, 0)], PARTIAL),
        ([("unreachable", 0, 0)], FAILED),
        ([("auth", 0, 0), ("not_configured", 0, 0)], FAILED),
        ([("partial", 40, 0)], PARTIAL),
        ([("silent", 0, 0)], PARTIAL),
        ([("possibly_truncated", 40, 0)], PARTIAL),
        ([("rate_limited", 5, 5)], PARTIAL),
    ],
)
def test_exit_status_says_complete_partial_or_failed(
    states: list[tuple[SourceState, int, int]], status: int
) -> None:
    assert outcome(*states).exit_status == status


def test_message_names_the_sources_that_fell_short() -> None:
    assert "Fell short" not in outcome(("complete", 1, 1)).message
    assert "news (rate limited)" in outcome(("rate_limited", 0, 0)).message
