"""Which days of a source are known, and what it gave on each."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta
from itertools import pairwise

import polars as pl

ANSWERED = ("complete", "partial", "possibly_truncated", "silent")
"""States of a run in which the source was asked and answered, if with nothing."""

NO_DAILY_SOURCE = ("archive", "simulated", "files")
"""What ships with the product or is imported by hand gives nothing by the day."""

COVER_DAYS = 3
"""A day is known when a run within three days after it answered: runs catch up with a night or two that were missed."""

MOST_LATE = 7
"""Days after which an item is no news but history, and no longer counts for its day."""

ON_TIME = 0.9
"""A day is judged once the source has had the time in which it gives nine in ten of its items."""

DAYS_SCHEMA: dict[str, pl.DataType] = {"source": pl.String(), "on": pl.Date(), "n": pl.Int64()}
UNREAD_SCHEMA: dict[str, pl.DataType] = {"source": pl.String(), "since": pl.Date()}


def known_days(seen: pl.DataFrame, runs: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Return a row for each source and whole day that is known: source, on, n; zero where the source gave nothing.

    `seen`: source, on (the day of an item, in `zone`), seen_on (the day on which we first had it), n. `runs`: source,
    started_at (UTC), state. A day is known from the first run that the source answered on, unless no run answered within
    COVER_DAYS after it. An item counts if it was there in the time that the source takes (`ON_TIME`), or with the first
    answer after its day where that came later: so the last days, whose late items are still to come, are measured like
    the ones before them.
    """
    parts = []
    for source, ran in _answers(runs, zone).items():
        mine = seen.filter(pl.col("source") == source, pl.col("on") >= ran[0])
        wait = _days_it_takes(mine)
        days = {
            on: bisect_left(ran, max(after, on + timedelta(days=wait)))
            for before, after in pairwise(ran)
            for on in days_between(max(before, after - timedelta(days=COVER_DAYS)), after)
        }
        cutoffs = {on: ran[answer] for on, answer in days.items() if answer < len(ran)}
        known = pl.DataFrame(
            {"on": list(cutoffs), "cutoff": list(cutoffs.values())}, schema={"on": pl.Date, "cutoff": pl.Date}
        )
        on_time = mine.join(known, on="on").filter(pl.col("seen_on") <= pl.col("cutoff"))
        counts = on_time.group_by("on").agg(pl.col("n").sum().cast(pl.Int64))
        found = known.select(pl.lit(source).alias("source"), "on").join(counts, on="on", how="left")
        parts.append(found.with_columns(pl.col("n").fill_null(0)).sort("on"))
    return pl.concat(parts) if parts else pl.DataFrame(schema=DAYS_SCHEMA)


def unread_since(runs: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Return the sources that no run has got an answer from for more than COVER_DAYS days: source, since.

    `runs` as of `known_days`. Measured up to the last run of any daily source: a job that does not run at all is no
    fault of a source. `since` is the day after the last answer.
    """
    answers = _answers(runs, zone)
    daily = runs.filter(~pl.col("source").is_in(NO_DAILY_SOURCE))
    newest = daily["started_at"].dt.convert_time_zone(zone).dt.date().max()
    rows = [
        {"source": source, "since": ran[-1] + timedelta(days=1)}
        for source, ran in answers.items()
        if newest - ran[-1] > timedelta(days=COVER_DAYS)  # type: ignore[operator]
    ]
    return pl.DataFrame(rows, schema=UNREAD_SCHEMA)


def days_between(first: date, end: date) -> list[date]:
    """Return the days from `first` to the one before `end`."""
    return [first + timedelta(days=offset) for offset in range((end - first).days)]


def _answers(runs: pl.DataFrame, zone: str) -> dict[str, list[date]]:
    """Return the days (in `zone`) on which each daily source answered, in order, by source."""
    answered = runs.filter(pl.col("state").is_in(ANSWERED), ~pl.col("source").is_in(NO_DAILY_SOURCE))
    days = answered.select("source", on=pl.col("started_at").dt.convert_time_zone(zone).dt.date())
    found = days.unique().sort("source", "on").group_by("source", maintain_order=True).agg("on")
    return dict(found.iter_rows())


def _days_it_takes(seen: pl.DataFrame) -> int:
    """Return after how many days a source has given nine in ten of its items; history is left out."""
    late = (pl.col("seen_on") - pl.col("on")).dt.total_days()
    by_delay = seen.select(late.alias("late"), "n").filter(pl.col("late").is_between(0, MOST_LATE))
    shares = by_delay.group_by("late").agg(pl.col("n").sum()).sort("late")
    enough = shares.filter(pl.col("n").cum_sum() >= ON_TIME * pl.col("n").sum())
    return max(1, int(enough["late"][0])) if enough.height else 1
