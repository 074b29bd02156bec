"""What a source's days say on the Sources page: its state in words, and what it gave beside what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from analysis.control import FEWEST_DAYS
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import MISSING, a_day, as_told
from charts.axes import CHART_CONFIG
from charts.expected import plot_expected
from charts.numbers import count, day, mean
from charts.palette import palette
from words import say


def draw_badge(state: Mapping[str, Any], lang: str) -> None:
    """Draw what the days say as a badge: amber where the charts stand without the source, grey where it gives less."""
    health = state.get("health")
    if health in (*MISSING, "quiet"):
        text = say(lang, f"silence.badge_{health}", day=day(state["since"], lang))
        st.badge(literal(text), color="yellow" if health in MISSING else "gray")


def draw_days(page: Page, state: Mapping[str, Any], days: pl.DataFrame) -> None:
    """Draw the sentence and the small chart of one daily source; `days` as `expected_days` gives them, of this source."""
    lang = page.lang
    if not state:  # it ships with the product, is imported by hand, or was never asked twice
        return
    said = days_line(state, days, lang)
    st.caption(literal(said))
    if days.is_empty():
        return
    source = str(state["source"])
    st.plotly_chart(
        plot_expected(days, palette(page.dark), lang, f"days {source} {page.published.version}"),
        theme="streamlit", key=f"days-{source}", config=CHART_CONFIG, alt=said,
    )  # fmt: skip
    st.caption(say(lang, "silence.reading"))


def days_line(state: Mapping[str, Any], days: pl.DataFrame, lang: str) -> str:
    """Return in words what the days of one source say; `state` is its row of `source_states`."""
    health = state["health"]
    if days.is_empty():  # new, or it never gave anything: nothing is expected
        n = count(state["n_days"], lang)
        return say(lang, f"silence.says_{health}", n=n, least=count(FEWEST_DAYS, lang))
    last = days.row(-1, named=True)
    said = say(
        lang,
        f"silence.says_{as_told(state)}",
        usual=a_day(state["usual"], lang),
        day=day(state["since"], lang),
        n_since=count(state["n_since"] or 0, lang),
        last_day=day(last["on"], lang),
        n=count(last["n"] or 0, lang),
        expected=mean(last["expected"], lang),
    )
    if health in MISSING:
        return said
    limit = say(
        lang,
        "silence.limit_some" if last["limit"] else "silence.limit_none",
        limit=count(last["limit"], lang),
    )
    return f"{said} {limit}"
