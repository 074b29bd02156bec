"""What the Overview shows, computed once: the line, its last point, and how that differs from four weeks before.

Title, tiles, chart, table and download all read this, so that no two of them can disagree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Any

import polars as pl

from analysis.intervals import Z95
from analysis.selection import select_cells
from analysis.standing import Window, change
from analysis.trend import is_sparse, trend
from charts.mix import MixRow
from records import LABELS

NARROW_DAYS, WIDE_DAYS = 7, 28
"""A point of the line pools the 7 days that end there; the 28 days where most weeks are worth too few independent texts."""
APART_DAYS = 28
"""The last point is compared with the one so many days before: their windows never overlap."""
MIN_N = 30
MAX_EVENTS = 6
PRIVATE = ("public",)
"""The camp of posts by private voices. An official's own account is no part of what the public says."""


@dataclass(frozen=True, slots=True)
class View:
    """What the reader asked for: target, what is counted, in which language, live or simulated."""

    target: str
    by: str = "posts"
    written: str = "all"
    posts: str = "live"

    @property
    def simulated(self) -> bool:
        """Whether the simulated posts are what is counted."""
        return self.posts == "simulated"


@dataclass(frozen=True, slots=True)
class Evidence:
    """The numbers of one view. `last` maps a stance to (share, lo, hi) at the line's last point, on `last_on`."""

    trend: pl.DataFrame
    volume: pl.DataFrame
    n_all: float
    n_off_topic: float
    last_on: date | None
    last: dict[str, tuple[float, float, float]]
    n_last: float
    n_eff_last: float
    change: dict[str, Any] | None
    window_days: int
    weekly: bool

    @property
    def days(self) -> Window:
        """The first and the last day with data; raises ValueError where there is none."""
        return span_of(self.volume)

    @property
    def window(self) -> Window:
        """The days that the last point pools; raises ValueError where there is no point."""
        if self.last_on is None:
            raise ValueError("there is no point: no window holds enough")
        return Window(self.last_on - timedelta(days=self.window_days - 1), self.last_on)

    @property
    def leader(self) -> str | None:
        """`favor` or `against` where the last point tells them apart, else None.

        The 95 % interval of the difference of two shares of one sample (multinomial variance, on the effective n)
        leaves out zero.
        """
        if self.last_on is None or self.n_eff_last <= 0:
            return None
        favor, against = self.last["favor"][0], self.last["against"][0]
        gap = favor - against
        half = Z95 * sqrt(max(favor + against - gap**2, 0.0) / self.n_eff_last)
        return None if abs(gap) <= half else ("favor" if gap > 0 else "against")


def span_of(volume: pl.DataFrame) -> Window:
    """Return the first and the last day of a frame with a column `on`; raises ValueError for an empty one."""
    days: list[date] = volume["on"].to_list()
    return Window(min(days), max(days))


def cells_of(daily: pl.DataFrame, view: View) -> pl.DataFrame:
    """Return the daily cells of private voices' posts that a view is about."""
    langs = None if view.written == "all" else [view.written]
    return select_cells(
        daily, view.target, "posts", view.by, camps=PRIVATE, langs=langs, simulated=view.simulated
    )


