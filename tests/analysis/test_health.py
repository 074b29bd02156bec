from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analysis.health import HEALTH_SCHEMA, source_health

LAST = datetime(2025, 3, 1, 12, tzinfo=UTC)
RECEIPTS: dict[str, Any] = {
    "source": pl.String,
    "state": pl.String,
    "started_at": pl.Datetime("us", "UTC"),
    "newest_at": pl.Datetime("us", "UTC"),
}


def receipts(*states: str, source: str = "news") -> pl.DataFrame:
    """Daily runs that ended in these states, the last one at LAST; those that delivered found items two hours old."""
    rows = []
    for ago, state in enumerate(reversed(states)):
        at = LAST - timedelta(days=ago)
        rows.append((source, state, at, at - timedelta(hours=2) if state == "complete" else None))
    return pl.DataFrame(rows, schema=RECEIPTS, orient="row")


def health(*frames: pl.DataFrame) -> dict[str, dict]:
    found = source_health(pl.concat(frames).sample(fraction=1, shuffle=True, seed=1))
    return {row["source"]: row for row in found.iter_rows(named=True)}


def test_last_run_and_last_delivery_are_told_apart() -> None:
    row = health(receipts("complete", "complete", "unreachable"), receipts("complete", source="mastodon"))[
        "news"
    ]
    assert row["last_run_at"] == LAST and row["last_ok_at"] == LAST - timedelta(days=1)
    assert row["newest_at"] == LAST - timedelta(hours=26)


@pytest.mark.parametrize("state", ["partial", "possibly_truncated"])
def test_part_of_a_source_is_a_delivery(state: str) -> None:
    assert health(receipts("complete", state))["news"]["last_ok_at"] == LAST


@pytest.mark.parametrize("state", ["not_configured", "blocked", "silent", "failed"])
def test_source_that_never_delivered_has_no_last_delivery(state: str) -> None:
    assert health(receipts(state, state))["news"]["last_ok_at"] is None


def test_no_receipts_no_rows() -> None:
    assert source_health(pl.DataFrame(schema=RECEIPTS)).schema == pl.Schema(HEALTH_SCHEMA)
