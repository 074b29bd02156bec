"""Shares over time: a trailing window a day, with intervals, gaps left open."""

from __future__ import annotations

from datetime import date

import polars as pl

from analysis.intervals import effective_n, wilson
from analysis.selection import one_series
from records import LABELS

SPARSE = 1 / 5
"""Where more than this share of the days hold nothing, a point a day falls into dots: a point a week is drawn."""

TREND_SCHEMA: dict[str, pl.DataType] = {
    "on": pl.Date(),
    "stance": pl.String(),
    **{name: pl.Float64() for name in ("share", "lo", "hi", "n", "n_eff", "n_day")},
    "partial": pl.Boolean(),
}


def trend(
    daily: pl.DataFrame,
    window_days: int = 7,
    min_n: float = 30,
    today: date | None = None,
    weekly: bool = False,
) -> pl.DataFrame:
    """Return one row a day and stance, from the first day to the last: on, stance, share, lo, hi, n, n_eff, n_day, partial.

    `daily` is one series of cells (`analysis.selection.select_cells`). The share (0-1, of favor + against + neutral +
    unclear) pools the `window_days` days that end on that day; `lo` and `hi` are its 95 % interval (Wilson, with Kish's
    effective n); `n` is the window's on-topic weight, `n_day` the day's own. Share, lo and hi are null on a day without
    on-topic units, and where n < min_n. `partial` marks `today`, which is not over. Raises ValueError for several series.

    `weekly` keeps one row a Monday week and stance instead: its last day (the last week ends with the data), whose window
    is as long as before; `n_day` is then the week's own weight, and share, lo and hi are null in a week without any.
    """
    if window_days < 1:
        raise ValueError(f"a window holds at least one day, not {window_days}")
    days = _calendar(one_series(daily))
    if days.is_empty():
        return pl.DataFrame(schema=TREND_SCHEMA)
    sums = [*LABELS, "sq"]
    pooled = days.with_columns(pl.sum_horizontal(LABELS).alias("n_day")).with_columns(
        # a rolling sum subtracts what leaves the window: what should be zero may come out just beside it
        pl.col(name).rolling_sum(window_days, min_samples=1).round(9).clip(lower_bound=0.0)
        for name in sums
    )
    pooled = pooled.with_columns(pl.sum_horizontal(LABELS).alias("n"))
    pooled = pooled.with_columns(
        pl.Series("n_eff", effective_n(pooled["n"].to_numpy(), pooled["sq"].to_numpy()))
    )
    if weekly:
        pooled = _last_of_each_week(pooled)
    long = pl.concat([_one_stance(pooled, stance, min_n) for stance in LABELS])
    order = pl.col("stance").replace_strict({stance: place for place, stance in enumerate(LABELS)})
    marked = long.with_columns(
        (pl.col("on") == pl.lit(today, dtype=pl.Date)).fill_null(False).alias("partial")
    )
    return marked.sort("on", order).select(TREND_SCHEMA.keys()).cast(TREND_SCHEMA)  # type: ignore[arg-type]


def is_sparse(volume: pl.Series) -> bool:
    """Return whether more than a fifth of the days hold nothing; `volume` is one value a day, without a day left out."""
    return volume.len() > 0 and (volume <= 0).sum() > SPARSE * volume.len()


def _last_of_each_week(pooled: pl.DataFrame) -> pl.DataFrame:
    """Return the last row of each Monday week, with the week's sum of `n_day`; the calendar leaves no week out."""
    weeks = pooled.sort("on").group_by(pl.col("on").dt.truncate("1w").alias("week"), maintain_order=True)
    return weeks.agg(pl.all().exclude("n_day").last(), pl.col("n_day").sum()).drop("week")


def _calendar(daily: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of every day between the first and the last with an on-topic unit, zero where there was none."""
    sums = daily.group_by("on").agg(pl.col(*LABELS, "sq").sum()).filter(pl.sum_horizontal(LABELS) > 0)
    if sums.is_empty():
        return sums
    every = sums.select(pl.date_range(pl.col("on").min(), pl.col("on").max(), "1d").alias("on"))
    return every.join(sums, on="on", how="left").fill_null(0.0).sort("on")


def _one_stance(pooled: pl.DataFrame, stance: str, min_n: float) -> pl.DataFrame:
    n = pooled["n"].to_numpy()
    share = (
        pooled[stance].to_numpy() / pooled.select(pl.col("n").clip(lower_bound=1e-9)).to_series().to_numpy()
    )
    lo, hi = wilson(share.clip(0, 1), pooled["n_eff"].to_numpy())
    shown = pl.Series((pooled["n_day"].to_numpy() > 0) & (n >= min_n - 1e-6))
    drawn = [
        pl.Series(name, values) for name, values in (("share", share.clip(0, 1)), ("lo", lo), ("hi", hi))
    ]
    frame = pooled.select("on", pl.lit(stance).alias("stance"), "n", "n_eff", "n_day").with_columns(drawn)
    return frame.with_columns(pl.when(shown).then(pl.col(name)).alias(name) for name in ("share", "lo", "hi"))
