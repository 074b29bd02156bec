from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from charts.numbers import (
    NBSP,
    age,
    count,
    day,
    instant,
    interval,
    mean,
    percent,
    points,
    signed_percent,
    signed_points,
    size,
)


def test_share_is_a_whole_percentage_in_the_readers_language() -> None:
    assert percent(0.414, "en") == "41%"
    assert percent(0.414, "es") == f"41{NBSP}%"
    assert percent(None, "en") == percent(float("nan"), "es") == "–"


def test_difference_is_in_points_never_in_percent() -> None:
    assert points(0.04, "en") == "+4 points"
    assert points(-0.01, "es") == "−1 punto"
    assert points(0.004, "en") == "0 points"
    assert points(-0.09, "en", signed=False) == "9 points"
    assert (signed_points(0.12), signed_points(-0.2), signed_points(0)) == ("+12", "−20", "0")
    assert signed_percent(-0.1, "en") == "−10%"


def test_thousands_are_set_apart() -> None:
    assert count(12480, "en") == "12,480"
    assert count(12480, "es") == f"12{NBSP}480"


def test_dates_use_our_own_month_names() -> None:
    assert day(date(2025, 2, 3), "en") == "3 Feb 2025"
    assert day(date(2025, 1, 31), "es") == "31 ene 2025"
    assert day(None, "es") == "sin fecha"
    assert instant(datetime(2025, 8, 3, 6, 5), "es") == "3 ago 2025, 06:05"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "just now"), (1, "1 minute ago"), (59, "59 minutes ago"), (60, "1 hour ago"), (1439, "23 hours ago"), (3000, "2 days ago")],
)  # fmt: skip
def test_age_is_rounded_down_to_the_largest_unit(minutes: int, said: str) -> None:
    assert age(timedelta(minutes=minutes), "en") == said


def test_interval_names_both_ends() -> None:
    assert interval(0.381, 0.44, "en") == "38–44%"
    assert interval(None, 0.5, "en") == "–"


@pytest.mark.parametrize(
    ("n_bytes", "said"), [(0, "0 B"), (999, "999 B"), (48_200, "48.2 kB"), (3.1e6, "3.1 MB"), (2e9, "2.0 GB")]
)
def test_size_is_in_the_largest_unit_that_it_fills(n_bytes: float, said: str) -> None:
    assert size(n_bytes, "en") == said.replace(" ", NBSP)
    assert size(n_bytes, "es") == said.replace(" ", NBSP).replace(".", ",")


def test_mean_under_ten_has_a_decimal() -> None:
    assert [mean(value, "en") for value in (0.04, 0.4, 9.94, 9.96, 1234.5)] == [
        "0.0",
        "0.4",
        "9.9",
        "10",
        "1,234",
    ]
    assert mean(0.4, "es") == "0,4"
