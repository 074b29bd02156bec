"""The trend of the stances toward one target: bands, lines named at their ends, numbered events, volume beneath."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.axes import day_axis, quiet_layout, share_axis
from charts.numbers import count, day, interval, percent
from charts.palette import Palette
from charts.runs import DayGrid, day_grid, week_grid
from charts.strokes import draw_bands, draw_lone
from charts.trend_marks import draw_end_labels, draw_events, shade_silence
from words import say

HEIGHT = 490
PLOT_SHARE = 0.74  # of the drawing's height; the volume strip has the rest, less a gap
LINES: dict[str, tuple[str, float]] = {
    "neutral": ("solid", 1.0),
    "favor": ("solid", 2.5),
    "against": ("dash", 2.5),
}
"""Dash and width of each stance, in drawing order: colour is never the only sign."""


def plot_trend(
    trend: pl.DataFrame,
    volume: pl.DataFrame,
    events: Sequence[tuple[int, date]],
    colours: Palette,
    lang: str,
    key: str,
    zone: str,
    partial_on: date | None = None,
    silent_from: date | None = None,
    weekly: bool = False,
) -> go.Figure:
    """Return the wide trend chart.

    `trend`: on, stance, share, lo, hi, n (null share: no line). `volume`: on, n_posts. `events`: (number, day), drawn
    where they fall inside the days shown. `zone` is printed under the days. `partial_on`: the day that is not over, drawn
    hollow. `silent_from`: the day after which a source that counts here went silent, shaded. `weekly`: the trend has a
    row a week. `key` names what is shown: the view is kept while it stays the same. Raises ValueError when there is no day at all.
    """
    first, last = _span(trend, volume)
    figure = go.Figure()
    grids = {
        name: week_grid(trend, name)
        if weekly
        else day_grid(trend, name, np.datetime64(first), np.datetime64(last))
        for name in LINES
    }
    for stance, grid in grids.items():
        if stance != "neutral":
            draw_bands(figure, grid, stance, colours)
    figure.add_trace(_reader(_heads(first, last, volume, lang, trend["on"] if weekly else None)))
    for stance, grid in grids.items():
        _draw_line(figure, grid, stance, colours, lang, partial_on, weekly)
    _draw_volume(figure, volume, colours, partial_on)
    figure.update_layout(
        **quiet_layout(colours, HEIGHT, key, r=116, t=30, b=66),
        hovermode="x unified",
        hoversubplots="axis",
        bargap=0.15,
        xaxis={
            **day_axis(first, last, lang, colours),
            "anchor": "y2",
            "unifiedhovertitle": {"text": " "},
            "showspikes": False,
            "title": {
                "text": say(lang, "chart.zone", zone=zone),
                "font": {"color": colours.muted, "size": 12},
                "standoff": 6,
            },
        },
        yaxis={**share_axis(lang, colours), "domain": [1 - PLOT_SHARE, 1]},
        yaxis2={**_volume_axis(volume, colours, lang), "domain": [0, 0.18]},
    )
    draw_end_labels(figure, grids, colours, lang, (HEIGHT - 96) * PLOT_SHARE)
    inside = [(n, on) for n, on in events if first <= on <= last]
    draw_events(figure, inside, colours, 1 - PLOT_SHARE)
    if silent_from is not None and silent_from < last:
        shade_silence(figure, silent_from, last, colours, lang)
    return figure


def _span(trend: pl.DataFrame, volume: pl.DataFrame) -> tuple[date, date]:
    days = [*trend["on"].to_list(), *volume["on"].to_list()]
    if not days:
        raise ValueError("a trend needs at least one day")
    return min(days), max(days)


def _heads(
    first: date, last: date, volume: pl.DataFrame, lang: str, weeks: pl.Series | None
) -> dict[date, str]:
    """Return what heads the tooltip of each day (or of each week, by the day that it is drawn on): when, how many."""
    posts = dict(zip(volume["on"].to_list(), volume["n_posts"].to_list(), strict=True))
    if weeks is None:
        days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
        said = {on: say(lang, "chart.posts_that_day", n=count(posts.get(on, 0), lang)) for on in days}
        return {on: f"<b>{day(on, lang)}</b> · {text}" for on, text in said.items()}
    heads = {}
    for on in weeks.unique().sort().to_list():
        n = sum(posts.get(on - timedelta(days=back), 0) for back in range(on.weekday() + 1))
        name = say(lang, "chart.week_to", day=day(on, lang))
        heads[on] = f"<b>{name}</b> · {say(lang, 'chart.posts_that_week', n=count(n, lang))}"
    return heads


def _reader(heads: dict[date, str]) -> go.Scatter:
    """Return the unseen trace that heads the tooltip."""
    return go.Scatter(
        x=np.array(list(heads), dtype="datetime64[D]"),
        y=np.zeros(len(heads)),
        mode="markers",
        marker={"opacity": 0, "size": 1},
        customdata=np.array(list(heads.values()), dtype=object),
        hovertemplate="%{customdata}<extra></extra>",
        name="day",
    )


def _draw_line(
    figure: go.Figure,
    grid: DayGrid,
    stance: str,
    colours: Palette,
    lang: str,
    partial_on: date | None,
    weekly: bool,
) -> None:
    dash, width = LINES[stance]
    colour = colours.line(stance)
    name = say(lang, f"stance.{stance}")
    said = np.array(
        [
            f"{name} {percent(s, lang)} ({interval(lo, hi, lang)})"
            for s, lo, hi in zip(grid.share, grid.lo, grid.hi, strict=True)
        ],
        dtype=object,
    )
    shared = {"customdata": said, "hovertemplate": "%{customdata}<extra></extra>", "connectgaps": False}
    figure.add_trace(
        go.Scatter(
            x=grid.days,
            y=grid.share,
            mode="lines+markers" if weekly else "lines",
            line={"color": colour, "dash": dash, "width": width},
            marker={"size": 2 if stance == "neutral" else 4, "color": colour},
            name=f"line {stance}",
            **shared,
        )
    )
    draw_lone(figure, grid, stance, colours)
    end = grid.last()
    if end is not None and partial_on is not None and grid.days[end] == np.datetime64(partial_on):
        figure.add_trace(
            go.Scatter(
                x=grid.days[[end]],
                y=grid.share[[end]],
                mode="markers",
                marker={"color": colours.background, "size": 9, "line": {"color": colour, "width": 2}},
                hoverinfo="skip",
                name=f"partial {stance}",
            )
        )


def _draw_volume(figure: go.Figure, volume: pl.DataFrame, colours: Palette, partial_on: date | None) -> None:
    days = volume["on"].to_numpy().astype("datetime64[D]")
    hollow = np.array([on == partial_on for on in volume["on"].to_list()], dtype=bool)
    fill = np.where(hollow, "rgba(0,0,0,0)", colours.neutral)
    figure.add_trace(
        go.Bar(
            x=days,
            y=volume["n_posts"].to_numpy(),
            yaxis="y2",
            marker={"color": fill, "line": {"color": colours.neutral, "width": hollow.astype(float)}},
            hoverinfo="skip",
            name="volume",
        )
    )


def _volume_axis(volume: pl.DataFrame, colours: Palette, lang: str) -> dict[str, object]:
    top = float(max(volume["n_posts"].to_list(), default=0) or 1)
    mark = _round_down(top)
    return {
        "range": [0, top * 1.05],
        "tickvals": np.array([0.0, mark]),
        "ticktext": ["0", count(mark, lang)],
        "tickfont": {"color": colours.muted, "size": 12},
        "gridcolor": colours.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def _round_down(top: float) -> float:
    """Return the largest of 1, 2, 5, 10, 20, 50 ... that is not above `top`."""
    size = 10.0 ** np.floor(np.log10(max(top, 1.0)))
    return float(max(step * size for step in (1, 2, 5) if step * size <= max(top, 1.0)))
