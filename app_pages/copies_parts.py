"""Copies on the screens: how far a text has spread, where it stands, and copy-paste bursts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analysis.bursts import MIN_VOICES, MIN_WORDS, WINDOW, find_bursts
from app_pages import load
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import source_name
from charts.numbers import count, instant, percent
from store import queries
from words import say

MOST_SHOWN = 200
"""Rows of a table of placements or bursts."""

LIMITS = {"voices": MIN_VOICES, "hours": int(WINDOW.total_seconds() // 3600), "words": MIN_WORDS}
"""What makes a burst, for the sentences that say it."""


def bursts_of(page: Page) -> pl.DataFrame:
    """Return the bursts of the published version."""
    return load.cached(
        page, "bursts", lambda: find_bursts(queries.repeated_placements(page.published, MIN_VOICES))
    )


def with_spread(page: Page, posts: pl.DataFrame) -> pl.DataFrame:
    """Return the posts with a column `spread`: in words, how far each one's text has spread, and whether in a burst."""
    marks: dict[tuple[str, bool], Mapping[str, Any]] = {}
    for burst in reversed(bursts_of(page).to_dicts()):  # the one with most voices last: it stays
        marks[burst["cluster_key"], burst["simulated"]] = burst
    said = [
        spread_words(post, marks.get((post["cluster_key"], post["simulated"])), page.lang)
        for post in posts.to_dicts()
    ]
    return posts.with_columns(pl.Series("spread", said, dtype=pl.String))


def spread_words(post: Mapping[str, Any], burst: Mapping[str, Any] | None, lang: str) -> str:
    """Return "1 text, 60 outlets" or the like, with the mark of a burst; empty where a text stands alone."""
    n_posts, n_outlets = int(post["n_posts"] or 1), int(post["n_outlets"] or 0)
    parts = []
    if n_outlets and n_posts == 1:
        parts.append(say(lang, "copies.one_post_outlets", n=count(n_outlets, lang)))
    elif n_outlets:
        parts.append(say(lang, "copies.posts_outlets", posts=count(n_posts, lang), n=count(n_outlets, lang)))
    elif n_posts > 1:
        parts.append(say(lang, "copies.posts", n=count(n_posts, lang)))
    if burst is not None:
        key = "copies.wire_mark" if burst["kind"] == "wire" else "copies.burst_mark"
        parts.append(say(lang, key, n=count(burst["n_voices"], lang)))
    return " · ".join(parts)


def draw_placements(page: Page, post: Mapping[str, Any]) -> None:
    """Draw where a post's text stands with its copies: since when, for how long, and each place."""
    if int(post["n_placements"] or 1) < 2:
        return
    lang, zone = page.lang, page.topic.tz
    found = load.cluster_placements(page, str(post["cluster_key"]), bool(post["simulated"]))
    st.caption(
        literal(f"{post['spread']}. {first_line(page, found)}" if post["spread"] else first_line(page, found))
    )
    st.caption(say(lang, "copies.near"))
    with st.expander(literal(say(lang, "copies.placements", n=count(found.height, lang)))):
        rows = [
            {
                say(lang, "copies.col_at"): instant(row["posted_at"].astimezone(zone), lang)
                if row["posted_at"]
                else say(lang, "format.undated"),
                say(lang, "copies.col_kind"): say(lang, f"copies.layer_{row['layer']}"),
                say(lang, "copies.col_source"): source_name(row["source"], lang),
                say(lang, "copies.col_place"): row["place"],
                say(lang, "copies.col_alike"): percent(row["similarity"], lang),
            }
            for row in found.head(MOST_SHOWN).to_dicts()
        ]
        alike = st.column_config.TextColumn(help=say(lang, "copies.alike_help"))
        st.dataframe(
            pl.DataFrame(rows),
            hide_index=True,
            column_config={say(lang, "copies.col_alike"): alike},
            alt=say(lang, "copies.placements", n=count(found.height, lang)),
        )


def first_line(page: Page, found: pl.DataFrame) -> str:
    """Return when and where a text was first seen, and over how long its copies appeared."""
    lang = page.lang
    dated = found.drop_nulls("posted_at")
    if dated.is_empty():
        return say(lang, "copies.undated")
    first, last = dated.row(0, named=True), dated.row(-1, named=True)
    where = " · ".join(part for part in (source_name(first["source"], lang), first["place"]) if part)
    at = instant(first["posted_at"].astimezone(page.topic.tz), lang)
    lasted = span_words(last["posted_at"] - first["posted_at"], lang)
    return f"{say(lang, 'copies.first_seen', at=at, place=where)}. {say(lang, 'copies.span', span=lasted)}"