def gather(cells: pl.DataFrame, today: date, window_days: int | None = None) -> Evidence:
    """Return the numbers of one series of cells; `today` is the day that is not over.

    Unless told, points pool a week where the weeks of at least half of the days with posts are worth MIN_N independent
    texts (effective n), else four weeks. Where more than a fifth of the days are empty, the line has a point a week.
    """
    line = trend(cells, window_days or NARROW_DAYS, MIN_N, today)
    one = line.filter(pl.col("stance") == "favor")
    busy = one.filter(pl.col("n_day") > 0)
    if window_days is None:
        window_days = NARROW_DAYS
        if 2 * busy.filter(pl.col("n_eff") >= MIN_N).height < busy.height:
            window_days = WIDE_DAYS
            line = trend(cells, WIDE_DAYS, MIN_N, today)
    weekly = is_sparse(one["n_day"])
    if weekly:
        line = trend(cells, window_days, MIN_N, today, weekly=True)
    seen = line.drop_nulls("share")
    last_on: date | None = max(seen["on"].to_list(), default=None)
    end = seen.filter(pl.col("on").eq_missing(last_on))
    return Evidence(
        trend=line,
        volume=one.select("on", pl.col("n_day").alias("n_posts")),
        n_all=float(one["n_day"].sum()),
        n_off_topic=float(cells["off_topic"].sum()),
        last_on=last_on,
        last={s: (p, lo, hi) for s, p, lo, hi in end.select("stance", "share", "lo", "hi").iter_rows()},
        n_last=max(end["n"].to_list(), default=0.0),
        n_eff_last=max(end["n_eff"].to_list(), default=0.0),
        change=None if last_on is None else _compare(cells, last_on, window_days),
        window_days=window_days,
        weekly=weekly,
    )


def _compare(cells: pl.DataFrame, last_on: date, window_days: int) -> dict[str, Any] | None:
    """Return how the last point differs from the one four weeks before, or None where either holds too few."""
    back = timedelta(days=window_days - 1)
    end = last_on - timedelta(days=APART_DAYS)
    found = change(cells, Window(last_on - back, last_on), Window(end - back, end), min_n=MIN_N)
    return found.row(0, named=True) if found.height and found["enough"][0] else None


def parts_of(cells: pl.DataFrame) -> tuple[str, list[str]]:
    """Return what the small multiples divide by and its parts, largest first: sources where several, else languages."""
    for column in ("source", "lang"):
        sizes = (
            cells.group_by(column)
            .agg(pl.sum_horizontal(*(pl.col(name).sum() for name in LABELS)).alias("n"))
            .filter(pl.col("n") > 0)
            .sort(["n", column], descending=[True, False])
        )
        if sizes.height > 1:
            return column, sizes[column].to_list()[:MAX_EVENTS]
    return "lang", []


def camp_rows(daily: pl.DataFrame, target: str, names: dict[str, str]) -> list[MixRow]:
    """Return the statements on record of each camp, by stance, in the order of `names`; camps without any are left out."""
    cells = select_cells(daily, target, "statements", "posts", simulated=False)
    sums = cells.group_by("camp").agg(pl.col(*LABELS).sum())
    found = {camp: counts for camp, *counts in sums.select("camp", *LABELS).iter_rows()}
    rows = []
    for camp, name in names.items():
        favor, against, neutral, unclear = (round(n) for n in found.get(camp, (0, 0, 0, 0)))
        if favor + against + neutral + unclear:
            rows.append(MixRow(name, favor, against, neutral, unclear))
    return rows


def pick_events(
    events: pl.DataFrame, volume: pl.DataFrame, at_most: int = MAX_EVENTS
) -> list[dict[str, Any]]:
    """Return the events followed by most posts within three days, in order of day, at most `at_most`.

    Two events closer than a sixteenth of the span would cover each other's number: only the one with more posts stays.
    """
    if volume.is_empty() or events.is_empty():
        return []
    first, last = span_of(volume)
    per_day = dict(zip(volume["on"].to_list(), volume["n_posts"].to_list(), strict=True))
    inside = events.filter(pl.col("on").is_between(first, last)).to_dicts()

    def followed(event: dict[str, Any]) -> float:
        return sum(per_day.get(event["on"] + timedelta(days=d), 0.0) for d in range(4))

    spacing = max(2, (last - first).days // 16)
    chosen: list[dict[str, Any]] = []
    for event in sorted(inside, key=lambda e: (-followed(e), str(e["on"]), str(e["id"]))):
        near = any(abs((event["on"] - other["on"]).days) < spacing for other in chosen)
        if not near and followed(event) > 0:
            chosen.append(event)
        if len(chosen) == at_most:
            break
    return sorted(chosen, key=lambda e: str(e["on"]))
