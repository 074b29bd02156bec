"""What a source usually gives on a weekday, and how little it may give before that is no chance.

A count a day is taken as negative binomial: mean = level x weekday factor, variance = mean + spread x mean squared. The
lower limit is a quantile of it, as in Noufaily et al. (2013, Stat. Med. 32:1206), who turned the quasi-Poisson limit of
Farrington et al. (1996, J. R. Stat. Soc. A 159:547) into one. Weekday factors stand where they have weeks of the year.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Weekdays = NDArray[np.int64]
"""0 (Monday) to 6, one a day."""

BASELINE_DAYS = 56
"""Eight weeks: each weekday eight times."""

FEWEST_DAYS = 14
"""Under two of each weekday nothing is said."""

RUN_ODDS = 0.003
"""The odds at which days in a row are too low, or too empty, for chance."""

DAY_ODDS = 0.01
"""The same for the last day by itself: a lower limit of 99 %."""

OUTLYING = 2.58
"""Noufaily's threshold: days above it are taken for a burst of attention and count for less."""

REFITS = 2
CHI2_MEDIAN = 0.455
"""Of one degree of freedom."""

FADES = (14, 7)
"""Days at the end whose own level counts where it is lower: attention to a topic fades, and fading is no silence."""

_LEAST_SPREAD = 0.02


@dataclass(frozen=True, slots=True)
class Baseline:
    """How much a source gives: a mean for each weekday (Monday first), the spread, and how many days each rests on.

    `fade` (0-1) is how far the last two weeks, or the last one, lie below the means. `floor` is the rate of days that
    came back empty though most of their weekday are not.
    """

    means: Floats
    spread: float
    n_of: Floats
    fade: float
    floor: float

    def expected(self, weekdays: Weekdays) -> Floats:
        """Return the mean of each day."""
        return self.means[weekdays]

    def limits(self, weekdays: Weekdays, odds: float = DAY_ODDS) -> Floats:
        """Return the least count of each day that is still within chance: a lower one has odds below `odds`."""
        from scipy.stats import nbinom  # a second to load, and not needed before there is a baseline

        means, spread = self._faded(weekdays)
        size = 1 / spread
        return np.asarray(nbinom.ppf(odds, size, size / (size + means)), dtype=float)

    def odds_of_none(self, weekdays: Weekdays) -> float:
        """Return the odds that these days in a row are all empty: those of each day multiplied.

        A day's odds are never taken for less than `floor`: a source fails to answer, or rests, more often than its
        counts tell.
        """
        return float(np.prod(np.maximum(_none(*self._faded(weekdays)), self.floor)))

    def odds_of_sum(self, total: float, weekdays: Weekdays) -> float:
        """Return the odds that these days together give no more than `total`."""
        from scipy.stats import nbinom

        means, spread = self._faded(weekdays)
        whole = float(means.sum())
        size = whole**2 / float((spread * means**2).sum())
        return float(nbinom.cdf(total, size, size / (size + whole)))

    def _faded(self, weekdays: Weekdays) -> tuple[Floats, Floats]:
        """Return the mean of each day at the level of the last weeks, and its spread, widened by how well it is known."""
        means = np.maximum(self.fade * self.expected(weekdays), 1e-9)
        return means, self.spread + (1 / means + self.spread) / self.n_of[weekdays]


def fit_baseline(counts: Floats, weekdays: Weekdays) -> Baseline | None:
    """Return the baseline of up to the last eight weeks of days, oldest first; None with fewer than FEWEST_DAYS.

    Fitted again with less weight on days far above their mean (by Anscombe residuals, as in Farrington et al.): a week of
    headlines must not make the weeks after it look like silence.
    """
    counts, weekdays = counts[-BASELINE_DAYS:], weekdays[-BASELINE_DAYS:]
    if counts.size < FEWEST_DAYS:
        return None
    weights = np.ones(counts.size)
    means, spread = _fit(counts, weekdays, weights)
    for _ in range(REFITS):
        weights = _weights(counts, means[weekdays])
        means, spread = _fit(counts, weekdays, weights)
    expected = means[weekdays]
    fades = [(counts[-n:].sum() + 0.5) / (expected[-n:].sum() + 0.5) for n in FADES]
    n_of = np.maximum(np.bincount(weekdays, weights, minlength=7), 1.0)
    full = _none(expected, np.full(counts.size, spread)) < 0.5
    floor = (np.count_nonzero(counts[full] == 0) + 1) / (np.count_nonzero(full) + 2)
    return Baseline(means, spread, n_of, min(1.0, *fades), floor)


def _fit(counts: Floats, weekdays: Weekdays, weights: Floats) -> tuple[Floats, float]:
    """Return the mean of each weekday and the spread (by moments)."""
    level = float(weights @ counts / weights.sum())
    n_of = np.bincount(weekdays, weights, minlength=7)
    sums = np.bincount(weekdays, weights * counts, minlength=7)
    means = (
        level * (sums + 1) / (n_of * level + 1)
    )  # one count of no weekday at all: few counts make no pattern
    mean = means[weekdays]
    excess = weights * ((counts - mean) ** 2 * counts.size / (counts.size - 7) - mean)
    return means, max(_LEAST_SPREAD, float(excess.sum() / max(1e-9, (weights * mean**2).sum())))


def _weights(counts: Floats, means: Floats) -> Floats:
    """Return 1 for a usual day, and less the further a day lies above its mean.

    The dispersion is taken from the median of the squared residuals, not from their mean: a burst would lift that until
    nothing stands out.
    """
    means = np.maximum(means, 1e-9)
    typical = float(np.median((counts - means) ** 2 / means)) / CHI2_MEDIAN
    dispersion = max(1.0, typical * counts.size / (counts.size - 7))
    residuals = 1.5 * (counts ** (2 / 3) - means ** (2 / 3)) / (means ** (1 / 6) * np.sqrt(dispersion))
    return np.where(residuals > OUTLYING, np.maximum(residuals, OUTLYING) ** -2.0, 1.0)


def _none(means: Floats, spread: Floats) -> Floats:
    """Return the odds of an empty day of each of these means."""
    return np.exp(-np.log1p(spread * means) / spread)
