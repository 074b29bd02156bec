"""Scores of predicted stances: macro-F1, bootstrap intervals, calibration error. Pure numpy."""

from __future__ import annotations

import numpy as np


def macro_f1(gold: np.ndarray, predicted: np.ndarray, classes: tuple[int, ...] = (0, 1, 2)) -> float:
    """Return the mean F1 over `classes`; a class that is neither in gold nor predicted counts 0."""
    return float(np.mean([class_f1(gold, predicted, c) for c in classes]))


def class_f1(gold: np.ndarray, predicted: np.ndarray, which: int) -> float:
    """Return the F1 of one class, 0 when it is never met."""
    hit = np.sum((gold == which) & (predicted == which))
    met = np.sum(gold == which) + np.sum(predicted == which)
    return float(2 * hit / met) if met else 0.0


def bootstrap_interval(
    gold: np.ndarray, predicted: np.ndarray, classes: tuple[int, ...], rounds: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % percentile interval of macro-F1 over resampled rows."""
    rng = np.random.default_rng(seed)
    scores = []
    for _ in range(rounds):
        drawn = rng.integers(0, len(gold), len(gold))
        scores.append(macro_f1(gold[drawn], predicted[drawn], classes))
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)


def calibration_error(gold: np.ndarray, probabilities: np.ndarray, bins: int = 15) -> float:
    """Return the expected calibration error of the likeliest class over equal-width bins."""
    top, right = probabilities.max(1), probabilities.argmax(1) == gold
    at = np.minimum((top * bins).astype(int), bins - 1)
    gaps = [
        abs(top[at == b].mean() - right[at == b].mean()) * np.mean(at == b)
        for b in range(bins)
        if np.any(at == b)
    ]
    return float(np.sum(gaps))
