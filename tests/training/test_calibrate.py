"""The temperature and the threshold find what was put in."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import softmax
from models.training.calibrate import fit, fit_temperature, fit_threshold


def drawn(temperature: float, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return logits that are `temperature` times too sharp, and labels drawn from the true probabilities."""
    rng = np.random.default_rng(seed)
    true = rng.normal(size=(n, 3)) * 2
    gold = np.array([rng.choice(3, p=p) for p in softmax(true)])
    return true * temperature, gold


@pytest.mark.parametrize("temperature", [0.6, 1.0, 2.5])
def test_temperature_is_recovered(temperature: float) -> None:
    logits, gold = drawn(temperature, 4000, seed=2)
    assert fit_temperature(logits, gold) == pytest.approx(temperature, rel=0.1)


def test_each_language_gets_its_own_temperature() -> None:
    (sharp, gold_a), (flat, gold_b) = drawn(2.0, 3000, 3), drawn(1.0, 3000, 4)
    made = fit(np.vstack([sharp, flat]), np.concatenate([gold_a, gold_b]), np.arange(6000) < 3000)
    assert made.spanish == pytest.approx(2.0, rel=0.15) and made.english == pytest.approx(1.0, rel=0.15)


def test_threshold_marks_readings_that_are_wrong_more_often_than_right() -> None:
    probabilities = np.array([[0.42, 0.30, 0.28]] * 4 + [[0.9, 0.05, 0.05]] * 96)
    gold = np.array([1] * 3 + [0] * 97)
    assert 0.42 < fit_threshold(probabilities, gold) <= 0.5


def test_threshold_gives_up_few_readings() -> None:
    probabilities = np.array([[0.37, 0.35, 0.28]] * 4 + [[0.42, 0.30, 0.28]] * 96)
    assert 0.37 < fit_threshold(probabilities, np.ones(100, int)) <= 0.42


def test_threshold_is_zero_when_low_readings_are_mostly_right() -> None:
    assert fit_threshold(np.array([[0.42, 0.30, 0.28]] * 50), np.zeros(50, int)) == 0.0
