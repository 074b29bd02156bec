"""Shares and volume after a day among all other days: told where they moved, silent where nothing did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from analysis.intervals import newcombe
from analysis.response import said_days
from analysis.response_reverse import after_opposition
from analysis.response_shift import (
    AFTER_DAYS,
    BEFORE_DAYS,
    MIN_PLACEBOS,
    daily_series,
    every_shift,
    place_among,
)
from simulations.response import WORLDS, World, coverage, made_series, simulate, told

FIRST = date(2025, 1, 1)
Make = Callable[[list[dict]], pl.DataFrame]


def series(*parts: tuple[int, float, float, float]) -> pl.DataFrame:
    """Make a series of parts: (days, favor, against, n) a day."""
    days = [values for n_days, *values in parts for _ in range(n_days)]
    schema = dict.fromkeys(("favor", "against", "n"), pl.Float64)
    frame = pl.DataFrame(days, schema=schema, orient="row")
    on = pl.Series("on", [FIRST + timedelta(days=n) for n in range(len(days))], dtype=pl.Date)
    return frame.with_columns(on, sq=pl.col("n"))


def test_series_has_every_day_and_only_one_kind_of_cells(cells: Make) -> None:
    found = daily_series(cells([{"day": 0, "favor": 2, "against": 1}, {"day": 3, "neutral": 4}]))
    assert found["n"].to_list() == [3, 0, 0, 4] and found["favor"].to_list() == [2, 0, 0, 0]
    assert daily_series(cells([])).is_empty()
    with pytest.raises(ValueError, match="several values of target"):
        daily_series(cells([{"day": 0, "favor": 1}, {"day": 0, "favor": 1, "target": "u"}]))


def test_shift_is_after_minus_before_with_newcombes_interval() -> None:
    found = every_shift(series((14, 3, 2, 10), (7, 2, 5, 10)))
    row = found.row(0, named=True)
    assert found.height == 1 and row["on"] == FIRST + timedelta(days=14)
    difference, lo, hi = (100 * float(v) for v in newcombe(0.5, 70, 0.2, 140))
    assert (row["against_diff_pts"], row["against_lo_pts"], row["against_hi_pts"]) == pytest.approx(
        (difference, lo, hi)
    )
    assert row["favor_diff_pts"] == pytest.approx(-10) and row["against_pre_diff_pts"] == pytest.approx(0)
    assert row["log_ratio"] == pytest.approx(0.0, abs=0.01)


def test_change_on_the_day_is_told_with_its_place_and_its_power() -> None:
    days = made_series(WORLDS[0], np.random.default_rng(4), on_at=200, points=0.25, factor=3.0)
    row = place_among(every_shift(days), days["on"][200]).row(0, named=True)
    assert row["moved"] == "against" and not row["moving"]
    assert row["share_p"] == 1 / (1 + row["n_placebos"]) == row["volume_p"]
    assert 5 < row["share_detectable_pts"] < 25 and 1 < row["volume_detectable"] < 4


def test_placebo_dates_never_hold_the_days_after_the_event() -> None:
    shifts = every_shift(series((200, 3, 4, 10)))
    on = FIRST + timedelta(days=100)
    row = place_among(shifts, on).row(0, named=True)
    assert row["n_placebos"] == shifts.height - (2 * AFTER_DAYS + BEFORE_DAYS - 1)
    assert row["share_p"] == 1.0 and row["moved"] is None


def test_change_that_had_begun_before_is_not_told_as_one() -> None:
    rng = np.random.default_rng(2)
    quiet = [(1, *(float(v) for v in rng.multinomial(40, [0.3, 0.4, 0.3])[:2]), 40.0) for _ in range(300)]
    rising = [(7, 12.0, 24.0, 40.0), (7, 8.0, 32.0, 40.0)]
    days = series(*quiet[:150], *rising, *quiet[150:])
    row = place_among(every_shift(days), FIRST + timedelta(days=157)).row(0, named=True)
    assert row["share_p"] <= 0.03 and row["moving"] and row["moved"] is None


def test_too_few_other_days_have_no_place() -> None:
    shifts = every_shift(series((14 + MIN_PLACEBOS, 3, 4, 10)))
    row = place_among(shifts, FIRST + timedelta(days=20)).row(0, named=True)
    assert row["share_p"] is None and row["volume_p"] is None and row["moved"] is None
    assert row["share_detectable_pts"] is None


def test_too_few_posts_have_no_shares_and_no_nan() -> None:
    row = place_among(every_shift(series((200, 0, 1, 1))), FIRST + timedelta(days=50)).row(0, named=True)
    assert row["favor_diff_pts"] is None and row["score"] is None and row["share_p"] is None
    assert row["volume_p"] == 1.0


def test_days_that_are_all_neutral_show_no_change_and_no_nan() -> None:
    row = place_among(every_shift(series((200, 0, 0, 20))), FIRST + timedelta(days=50)).row(0, named=True)
    assert (row["favor_diff_pts"], row["score"], row["share_p"], row["moved"]) == (0.0, 0.0, 1.0, None)
    assert not any(isinstance(value, float) and np.isnan(value) for value in row.values())


@pytest.mark.parametrize("parts", [(), ((1, 1, 1, 5),), ((20, 1, 1, 5),)])
def test_series_shorter_than_the_windows_has_no_shift(parts: tuple) -> None:
    shifts = every_shift(series(*parts))
    assert shifts.is_empty() and place_among(shifts, FIRST).is_empty()


def test_day_out_of_range_has_no_row() -> None:
    assert place_among(every_shift(series((200, 3, 4, 10))), date(1999, 1, 1)).is_empty()


def test_reverse_says_what_government_and_public_did() -> None:
    at = datetime(2025, 4, 11, 18, tzinfo=UTC)
    made = [
        ("o", "opposition", 0, 3),
        ("g", "government", -1, 0),
        ("g", "government", 0, 5),
        ("g", "government", 2, 0),
    ]
    frame = pl.DataFrame(
        [
            {
                "id": f"{who}{n}",
                "posted_at": at + timedelta(days=days, hours=hours),
                "actor_id": who,
                "camp": camp,
            }
            for n, (who, camp, days, hours) in enumerate(made)
        ]
    ).with_columns(
        asserted=True, simulated=False, posted_at=pl.col("posted_at").cast(pl.Datetime("us", "UTC"))
    )
    said = said_days(frame, "America/El_Salvador")
    shifts = every_shift(series((200, 3, 4, 10)))
    days = [date(2025, 4, 11)]
    row = after_opposition(said, ["opposition"], ["government"], shifts, days).row(0, named=True)
    assert (row["lag_days"], row["by_id"], row["n_within"], row["n"], row["speakers"]) == (
        0,
        "g",
        2,
        1,
        ["o"],
    )
    assert row["lag_hours"] == 2.0 and row["public"] == "none"
    nobody = after_opposition(said, ["opposition"], ["courts"], shifts.clear(), days).row(0, named=True)
    assert nobody["lag_days"] is None and nobody["n_within"] == 0 and nobody["public"] == "unknown"
    assert after_opposition(said, ["courts"], ["government"], shifts, days).is_empty()


def test_false_alarms_stay_rare_and_large_changes_are_seen() -> None:
    """Binomial error of 80 runs around 5 %: at most 9 alarms with a probability over 99 %."""
    short = World("short", n_days=150, wander=0.2, memory=0.5)
    shares, volumes = told(short, seed=7, n_runs=80)
    assert shares <= 9 / 80 and volumes <= 9 / 80
    seen, _ = told(short, seed=8, n_runs=20, points=0.35)
    _, louder = told(short, seed=9, n_runs=20, factor=4.0)
    assert seen >= 0.75 and louder >= 0.75


def test_prediction_interval_holds_the_weeks_that_come() -> None:
    days, weeks = coverage(0.2, 56, seed=1, n_runs=20)
    assert days >= 0.88 and weeks >= 0.75


def test_simulation_says_false_alarms_power_and_coverage() -> None:
    table = simulate(runs=1, seed=3)
    assert table["case"].n_unique() == len(WORLDS) + 8
    for name in ("false_alarms", "power", "coverage"):
        assert table[name].drop_nulls().is_between(0, 1).all() and table[name].drop_nulls().len() > 0
