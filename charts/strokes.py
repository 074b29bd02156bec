"""What a large and a small trend draw alike: a band over each unbroken run, a point with a thin bar for a lone day."""

from __future__ import annotations

import plotly.graph_objects as go

from charts.palette import Palette
from charts.runs import DayGrid, band_polygons, lone_days


def draw_bands(figure: go.Figure, grid: DayGrid, stance: str, colours: Palette) -> None:
    """Draw the 95 % interval of every run of two or more days (or weeks) as one closed shape without an outline."""
    for days, shares in band_polygons(grid):
        figure.add_trace(
            go.Scatter(
                x=days,
                y=shares,
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=colours.band(stance),
                hoverinfo="skip",
                name=f"band {stance}",
            )
        )


def draw_lone(figure: go.Figure, grid: DayGrid, stance: str, colours: Palette) -> None:
    """Draw each day (or week) that stands between two gaps as a small point, its 95 % interval as a thin bar."""
    alone = lone_days(grid)
    if not alone.size:
        return
    main = stance != "neutral"
    figure.add_trace(
        go.Scatter(
            x=grid.days[alone],
            y=grid.share[alone],
            error_y={
                "array": (grid.hi - grid.share)[alone],
                "arrayminus": (grid.share - grid.lo)[alone],
                "color": colours.thin(stance),
                "thickness": 1,
                "width": 0,
                "visible": main,
            },
            mode="markers",
            marker={"color": colours.line(stance), "size": 5 if main else 3},
            hoverinfo="skip",
            name=f"alone {stance}",
        )
    )
