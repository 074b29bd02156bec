"""The Response page's charts: what is drawn, what is left out, and that none of it is a NaN."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from analysis.baseline import expected_volume
from charts.palette import DARK, LIGHT
from charts.response import ShiftRow, plot_expected_volume, plot_shifts

FIRST = date(2025, 1, 1)
EVENT = FIRST + timedelta(days=60)


def days(n: int) -> pl.DataFrame:
    on = [FIRST + timedelta(days=k) for k in range(n)]
    volume = pl.DataFrame({"on": on, "n": [10.0 + k % 4 for k in range(n)]})
    return expected_volume(volume, EVENT)[0]


def names(figure: object) -> list[str]:
    return [trace.name for trace in figure.data]  # type: ignore[attr-defined]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_volume_has_a_band_a_mean_and_dark_bars_from_the_event_on(lang: str, colours: object) -> None:
    figure = plot_expected_volume(days(80), EVENT, colours, lang, "k")  # type: ignore[arg-type]
    assert names(figure) == ["expected band", "expected", "posts"]
    bars = figure.data[2]
    assert [*bars.marker.color].count(colours.text) == 7  # type: ignore[attr-defined]
    assert len(bars.x) == 28 + 7 and "2025" in bars.customdata[0]
    band = figure.data[0]
    assert band.y[0] == band.y[-1] and "NaN" not in figure.to_json()


def test_volume_without_a_baseline_has_bars_alone() -> None:
    few = days(80).with_columns(
        pl.lit(None, dtype=pl.Float64).alias(name) for name in ("expected", "lo", "hi")
    )
    figure = plot_expected_volume(few, EVENT, LIGHT, "en", "k")
    assert names(figure) == ["posts"] and "NaN" not in figure.to_json()


def test_single_day_is_drawn() -> None:
    one = days(80).filter(pl.col("on") == EVENT)
    assert plot_expected_volume(one, EVENT, LIGHT, "en", "k").data[-1].y.tolist() == one["n"].to_list()


def test_shift_is_a_point_with_its_interval_over_the_range_of_other_days() -> None:
    rows = [
        ShiftRow("favor", "In favor", -4.0, -9.0, 1.0, (-6.0, 6.0)),
        ShiftRow("against", "Against", 0.0, -3.0, 3.0, None, before=True),
    ]
    figure = plot_shifts(rows, LIGHT, "en", "k")
    points = [trace for trace in figure.data if trace.name.startswith("shift")]
    assert [trace.x[0] for trace in points] == [-4.0, 0.0]
    assert points[1].marker.color == LIGHT.background  # hollow: within the weeks before
    usual = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    assert [(shape.x0, shape.x1) for shape in usual] == [(-6.0, 6.0)]
    assert "−9 … +1" in points[0].customdata[0]
    low, high = figure.layout.xaxis.range
    assert low == -high and high > 9
