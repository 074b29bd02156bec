"""The scores that the card reports."""

from __future__ import annotations

import numpy as np
import pytest

from models.training.score import bootstrap_interval, calibration_error, macro_f1


def test_macro_f1_is_the_mean_over_the_classes() -> None:
    gold, predicted = np.array([0, 0, 1, 2]), np.array([0, 1, 1, 2])
    assert macro_f1(gold, predicted) == pytest.approx((2 / 3 + 2 / 3 + 1) / 3)


def test_two_class_score_leaves_the_third_out() -> None:
    assert macro_f1(np.array([0, 1]), np.array([0, 1]), (0, 1)) == 1.0


def test_interval_holds_the_score_and_narrows_with_more_rows() -> None:
    rng = np.random.default_rng(1)
    gold = rng.integers(0, 3, 2000)
    predicted = np.where(rng.random(2000) < 0.7, gold, rng.integers(0, 3, 2000))
    lo, hi = bootstrap_interval(gold, predicted, (0, 1, 2), rounds=200)
    few_lo, few_hi = bootstrap_interval(gold[:100], predicted[:100], (0, 1, 2), rounds=200)
    assert lo < macro_f1(gold, predicted) < hi
    assert hi - lo < few_hi - few_lo


def test_calibration_error_sees_overconfidence() -> None:
    gold = np.array([0, 1] * 50)
    sure = np.tile([0.98, 0.01, 0.01], (100, 1))
    honest = np.tile([0.5, 0.49, 0.01], (100, 1))
    assert calibration_error(gold, sure) == pytest.approx(0.48)
    assert calibration_error(gold, honest) == pytest.approx(0.0, abs=1e-9)
