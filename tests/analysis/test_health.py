from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.health import FALSE_ALARM, HEALTH_SCHEMA, silence_odds, source_health

NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
RECEIPTS = {
    "source": pl.String,
    "state": pl.String,
    "detail": pl.String,
    "started_at": pl.Datetime("us", "UTC"),
    "n_got": pl.Int64,
    "newest_at": pl.Datetime("us", "UTC"),
}


def receipts(source: str, counts: list[int], state: str = "complete", hours_ago: float = 1) -> pl.DataFrame:
    """Daily runs, the last one `hours_ago`; all complete but the last, which has `state`."""
    rows = []
    for i, n in enumerate(counts):
        last = i == len(counts) - 1
        at = NOW - timedelta(hours=hours_ago, days=len(counts) - 1 - i)
        newest = at - timedelta(hours=2) if n else None
        rows.append((source, state if last else "complete", "", at, n, newest))
    return pl.DataFrame(rows, schema=RECEIPTS, orient="row")


def health(*frames: pl.DataFrame) -> dict[str, dict]:
    found = source_health(pl.concat(frames).sample(fraction=1, shuffle=True, seed=1), NOW)
    return {row["source"]: row for row in found.iter_rows(named=True)}


def test_ages_count_from_the_last_run_and_the_last_that_delivered() -> None:
    row = health(receipts("news", [5, 5, 0], state="unreachable", hours_ago=3))["news"]
    assert (row["state"], row["age_hours"], row["ok_age_hours"]) == ("unreachable", 3.0, 27.0)
    assert row["is_stale"] and not row["is_silent"]
    assert row["newest_at"] == NOW - timedelta(hours=29)


def test_fresh_source_is_neither_stale_nor_silent() -> None:
    row = health(receipts("news", [100, 120, 90, 110, 100, 95]))["news"]
    assert not row["is_stale"] and not row["is_silent"]
    assert row["age_hours"] == 1.0


def test_job_that_stopped_six_weeks_ago_makes_its_sources_stale() -> None:
    row = health(receipts("news", [100, 100], hours_ago=24 * 42))["news"]
    assert row["is_stale"] and row["age_hours"] == 24 * 42


def test_source_that_nobody_set_up_is_not_stale() -> None:
    row = health(receipts("reddit", [0], state="not_configured"))["reddit"]
    assert not row["is_stale"] and row["ok_age_hours"] is None


def test_source_that_used_to_give_hundreds_and_gives_nothing_for_days_is_silent() -> None:
    row = health(receipts("news", [300] * 20 + [0] * 3))["news"]
    assert row["is_silent"] and row["expected"] == 300


@pytest.mark.parametrize(
    "counts",
    [
        [300] * 20 + [0],  # one empty run in twenty is no proof
        [1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0],  # a trickle is often empty
        [300, 300, 0, 0, 0],  # too short a past
        [0] * 30,
        [],
    ],
)
def test_quiet_runs_that_chance_explains_are_no_silence(counts: list[int]) -> None:
    assert silence_odds(counts)[0] > FALSE_ALARM


def test_false_alarms_stay_rare_for_steady_sources() -> None:
    rng = np.random.default_rng(4)
    n_alarms = 0
    for _ in range(2000):
        counts = rng.poisson(rng.choice([0.2, 1.0, 5.0]), 60).tolist()
        n_alarms += silence_odds(counts)[0] < FALSE_ALARM
    assert n_alarms / 2000 < 0.01


def test_no_receipts_no_rows() -> None:
    assert source_health(pl.DataFrame(schema=RECEIPTS), NOW).schema == pl.Schema(HEALTH_SCHEMA)
