from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from charts.expected import plot_expected
from charts.palette import DARK, LIGHT, Palette

FIRST = date(2025, 3, 3)


def days(seen: list[int | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "on": [FIRST + timedelta(days=n) for n in range(len(seen))],
            "n": seen,
            "expected": [20.0] * len(seen),
            "limit": [9.0] * len(seen),
        },
        schema_overrides={"n": pl.Int64},
    )


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_days_below_their_limit_are_marked_and_unknown_ones_have_no_bar(colours: Palette) -> None:
    figure = plot_expected(days([20, 8, None, 0, 9]), colours, "en", "k")
    traces = {trace.name: trace for trace in figure.data}
    assert np.isnan(traces["seen"].y[2])
    assert list(traces["low"].y) == [8.0, 0.0]
    assert [c == colours.amber_text for c in traces["seen"].marker.color] == [False, True, False, True, False]
    assert list(traces["expected"].y) == [20.0] * 5 and figure.layout.yaxis.range[0] == 0


@pytest.mark.parametrize(("lang", "said"), [("en", "not known"), ("es", "no se sabe")])
def test_tooltip_says_the_numbers_or_that_there_are_none(lang: str, said: str) -> None:
    texts = plot_expected(days([20, None]), LIGHT, lang, "k").data[0].customdata
    assert "20" in texts[0] and "9" in texts[0] and said in texts[1]


def test_source_of_which_no_day_is_known_is_drawn_all_the_same() -> None:
    assert plot_expected(days([None, None]), LIGHT, "en", "k").layout.yaxis.range[1] > 20
