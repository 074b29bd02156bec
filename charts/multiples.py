"""Small multiples: the same trend for each part (a source, a language), on one scale and in one order."""

from __future__ import annotations

from datetime import date

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.axes import day_axis, quiet_layout, share_axis
from charts.numbers import day, interval, percent
from charts.palette import Palette
from charts.runs import band_polygons, day_grid, lone_days
from words import say

HEIGHT = 190


def plot_multiple(
    trend: pl.DataFrame, first: date, last: date, colours: Palette, lang: str, key: str
) -> go.Figure:
    """Return one small panel over [first, last]: favor solid, against dashed, bands, y from 0 to 100 %.

    `trend`: on, stance, share, lo, hi, n. Its name and last values stand beside it as words, so the panel has none.
    """
    figure = go.Figure()
    for stance, dash in (("favor", "solid"), ("against", "dash")):
        grid = day_grid(trend, stance, np.datetime64(first), np.datetime64(last))
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
        name = say(lang, f"stance.{stance}")
        said = [
            f"{day(on, lang)}: {name} {percent(s, lang)} ({interval(lo, hi, lang)})"
            for on, s, lo, hi in zip(grid.days.tolist(), grid.share, grid.lo, grid.hi, strict=True)
        ]
        figure.add_trace(
            go.Scatter(
                x=grid.days,
                y=grid.share,
                mode="lines",
                line={"color": colours.line(stance), "dash": dash, "width": 2},
                connectgaps=False,
                customdata=np.array(said, dtype=object),
                hovertemplate="%{customdata}<extra></extra>",
                name=f"line {stance}",
            )
        )
        alone = lone_days(grid)
        if alone.size:
            figure.add_trace(
                go.Scatter(
                    x=grid.days[alone],
                    y=grid.share[alone],
                    mode="markers",
                    marker={"color": colours.line(stance), "size": 5},
                    hoverinfo="skip",
                    name=f"alone {stance}",
                )
            )
    figure.update_layout(
        **quiet_layout(colours, HEIGHT, key, t=8, r=10, b=40),
        hovermode="closest",
        xaxis=day_axis(first, last, lang, colours, at_most=3),
        yaxis=share_axis(lang, colours),
    )
    return figure
