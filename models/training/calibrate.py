"""Fits the temperature of each language and the threshold of `unclear` on held-out topics."""

from __future__ import annotations

import numpy as np

from models.calibration import Calibration, softmax

MOST_UNCLEAR = 0.05
"""At most this share of readings is given up as unclear: beyond it, an answer with its probability says
more.
"""


def fit_temperature(logits: np.ndarray, gold: np.ndarray) -> float:
    """Return the temperature with the least negative log-likelihood, by a fine grid."""
    grid = np.exp(np.linspace(np.log(0.3), np.log(6), 200))
    losses = [-np.log(softmax(logits / t)[np.arange(len(gold)), gold] + 1e-12).mean() for t in grid]
    return float(grid[int(np.argmin(losses))])


def fit_threshold(probabilities: np.ndarray, gold: np.ndarray) -> float:
    """Return the highest threshold, to 0.01, under which lie few readings and less than half of them are
    right.
    """
    top, right = probabilities.max(1), probabilities.argmax(1) == gold
    best = 0.0
    for threshold in np.arange(0.34, 0.501, 0.01):
        below = top < threshold
        if below.any() and below.mean() <= MOST_UNCLEAR and right[below].mean() < 0.5:
            best = float(round(threshold, 2))
    return best


def fit(logits: np.ndarray, gold: np.ndarray, spanish: np.ndarray) -> Calibration:
    """Return the calibration for logits (n, 3), gold labels (n,) and which rows are Spanish (n,)."""
    english_t, spanish_t = (
        fit_temperature(logits[~spanish], gold[~spanish]),
        fit_temperature(logits[spanish], gold[spanish]),
    )
    scaled = logits / np.where(spanish, spanish_t, english_t)[:, None]
    return Calibration(english_t, spanish_t, fit_threshold(softmax(scaled), gold))
