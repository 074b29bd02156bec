from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.daily import daily_cells
from analysis.selection import select_cells
from analysis.trend import TREND_SCHEMA, is_sparse, trend

Make = Callable[[list[dict]], pl.DataFrame]


def series(frame: pl.DataFrame, stance: str, column: str = "share") -> list:
    return frame.filter(stance=stance)[column].to_list()


def test_day_without_posts_between_two_days_with_posts_is_a_gap(cells: Make) -> None:
    found = trend(cells([{"day": 0, "favor": 40}, {"day": 2, "against": 40}]))
    assert series(found, "favor") == [1.0, None, 0.5]
    assert series(found, "favor", "lo")[1] is None and series(found, "favor", "hi")[1] is None
    assert series(found, "favor", "n_day") == [40, 0, 40]
    assert found["on"].unique().sort().to_list() == [date(2025, 1, 1) + timedelta(days=i) for i in range(3)]


def test_day_with_off_topic_posts_alone_is_a_gap_too(cells: Make) -> None:
    rows = [{"day": 0, "favor": 40}, {"day": 1, "off_topic": 99}, {"day": 2, "favor": 40}]
    assert series(trend(cells(rows)), "favor") == [1.0, None, 1.0]


def test_fewer_than_the_least_number_is_no_line(cells: Make) -> None:
    found = trend(cells([{"day": 0, "favor": 29}, {"day": 1, "favor": 1}]))
    assert series(found, "favor") == [None, 1.0]
    assert series(found, "favor", "n") == [29, 30]
    assert series(trend(cells([{"day": 0, "favor": 29}]), min_n=29), "favor") == [1.0]


def test_thirds_that_add_up_to_thirty_are_thirty(cells: Make) -> None:
    assert series(trend(cells([{"day": 0, "favor": 30 - 3e-8}])), "favor") == [1.0]


def test_window_pools_the_days_that_end_there_and_forgets_the_rest(cells: Make) -> None:
    rows = [{"day": i, "favor": 100.0 if i == 0 else 0.0, "against": 50.0} for i in range(9)]
    found = trend(cells(rows), window_days=7)
    expected = [100 / (100 + 50 * (i + 1)) if i < 7 else 0.0 for i in range(9)]
    assert series(found, "favor") == pytest.approx(expected)
    assert series(found, "against", "n") == [100 + 50 * (i + 1) if i < 7 else 350 for i in range(9)]
    assert series(trend(cells(rows), window_days=1), "favor")[1] == 0.0


def test_shares_of_a_day_add_up_to_one_and_lie_in_their_intervals(cells: Make) -> None:
    rng = np.random.default_rng(3)
    rows = [
        {"day": i, **{k: float(rng.integers(0, 30)) for k in ("favor", "against", "neutral", "unclear")}}
        for i in range(40)
    ]
    found = trend(cells(rows)).drop_nulls("share")
    sums = found.group_by("on").agg(pl.col("share").sum())["share"]
    assert np.allclose(sums, 1.0)
    assert found.filter((pl.col("lo") > pl.col("share")) | (pl.col("hi") < pl.col("share"))).is_empty()


def test_copies_widen_the_interval(cells: Make) -> None:
    own = trend(cells([{"day": 0, "favor": 50, "against": 50}]))
    copied = trend(cells([{"day": 0, "favor": 50, "against": 50, "sq": 1000.0}]))
    width = [
        row["hi"] - row["lo"]
        for frame in (own, copied)
        for row in frame.filter(stance="favor").iter_rows(named=True)
    ]
    assert series(own, "favor", "n_eff") == [100] and series(copied, "favor", "n_eff") == [10]
    assert width[1] > 2 * width[0]


def test_today_is_marked_as_not_over(cells: Make) -> None:
    found = trend(cells([{"day": 0, "favor": 40}, {"day": 1, "favor": 40}]), today=date(2025, 1, 2))
    assert series(found, "favor", "partial") == [False, True]
    assert not any(trend(cells([{"day": 0, "favor": 40}]))["partial"])


def test_rows_come_by_day_and_in_the_order_of_the_stances(cells: Make) -> None:
    found = trend(cells([{"day": 1, "favor": 40}, {"day": 0, "favor": 40}]))
    assert found["stance"].to_list() == ["favor", "against", "neutral", "unclear"] * 2
    assert found["on"].is_sorted()
    assert found.schema == pl.Schema(TREND_SCHEMA)


def test_nothing_in_is_nothing_out(cells: Make) -> None:
    assert trend(cells([])).schema == pl.Schema(TREND_SCHEMA)
    assert trend(cells([{"day": 0, "off_topic": 4}])).is_empty()


