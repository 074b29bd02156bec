"""Whether shares and volume moved after a day, judged among all other days of the same series. See docs/method.md.

Each day of a series is treated as if something had happened on it (placebo dates: Abadie, Diamond & Hainmueller 2010, J. Am.
Stat. Assoc. 105:493, in time). A change is told only where the day itself stands out among them.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from analysis.intervals import Floats, effective_n, newcombe
from analysis.selection import one_series
from records import LABELS

AFTER_DAYS = 7
BEFORE_DAYS = 14
"""After: the day and the six that follow. Before: two weeks, compared with each other to see what moved already."""

MIN_N = 30
MIN_PLACEBOS = 60
"""With fewer days to compare with, no place among them says anything."""

LEVEL = 0.03
"""The share of placebo dates that may stand out as much. Under 5 %, for the days next to the one in question, which resemble it,
are no placebo dates, and that makes any day look a little odd: with 3 % false alarms stay at most 5 % (simulations/response.py)."""

POWER_Z = 0.8416212335729143
"""The normal quantile of a power of 80 %."""

STANCES = ("favor", "against")
DAY_SCHEMA: dict[str, pl.DataType] = {
    "on": pl.Date(),
    **{name: pl.Float64() for name in ("n_after", "n_before")},
    **{f"{stance}_{when}": pl.Float64() for stance in STANCES for when in ("after", "before")},
    **{f"{stance}_{part}": pl.Float64() for stance in STANCES for part in ("diff_pts", "lo_pts", "hi_pts")},
    **{
        f"{stance}_pre_{part}": pl.Float64()
        for stance in STANCES
        for part in ("diff_pts", "lo_pts", "hi_pts")
    },
    "se_pts": pl.Float64(),
    "score": pl.Float64(),
    "log_ratio": pl.Float64(),
}


def daily_series(cells: pl.DataFrame) -> pl.DataFrame:
    """Return the sums of one series of cells a day: on, favor, against, n (on topic), sq; zero on days without any.

    From the first to the last day with an on-topic unit. Raises ValueError where the cells are several series.
    """
    sums = one_series(cells).group_by("on").agg(pl.col(*LABELS, "sq").sum())
    days = sums.with_columns(n=pl.sum_horizontal(LABELS)).filter(pl.col("n") > 0)
    if days.is_empty():
        return days.select("on", *STANCES, "n", "sq")
    every = days.select(pl.date_range(pl.col("on").min(), pl.col("on").max(), "1d").alias("on"))
    return every.join(days, on="on", how="left").fill_null(0.0).sort("on").select("on", *STANCES, "n", "sq")


def every_shift(days: pl.DataFrame, min_n: float = MIN_N) -> pl.DataFrame:
    """Return how the days after each day differ from those before it: DAY_SCHEMA, one row a day with whole windows.

    `days` as of `daily_series`. Points are `after` minus `before` with Newcombe's 95 % interval, `pre` the second week
    before minus the first. `score` is the larger of the two differences in standard errors (pooled share, effective n),
    `se_pts` that standard error of the stance it belongs to; `log_ratio` the logarithm of the daily volume after to before,
    half a unit added to each week. Shares, points and score are null where a window holds less than `min_n`.
    """
    n_days = days.height
    at = np.arange(BEFORE_DAYS, n_days - AFTER_DAYS + 1)
    if at.size == 0:
        return pl.DataFrame(schema=DAY_SCHEMA)
    sums = {name: np.concatenate([[0.0], np.cumsum(days[name].to_numpy())]) for name in (*STANCES, "n", "sq")}
    half = BEFORE_DAYS // 2

    def pool(start: int, stop: int) -> dict[str, Floats]:
        found = {name: np.maximum(total[at + stop] - total[at + start], 0.0) for name, total in sums.items()}
        return {**found, "n_eff": effective_n(found["n"], found["sq"])}

    after, before = pool(0, AFTER_DAYS), pool(-BEFORE_DAYS, 0)
    early, late = pool(-BEFORE_DAYS, -half), pool(-half, 0)
    enough = (after["n"] >= min_n - 1e-6) & (before["n"] >= min_n - 1e-6)
    early_enough = enough & (early["n"] >= min_n / 2) & (late["n"] >= min_n / 2)
    columns: dict[str, Any] = {"on": days["on"].gather(at), "n_after": after["n"], "n_before": before["n"]}
    scores, errors = [], []
    for stance in STANCES:
        columns |= {
            f"{stance}_{name}": _where(enough, _share(p, stance))
            for name, p in (("after", after), ("before", before))
        }
        columns |= _points(f"{stance}_", enough, after, before, stance)
        columns |= _points(f"{stance}_pre_", early_enough, late, early, stance)
        error = _standard_error(after, before, stance)
        gap = np.abs(_share(after, stance) - _share(before, stance))
        scores.append(np.divide(gap, error, out=np.zeros(at.size), where=error > 0))
        errors.append(error)
    most = np.argmax(scores, axis=0)
    columns["score"] = _where(enough, np.max(scores, axis=0))
    columns["se_pts"] = _where(enough, 100 * np.take_along_axis(np.array(errors), most[None], axis=0)[0])
    weeks = BEFORE_DAYS / AFTER_DAYS
    columns["log_ratio"] = np.log((after["n"] + 0.5) / (before["n"] / weeks + 0.5))
    return pl.DataFrame(columns).select(DAY_SCHEMA.keys()).cast(DAY_SCHEMA)  # type: ignore[arg-type]


def _share(pool: dict[str, Floats], stance: str) -> Floats:
    return np.clip(pool[stance] / np.maximum(pool["n"], 1e-9), 0.0, 1.0)


def _points(
    name: str, shown: Any, pool: dict[str, Floats], other: dict[str, Floats], stance: str
) -> dict[str, pl.Series]:
    ends = newcombe(_share(pool, stance), pool["n_eff"], _share(other, stance), other["n_eff"])
    parts = zip(("diff_pts", "lo_pts", "hi_pts"), ends, strict=True)
    return {f"{name}{part}": _where(shown, 100 * values) for part, values in parts}


def _standard_error(pool: dict[str, Floats], other: dict[str, Floats], stance: str) -> Floats:
    size, size_other = np.maximum(pool["n_eff"], 1e-9), np.maximum(other["n_eff"], 1e-9)
    share = (_share(pool, stance) * size + _share(other, stance) * size_other) / (size + size_other)
    return np.sqrt(share * (1 - share) * (1 / size + 1 / size_other))


def _where(shown: Any, values: Floats) -> pl.Series:
    """Return the values, null where they are not shown."""
    return pl.Series(values).set(pl.Series(~shown), None)


def place_among(shifts: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return the row of `on` in `every_shift` with its place among placebo dates; no row where `on` has none.

    Added: n_placebos, share_p, moving (a share moved within the two weeks before, by its interval), moved (the stance
    whose share changed, with `share_p` at most LEVEL, an interval that leaves out zero and nothing moving before; else
    null), share_detectable_pts; n_volume_placebos, volume_p, volume_detectable. `p` is (1 + the placebo dates whose value
    is at least as large) / (1 + all of them): North et al. (2002, Am. J. Hum. Genet. 71:439). Placebo dates are all days
    whose windows hold no day after `on` that counts as after; p is null under MIN_PLACEBOS of them. `detectable` is the
    change that would be told with a power of 80 %: in points, and for volume as a factor.
    """
    mine = shifts.filter(pl.col("on") == on)
    if mine.is_empty():
        return mine
    row = mine.row(0, named=True)
    reach = (on - timedelta(days=AFTER_DAYS - 1), on + timedelta(days=AFTER_DAYS + BEFORE_DAYS - 1))
    others = shifts.filter(~pl.col("on").is_between(*reach))
    scores, ratios = others["score"].drop_nulls().to_numpy(), np.abs(others["log_ratio"].to_numpy())
    share_p = _place(row["score"], scores)
    row |= {
        "n_placebos": scores.size,
        "share_p": share_p,
        "moving": any(_leaves_out_zero(row, f"{stance}_pre_") for stance in STANCES),
        "moved": None,
        "share_detectable_pts": None,
        "n_volume_placebos": ratios.size,
        "volume_p": _place(abs(row["log_ratio"]), ratios),
        "volume_detectable": None,
    }
    if share_p is not None:
        row["share_detectable_pts"] = row["se_pts"] * (float(np.quantile(scores, 1 - LEVEL)) + POWER_Z)
        if share_p <= LEVEL and not row["moving"]:
            row["moved"] = _moved(row)
    if ratios.size >= MIN_PLACEBOS:
        spread = float(np.std(others["log_ratio"].to_numpy()))
        row["volume_detectable"] = float(np.exp(np.quantile(ratios, 1 - LEVEL) + POWER_Z * spread))
    return pl.DataFrame([row], schema=PLACE_SCHEMA)


PLACE_SCHEMA: dict[str, pl.DataType] = {
    **DAY_SCHEMA,
    "n_placebos": pl.Int64(),
    "share_p": pl.Float64(),
    "moving": pl.Boolean(),
    "moved": pl.String(),
    "share_detectable_pts": pl.Float64(),
    "n_volume_placebos": pl.Int64(),
    "volume_p": pl.Float64(),
    "volume_detectable": pl.Float64(),
}


def _place(value: float | None, others: Floats) -> float | None:
    if value is None or others.size < MIN_PLACEBOS:
        return None
    return float((1 + np.sum(others >= value - 1e-12)) / (1 + others.size))


def _leaves_out_zero(row: dict[str, Any], name: str) -> bool:
    lo, hi = row[f"{name}lo_pts"], row[f"{name}hi_pts"]
    return lo is not None and (lo > 0 or hi < 0)


def _moved(row: dict[str, Any]) -> str | None:
    """Return the stance that changed most among those whose interval leaves out zero."""
    clear = [stance for stance in STANCES if _leaves_out_zero(row, f"{stance}_")]
    return max(clear, key=lambda stance: abs(row[f"{stance}_diff_pts"]), default=None)
