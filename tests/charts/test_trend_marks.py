from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from charts.multiples import plot_multiple
from charts.palette import DARK, LIGHT, Palette
from tests.charts.test_palette import contrast

FIRST = date(2025, 3, 1)
LAST = FIRST + timedelta(days=8)


def panel(silent_from: date | None, colours: Palette = LIGHT) -> list[tuple[str, str]]:
    """Return from when to when a small panel over FIRST to LAST is shaded."""
    trend = pl.DataFrame(
        [(FIRST, stance, 0.5, 0.4, 0.6, 40.0) for stance in ("favor", "against")],
        schema=["on", "stance", "share", "lo", "hi", "n"],
        orient="row",
    )
    figure = plot_multiple(trend, FIRST, LAST, colours, "en", "key", silent_from=silent_from)
    assert bool(figure.layout.annotations) == bool(figure.layout.shapes)
    assert all(shape.fillcolor == colours.amber for shape in figure.layout.shapes)
    return [(shape.x0, shape.x1) for shape in figure.layout.shapes]


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_panel_of_a_silent_source_is_shaded_from_noon_of_its_last_day_to_the_end(colours: Palette) -> None:
    assert panel(FIRST + timedelta(days=3), colours) == [("2025-03-04T12", "2025-03-09T12")]


def test_panel_is_shaded_no_further_back_than_its_days_and_not_at_all_without_a_day_after() -> None:
    assert panel(FIRST - timedelta(days=30)) == [("2025-03-01T12", "2025-03-09T12")]
    assert panel(LAST) == [] and panel(None) == []


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_words_on_amber_and_marks_of_low_days_are_readable(colours: Palette) -> None:
    assert contrast(colours.amber_text, colours.amber) >= 4.5
    assert contrast(colours.amber_text, colours.background) >= 4.5
