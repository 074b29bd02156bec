"""Where things stand over a window of days, and how that differs from an earlier window."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

import polars as pl

from analysis.intervals import effective_n, newcombe, wilson
from analysis.selection import one_series
from records import LABELS

STANDING_SCHEMA: dict[str, pl.DataType] = {
    "stance": pl.String(),
    **{name: pl.Float64() for name in ("share", "lo", "hi", "n", "n_eff")},
    "from_on": pl.Date(),
    "to_on": pl.Date(),
}


class Window(NamedTuple):
    """Days from `from_on` to `to_on`, both included."""

    from_on: date
    to_on: date

    @property
    def n_days(self) -> int:
        """Return how many days the window holds."""
        return (self.to_on - self.from_on).days + 1


def last_days(daily: pl.DataFrame, days: int = 30, end: date | None = None) -> Window | None:
    """Return the window of `days` days that ends at `end`, or at the last day with on-topic units; None without any."""
    if days < 1:
        raise ValueError(f"a window holds at least one day, not {days}")
    if end is None:
        with_data = daily.filter(pl.sum_horizontal(LABELS) > 0)
        if with_data.is_empty():
            return None
        end = with_data.select(pl.col("on").max()).item()
    return Window(end - timedelta(days=days - 1), end)


def window_before(window: Window) -> Window:
    """Return the window of the same length that ends the day before."""
    return Window(window.from_on - timedelta(days=window.n_days), window.from_on - timedelta(days=1))


def latest_standing(
    daily: pl.DataFrame, days: int = 30, end: date | None = None, min_n: float = 30
) -> pl.DataFrame:
    """Return one row a stance: stance, share, lo, hi, n, n_eff, from_on, to_on; no rows without any on-topic unit.

    `daily` is one series of cells. Shares are of the window's on-topic weight `n`, with 95 % Wilson intervals on the
    effective n; share, lo and hi are null where n < min_n.
    """
    window = last_days(one_series(daily), days, end)
    if window is None:
        return pl.DataFrame(schema=STANDING_SCHEMA)
    pool = _pooled(daily, window)
    rows = []
    for stance in LABELS:
        lo, hi = wilson(pool.share(stance), pool.n_eff)
        values = (pool.share(stance), float(lo), float(hi)) if pool.is_enough(min_n) else (None, None, None)
        rows.append((stance, *values, pool.n, pool.n_eff, window.from_on, window.to_on))
    return pl.DataFrame(rows, schema=STANDING_SCHEMA, orient="row")


def change(
    daily: pl.DataFrame,
    now: Window | None = None,
    before: Window | None = None,
    *,
    days: int = 30,
    end: date | None = None,
    stance: str = "against",
    min_n: float = 30,
) -> pl.DataFrame:
    """Return one row on how two windows differ; no row where there is nothing to compare with.

    `now` is by default the last `days` days up to `end`, `before` the window of the same length before it. Columns: for
    favor and against `<stance>_now`, `<stance>_before` (shares, 0-1), `<stance>_diff_pts`, `<stance>_lo_pts`,
    `<stance>_hi_pts` (points, with the 95 % interval of Newcombe 1998); `stance`, `diff_pts`, `lo_pts`, `hi_pts` (those of
    the stance asked for); n_now, n_before, n_eff_now, n_eff_before; now_from, now_to, before_from, before_to (days);
    `enough`: whether both windows hold min_n. Shares and points are null where it is false.
    """
    if stance not in ("favor", "against"):
        raise ValueError(f"a change is told for favor or against, not {stance!r}")
    now = now or last_days(one_series(daily), days, end)
    if now is None:
        return pl.DataFrame(schema=_change_schema())
    before = before or window_before(now)
    pool, other = _pooled(daily, now), _pooled(daily, before)
    enough = pool.is_enough(min_n) and other.is_enough(min_n)
    row: dict[str, object] = {
        "n_now": pool.n,
        "n_before": other.n,
        "n_eff_now": pool.n_eff,
        "n_eff_before": other.n_eff,
    }
    row |= {
        "now_from": now.from_on,
        "now_to": now.to_on,
        "before_from": before.from_on,
        "before_to": before.to_on,
    }
    for name in ("favor", "against"):
        difference = newcombe(pool.share(name), pool.n_eff, other.share(name), other.n_eff)
        points = [100 * float(value) if enough else None for value in difference]
        row |= dict(zip((f"{name}_diff_pts", f"{name}_lo_pts", f"{name}_hi_pts"), points, strict=True))
        row |= {f"{name}_now": pool.share(name) if enough else None}
        row |= {f"{name}_before": other.share(name) if enough else None}
    row |= {name: row[f"{stance}_{name}"] for name in ("diff_pts", "lo_pts", "hi_pts")}
    return pl.DataFrame([row | {"stance": stance, "enough": enough}], schema=_change_schema())


class _Pool(NamedTuple):
    """The sums of a window."""

    weights: dict[str, float]
    n: float
    n_eff: float

    def share(self, stance: str) -> float:
        return self.weights[stance] / self.n if self.n > 0 else 0.0

    def is_enough(self, min_n: float) -> bool:
        return self.n > 0 and self.n >= min_n - 1e-6  # sums of thirds may come out just below a whole number


def _pooled(daily: pl.DataFrame, window: Window) -> _Pool:
    inside = daily.filter(pl.col("on").is_between(window.from_on, window.to_on))
    sums = inside.select(pl.col(*LABELS, "sq").sum()).row(0, named=True)
    n = float(sum(sums[name] for name in LABELS))
    return _Pool({name: float(sums[name]) for name in LABELS}, n, float(effective_n(n, sums["sq"])))


def _change_schema() -> dict[str, pl.DataType]:
    points = ("now", "before", "diff_pts", "lo_pts", "hi_pts")
    return {
        "stance": pl.String(),
        **{name: pl.Float64() for name in ("diff_pts", "lo_pts", "hi_pts")},
        **{f"{stance}_{name}": pl.Float64() for stance in ("favor", "against") for name in points},
        **{name: pl.Float64() for name in ("n_now", "n_before", "n_eff_now", "n_eff_before")},
        **{name: pl.Date() for name in ("now_from", "now_to", "before_from", "before_to")},
        "enough": pl.Boolean(),
    }