@pytest.mark.parametrize("mixed", [{"denominator": "texts"}, {"layer": "statements"}, {"target": "u"}])
def test_several_series_are_refused(cells: Make, mixed: dict) -> None:
    with pytest.raises(ValueError, match="select_cells"):
        trend(cells([{"day": 0, "favor": 40}, {"day": 0, "favor": 40, **mixed}]))
    with pytest.raises(ValueError, match="at least one day"):
        trend(cells([]), window_days=0)


def _copied(rng: np.random.Generator, true_share: float, spread: int) -> pl.DataFrame:
    """Simulate a week: 300 texts with a stance each, copied unevenly (a few very often), over `spread` days and sources."""
    n_copies = np.minimum(rng.zipf(1.8, 300), 60)
    text = np.repeat(np.arange(300), n_copies)
    favor = (rng.random(300) < true_share)[text]
    born = rng.integers(0, 7, 300)[text]
    day = np.minimum(born + rng.integers(0, spread, text.size), 6)
    voices = rng.integers(0, 5000, text.size)
    start = datetime(2025, 1, 1, 18, tzinfo=UTC)
    return pl.DataFrame(
        {
            "id": [str(i) for i in range(text.size)],
            "layer": "posts",
            "camp": "public",
            "source": rng.choice(["r", "n", "f"], text.size),
            "lang": rng.choice(["en", "es"], text.size),
            "simulated": False,
            "posted_at": pl.Series(
                [start + timedelta(days=int(d)) for d in day], dtype=pl.Datetime("us", "UTC")
            ),
            "text_key": text.astype(str),
            "voice": voices.astype(str),
            "target": "t",
            "label": np.where(favor, "favor", "against"),
            "relevance": np.float32(1.0),
        }
    )


@pytest.mark.parametrize(("spread", "true_share"), [(1, 0.5), (4, 0.15)])
def test_interval_of_copied_texts_holds_the_truth_as_often_as_it_says(spread: int, true_share: float) -> None:
    rng, runs = np.random.default_rng(11), 300
    held, n_naive = {"posts": 0, "texts": 0}, 0
    for _ in range(runs):
        cells = daily_cells(_copied(rng, true_share, spread), "America/El_Salvador")
        for denominator in held:
            found = trend(select_cells(cells, "t", denominator=denominator))
            last = found.filter(stance="favor").row(-1, named=True)
            assert last["n_eff"] <= last["n"] + 1e-6
            held[denominator] += last["lo"] <= true_share <= last["hi"]
            if denominator == "posts":
                half = 1.96 * np.sqrt(last["share"] * (1 - last["share"]) / last["n"])
                n_naive += abs(last["share"] - true_share) <= half
    for denominator, n_held in held.items():
        assert n_held / runs >= 0.925, denominator  # 300 runs at 95 % stay above it in 97 of 100 cases
    assert n_naive / runs < 0.85  # what counting every copy as evidence would have claimed


def test_week_keeps_the_point_of_its_last_day_and_a_week_without_posts_is_a_gap(cells: Make) -> None:
    """1 January 2025 is a Wednesday: days 0-4 are the first week, 5-11 the second, 12-18 the third, 19-21 the last."""
    rows = [
        {"day": 0, "favor": 40},
        {"day": 3, "against": 40},
        {"day": 12, "favor": 30},
        {"day": 21, "favor": 40},
    ]
    found = trend(cells(rows), weekly=True)
    ends = [date(2025, 1, 5), date(2025, 1, 12), date(2025, 1, 19), date(2025, 1, 22)]
    assert found["on"].unique().sort().to_list() == ends
    assert series(found, "favor") == [0.5, None, 1.0, 1.0]
    assert series(found, "favor", "n_day") == [80, 0, 30, 40]
    daily = trend(cells(rows))
    assert series(daily.filter(on=ends[-1]), "favor", "n") == series(found, "favor", "n")[-1:]
    assert found.schema == daily.schema


def test_weekly_point_pools_the_same_window_as_a_daily_one(cells: Make) -> None:
    rows = [{"day": i, "favor": float(10 + i), "against": 20.0} for i in range(0, 60, 2)]
    for window in (7, 28):
        daily, weekly = (trend(cells(rows), window, weekly=flag) for flag in (False, True))
        both = weekly.join(daily, on=["on", "stance"], suffix="_daily").drop_nulls("share_daily")
        assert both.height and both.filter(pl.col("share") != pl.col("share_daily")).is_empty()


def test_weekly_trend_of_nothing_has_no_rows(cells: Make) -> None:
    assert trend(cells([]), weekly=True).is_empty()


def test_more_than_a_fifth_of_empty_days_is_sparse() -> None:
    assert not is_sparse(pl.Series([1.0, 0.0, 2.0, 3.0, 1.0]))
    assert is_sparse(pl.Series([1.0, 0.0, 1.0, 2.0]))
    assert not is_sparse(pl.Series([], dtype=pl.Float64))
