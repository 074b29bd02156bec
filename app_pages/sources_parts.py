"""The parts of the Sources page: the last run as a whole, then one card a source."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import polars as pl
import streamlit as st

from app_pages import load
from app_pages.copies_parts import draw_bursts
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import FINE, MISSING, freshness, source_name
from app_pages.sources_days import draw_badge, draw_days
from app_pages.sources_receipt import COUNTS, draw_receipt, draw_runs
from charts.numbers import age, count, instant
from words import say

MOST_NAMED = 5
STORED = ("n_posts", "n_tombstones", "n_articles", "n_statements", "n_undated", "n_quarantined")


def draw_sources(page: Page) -> None:
    """Draw every source, those that need attention first."""
    lang = page.lang
    receipts = load.latest_receipts(page)
    states = {row["source"]: row for row in load.source_states(page).to_dicts()}
    bad = {row["source"] for row in receipts.to_dicts() if needs_attention(row, states)}
    st.title(literal(title(receipts.height, len(bad), lang)), anchor=False)
    st.caption(literal(freshness(page, None)))
    if receipts.is_empty():
        st.info(say(lang, "state.no_runs"))
        return
    ranked = sorted(
        receipts.to_dicts(),
        key=lambda r: (r["source"] not in bad, r["state"] == "not_configured", r["source"]),
    )
    for receipt in ranked:
        draw_source(page, receipt, states.get(receipt["source"], {}))
    st.caption(say(lang, "sources.adding_up"))
    st.caption(say(lang, "receipt.as_logged"))
    draw_bursts(page)


def needs_attention(receipt: Mapping[str, Any], states: Mapping[str, Mapping[str, Any]]) -> bool:
    """Return whether a source failed in its last run, or gives no more though it used to."""
    return receipt["state"] not in FINE or states.get(receipt["source"], {}).get("health") in MISSING


def title(n_all: int, n_bad: int, lang: str) -> str:
    """Return the page's finding: how many sources need attention."""
    if n_bad == 0:
        return say(lang, "sources.title_fine")
    return say(lang, "sources.title_one_bad" if n_bad == 1 else "sources.title_bad", n=n_bad, all=n_all)


def draw_source(page: Page, receipt: Mapping[str, Any], state: Mapping[str, Any]) -> None:
    """Draw one source: its state in words and what to do, its counts, its days, its receipts and its places."""
    lang, source = page.lang, receipt["source"]
    mine = pl.col("source") == source
    stored = load.source_counts(page).filter(mine).to_dicts()
    runs = load.run_history(page).filter(mine)
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.subheader(literal(source_name(source, lang)), anchor=False)
            color: Literal["yellow", "gray"] = "yellow" if receipt["state"] not in FINE else "gray"
            st.badge(say(lang, f"source_state.{receipt['state']}"), color=color)
            draw_badge(state, lang)
        st.markdown(literal(say(lang, f"source_meaning.{meaning_of(receipt)}")))
        if detail := detail_of(receipt):
            st.text(detail)
        fields = load.unknown_fields(page).filter(mine)
        draw_facts(page, receipt, stored[0] if stored else {})
        draw_drift(fields, lang)
        draw_days(page, state, load.expected_days(page).filter(mine))
        if receipt["places"]:
            draw_places(receipt["places"], lang)
        if receipt["state"] != "not_configured":
            draw_receipt(page, receipt, fields)
        draw_runs(page, runs)


def meaning_of(receipt: Mapping[str, Any]) -> str:
    """Return which sentence explains a receipt's state: of a source that is one place, none of "its places" failed."""
    lone = receipt["state"] == "partial" and len(receipt["places"] or ()) < 2
    return "partial_one" if lone and receipt["detail"] else str(receipt["state"])


def detail_of(receipt: Mapping[str, Any]) -> str:
    """Return what a receipt says of its run; of a source that is one place, what that place says."""
    places, detail = list(receipt["places"] or ()), str(receipt["detail"] or "")
    said = str(places[0]["detail"] or "") if len(places) == 1 else ""
    return said if said and said in detail else detail


def draw_facts(page: Page, receipt: Mapping[str, Any], stored: Mapping[str, Any]) -> None:
    """Draw when a source was last asked and last delivered, what it gave then, and what is in the store from it."""
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
    fresh = load.source_health(page).row(by_predicate=pl.col("source") == receipt["source"], named=True)
    newest = stored.get("newest_posted_at") or fresh["newest_at"]
    if newest:
        lines.append(say(lang, "sources.newest", at=instant(newest.astimezone(zone), lang)))
    if fresh["last_ok_at"] is not None and fresh["last_ok_at"] != started:
        at = fresh["last_ok_at"]
        when = {"at": instant(at.astimezone(zone), lang), "age": age(page.now - at, lang)}
        lines.append(say(lang, "receipt.delivered", **when))
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


def draw_drift(fields: pl.DataFrame, lang: str) -> None:
    """Draw how many fields a source sends that we do not read, and name those that are new; `fields` as of its last run."""
    new = fields.filter("is_new")["name"].to_list()
    if fields.height:
        key = "sources.drift_new" if new else "sources.drift"
        said = say(
            lang,
            key,
            n=count(fields.height, lang),
            new=", ".join(new[:MOST_NAMED]) + "…" * (len(new) > MOST_NAMED),
        )
        st.caption(literal(said))


def draw_places(places: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Draw how each feed, community or file of a source fared: those at fault first, then those with a note."""
    ranked = sorted(places, key=lambda p: (p["state"] in FINE, not p["detail"], p["name"]))
    n_bad = sum(place["state"] not in FINE for place in places)
    n_noted = sum(place["state"] in FINE and bool(place["detail"]) for place in places)
    key = {(True, True): "both", (True, False): "bad", (False, True): "noted"}.get((n_bad > 0, n_noted > 0))
    counts = {"n": count(len(places), lang), "bad": count(n_bad, lang), "noted": count(n_noted, lang)}
    with st.expander(literal(say(lang, f"sources.places_{key}" if key else "sources.places", **counts))):
        rows = [
            {
                say(lang, "sources.place"): place["name"],
                say(lang, "sources.state"): say(lang, f"source_state.{place['state']}"),
                say(lang, "sources.got"): place["n_got"],
                say(lang, "sources.detail"): place["detail"],
            }
            for place in ranked
        ]
        st.dataframe(pl.DataFrame(rows), hide_index=True, alt=say(lang, "sources.place"))
