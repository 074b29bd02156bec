from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.intervals import newcombe
from analysis.standing import Window, change, last_days, latest_standing, window_before

Make = Callable[[list[dict]], pl.DataFrame]


def test_standing_pools_the_last_days(cells: Make) -> None:
    rows = [
        {"day": 0, "favor": 500},
        {"day": 10, "favor": 10, "against": 30},
        {"day": 39, "neutral": 50, "unclear": 10},
    ]
    found = latest_standing(cells(rows), days=30)
    assert found["stance"].to_list() == ["favor", "against", "neutral", "unclear"]
    assert found["share"].to_list() == pytest.approx([0.1, 0.3, 0.5, 0.1])
    assert found["n"].to_list() == [100.0] * 4
    assert found.select("from_on", "to_on").row(0) == (date(2025, 1, 11), date(2025, 2, 9))
    assert found.filter((pl.col("lo") >= pl.col("share")) | (pl.col("hi") <= pl.col("share"))).is_empty()


def test_standing_of_too_few_says_how_many_and_no_share(cells: Make) -> None:
    found = latest_standing(cells([{"day": 0, "favor": 29}]))
    assert found["share"].to_list() == [None] * 4 and found["n"].to_list() == [29.0] * 4


def test_standing_of_nothing_has_no_rows(cells: Make) -> None:
    assert latest_standing(cells([])).is_empty()
    assert latest_standing(cells([{"day": 0, "off_topic": 3}])).is_empty()


def test_standing_at_an_earlier_end(cells: Make) -> None:
    rows = [{"day": 0, "favor": 40}, {"day": 40, "against": 40}]
    assert latest_standing(cells(rows), end=date(2025, 1, 5))["share"].to_list() == [1.0, 0.0, 0.0, 0.0]


def test_windows_touch_and_do_not_overlap(cells: Make) -> None:
    now = last_days(cells([{"day": 59, "favor": 1}]), 30)
    assert now == Window(date(2025, 1, 31), date(2025, 3, 1))
    before = window_before(now)
    assert before.to_on + timedelta(days=1) == now.from_on
    assert before.n_days == now.n_days == 30


def test_change_is_the_difference_in_points_with_newcombes_interval(cells: Make) -> None:
    rows = [{"day": 0, "favor": 60, "against": 40}, {"day": 40, "favor": 45, "against": 55}]
    row = change(cells(rows), days=30, stance="against").row(0, named=True)
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
    row = change(cells([{"day": 0, "favor": 29}, {"day": 40, "favor": 100}])).row(0, named=True)
    assert not row["enough"] and row["diff_pts"] is None and row["favor_now"] is None
    assert (row["n_now"], row["n_before"]) == (100, 29)


def test_change_of_nothing_has_no_row(cells: Make) -> None:
    assert change(cells([])).is_empty()


@pytest.mark.parametrize("stance", ["neutral", "positive"])
def test_change_is_told_for_favor_and_against_alone(cells: Make, stance: str) -> None:
    with pytest.raises(ValueError, match="favor or against"):
        change(cells([]), stance=stance)


def test_several_series_are_refused(cells: Make) -> None:
    mixed = cells([{"day": 0, "favor": 40}, {"day": 0, "favor": 40, "denominator": "texts"}])
    for ask in (latest_standing, change):
        with pytest.raises(ValueError, match="denominator"):
            ask(mixed)


@pytest.mark.parametrize(("before", "now"), [(0.3, 0.3), (0.2, 0.35), (0.05, 0.02)])
def test_change_interval_holds_the_truth_as_often_as_it_says(cells: Make, before: float, now: float) -> None:
    rng, runs, n_held = np.random.default_rng(2), 500, 0
    for _ in range(runs):
        counts = rng.binomial([80, 120], [before, now])
        rows = [
            {"day": 40 * i, "against": float(x), "neutral": float(n - x)}
            for i, (x, n) in enumerate(zip(counts, (80, 120), strict=True))
        ]
        row = change(cells(rows), stance="against").row(0, named=True)
        n_held += row["lo_pts"] <= 100 * (now - before) <= row["hi_pts"]
    assert n_held / runs >= 0.93
