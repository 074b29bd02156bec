"""Counts a day of made-up sources with a working week."""

from __future__ import annotations

import numpy as np

WEEK = np.array([1.2, 1.2, 1.1, 1.1, 1.0, 0.4, 0.3]) * 7 / 6.3
"""A newsroom's week: weekends give a third of a working day."""


def days_of_week(n: int) -> np.ndarray:
    """Return the weekdays of `n` days from a Monday on."""
    return np.arange(n) % 7


def made_counts(rng: np.random.Generator, mean: float, spread: float, n: int) -> np.ndarray:
    """Return counts of `n` days from a Monday on: Poisson, or with a spread negative binomial (variance mean + spread x mean squared)."""
    means = mean * WEEK[days_of_week(n)]
    if spread == 0:
        return rng.poisson(means).astype(float)
    return rng.negative_binomial(1 / spread, 1 / (1 + spread * means)).astype(float)
