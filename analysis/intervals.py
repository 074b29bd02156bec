"""Intervals for shares and their differences, for weighted and clustered counts. NumPy in, NumPy out."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Z95 = 1.959963984540054
"""The normal quantile of a two-sided 95 % interval."""

Floats = NDArray[np.float64]


def effective_n(total: ArrayLike, squares: ArrayLike) -> Floats:
    """Return how many independent texts a weighted count is worth: (sum w)^2 / sum w^2 (Kish 1965, p. 258). 0 for none.

    `squares` sums, over the clusters (texts or voices), the square of each cluster's whole weight.
    """
    total_w, total_sq = np.broadcast_arrays(np.asarray(total, float), np.asarray(squares, float))
    return np.divide(total_w**2, total_sq, out=np.zeros(total_w.shape), where=total_sq > 0)


def wilson(share: ArrayLike, n: ArrayLike) -> tuple[Floats, Floats]:
    """Return the lower and upper end of the 95 % score interval of a share (0-1) out of `n` (Wilson 1927).

    `n` need not be whole. Where it is 0 the ends are 0 and 1: nothing is known.
    """
    p, size = np.broadcast_arrays(np.asarray(share, float), np.asarray(n, float))
    known = size > 0
    count = np.where(known, size, 1.0)
    middle = (p + Z95**2 / (2 * count)) / (1 + Z95**2 / count)
    half = Z95 / (1 + Z95**2 / count) * np.sqrt(p * (1 - p) / count + Z95**2 / (4 * count**2))
    lo = np.where(known, np.clip(middle - half, 0, p), 0.0)
    hi = np.where(known, np.clip(middle + half, p, 1), 1.0)
    return lo, hi


def newcombe(
    share: ArrayLike, n: ArrayLike, other: ArrayLike, n_other: ArrayLike
) -> tuple[Floats, Floats, Floats]:
    """Return the difference share - other of two independent shares, and the ends of its 95 % interval.

    The hybrid score interval, method 10 of Newcombe (1998), which squares and adds the two Wilson intervals.
    """
    p, q = np.asarray(share, float), np.asarray(other, float)
    lo_p, hi_p = wilson(p, n)
    lo_q, hi_q = wilson(q, n_other)
    difference = p - q
    lo = difference - np.sqrt((p - lo_p) ** 2 + (hi_q - q) ** 2)
    hi = difference + np.sqrt((hi_p - p) ** 2 + (q - lo_q) ** 2)
    return difference, np.maximum(lo, -1.0), np.minimum(hi, 1.0)
