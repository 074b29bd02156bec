from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from charts.multiples import plot_multiple
from charts.palette import DARK


def test_panels_share_one_range_and_one_span() -> None:
    rows = {"on": [date(2025, 3, 2)] * 2, "stance": ["favor", "against"], "share": [0.9, 0.1], "lo": [0.8, 0.0], "hi": [1.0, 0.2], "n": [40.0] * 2}  # fmt: skip
    figure = plot_multiple(pl.DataFrame(rows), date(2025, 3, 1), date(2025, 3, 9), DARK, "en", "key")
    assert tuple(figure.layout.yaxis.range) == (0, 1)
    lines = [t for t in figure.data if t.name.startswith("line")]
    assert [t.x.size for t in lines] == [9, 9]
    assert np.isnan(lines[0].y[0]) and lines[0].y[1] == 0.9
    assert {t.name for t in figure.data if t.name.startswith("alone")} == {"alone favor", "alone against"}


def test_weekly_panel_has_a_point_a_week_and_a_lone_week_a_thin_bar() -> None:
    weeks = [date(2025, 3, d) for d in (2, 9, 16)]
    rows = {"on": weeks * 2, "stance": ["favor"] * 3 + ["against"] * 3, "share": [0.6, None, 0.5] * 2, "lo": [0.5, None, 0.4] * 2, "hi": [0.7, None, 0.6] * 2, "n": [40.0] * 6}  # fmt: skip
    figure = plot_multiple(pl.DataFrame(rows), date(2025, 3, 1), weeks[-1], DARK, "en", "key", weekly=True)
    assert [t.x.size for t in figure.data if t.name.startswith("line")] == [3, 3]
    alone = [t for t in figure.data if t.name.startswith("alone")]
    assert all(t.error_y.visible and t.error_y.thickness == 1 and t.x.size == 2 for t in alone)
