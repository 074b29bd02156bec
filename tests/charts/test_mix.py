from __future__ import annotations

import numpy as np

from charts.mix import MixRow, plot_mix
from charts.palette import LIGHT

ROWS = [MixRow("One", 3, 11, 2, 1), MixRow("Two", 0, 0, 4, 0)]


def test_against_goes_left_favor_right_and_the_rest_has_its_own_column() -> None:
    figure = plot_mix(ROWS, LIGHT, "en", "key")
    bars = {trace.name: trace for trace in figure.data}
    assert bars["against"].x.tolist() == [-11, 0] and bars["favor"].x.tolist() == [3, 0]
    assert bars["neutral"].xaxis == bars["unclear"].xaxis == "x2"
    assert bars["against"].marker.pattern.shape == "/"  # told apart without colour
    assert all(isinstance(trace.x, np.ndarray) for trace in figure.data)
    assert figure.layout.xaxis.domain[1] < figure.layout.xaxis2.domain[0]


def test_every_bar_is_on_one_scale_and_every_group_is_named() -> None:
    figure = plot_mix(ROWS, LIGHT, "es", "key")
    low, high = figure.layout.xaxis.range
    assert low == -high and high >= 11
    texts = " ".join(a.text for a in figure.layout.annotations)
    assert "One" in texts and "Two" in texts and "En contra" in texts


def test_no_group_is_an_empty_figure_not_a_fault() -> None:
    assert plot_mix([], LIGHT, "en", "key").layout.height > 0
