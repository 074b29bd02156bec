"""What volume to expect: a negative binomial regression on the weekdays of the days before. See docs/method.md.

Variance = mean + spread x mean squared (NB2: Hilbe 2011, Negative Binomial Regression, ch. 8). A prediction interval also
holds how well the means are known: the variance of the logarithm of a mean (delta method) is added to the spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.intervals import Floats

BASELINE_DAYS = 56
"""Eight weeks before the day in question: each weekday eight times."""

FEWEST_DAYS = 14
"""With fewer days before it there is nothing to compare with."""

WEEKDAY_DAYS = 28
"""Weekdays get means of their own from four weeks on; before, all days share one."""

TAIL = 0.025
_LEAST_SPREAD = 1e-3

VOLUME_SCHEMA: dict[str, pl.DataType] = {
    "on": pl.Date(),
    **{name: pl.Float64() for name in ("n", "expected", "lo", "hi")},
    "after": pl.Boolean(),
}
Weekdays = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CountModel:
    """A fitted regression: `design` says by which columns a weekday (0 Monday to 6) enters, one row a weekday."""

    coefficients: Floats
    covariance: Floats
    design: Floats
    spread: float
    n_days: int

    @property
    def by_weekday(self) -> bool:
        """Whether each weekday has a mean of its own."""
        return self.design.shape[1] > 1

    def band(self, weekdays: Weekdays) -> tuple[Floats, Floats, Floats]:
        """Return the mean of each day and the ends of its 95 % prediction interval."""
        rows = self.design[weekdays]
        means = np.exp(rows @ self.coefficients)
        known = np.einsum("ij,jk,ik->i", rows, self.covariance, rows)
        return means, *_ends(means, means + (self.spread + known) * means**2)

    def total(self, weekdays: Weekdays) -> tuple[float, float, float]:
        """Return the mean of the sum of these days and the ends of its 95 % prediction interval."""
        rows = self.design[weekdays]
        means = np.exp(rows @ self.coefficients)
        slope = means @ rows  # of the sum, by coefficient
        variance = float((means + self.spread * means**2).sum() + slope @ self.covariance @ slope)
        whole = np.array([means.sum()])
        lo, hi = _ends(whole, np.array([variance]))
        return float(whole[0]), float(lo[0]), float(hi[0])


def _ends(means: Floats, variances: Floats) -> tuple[Floats, Floats]:
    """Return the 2.5 % and 97.5 % quantiles of negative binomials with these moments."""
    from scipy.stats import nbinom  # a second to load, and only needed where there is a baseline

    size = means**2 / np.maximum(variances - means, 1e-12)
    odds = size / (size + means)
    return np.asarray(nbinom.ppf(TAIL, size, odds), float), np.asarray(
        nbinom.ppf(1 - TAIL, size, odds), float
    )


def fit_counts(counts: Floats, weekdays: Weekdays) -> CountModel | None:
    """Return the regression of daily counts on their weekdays; None with under FEWEST_DAYS days, or without any count.

    Means by maximum likelihood (GLM, log link), the spread from Pearson's statistic (Breslow 1984, Appl. Stat. 33:38),
    each once more with the other. A weekday without a count, or under WEEKDAY_DAYS days, makes
    all days share one mean.
    """
    if counts.size < FEWEST_DAYS or counts.sum() <= 0:
        return None
    from statsmodels.genmod.families import NegativeBinomial, Poisson  # seconds to load
    from statsmodels.genmod.generalized_linear_model import GLM

    sums = np.bincount(weekdays, weights=counts, minlength=7)
    design = np.eye(7) if counts.size >= WEEKDAY_DAYS and (sums > 0).all() else np.ones((7, 1))
    rows = design[weekdays]
    fitted = GLM(counts, rows, family=Poisson()).fit()
    spread = _spread(counts, fitted.fittedvalues, rows.shape[1])
    for _ in range(2):
        fitted = GLM(counts, rows, family=NegativeBinomial(alpha=spread)).fit(scale=1.0)
        spread = _spread(counts, fitted.fittedvalues, rows.shape[1])
    return CountModel(
        np.asarray(fitted.params), np.asarray(fitted.cov_params()), design, spread, int(counts.size)
    )


def _spread(counts: Floats, means: Floats, n_means: int) -> float:
    """Return the spread at which Pearson's statistic is two less than its degrees of freedom.

    Two less, as the variance of a t distribution has it: a spread that is estimated must make the interval wider.
    """
    from scipy.optimize import brentq

    free = counts.size - n_means - 2

    def excess(spread: float) -> float:
        return float(((counts - means) ** 2 / (means + spread * means**2)).sum() - free)

    if excess(_LEAST_SPREAD) <= 0:
        return _LEAST_SPREAD
    return float(brentq(excess, _LEAST_SPREAD, 1e4)) if excess(1e4) < 0 else 1e4


def expected_volume(
    volume: pl.DataFrame, on: date, after_days: int = 7, shown_before: int = 28
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the days around `on` with what was expected of them, and one row on all days from `on` together.

    `volume`: on, n, one row a calendar day without a day left out. The first frame has the columns of VOLUME_SCHEMA for up
    to `shown_before` days before and `after_days` from `on` on, as far as the data go; expected, lo and hi (95 %
    prediction interval) rest on the BASELINE_DAYS before `on` and are null without a baseline. The second has n, expected,
    lo, hi, ratio (n / expected), n_days (counted from `on` on), n_baseline, by_weekday; null where it cannot be said.
    """
    days = volume.sort("on").select("on", pl.col("n").cast(pl.Float64))
    before = days.filter(pl.col("on").is_between(on - timedelta(days=BASELINE_DAYS), on - timedelta(days=1)))
    last = on + timedelta(days=after_days - 1)
    shown = days.filter(pl.col("on").is_between(on - timedelta(days=shown_before), last))
    after = shown.filter(pl.col("on") >= on)
    model = fit_counts(before["n"].to_numpy(), _weekdays(before)) if not after.is_empty() else None
    framed = shown.with_columns(after=pl.col("on") >= on)
    if model is None:
        nothing = [pl.lit(None, dtype=pl.Float64).alias(name) for name in ("expected", "lo", "hi")]
        framed = framed.with_columns(nothing)
    else:
        ends = model.band(_weekdays(shown))
        framed = framed.with_columns(
            pl.Series(name, values) for name, values in zip(("expected", "lo", "hi"), ends, strict=True)
        )
    return framed.select(VOLUME_SCHEMA.keys()), _total(model, after, before.height)


def _total(model: CountModel | None, after: pl.DataFrame, n_baseline: int) -> pl.DataFrame:
    seen = float(after["n"].sum()) if not after.is_empty() else None
    mean, lo, hi = model.total(_weekdays(after)) if model is not None else (None, None, None)
    row = {
        "n": seen,
        "expected": mean,
        "lo": lo,
        "hi": hi,
        "ratio": None if mean is None or seen is None else seen / mean,
        "n_days": after.height,
        "n_baseline": n_baseline,
        "by_weekday": model is not None and model.by_weekday,
    }
    floats = {name: pl.Float64 for name in ("n", "expected", "lo", "hi", "ratio")}
    return pl.DataFrame(
        [row], schema={**floats, "n_days": pl.Int64, "n_baseline": pl.Int64, "by_weekday": pl.Boolean}
    )


def _weekdays(days: pl.DataFrame) -> Weekdays:
    return days["on"].dt.weekday().to_numpy().astype(np.int64) - 1
