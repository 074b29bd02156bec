"""How where things stand over a window of days differs from an earlier window."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

import polars as pl

from analysis.intervals import effective_n, newcombe
from analysis.selection import one_series
from records import LABELS


class Window(NamedTuple):
    """Days from `from_on` to `to_on`, both included."""

    from_on: date
    to_on: date


def change(
    daily: pl.DataFrame,
    now: Window,
    before: Window,
    *,
    stance: str = "against",
    min_n: float = 30,
) -> pl.DataFrame:
    """Return one row on how two windows of one series of cells differ.

    Columns: for favor and against `<stance>_now`, `<stance>_before` (shares, 0-1), `<stance>_diff_pts`, `<stance>_lo_pts`,
    `<stance>_hi_pts` (points, with the 95 % interval of Newcombe 1998); `stance`, `diff_pts`, `lo_pts`, `hi_pts` (those of
    the stance asked for); n_now, n_before, n_eff_now, n_eff_before; now_from, now_to, before_from, before_to (days);
    `enough`: whether both windows hold min_n. Shares and points are null where it is false.
    """
    if stance not in ("favor", "against"):
        raise ValueError(f"a change is told for favor or against, not {stance!r}")
    series = one_series(daily)
    pool, other = _pooled(series, now), _pooled(series, before)
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
