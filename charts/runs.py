"""Unbroken runs of days (or weeks), and the closed shape of an interval over each of them.

A gap is a gap: a run ends at the last day with a value and the next begins at the next one; nothing is drawn between.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl


@dataclass(frozen=True, slots=True)
class DayGrid:
    """One stance on every day, or every week, from the first to the last of a trend; NaN where there is no share.

    `days` is datetime64[D]; `share`, `lo`, `hi` are float64 in 0-1; `n` is the number of units in the window.
    """

    days: np.ndarray
    share: np.ndarray
    lo: np.ndarray
    hi: np.ndarray
    n: np.ndarray

    def last(self) -> int | None:
        """Return the index of the last day with a share, or None."""
        found = np.flatnonzero(~np.isnan(self.share))
        return int(found[-1]) if found.size else None


def day_grid(trend: pl.DataFrame, stance: str, first: np.datetime64, last: np.datetime64) -> DayGrid:
    """Return one stance of a trend frame (on, stance, share, lo, hi, n) laid out on every day of [first, last]."""
    days = np.arange(first, last + np.timedelta64(1, "D"))
    rows = trend.filter(pl.col("stance") == stance).sort("on")
    grid = {name: np.full(days.size, np.nan) for name in ("share", "lo", "hi", "n")}
    at = (rows["on"].to_numpy().astype("datetime64[D]") - first).astype(int)
    inside = (at >= 0) & (at < days.size)
    for name, values in grid.items():
        column = rows[name].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        values[at[inside]] = column[inside]
    return DayGrid(days, grid["share"], grid["lo"], grid["hi"], grid["n"])


def week_grid(trend: pl.DataFrame, stance: str) -> DayGrid:
    """Return one stance of a weekly trend frame at the weeks of the frame, which holds every week, empty ones too."""
    rows = trend.filter(pl.col("stance") == stance).sort("on")
    columns = [
        rows[c].cast(pl.Float64).fill_null(float("nan")).to_numpy() for c in ("share", "lo", "hi", "n")
    ]
    return DayGrid(rows["on"].to_numpy().astype("datetime64[D]"), *columns)


def unbroken_runs(values: np.ndarray) -> list[tuple[int, int]]:
    """Return `(start, stop)` of every longest stretch of days with a value, stop exclusive."""
    present = ~np.isnan(values)
    edges = np.diff(np.concatenate(([False], present, [False])).astype(np.int8))
    return list(zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True))


def band_polygons(grid: DayGrid) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return one closed polygon `(days, share)` for each run of two or more days: up along `hi`, back along `lo`."""
    shapes = []
    for start, stop in unbroken_runs(grid.share):
        if stop - start < 2:
            continue
        days, hi, lo = grid.days[start:stop], grid.hi[start:stop], grid.lo[start:stop]
        shapes.append(
            (np.concatenate([days, days[::-1], days[:1]]), np.concatenate([hi, lo[::-1], hi[:1]])),
        )
    return shapes


def lone_days(grid: DayGrid) -> np.ndarray:
    """Return the indexes of days that stand alone between two gaps: a line cannot show them, a marker must."""
    return np.array([start for start, stop in unbroken_runs(grid.share) if stop - start == 1], dtype=int)
