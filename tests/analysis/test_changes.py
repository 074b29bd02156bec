from __future__ import annotations

import numpy as np
import pytest

from analysis.changes import MIN_DAYS, last_change
from analysis.control import fit_baseline
from tests.analysis.made_counts import days_of_week, made_counts


def found(counts: np.ndarray) -> int | None:
    weekdays = days_of_week(counts.size)
    usual = fit_baseline(counts, weekdays)
    assert usual is not None
    return last_change(counts, weekdays, usual)


@pytest.mark.parametrize("mean", [3, 40])
def test_steady_source_with_a_working_week_has_one_level(mean: float) -> None:
    rng = np.random.default_rng(1)
    assert [found(made_counts(rng, mean, 0, 70)) for _ in range(20)].count(None) >= 19


@pytest.mark.parametrize("factor", [0.0, 0.1, 0.3])
def test_day_of_a_fall_is_found_within_two_days(factor: float) -> None:
    rng = np.random.default_rng(2)
    for before in (30, 50):
        counts = made_counts(rng, 40, 0.02, 60)
        counts[before:] = np.round(counts[before:] * factor)
        at = found(counts)
        assert at is not None and abs(at - before) <= 2


def test_last_of_several_changes_counts() -> None:
    counts = made_counts(np.random.default_rng(3), 40, 0.02, 90)
    counts[30:60] = np.round(counts[30:60] / 6)
    at = found(counts)
    assert at is not None and abs(at - 60) <= 2


def test_few_days_are_one_level() -> None:
    counts = made_counts(np.random.default_rng(4), 40, 0, 14)
    usual = fit_baseline(counts, days_of_week(14))
    assert usual is not None
    short = np.array([40.0] * MIN_DAYS + [0.0] * (MIN_DAYS - 1))
    assert last_change(short, days_of_week(short.size), usual) is None
