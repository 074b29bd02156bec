"""Which event or day the Response page is about: its address, and the filters above the page."""

from __future__ import annotations

from datetime import date

import polars as pl
import streamlit as st

from analysis.response import camps_of_side
from app_pages import load
from app_pages.actors_parts import camp_name
from app_pages.load import Page
from app_pages.url import choose, forget, read_choice, read_text, reset_button, take
from charts.numbers import day
from words import say

FILTERS = ("event", "on", "side", "target", "posts")
OTHER = "day"
"""The option of the event list that lets the reader pick any day."""
EARLIEST, LATEST = date(1990, 1, 1), date(2190, 1, 1)


def read_day(events: pl.DataFrame, default: str | None) -> date | None:
    """Return the day of the event that the address names, or the day itself; None where there is neither."""
    stated = _day_of(read_text("on"))
    if stated is None:
        forget(("on",))
    on_of = dict(events.select("id", "on").iter_rows())
    event = read_choice("event", (*on_of, OTHER), OTHER if stated or default is None else default)
    return stated or on_of.get(default or "") if event == OTHER else on_of[event]


def _day_of(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def draw_filters(page: Page, events: pl.DataFrame, default: str | None, on: date) -> None:
    """Draw which event or day is looked at, whose answers are, and what posts are counted; with their reset."""
    lang = page.lang
    names = {
        event["id"]: f"{day(event['on'], lang)} · {event[f'title_{lang}'] or event['title_en']}"
        for event in events.sort("on", "id", descending=True).to_dicts()
    } | {OTHER: say(lang, "response.other_day")}
    sides = {"all": say(lang, "response.side_all")}
    for camp in camps_of_side(page.topic.camps, "opposition"):
        sides[camp] = camp_name(page.topic, camp, lang)
    targets = {t.id: t.name.get(lang) for t in page.topic.targets}
    posts = {name: say(lang, f"filter.posts_{name}") for name in ("live", "simulated")}
    live = "live" if load.has_live_posts(page) else "simulated"
    chosen = OTHER if _day_of(read_text("on")) or default is None else default
    with st.container(horizontal=True, vertical_alignment="bottom"):
        event = choose(
            "event", say(lang, "response.event"), list(names), chosen, names.__getitem__, width=400
        )
        if event == OTHER:
            draw_day(page, on)
        choose("side", say(lang, "response.side"), list(sides), "all", sides.__getitem__, width=260)
        choose(
            "target",
            say(lang, "filter.target"),
            list(targets),
            page.topic.primary_target.id,
            targets.__getitem__,
            width=220,
        )
        choose("posts", say(lang, "filter.posts"), list(posts), live, posts.__getitem__, width=200)
        reset_button(say(lang, "filter.reset"), FILTERS)


def draw_day(page: Page, on: date) -> None:
    """Draw the field for any day; what is picked goes into the address."""
    st.session_state["pick-on"] = on
    st.date_input(
        say(page.lang, "response.day"),
        key="pick-on",
        min_value=EARLIEST,
        max_value=LATEST,
        format="YYYY-MM-DD",
        on_change=_take_day,
        width=160,
    )


def _take_day() -> None:
    picked = st.session_state.get("pick-on")
    if isinstance(picked, date):
        take("on", picked.isoformat())
