"""The middle and the end of the Response page: what posts did after the day, and what cannot be told from this."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import streamlit as st

from analysis.response import WITHIN_DAYS
from analysis.response_shift import STANCES
from app_pages import load
from app_pages.evidence import View
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import draw_silence
from app_pages.response_evidence import Response
from app_pages.response_words import shift_note, sources_named, volume_note
from charts.axes import CHART_CONFIG
from charts.numbers import count, day, short_day, signed_points
from charts.palette import palette
from charts.response import ShiftRow, plot_expected_volume, plot_shifts
from words import say


def draw_public(page: Page, found: Response, view: View, units: str) -> None:
    """Draw how many posts there were beside what was expected, and how their shares differ from before."""
    lang = page.lang
    st.subheader(literal(say(lang, "response.public", units=units)), anchor=False)
    key = f"{found.on} {view} {page.published.version}"
    if found.days.is_empty() or not found.days["after"].any():
        first, last = found.posts_first_on, found.posts_last_on
        if first is None or last is None:
            st.info(say(lang, "response.no_posts", units=units))
        else:
            st.info(
                say(lang, "response.no_posts_then", units=units, first=day(first, lang), last=day(last, lang))
            )
        return
    draw_silence(page, _live_sources(page, view))
    note = volume_note(found, lang)
    st.markdown(f"**{literal(say(lang, 'response.volume'))}**")
    figure = plot_expected_volume(found.days, found.on, palette(page.dark), lang, f"volume {key}")
    st.plotly_chart(figure, theme="streamlit", key="response-volume", config=CHART_CONFIG, alt=note)
    st.caption(literal(note))
    st.markdown(f"**{literal(say(lang, 'response.shift'))}**")
    note = shift_note(found, lang)
    if rows := shift_rows(found, lang):
        figure = plot_shifts(rows, palette(page.dark), lang, f"shift {key}")
        st.plotly_chart(figure, theme="streamlit", key="response-shift", config=CHART_CONFIG, alt=note)
    st.caption(literal(note))


def _live_sources(page: Page, view: View) -> list[str]:
    cells = load.daily_cells(page).filter(pl.col("layer") == "posts", pl.col("simulated") == view.simulated)
    return cells["source"].unique().to_list()


def shift_rows(found: Response, lang: str) -> list[ShiftRow]:
    """Return the rows of the shift chart: each stance after the day and, hollow, within the two weeks before."""
    row = found.placed
    if row is None or row["favor_diff_pts"] is None:
        return []
    usual = {stance: (lo, hi) for stance, lo, hi in found.usual.iter_rows()}
    rows = []
    for stance in STANCES:
        for part, before in (("", False), ("pre_", True)):
            diff, lo, hi = (row[f"{stance}_{part}{end}_pts"] for end in ("diff", "lo", "hi"))
            if diff is None:
                continue
            said = say(
                lang,
                "response.row_before" if before else "response.row_after",
                stance=say(lang, f"stance.{stance}"),
            )
            name = f"{said}: {signed_points(diff / 100)}"
            rows.append(ShiftRow(stance, name, diff, lo, hi, None if before else usual.get(stance), before))
    return rows


def draw_limits(page: Page, found: Response, said: pl.DataFrame, view: View) -> None:
    """Say what the record of these days holds, and what it cannot tell."""
    lang = page.lang
    st.subheader(say(lang, "response.limits"), anchor=False)
    last = found.on + timedelta(days=WITHIN_DAYS - 1)
    daily = load.daily_cells(page).filter(
        pl.col("on").is_between(found.on, last), pl.col("target") == view.target
    )
    inside = said.filter(pl.col("on").is_between(found.on, last))
    nothing = say(lang, "response.limit_nothing")
    lines = [
        say(
            lang,
            "response.limit_sources",
            first=short_day(found.on, lang),
            last=day(last, lang),
            statements=sources_named(daily, "statements", False, lang) or nothing,
            posts=sources_named(daily, "posts", view.simulated, lang) or nothing,
        )
    ]
    if inside.height:
        dated = count(inside.filter(~pl.col("timed")).height, lang)
        lines.append(say(lang, "response.limit_hours", n=dated, all=count(inside.height, lang)))
    lines += [say(lang, f"response.limit_{name}") for name in ("silence", "documented", "order", "cause")]
    if view.simulated:
        lines.append(say(lang, "response.limit_simulated"))
    st.markdown("\n".join(f"- {literal(line)}" for line in lines))
    st.page_link("app_pages/method.py", label=say(lang, "overview.method"))
