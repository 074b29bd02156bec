"""Small multiples: the same trend for each part (a source, a language), on one scale and in one order."""

from __future__ import annotations

from datetime import date

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.axes import day_axis, quiet_layout, share_axis
from charts.numbers import day, interval, percent
from charts.palette import Palette
from charts.runs import day_grid, week_grid
from charts.strokes import draw_bands, draw_lone
from charts.trend_marks import shade_silence
from words import say

HEIGHT = 190


def plot_multiple(
    trend: pl.DataFrame,
    first: date,
    last: date,
    colours: Palette,
    lang: str,
    key: str,
    weekly: bool = False,
    silent_from: date | None = None,
) -> go.Figure:
    """Return one small panel over [first, last]: favor solid, against dashed, bands, y from 0 to 100 %.

    `trend`: on, stance, share, lo, hi, n, a row a day or (`weekly`) a week. `silent_from`: the day after
    which its source went silent, shaded. Its name and last values stand beside it as words, so the panel has none.
    """
    figure = go.Figure()
    for stance, dash in (("favor", "solid"), ("against", "dash")):
        days = (np.datetime64(first), np.datetime64(last))
        grid = week_grid(trend, stance) if weekly else day_grid(trend, stance, *days)
        draw_bands(figure, grid, stance, colours)
        name = say(lang, f"stance.{stance}")
        said = [
            f"{day(on, lang)}: {name} {percent(s, lang)} ({interval(lo, hi, lang)})"
            for on, s, lo, hi in zip(grid.days.tolist(), grid.share, grid.lo, grid.hi, strict=True)
        ]
        figure.add_trace(
            go.Scatter(
                x=grid.days,
                y=grid.share,
                mode="lines+markers" if weekly else "lines",
                line={"color": colours.line(stance), "dash": dash, "width": 2},
                marker={"size": 4, "color": colours.line(stance)},
                connectgaps=False,
                customdata=np.array(said, dtype=object),
                hovertemplate="%{customdata}<extra></extra>",
                name=f"line {stance}",
            )
        )
        draw_lone(figure, grid, stance, colours)
    figure.update_layout(
        **quiet_layout(colours, HEIGHT, key, t=8, r=10, b=40),
        hovermode="closest",
        xaxis=day_axis(first, last, lang, colours, at_most=3),
        yaxis=share_axis(lang, colours),
    )
    if silent_from is not None and silent_from < last:
        shade_silence(figure, max(silent_from, first), last, colours, lang, words_at=0.88)
    return figure
