"""Axes that every chart shares: days with our own month names, shares from 0 to 100 %, and a quiet layout."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np

from charts.numbers import NBSP, month, short_day
from charts.palette import Palette

CHART_CONFIG: dict[str, Any] = {
    "displaylogo": False,
    "displayModeBar": False,
    "scrollZoom": False,
    "doubleClick": False,
}
"""Passed to the component that shows a figure: no toolbar over the data, no accidental zoom."""


def time_ticks(first: date, last: date, lang: str, at_most: int = 5) -> tuple[list[date], list[str]]:
    """Return where the ticks of a day axis stand and what they say, at most `at_most` of them.

    Short spans are ticked by days, longer ones by firsts of months; the year stands under the first tick of each year.
    """
    span = (last - first).days
    if span <= 75:
        step = next(s for s in (1, 2, 7, 14, 21, 28, 100) if span // s < at_most)
        days = [first + timedelta(days=offset) for offset in range(span % step, span + 1, step)]
        names = [short_day(at, lang) for at in days]
    else:
        months = [date(y, m, 1) for y in range(first.year, last.year + 1) for m in range(1, 13)]
        months = [at for at in months if first <= at <= last]
        step = next(s for s in (1, 2, 3, 6, 12, 24, 60, 600) if -(-len(months) // s) <= at_most)
        days = months[::step]
        names = [month(at.month, lang) for at in days]
    years = [at.year for at in days]
    texts = [
        f"{name}<br>{year}" if i == 0 or year != years[i - 1] else name
        for i, (name, year) in enumerate(zip(names, years, strict=True))
    ]
    return days, texts


def day_axis(first: date, last: date, lang: str, colours: Palette, at_most: int = 5) -> dict[str, Any]:
    """Return the layout of an x axis over whole days; half a day is left free at both ends."""
    days, texts = time_ticks(first, last, lang, at_most)
    half = np.timedelta64(12, "h")
    return {
        "type": "date",
        "range": [str(np.datetime64(first, "h") - half), str(np.datetime64(last, "h") + half)],
        "tickvals": np.array(days, dtype="datetime64[D]"),
        "ticktext": texts,
        "tickfont": {"color": colours.muted, "size": 12},
        "showgrid": False,
        "zeroline": False,
        "fixedrange": True,
        "ticks": "outside",
        "ticklen": 4,
        "tickcolor": colours.grid,
    }


def share_axis(lang: str, colours: Palette, top: float = 1.0) -> dict[str, Any]:
    """Return the layout of a y axis over shares, from 0 to `top`; the whole range unless asked otherwise."""
    sign = f"{NBSP}%" if lang == "es" else "%"
    values = [0.0, 0.5, 1.0]
    return {
        "range": [0.0, top],
        "tickvals": np.array(values),
        "ticktext": [f"{round(v * 100)}{sign}" for v in values],
        "tickfont": {"color": colours.muted, "size": 12},
        "gridcolor": colours.grid,
        "zeroline": False,
        "fixedrange": True,
    }


def quiet_layout(colours: Palette, height: int, revision: str, **margin: int) -> dict[str, Any]:
    """Return what every figure's layout has in common; `revision` keeps the view over reruns with the same data."""
    return {
        "height": height,
        "margin": {"l": 46, "r": 16, "t": 24, "b": 44, **margin},
        "showlegend": False,
        "dragmode": False,
        "uirevision": revision,
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": colours.text, "size": 13},
        "hoverlabel": {"bgcolor": colours.background, "font": {"color": colours.text, "size": 13}},
        "barcornerradius": 2,
    }
