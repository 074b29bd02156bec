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
