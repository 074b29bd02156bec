"""What is written over the trend: names at the ends of lines, numbered events, and a source that went silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np
import plotly.graph_objects as go

from charts.labels import push_apart
from charts.numbers import percent
from charts.palette import Palette
from charts.runs import DayGrid
from words import say


def draw_end_labels(
    figure: go.Figure, grids: Mapping[str, DayGrid], colours: Palette, lang: str, height: float
) -> None:
    """Write each line's name and last value at its end; `height` is that of the lines' plot, in pixels."""
    ends = {stance: end for stance, grid in grids.items() if (end := grid.last()) is not None}
    stances = list(ends)
    wanted = [float(grids[s].share[ends[s]]) for s in stances]
    gap = 20 / height  # a label is 20 px high
    for stance, at, share in zip(stances, push_apart(wanted, gap, 0.02, 0.98), wanted, strict=True):
        figure.add_annotation(
            x=str(grids[stance].days[ends[stance]]),
            y=at,
            text=f"<b>{say(lang, f'stance.{stance}')} {percent(share, lang)}</b>",
            font={"color": colours.label(stance), "size": 13},
            showarrow=False,
            xanchor="left",
            xshift=9,
            align="left",
        )


def draw_events(
    figure: go.Figure, events: Sequence[tuple[int, date]], colours: Palette, bottom: float
) -> None:
    """Draw a thin numbered rule for each event, from `bottom` (0-1 of the drawing) to the top."""
    for number, on in events:
        figure.add_shape(
            type="line",
            x0=str(on),
            x1=str(on),
            y0=bottom,
            y1=1,
            yref="paper",
            line={"color": colours.muted, "width": 1, "dash": "dot"},
            layer="below",
        )
        figure.add_annotation(
            x=str(on),
            y=1,
            yref="paper",
            text=f"<b>{number}</b>",
            font={"color": colours.text, "size": 12},
            showarrow=False,
            yanchor="bottom",
        )


def shade_silence(
    figure: go.Figure, since: date, last: date, colours: Palette, lang: str, words_at: float = 0.19
) -> None:
    """Shade the days after the last one on which a silent source delivered, and say so.

    `words_at`: how high the words stand, as a share of the drawing's height.
    """
    half = np.timedelta64(12, "h")
    figure.add_shape(
        type="rect",
        x0=str(np.datetime64(since, "h") + half),
        x1=str(np.datetime64(last, "h") + half),
        y0=0,
        y1=1,
        yref="paper",
        fillcolor=colours.amber,
        opacity=0.85,
        line={"width": 0},
        layer="below",
    )
    figure.add_annotation(
        x=str(np.datetime64(last, "h") + half),
        y=words_at,
        yref="paper",
        text=say(lang, "chart.silent"),
        font={"color": colours.amber_text, "size": 11},
        showarrow=False,
        xanchor="right",
        yanchor="bottom",
    )
