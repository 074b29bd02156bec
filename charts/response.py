"""How a day was followed: volume beside what was expected of it, and shares after minus before among other days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.axes import day_axis, quiet_layout
from charts.numbers import count, day, signed_points
from charts.palette import Palette
from words import say

VOLUME_HEIGHT = 260
ROW_HEIGHT = 46


@dataclass(frozen=True, slots=True)
class ShiftRow:
    """A difference of shares in points with its 95 % interval; `usual` is where 95 % of other days lie, if known."""

    stance: str
    name: str
    diff: float
    lo: float
    hi: float
    usual: tuple[float, float] | None = None
    before: bool = False  # within the two weeks before: hollow


def plot_expected_volume(days: pl.DataFrame, on: date, colours: Palette, lang: str, key: str) -> go.Figure:
    """Return bars of posts a day around `on`, over the expected mean and its 95 % prediction interval where known.

    `days`: on, n, expected, lo, hi, after; at least one row, by day. Days from `on` on are dark, those before pale.
    """
    x = days["on"].to_numpy().astype("datetime64[D]")
    seen = days["n"].to_numpy()
    figure = go.Figure()
    tops = [float(seen.max()), 1.0]
    if days["expected"].null_count() == 0:
        lo, mean, hi = (days[name].to_numpy() for name in ("lo", "expected", "hi"))
        tops.append(float(hi.max()))
        figure.add_trace(
            go.Scatter(
                x=np.concatenate([x, x[::-1], x[:1]]),
                y=np.concatenate([hi, lo[::-1], hi[:1]]),
                mode="lines",
                line={"width": 0},
                fill="toself",
                fillcolor=colours.band("neutral"),
                hoverinfo="skip",
                name="expected band",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=x,
                y=mean,
                mode="lines",
                line={"color": colours.muted, "width": 1.5},
                hoverinfo="skip",
                name="expected",
            )
        )
    said = np.array([_day_said(row, lang) for row in days.to_dicts()], dtype=object)
    figure.add_trace(
        go.Bar(
            x=x,
            y=seen,
            marker={"color": np.where(days["after"].to_numpy(), colours.text, colours.neutral)},
            customdata=said,
            hovertemplate="%{customdata}<extra></extra>",
            name="posts",
        )
    )
    top = max(tops)
    first, last = days["on"][0], days["on"][-1]
    figure.update_layout(
        **quiet_layout(colours, VOLUME_HEIGHT, key, t=26, r=10, b=44),
        bargap=0.3,
        hovermode="closest",
        xaxis=day_axis(first, last, lang, colours),
        yaxis={
            "range": [0, top * 1.08],
            "nticks": 4,
            "tickformat": ",d",
            "tickfont": {"color": colours.muted, "size": 12},
            "gridcolor": colours.grid,
            "zeroline": False,
            "fixedrange": True,
        },
    )
    figure.add_shape(
        type="line", x0=str(on), x1=str(on), y0=0, y1=1, yref="paper",
        line={"color": colours.muted, "width": 1, "dash": "dot"}, layer="below",
    )  # fmt: skip
    figure.add_annotation(
        x=str(on), y=1, yref="paper", yanchor="bottom", showarrow=False,
        text=f"<b>{day(on, lang)}</b>", font={"color": colours.text, "size": 12},
    )  # fmt: skip
    return figure


def _day_said(row: dict[str, object], lang: str) -> str:
    n = count(float(row["n"]), lang)  # type: ignore[arg-type]
    if row["expected"] is None:
        return f"{day(row['on'], lang)}: {n}"  # type: ignore[arg-type]
    ends = {name: count(float(row[name]), lang) for name in ("expected", "lo", "hi")}  # type: ignore[arg-type]
    return f"{day(row['on'], lang)}: {say(lang, 'response.volume_tip', n=n, **ends)}"  # type: ignore[arg-type]


def plot_shifts(rows: Sequence[ShiftRow], colours: Palette, lang: str, key: str) -> go.Figure:
    """Return one line a difference: a point with its interval over the pale range of other days, zero in the middle."""
    figure = go.Figure()
    reach = max([8.0, *(abs(v) for row in rows for v in (row.lo, row.hi, *(row.usual or ())))]) * 1.08
    for slot, row in enumerate(rows):
        colour = colours.line(row.stance)
        if row.usual is not None:
            figure.add_shape(
                type="rect", x0=row.usual[0], x1=row.usual[1], y0=slot - 0.22, y1=slot + 0.22,
                fillcolor=colours.grid, line={"width": 0}, layer="below",
            )  # fmt: skip
        ends = f"{signed_points(row.lo / 100)} … {signed_points(row.hi / 100)}"
        said = say(lang, "response.shift_tip", name=row.name, pts=signed_points(row.diff / 100), ends=ends)
        figure.add_trace(
            go.Scatter(
                x=np.array([row.lo, row.hi]),
                y=np.array([slot, slot]),
                mode="lines",
                line={"color": colour, "width": 2, "dash": "dash" if row.stance == "against" else "solid"},
                hoverinfo="skip",
                name=f"interval {row.stance}",
            )
        )
        figure.add_trace(
            go.Scatter(
                x=np.array([row.diff]),
                y=np.array([slot]),
                mode="markers",
                marker={
                    "color": colours.background if row.before else colour,
                    "size": 11,
                    "line": {"color": colour, "width": 2},
                },
                customdata=np.array([said], dtype=object),
                hovertemplate="%{customdata}<extra></extra>",
                name=f"shift {row.stance}",
            )
        )
        figure.add_annotation(
            x=0, xref="paper", y=slot - 0.42, text=row.name, showarrow=False, xanchor="left",
            font={"color": colours.label(row.stance), "size": 13},
        )  # fmt: skip
    figure.add_shape(
        type="line",
        x0=0,
        x1=0,
        y0=-0.6,
        y1=len(rows) - 0.5,
        line={"color": colours.muted, "width": 1},
        layer="below",
    )
    figure.update_layout(
        **quiet_layout(colours, ROW_HEIGHT * len(rows) + 64, key, l=8, r=8, t=8, b=44),
        hovermode="closest",
        xaxis={
            "range": [-reach, reach],
            "nticks": 5,
            "title": {"text": say(lang, "response.shift_axis"), "font": {"color": colours.muted, "size": 12}},
            "tickfont": {"color": colours.muted, "size": 12},
            "gridcolor": colours.grid,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={"visible": False, "range": [len(rows) - 0.4, -0.7], "fixedrange": True},
    )
    return figure
