"""Expected against seen per source and day: which source is quiet, which is silent, and since when one is dead."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import polars as pl

from analysis.changes import last_change
from analysis.control import BASELINE_DAYS, FEWEST_DAYS, RUN_ODDS, Baseline, Floats, Weekdays, fit_baseline
from analysis.known_days import DAYS_SCHEMA, days_between

DEAD_DAYS = 7
"""A silence of a week is a death."""

QUIET_DAYS = 28
"""A lower level that has held for four weeks is the new usual."""

HALVED, ALMOST_NOTHING, MOSTLY = 0.5, 0.05, 0.75
LOW_DAYS = 14
CHANGE_DAYS = 182

STATES_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "health": pl.String(),
    "since": pl.Date(),
    "n_since": pl.Int64(),
    "usual": pl.Float64(),
    "n_days": pl.Int64(),
    "last_on": pl.Date(),
}
EXPECTED_SCHEMA: dict[str, pl.DataType] = {
    **DAYS_SCHEMA,
    "expected": pl.Float64(),
    "limit": pl.Float64(),
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of one series: `health` as of `source_states`, `start` the index of the first day that it holds for."""

    health: str
    start: int
    usual: Baseline | None = None


def source_states(days: pl.DataFrame, unread: pl.DataFrame) -> pl.DataFrame:
    """Return one row a source: source, health, since, n_since, usual, n_days, last_on.

    `days` is `known_days`, `unread` is `unread_since`. `health` is one of

    - `new`: fewer than FEWEST_DAYS days are known up to its last delivery;
    - `never`: as many are, and it gave nothing on any;
    - `ok`;
    - `quiet`: the last day is below its limit, or the level has fallen to half or less within four weeks;
    - `silent`: nothing at all, for longer than chance;
    - `dead`: the same for a week, or next to nothing;
    - `unread`: it used to give, and no run of the last days got an answer from it.

    `since` is the first day of what is not ok, `n_since` how many items came since, `usual` the mean a day before it,
    `n_days` the days known (of a `new` one, up to its last delivery) and `last_on` the last of them.
    """
    silent_runs = dict(unread.select("source", "since").iter_rows())
    rows = []
    for (source,), found in days.sort("source", "on").group_by("source", maintain_order=True):
        verdict = judge(*arrays_of(found))
        health, since = verdict.health, None
        if health in ("silent", "dead", "quiet"):
            since = found["on"][verdict.start]
        if health in ("ok", "quiet") and source in silent_runs:
            health, since = "unread", silent_runs[source]
        rows.append(
            {
                "source": source,
                "health": health,
                "since": since,
                "n_since": None if since is None else int(found.filter(pl.col("on") >= since)["n"].sum()),
                "usual": None if verdict.usual is None else float(verdict.usual.means.mean()),
                "n_days": verdict.start if health == "new" else found.height,
                "last_on": found["on"][-1],
            }
        )
    return pl.DataFrame(rows, schema=STATES_SCHEMA)


def expected_days(days: pl.DataFrame, n_days: int = BASELINE_DAYS) -> pl.DataFrame:
    """Return the last `n_days` calendar days of each source that has a baseline: source, on, n, expected, limit.

    `expected` is the mean of that weekday before the present silence, `limit` the least count that is still chance. A
    day that is not known has a null `n`.
    """
    parts = []
    for (source,), found in days.sort("source", "on").group_by("source", maintain_order=True):
        usual = judge(*arrays_of(found)).usual
        if usual is None:
            continue
        last = found["on"][-1]
        first = max(found["on"][0], last - timedelta(days=n_days - 1))
        shown = days_between(first, last + timedelta(days=1))
        weekdays = np.array([on.weekday() for on in shown])
        part = pl.DataFrame({"source": source, "on": shown}, schema_overrides={"on": pl.Date})
        part = part.join(found.select("on", "n"), on="on", how="left")
        parts.append(
            part.with_columns(
                pl.Series("expected", usual.expected(weekdays)), pl.Series("limit", usual.limits(weekdays))
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=EXPECTED_SCHEMA)


def judge(counts: Floats, weekdays: Weekdays) -> Verdict:
    """Return what the end of a series of known days says, oldest first."""
    n = counts.size
    if not counts.any():
        return Verdict("new" if n < FEWEST_DAYS else "never", n)
    n_empty = int(np.argmax(counts[::-1] > 0))
    start = n - n_empty
    usual = fit_baseline(counts[:start], weekdays[:start])
    if usual is None:
        return Verdict("new", start)
    odd = n_empty > _longest_gap(counts[max(0, start - BASELINE_DAYS) : start])
    if odd and usual.odds_of_none(weekdays[start:]) < RUN_ODDS:
        return Verdict("dead" if n_empty >= DEAD_DAYS else "silent", start, usual)
    if (fallen := _fallen(counts, weekdays)) is not None:
        return fallen
    before = fit_baseline(counts[:-1], weekdays[:-1]) or usual
    if counts[-1] < before.limits(weekdays[-1:])[0]:
        return Verdict("quiet", n - 1, before)
    return Verdict("ok", n, before)


def _fallen(counts: Floats, weekdays: Weekdays) -> Verdict | None:
    """Return the verdict where the last level is half or less of what was usual before it, else None.

    Half of the lowest two weeks, too: what comes after a burst of attention is no loss. A level with items on most days
    is no death, however high the one before.
    """
    skipped = max(0, counts.size - CHANGE_DAYS)
    counts, weekdays = counts[skipped:], weekdays[skipped:]
    pattern = fit_baseline(counts, weekdays)
    start = None if pattern is None else last_change(counts, weekdays, pattern)
    usual = None if start is None else fit_baseline(counts[:start], weekdays[:start])
    if start is None or usual is None:
        return None
    last = counts[start:]
    total, expected = float(last.sum()), float(usual.expected(weekdays[start:]).sum())
    lowest = _lowest(counts[:start][-BASELINE_DAYS:], usual.expected(weekdays[:start][-BASELINE_DAYS:]))
    if total > HALVED * expected * lowest or usual.odds_of_sum(total, weekdays[start:]) >= RUN_ODDS:
        return None
    if last.size >= DEAD_DAYS and total <= ALMOST_NOTHING * expected and np.mean(last == 0) >= MOSTLY:
        return Verdict("dead", start + skipped, usual)
    return Verdict("quiet", start + skipped, usual) if last.size <= QUIET_DAYS else None


def _longest_gap(counts: Floats) -> int:
    """Return the most empty days in a row."""
    filled = np.flatnonzero(np.concatenate(([1.0], counts, [1.0])))
    return int(np.diff(filled).max()) - 1


def _lowest(counts: Floats, expected: Floats) -> float:
    """Return the lowest two weeks' share of what was expected of them, 1 at most."""
    window = np.ones(LOW_DAYS)
    seen, meant = (np.convolve(values, window, "valid") for values in (counts, expected))
    return float(min(1.0, (seen / np.maximum(meant, 1e-9)).min()))


def arrays_of(days: pl.DataFrame) -> tuple[Floats, Weekdays]:
    """Return the counts and weekdays of one source's days, by day."""
    weekdays = days["on"].dt.weekday().to_numpy().astype(np.int64) - 1
    return days["n"].to_numpy().astype(float), weekdays
