from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.intervals import newcombe
from analysis.standing import Window, change

NOW = Window(date(2025, 1, 12), date(2025, 2, 10))
BEFORE = Window(date(2024, 12, 13), date(2025, 1, 11))
"""Thirty days that hold day 40, and the thirty before them, which hold day 0."""
Make = Callable[[list[dict]], pl.DataFrame]


def test_change_is_the_difference_in_points_with_newcombes_interval(cells: Make) -> None:
    rows = [{"day": 0, "favor": 60, "against": 40}, {"day": 40, "favor": 45, "against": 55}]
    row = change(cells(rows), NOW, BEFORE, stance="against").row(0, named=True)
    assert (row["against_now"], row["against_before"]) == pytest.approx((0.55, 0.40))
    assert row["diff_pts"] == row["against_diff_pts"] == pytest.approx(15)
    assert row["favor_diff_pts"] == pytest.approx(-15)
    _, lo, hi = newcombe(0.55, 100, 0.40, 100)
    assert (row["lo_pts"], row["hi_pts"]) == pytest.approx((100 * float(lo), 100 * float(hi)))
    assert (row["n_now"], row["n_before"], row["enough"], row["stance"]) == (100, 100, True, "against")


def test_change_between_named_windows(cells: Make) -> None:
    rows = [{"day": 0, "against": 40}, {"day": 1, "favor": 40}, {"day": 2, "favor": 40}]
    day = date(2025, 1, 1)
    found = change(
        cells(rows),
        Window(day + timedelta(days=1), day + timedelta(days=2)),
        Window(day, day),
        stance="favor",
    )
    row = found.row(0, named=True)
    assert row["diff_pts"] == pytest.approx(100) and row["n_now"] == 80 and row["before_to"] == day


def test_change_with_too_few_on_one_side_has_no_points(cells: Make) -> None:
    row = change(cells([{"day": 0, "favor": 29}, {"day": 40, "favor": 100}]), NOW, BEFORE).row(0, named=True)
    assert not row["enough"] and row["diff_pts"] is None and row["favor_now"] is None
    assert (row["n_now"], row["n_before"]) == (100, 29)


def test_change_of_nothing_has_no_points(cells: Make) -> None:
    row = change(cells([]), NOW, BEFORE).row(0, named=True)
    assert not row["enough"] and row["diff_pts"] is None and row["n_now"] == 0


@pytest.mark.parametrize("stance", ["neutral", "positive"])
def test_change_is_told_for_favor_and_against_alone(cells: Make, stance: str) -> None:
    with pytest.raises(ValueError, match="favor or against"):
        change(cells([]), NOW, BEFORE, stance=stance)


def test_several_series_are_refused(cells: Make) -> None:
    mixed = cells([{"day": 0, "favor": 40}, {"day": 0, "favor": 40, "denominator": "texts"}])
    with pytest.raises(ValueError, match="denominator"):
        change(mixed, NOW, BEFORE)


@pytest.mark.parametrize(("before", "now"), [(0.3, 0.3), (0.2, 0.35), (0.05, 0.02)])
def test_change_interval_holds_the_truth_as_often_as_it_says(cells: Make, before: float, now: float) -> None:
    rng, runs, n_held = np.random.default_rng(2), 500, 0
    for _ in range(runs):
        counts = rng.binomial([80, 120], [before, now])
        rows = [
            {"day": 40 * i, "against": float(x), "neutral": float(n - x)}
            for i, (x, n) in enumerate(zip(counts, (80, 120), strict=True))
        ]
        row = change(cells(rows), NOW, BEFORE, stance="against").row(0, named=True)
        n_held += row["lo_pts"] <= 100 * (now - before) <= row["hi_pts"]
    assert n_held / runs >= 0.93
