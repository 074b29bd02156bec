"""The parts of the Sources page: the last run as a whole, then one card a source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
import streamlit as st

from analysis.health import source_health
from app_pages import load
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import FINE, freshness, source_name
from charts.numbers import age, count, instant
from words import say

COUNTS = ("n_got", "n_kept", "n_tombstone", "n_quarantined", "n_off_topic", "n_known")
STORED = ("n_posts", "n_tombstones", "n_articles", "n_statements", "n_undated", "n_quarantined")


def draw_sources(page: Page) -> None:
    """Draw every source, those that need attention first."""
    lang = page.lang
    receipts = load.latest_receipts(page)
    stored = {row["source"]: row for row in load.source_counts(page).to_dicts()}
    health = {row["source"]: row for row in source_health(load.receipt_history(page), page.now).to_dicts()}
    n_bad = receipts.filter(~pl.col("state").is_in(FINE)).height
    st.title(literal(title(receipts.height, n_bad, lang)), anchor=False)
    st.caption(literal(freshness(page, None)))
    if receipts.is_empty():
        st.info(say(lang, "state.no_runs"))
        return
    ranked = sorted(
        receipts.to_dicts(), key=lambda r: (r["state"] in FINE, r["state"] == "not_configured", r["source"])
    )
    for receipt in ranked:
        draw_source(page, receipt, stored.get(receipt["source"], {}), health.get(receipt["source"], {}))
    st.caption(say(lang, "sources.adding_up"))


def title(n_all: int, n_bad: int, lang: str) -> str:
    """Return the page's finding: how many sources need attention."""
    if n_bad == 0:
        return say(lang, "sources.title_fine")
    return say(lang, "sources.title_one_bad" if n_bad == 1 else "sources.title_bad", n=n_bad, all=n_all)


def draw_source(
    page: Page, receipt: Mapping[str, Any], stored: Mapping[str, Any], health: Mapping[str, Any]
) -> None:
    """Draw one source: its state in words, what that means and what to do, its counts and its places."""
    lang, state = page.lang, receipt["state"]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(literal(source_name(receipt["source"], lang)), anchor=False)
            st.badge(say(lang, f"source_state.{state}"), color="yellow" if state not in FINE else "gray")
            if health.get("is_silent") and state != "silent":
                st.badge(say(lang, "source_state.silent"), color="yellow")
        st.markdown(literal(say(lang, f"source_meaning.{state}")))
        if receipt["detail"]:
            st.text(receipt["detail"])
        draw_facts(page, receipt, stored)
        if receipt["places"] is not None and len(receipt["places"]):
            draw_places(page, receipt)


def draw_facts(page: Page, receipt: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """Draw when a source was last asked, what it gave then, and what is in the store from it."""
    lang, zone = page.lang, page.topic.tz
    started = receipt["started_at"]
    lines = [
        say(
            lang,
            "sources.asked",
            at=instant(started.astimezone(zone), lang),
            age=age(page.now - started, lang),
        )
    ]
    newest = stored.get("newest_posted_at") or receipt["newest_at"]
    if newest:
        lines.append(say(lang, "sources.newest", at=instant(newest.astimezone(zone), lang)))
    st.caption(literal(" · ".join(lines)))
    gave = [
        say(lang, f"sources.{name}", n=count(receipt[name], lang))
        for name in COUNTS
        if receipt[name] or name == "n_got"
    ]
    st.caption(literal(say(lang, "sources.last_run", counts=", ".join(gave))))
    kept = [
        say(lang, f"sources.has_{name}", n=count(stored[name], lang)) for name in STORED if stored.get(name)
    ]
    if kept:
        st.caption(literal(say(lang, "sources.in_store", counts=", ".join(kept))))


def draw_places(page: Page, receipt: Mapping[str, Any]) -> None:
    """Draw how each feed, community or file of a source fared, those at fault first."""
    lang = page.lang
    places = sorted(receipt["places"], key=lambda p: (p["state"] in FINE, p["name"]))
    n_bad = sum(place["state"] not in FINE for place in places)
    key = "sources.places_bad" if n_bad else "sources.places"
    with st.expander(literal(say(lang, key, n=count(len(places), lang), bad=count(n_bad, lang)))):
        rows = [
            {
                say(lang, "sources.place"): place["name"],
                say(lang, "sources.state"): say(lang, f"source_state.{place['state']}"),
                say(lang, "sources.got"): place["n_got"],
                say(lang, "sources.detail"): place["detail"],
            }
            for place in places
        ]
        st.dataframe(pl.DataFrame(rows), hide_index=True, alt=say(lang, "sources.place"))