def span_words(span: timedelta, lang: str) -> str:
    """Return a span in the unit that fits it: minutes under two hours, hours under two days, else days."""
    minutes = round(span.total_seconds() / 60)
    if minutes < 120:
        return say(lang, "copies.span_minutes", n=count(minutes, lang))
    if minutes < 2880:
        return say(lang, "copies.span_hours", n=count(round(minutes / 60), lang))
    return say(lang, "copies.span_days", n=count(round(minutes / 1440), lang))


def draw_bursts(page: Page) -> None:
    """Draw the copy-paste bursts, and apart from them the news that was shared in a burst and the wire copies."""
    if load.source_counts(page)["n_posts"].sum():
        _draw_posted(page)
    wire = wire_copies(page)
    if wire.height:
        title = say(page.lang, "copies.wire_title", n=count(wire.height, page.lang))
        with st.expander(literal(title)):
            _draw_wire(page, wire)


def _draw_posted(page: Page) -> None:
    lang, everything = page.lang, bursts_of(page)
    found = everything.filter(~pl.col("simulated"))
    copies, shared = found.filter(pl.col("kind") == "copies"), found.filter(pl.col("kind") == "wire")
    st.header(say(lang, "copies.bursts_title"), anchor=False)
    if copies.is_empty():
        st.caption(say(lang, "copies.bursts_none", **LIMITS))
    else:
        st.caption(say(lang, "copies.bursts_lead", **LIMITS))
        _draw_bursts(page, copies)
    if everything["simulated"].any():
        st.caption(say(lang, "copies.bursts_simulated"))
    if shared.height:
        with st.expander(literal(say(lang, "copies.shared_title", n=count(shared.height, lang)))):
            st.caption(say(lang, "copies.shared_lead"))
            _draw_bursts(page, shared)


def wire_copies(page: Page) -> pl.DataFrame:
    """Return the clusters that several outlets printed, those of most outlets first."""
    found = load.cached(page, "copies", lambda: queries.cluster_summary(page.published))
    return found.filter(pl.col("n_outlets") > 1, ~pl.col("simulated")).sort(
        "n_outlets", "cluster_key", descending=[True, False]
    )


def _draw_bursts(page: Page, bursts: pl.DataFrame) -> None:
    lang, shown = page.lang, bursts.head(MOST_SHOWN)
    texts = load.texts_by_id(page, tuple(shown["first_id"].to_list()))
    rows = [
        {
            **_where(page, row["starts_at"], row, texts),
            say(lang, "copies.col_voices"): row["n_voices"],
            say(lang, "copies.col_posts"): row["n_posts"],
            say(lang, "copies.col_lasted"): span_words(row["ends_at"] - row["starts_at"], lang),
        }
        for row in shown.to_dicts()
    ]
    st.dataframe(pl.DataFrame(rows), hide_index=True, alt=say(lang, "copies.bursts_alt"))


def _draw_wire(page: Page, wire: pl.DataFrame) -> None:
    lang, shown = page.lang, wire.head(MOST_SHOWN)
    texts = load.texts_by_id(page, tuple(shown["first_id"].drop_nulls().to_list()))
    rows = [
        {
            say(lang, "copies.col_spread"): say(lang, "copies.outlets", n=count(row["n_outlets"], lang))
            if not row["n_posts"]
            else spread_words(row, None, lang),
            **_where(page, row["first_at"], row, texts),
        }
        for row in shown.to_dicts()
    ]
    st.dataframe(pl.DataFrame(rows), hide_index=True, alt=say(lang, "copies.wire_alt"))


def _where(
    page: Page, at: datetime | None, row: Mapping[str, Any], texts: Mapping[str, str]
) -> dict[str, str]:
    """Return the cells that say when and where a text was first seen, and how it begins."""
    lang = page.lang
    source = source_name(row["first_source"], lang) if row["first_source"] else ""
    return {
        say(lang, "copies.col_first"): instant(at.astimezone(page.topic.tz), lang)
        if at
        else say(lang, "format.undated"),
        say(lang, "copies.col_where"): " · ".join(part for part in (source, row["first_place"]) if part),
        say(lang, "copies.col_text"): " ".join(texts.get(row["first_id"] or "", "").split()),
    }
