from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from charts.runs import band_polygons, day_grid, lone_days, unbroken_runs, week_grid

NAN = float("nan")


def grid_of(shares: list[float | None]) -> object:
    days = [date(2025, 3, 1 + n) for n in range(len(shares))]
    frame = pl.DataFrame(
        {
            "on": days,
            "stance": ["favor"] * len(days),
            "share": shares,
            "lo": [None if s is None else s - 0.1 for s in shares],
            "hi": [None if s is None else s + 0.1 for s in shares],
            "n": [40.0] * len(days),
        }
    )
    return day_grid(frame, "favor", np.datetime64(days[0]), np.datetime64(days[-1]))


def test_runs_end_at_a_gap() -> None:
    assert unbroken_runs(np.array([NAN, 0.1, 0.2, NAN, NAN, 0.3, NAN, 0.4, 0.5])) == [(1, 3), (5, 6), (7, 9)]
    assert unbroken_runs(np.array([])) == []


def test_polygons_are_closed_and_none_bridges_a_gap() -> None:
    grid = grid_of([0.5, 0.5, None, None, 0.4, 0.4, 0.4])
    shapes = band_polygons(grid)  # type: ignore[arg-type]
    assert len(shapes) == 2
    for days, shares in shapes:
        assert days[0] == days[-1] and shares[0] == shares[-1]
        assert not np.isnan(shares).any()
        assert not {"2025-03-03", "2025-03-04"} & {str(d) for d in days}


def test_a_day_absent_from_the_frame_is_a_gap_too() -> None:
    frame = pl.DataFrame(
        {"on": [date(2025, 3, 1), date(2025, 3, 3)], "stance": ["favor"] * 2, "share": [0.5, 0.6], "lo": [0.4, 0.5], "hi": [0.6, 0.7], "n": [40.0, 40.0]}
    )  # fmt: skip
    grid = day_grid(frame, "favor", np.datetime64("2025-03-01"), np.datetime64("2025-03-03"))
    assert np.isnan(grid.share[1])
    assert band_polygons(grid) == []
    assert lone_days(grid).tolist() == [0, 2]
    assert grid.last() == 2


def test_week_grid_holds_the_weeks_of_the_frame_and_one_without_a_share_is_a_gap() -> None:
    weeks = [date(2025, 3, 2), date(2025, 3, 9), date(2025, 3, 16), date(2025, 3, 19)]
    frame = pl.DataFrame(
        {"on": weeks, "stance": ["favor"] * 4, "share": [0.5, 0.6, None, 0.4], "lo": [0.4, 0.5, None, 0.3], "hi": [0.6, 0.7, None, 0.5], "n": [40.0] * 4}
    )  # fmt: skip
    grid = week_grid(frame, "favor")
    assert grid.days.tolist() == weeks and grid.last() == 3
    assert len(band_polygons(grid)) == 1 and lone_days(grid).tolist() == [3]
