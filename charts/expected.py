"""What a source gave each day, and what was expected of it."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
import polars as pl

from charts.axes import day_axis, quiet_layout
from charts.numbers import count, day, mean
from charts.palette import Palette
from words import say

HEIGHT = 170


def plot_expected(days: pl.DataFrame, colours: Palette, lang: str, key: str) -> go.Figure:
    """Return bars of what was seen, a line of what was expected, and a dotted one of the lower limit.

    `days`: on, n (null: not known, no bar), expected, limit; at least one row, by day. A day below its limit is marked: an empty one
    has no bar to see.
    """
    on = days["on"].to_numpy().astype("datetime64[D]")
    seen = days["n"].to_numpy().astype(float)
    expected, limit = days["expected"].to_numpy(), days["limit"].to_numpy()
    low = np.nan_to_num(seen, nan=np.inf) < limit
    said = np.array([_said(row, lang) for row in days.to_dicts()], dtype=object)
    shared = {"customdata": said, "hovertemplate": "%{customdata}<extra></extra>"}
    figure = go.Figure()
    figure.add_trace(
        go.Bar(
            x=on, y=seen, marker={"color": np.where(low, colours.amber_text, colours.neutral)}, name="seen", **shared
        )
    )  # fmt: skip
    for name, values, dash, width in (("expected", expected, "solid", 2), ("limit", limit, "dot", 1.5)):
        figure.add_trace(
            go.Scatter(
                x=on,
                y=values,
                mode="lines",
                line={
                    "color": colours.text if name == "expected" else colours.muted,
                    "dash": dash,
                    "width": width,
                },
                hoverinfo="skip",
                name=name,
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=on[low],
            y=seen[low],
            mode="markers",
            marker={"color": colours.amber_text, "symbol": "triangle-down", "size": 7},
            hoverinfo="skip",
            cliponaxis=False,
            name="low",
        )
    )
    top = float(max(np.nanmax(np.nan_to_num(seen)), expected.max(), 1.0))
    first, last = days["on"][0], days["on"][-1]
    figure.update_layout(
        **quiet_layout(colours, HEIGHT, key, t=8, r=10, b=42),
        bargap=0.25,
        hovermode="closest",
        xaxis=day_axis(first, last, lang, colours, at_most=4),
        yaxis={
            "range": [0, top * 1.06],
            "nticks": 4,
            "tickformat": ",d",
            "tickfont": {"color": colours.muted, "size": 12},
            "gridcolor": colours.grid,
            "zeroline": False,
            "fixedrange": True,
        },
    )
    return figure


def _said(row: dict[str, object], lang: str) -> str:
    expected, limit = float(row["expected"]), float(row["limit"])  # type: ignore[arg-type]
    if row["n"] is None:
        return f"{day(row['on'], lang)}: {say(lang, 'silence.not_known')}"  # type: ignore[arg-type]
    values = {
        "n": count(float(row["n"]), lang),  # type: ignore[arg-type]
        "expected": mean(expected, lang),
        "limit": count(limit, lang),
    }
    return f"{day(row['on'], lang)}: {say(lang, 'silence.tip', **values)}"  # type: ignore[arg-type]
