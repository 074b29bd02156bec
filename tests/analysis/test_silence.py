"""Expected against seen: false alarms and finds, counted over simulated sources with weekdays and overdispersion."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.control import FEWEST_DAYS, fit_baseline
from analysis.known_days import DAYS_SCHEMA, UNREAD_SCHEMA
from analysis.silence import EXPECTED_SCHEMA, STATES_SCHEMA, expected_days, judge, source_states
from tests.analysis.made_counts import days_of_week, made_counts

MONDAY = date(2025, 3, 3)
READ = pl.DataFrame(schema=UNREAD_SCHEMA)
"""No source is unread."""


def verdict(values: np.ndarray) -> str:
    return judge(values, days_of_week(values.size)).health


def days(values: Sequence[int | None], first: date = MONDAY, source: str = "news") -> pl.DataFrame:
    rows = [(source, first + timedelta(days=n), value) for n, value in enumerate(values) if value is not None]
    return pl.DataFrame(rows, schema=DAYS_SCHEMA, orient="row")


def state(values: Sequence[int | None]) -> dict:
    return source_states(days(values), READ).row(0, named=True)


@pytest.mark.parametrize("mean", [0.5, 3, 10, 100])
def test_steady_poisson_source_with_a_working_week_raises_next_to_no_alarm(mean: float) -> None:
    """Judged every fourth day of three months: alarms of any kind on at most 5 % of days (they are under 1 %), and at most
    5 % of sources are ever called silent on a chart."""
    rng = np.random.default_rng(5)
    said: Counter[str] = Counter()
    ever = 0
    for _ in range(20):
        values = made_counts(rng, mean, 0, 104)
        walked = [verdict(values[:n]) for n in range(20, 105, 4)]
        said.update(walked)
        ever += bool({"silent", "dead"} & set(walked))
    alarms = said["quiet"] + said["silent"] + said["dead"]
    assert alarms / said.total() < 0.01
    assert ever / 20 <= 0.05


def test_source_whose_days_scatter_more_than_chance_alarms_seldom() -> None:
    rng = np.random.default_rng(6)
    said: Counter[str] = Counter()
    for mean in (1, 10, 300):
        for spread in (0.1, 0.5):
            for turn in range(60):
                said[verdict(made_counts(rng, mean, spread, 30 + turn))] += 1
    assert (said["quiet"] + said["silent"] + said["dead"]) / said.total() < 0.02
    assert (said["silent"] + said["dead"]) / said.total() < 0.005


def test_attention_that_comes_and_goes_is_no_silence() -> None:
    """Bursts of thirty times the usual that fade within weeks, on a level that drifts: what topics do."""
    rng = np.random.default_rng(7)
    said: Counter[str] = Counter()
    n = 150
    for base in (1, 5, 20):
        for _ in range(4):
            level = np.exp(np.cumsum(rng.normal(0, 0.1, n)))
            for start in rng.choice(n, 6, replace=False):
                level[start:] += 30 * rng.random() * np.exp(-np.arange(n - start) / 7)
            values = rng.poisson(base * level * made_counts(rng, 100, 0, n) / 100).astype(float)
            said.update(verdict(values[:m]) for m in range(16, n, 5))
    assert (said["silent"] + said["dead"]) / said.total() < 0.01
    assert said["quiet"] / said.total() < 0.15  # grey, and on no chart


def test_weekends_of_a_source_that_rests_do_not_alarm() -> None:
    rng = np.random.default_rng(6)
    week = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    said: Counter[str] = Counter()
    for turn in range(120):
        n = 7 * (4 + turn % 8)
        said[verdict(rng.poisson(40 * week[days_of_week(n)]).astype(float))] += 1  # ends on a Sunday
    assert said["ok"] / said.total() > 0.98


@pytest.mark.parametrize("mean", [10, 40, 300])
@pytest.mark.parametrize("spread", [0, 0.3])
def test_feed_that_dies_is_found_within_three_days_whatever_the_weekday(mean: float, spread: float) -> None:
    rng = np.random.default_rng(8)
    found = sum(
        verdict(np.append(made_counts(rng, mean, spread, 49 + turn % 7), [0.0, 0.0, 0.0])) == "silent"
        for turn in range(70)
    )
    assert found / 70 >= 0.97


@pytest.mark.parametrize(
    ("week", "mean", "within"),
    [
        ((1, 0, 0, 0, 0, 0, 0), 6, 21),  # comes out on Mondays
        ((1, 1, 1, 1, 1, 0, 0), 20, 5),  # dies on a Friday evening: found on Tuesday at the latest
        ((1, 1, 1, 1, 1, 1, 1), 3, 7),
        ((1, 1, 1, 1, 1, 1, 1), 1, 21),
    ],
)
def test_weekly_and_thin_sources_are_found_later(week: tuple[int, ...], mean: float, within: int) -> None:
    rng = np.random.default_rng(9)
    late = 0
    for _ in range(20):
        alive = rng.poisson(mean * np.array(week)[days_of_week(54)]).astype(float)  # ends on a Friday
        late += verdict(np.append(alive, np.zeros(within))) not in ("silent", "dead")
    assert late <= 1
    assert verdict(np.append(alive, np.zeros(2))) == "ok"


def test_silence_of_a_week_is_a_death_with_its_date() -> None:
    values = made_counts(np.random.default_rng(1), 30, 0.1, 60).astype(int).tolist()
    for n_silent, health in ((3, "silent"), (6, "silent"), (7, "dead"), (45, "dead"), (400, "dead")):
        row = state([*values, *[0] * n_silent])
        assert (row["health"], row["since"]) == (health, MONDAY + timedelta(days=60))
        assert row["usual"] == pytest.approx(30, rel=0.2) and row["n_days"] == 60 + n_silent


def test_stray_items_do_not_revive_a_dead_feed() -> None:
    values = made_counts(np.random.default_rng(2), 40, 0.1, 60).astype(int).tolist()
    row = state([*values, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0])
    assert row["n_since"] in (1, 2)
    assert row["health"] in ("silent", "dead") and row["since"] >= MONDAY + timedelta(days=60)
    revived = state([*values, *[0] * 10, *values[-14:]])
    assert revived["health"] == "ok"


def test_halved_feed_is_quiet_since_the_day_of_the_change() -> None:
    rng = np.random.default_rng(3)
    whole, part = made_counts(rng, 60, 0.03, 56), made_counts(rng, 60, 0.03, 21) // 3
    row = state([int(n) for n in (*whole, *part)])
    assert row["health"] == "quiet"
    assert abs((row["since"] - (MONDAY + timedelta(days=56))).days) <= 2


def test_lower_level_that_holds_for_more_than_four_weeks_is_the_new_usual() -> None:
    rng = np.random.default_rng(3)
    whole, part = made_counts(rng, 60, 0.03, 56), made_counts(rng, 60, 0.03, 35) // 3
    assert state([int(n) for n in (*whole, *part)])["health"] == "ok"


def test_one_day_below_its_limit_is_quiet() -> None:
    values = made_counts(np.random.default_rng(4), 50, 0.02, 56).astype(int).tolist()
    usual = fit_baseline(np.array(values, float), days_of_week(56))
    assert usual is not None
    monday = int(usual.limits(np.array([0]))[0])
    said = state([*values, monday - 1])
    assert (said["health"], said["since"]) == ("quiet", MONDAY + timedelta(days=56))
    assert state([*values, monday])["health"] == "ok"


def test_few_items_left_on_most_days_are_a_fade_and_no_death() -> None:
    values = made_counts(np.random.default_rng(2), 100, 0.1, 60).astype(int).tolist()
    assert state([*values, 3, 2, 4, 1, 3, 2, 2, 3, 1, 4])["health"] == "quiet"


@pytest.mark.parametrize(
    ("values", "health", "n_days"),
    [
        ([5], "new", 1),
        ([0] * (FEWEST_DAYS - 1), "new", FEWEST_DAYS - 1),
        ([40] * (FEWEST_DAYS - 1) + [0] * 30, "new", FEWEST_DAYS - 1),
        ([0] * 60, "never", 60),
        ([40] * FEWEST_DAYS, "ok", FEWEST_DAYS),
    ],
)
def test_few_days_or_a_source_that_never_gave_are_no_statement_of_silence(
    values: list[int], health: str, n_days: int
) -> None:
    row = state(values)
    assert (row["health"], row["n_days"], row["since"]) == (health, n_days, None)


def test_source_that_is_not_read_says_so_unless_it_was_silent_before_or_never_gave() -> None:
    unread = pl.DataFrame({"source": ["news"], "since": [MONDAY + timedelta(days=70)]}, schema=UNREAD_SCHEMA)
    values = made_counts(np.random.default_rng(1), 30, 0.1, 60).astype(int).tolist()
    row = source_states(days(values), unread).row(0, named=True)
    assert (row["health"], row["since"]) == ("unread", MONDAY + timedelta(days=70))
    for given, health in (([*values, *[0] * 10], "dead"), ([0] * 60, "never"), (values[:5], "new")):
        assert source_states(days(given), unread)["health"].to_list() == [health]
    assert source_states(days(values, source="mastodon"), unread)["health"].to_list() == ["ok"]


def test_trickle_is_often_empty_and_no_alarm() -> None:
    values = [1, 0, 0, 2, 0, 1, 0, 0, 0, 1, 0, 0] * 4
    assert state(values)["health"] == "ok"


def test_expected_days_stand_beside_the_seen_ones_and_unknown_days_are_null() -> None:
    values: list[int | None] = [
        *made_counts(np.random.default_rng(8), 30, 0.1, 50).astype(int).tolist(),
        None,
        30,
        0,
        0,
        0,
    ]
    found = expected_days(days(values), 14)
    assert found.schema == pl.Schema(EXPECTED_SCHEMA) and found.height == 14
    assert found["n"].null_count() == 1 and found["n"].to_list()[-3:] == [0, 0, 0]
    assert (found["expected"] > 0).all() and (found["limit"] <= found["expected"]).all()


def test_nothing_in_nothing_out() -> None:
    none = pl.DataFrame(schema=DAYS_SCHEMA)
    assert source_states(none, READ).schema == pl.Schema(STATES_SCHEMA)
    assert expected_days(none).schema == pl.Schema(EXPECTED_SCHEMA)
