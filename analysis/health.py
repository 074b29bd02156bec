"""How fresh each source is, and whether one that used to deliver went silent."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import polars as pl

STALE_HOURS = 26.0
"""A daily job with two hours to spare."""

FALSE_ALARM = 0.00135
"""The odds at which silence is no longer taken for chance: one tail of a three-sigma control limit (Shewhart 1931)."""

BASELINE_RUNS = 30
FEWEST_RUNS = 5

_DELIVERED = ("complete", "partial", "possibly_truncated")
_ASKED = (*_DELIVERED, "silent")

HEALTH_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "state": pl.String(),
    "detail": pl.String(),
    "last_run_at": pl.Datetime("us", "UTC"),
    "age_hours": pl.Float64(),
    "last_ok_at": pl.Datetime("us", "UTC"),
    "ok_age_hours": pl.Float64(),
    "newest_at": pl.Datetime("us", "UTC"),
    "n_got": pl.Int64(),
    "expected": pl.Float64(),
    "is_stale": pl.Boolean(),
    "is_silent": pl.Boolean(),
}


def source_health(receipts: pl.DataFrame, now: datetime, stale_hours: float = STALE_HOURS) -> pl.DataFrame:
    """Return one row a source: source, state, detail, last_run_at, age_hours, last_ok_at, ok_age_hours, newest_at, n_got,
    expected, is_stale, is_silent.

    `receipts` holds the runs of all sources, in any order. The age counts from the last run, `ok_age_hours` from the
    last one that delivered (null where none did); `is_stale` where a configured source has not delivered for
    `stale_hours`. `expected` is the mean of the runs before the present silence, null with fewer than five of them.
    `is_silent` where the present run of empty answers is too long for chance (`silence_odds`). Times aware UTC.
    """
    rows = []
    for (source,), runs in receipts.sort("started_at").group_by(["source"], maintain_order=True):
        last = runs.row(-1, named=True)
        delivered = runs.filter(pl.col("state").is_in(_DELIVERED))["started_at"]
        ok_at = delivered.max() if delivered.len() else None
        ok_age = None if ok_at is None else _hours(now, ok_at)  # type: ignore[arg-type]
        asked = runs.filter(pl.col("state").is_in(_ASKED))["n_got"].to_list()
        odds, expected = silence_odds(asked)
        stale = last["state"] != "not_configured" and (ok_age is None or ok_age > stale_hours)
        rows.append(
            {
                **{name: last[name] for name in ("state", "detail", "n_got")},
                "newest_at": runs["newest_at"].max(),  # a run that found nothing new names none
                "source": source,
                "last_run_at": last["started_at"],
                "age_hours": _hours(now, last["started_at"]),
                "last_ok_at": ok_at,
                "ok_age_hours": ok_age,
                "expected": expected,
                "is_stale": stale,
                "is_silent": last["state"] == "silent" or odds < FALSE_ALARM,
            }
        )
    return pl.DataFrame(rows, schema=HEALTH_SCHEMA).sort("source")


def silence_odds(counts: list[int]) -> tuple[float, float | None]:
    """Return the odds that the empty runs at the end are chance, and the mean of the runs before them.

    `counts` are what a source gave in each run, oldest first. The odds are the larger of two: a Poisson count's, which
    is exp(-mean x empty runs), and those of as many empty runs in a row at the rate (Laplace) at which the source came
    back empty before. 1 and None with fewer than five runs before.
    """
    n_empty = 0
    while n_empty < len(counts) and counts[-1 - n_empty] == 0:
        n_empty += 1
    before = np.asarray(counts[: len(counts) - n_empty][-BASELINE_RUNS:], float)
    if before.size < FEWEST_RUNS:
        return 1.0, None
    rate = (np.count_nonzero(before == 0) + 1) / (before.size + 2)
    return float(max(np.exp(-before.mean() * n_empty), rate**n_empty)), float(before.mean())


def _hours(now: datetime, then: datetime) -> float:
    return (now - then).total_seconds() / 3600
