"""Expected volume: what a regression on weekdays says of days that follow, and where it says nothing."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.baseline import FEWEST_DAYS, expected_volume, fit_counts

MONDAY = date(2025, 1, 6)


def volume(counts: list[float]) -> pl.DataFrame:
    on = [MONDAY + timedelta(days=n) for n in range(len(counts))]
    return pl.DataFrame({"on": on, "n": counts}, schema={"on": pl.Date, "n": pl.Float64})


def test_weekdays_get_their_own_means_from_four_weeks_on() -> None:
    counts = np.tile([20.0, 21, 22, 20, 21, 8, 6, 24, 19, 22, 24, 19, 10, 8], 4)
    weekdays = np.arange(56) % 7
    model = fit_counts(counts, weekdays)
    assert model is not None and model.by_weekday
    means, lo, hi = model.band(np.arange(7))
    assert means == pytest.approx([22, 20, 22, 22, 20, 9, 7], rel=1e-4)
    assert (lo < means).all() and (means < hi).all() and hi[6] < means[0]
    short = fit_counts(counts[:21], weekdays[:21])
    assert short is not None and not short.by_weekday
    assert short.band(np.arange(7))[0] == pytest.approx(np.full(7, counts[:21].mean()), rel=1e-4)


def test_uneven_counts_make_a_wider_interval_than_even_ones() -> None:
    rng = np.random.default_rng(1)
    weekdays = np.arange(56) % 7
    even = fit_counts(rng.poisson(20, 56).astype(float), weekdays)
    uneven = fit_counts(rng.negative_binomial(1, 1 / 21, 56).astype(float), weekdays)
    assert even is not None and uneven is not None
    widths = [model.total(np.arange(7))[2] - model.total(np.arange(7))[1] for model in (even, uneven)]
    assert uneven.spread > 0.4 > even.spread and widths[1] > 2 * widths[0]


def test_sum_of_a_week_is_not_the_sum_of_its_ends() -> None:
    model = fit_counts(np.random.default_rng(2).poisson(20, 56).astype(float), np.arange(56) % 7)
    assert model is not None
    mean, lo, hi = model.total(np.arange(7))
    means, low, high = model.band(np.arange(7))
    assert mean == pytest.approx(means.sum()) and low.sum() < lo < mean < hi < high.sum()


@pytest.mark.parametrize("counts", [[], [5.0], [3.0] * (FEWEST_DAYS - 1), [0.0] * 56])
def test_too_few_days_or_no_count_at_all_expect_nothing(counts: list[float]) -> None:
    assert fit_counts(np.array(counts), np.arange(len(counts)) % 7) is None


def test_weekday_that_never_had_a_post_does_not_break_the_fit() -> None:
    counts = np.tile([10.0, 12, 9, 11, 10, 4, 0], 8)
    model = fit_counts(counts, np.arange(56) % 7)
    assert model is not None and not model.by_weekday
    assert np.isfinite(np.concatenate(model.band(np.arange(7)))).all()


def test_days_around_an_event_stand_beside_what_was_expected_of_them() -> None:
    days, total = expected_volume(
        volume([10.0, 12.0] * 28 + [60.0] * 7 + [11.0] * 20), MONDAY + timedelta(days=56)
    )
    assert days["on"].to_list() == [MONDAY + timedelta(days=n) for n in range(28, 63)]
    assert days["after"].to_list() == [False] * 28 + [True] * 7
    row = total.row(0, named=True)
    assert row["n"] == 420 and row["n_days"] == 7 and row["n_baseline"] == 56
    assert row["lo"] < row["expected"] < row["hi"] < row["n"]
    assert row["ratio"] == pytest.approx(420 / row["expected"])


def test_week_that_is_not_over_is_compared_by_the_days_it_has() -> None:
    _, total = expected_volume(volume([10.0, 12.0] * 28 + [11.0] * 3), MONDAY + timedelta(days=56))
    row = total.row(0, named=True)
    assert row["n_days"] == 3 and row["lo"] <= 33 <= row["hi"] and row["expected"] == pytest.approx(33, abs=1)


@pytest.mark.parametrize("on", [MONDAY - timedelta(days=400), MONDAY + timedelta(days=400), MONDAY])
def test_event_without_days_around_it_has_no_expectation(on: date) -> None:
    days, total = expected_volume(volume([10.0] * 60), on)
    row = total.row(0, named=True)
    assert row["expected"] is None and row["ratio"] is None and days["expected"].null_count() == days.height


def test_one_day_and_no_day_at_all() -> None:
    for counts in ([], [4.0]):
        days, total = expected_volume(volume(counts), MONDAY)
        assert days.height == len(counts) and total["expected"][0] is None
