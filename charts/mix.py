"""The mix of stances of several groups: one diverging bar each, neutral and unclear set apart on their own scale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go

from charts.axes import quiet_layout
from charts.numbers import count
from charts.palette import Palette
from words import say


@dataclass(frozen=True, slots=True)
class MixRow:
    """Counts of one group, by stance."""

    name: str
    favor: int
    against: int
    neutral: int
    unclear: int


def plot_mix(rows: Sequence[MixRow], colours: Palette, lang: str, key: str) -> go.Figure:
    """Return one bar a group: against to the left of the line, favor to the right, the others in their own column.

    Counts, not shares: groups of a dozen statements have no share worth a decimal. Every bar is on one scale.
    """
    names = [f"<b>{row.name}</b>" for row in rows]
    slots = np.arange(len(rows))
    reach = max((max(row.favor, row.against) for row in rows), default=0) or 1
    aside = max((row.neutral + row.unclear for row in rows), default=0) or 1
    width_of_one = 0.70 / (2 * reach + aside)
    split = width_of_one * 2 * reach
    figure = go.Figure()
    for stance, axis, sign, inward in (
        ("against", "x", -1, True),
        ("favor", "x", 1, True),
        ("neutral", "x2", 1, False),
        ("unclear", "x2", 1, False),
    ):
        values = np.array([getattr(row, stance) for row in rows], dtype=float)
        label = say(lang, f"stance.{stance}")
        figure.add_trace(
            go.Bar(
                x=values * sign,
                y=slots,
                xaxis=axis,
                orientation="h",
                width=0.42,
                marker={
                    "color": colours.line(stance),
                    "pattern": {"shape": "/" if stance == "against" else "", "size": 5, "solidity": 0.25},
                },
                text=[count(v, lang) if v and inward else "" for v in values],
                textposition="outside",
                textfont={"color": colours.label(stance), "size": 13},
                cliponaxis=False,
                customdata=np.array(
                    [f"{row.name}: {label} {count(v, lang)}" for row, v in zip(rows, values, strict=True)]
                ),
                hovertemplate="%{customdata}<extra></extra>",
                name=stance,
            )
        )
    for slot, row in zip(slots.tolist(), rows, strict=True):
        rest = row.neutral + row.unclear
        figure.add_annotation(
            x=rest,
            y=slot,
            xref="x2",
            text=count(rest, lang) if rest else "",
            font={"color": colours.muted, "size": 13},
            showarrow=False,
            xanchor="left",
            xshift=4,
        )
        figure.add_annotation(
            x=0,
            y=slot - 0.46,
            xref="paper",
            text=names[slot],
            showarrow=False,
            xanchor="left",
            font={"color": colours.text, "size": 13},
        )
    _head(figure, colours, lang, split)
    empty = {"visible": False, "fixedrange": True}
    figure.update_layout(
        **quiet_layout(colours, 62 * len(rows) + 44, key, l=8, r=30, t=34, b=6),
        barmode="relative",
        xaxis={**empty, "domain": [0.0, min(split + 0.12, 0.78)], "range": [-reach * 1.25, reach * 1.25]},
        xaxis2={**empty, "domain": [min(split + 0.18, 0.84), 1.0], "range": [0, aside * 1.25]},
        yaxis={**empty, "range": [len(rows) - 0.45, -0.75]},
    )
    for slot in slots.tolist():
        figure.add_shape(
            type="line",
            x0=0,
            x1=0,
            y0=slot - 0.27,
            y1=slot + 0.27,
            xref="x",
            yref="y",
            line={"color": colours.muted, "width": 1},
        )
    return figure


def _head(figure: go.Figure, colours: Palette, lang: str, split: float) -> None:
    """Name the sides above the bars, where a legend would be."""
    middle = min(split + 0.12, 0.78) / 2
    heads = (
        ("against", middle, "right", -10, f"◀ {say(lang, 'stance.against')}"),
        ("favor", middle, "left", 10, f"{say(lang, 'stance.favor')} ▶"),
        ("neutral", 1.0, "right", 0, say(lang, "chart.neutral_or_unclear")),
    )
    for stance, x, anchor, shift, text in heads:
        figure.add_annotation(
            x=x,
            y=1,
            xref="paper",
            yref="paper",
            yanchor="bottom",
            xanchor=anchor,
            xshift=shift,
            text=f"<b>{text}</b>",
            font={"color": colours.label(stance), "size": 13},
            showarrow=False,
        )
