"""A table of posts. Cells of a table are drawn as text, so a post can hold no markup that the page would obey."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from app_pages.copies_parts import LIMITS
from app_pages.load import Page
from app_pages.notices import source_name
from charts.numbers import day, percent
from records import RELEVANT, STANCES
from words import say


def stance_word(row: dict[str, Any], lang: str) -> str:
    """Return a reading in words: its label, or that the text is off topic, or that it was not read."""
    if row.get("label") is None:
        return say(lang, "stance.unread")
    if float(row["relevance"] or 0.0) < RELEVANT:
        return say(lang, "stance.off_topic")
    return say(lang, f"stance.{row['label']}")


def certainty(row: dict[str, Any]) -> float | None:
    """Return the probability of the reading's own class, or of the likeliest one where it is unclear."""
    if row.get("label") is None:
        return None
    values = {name: float(row[name]) for name in STANCES}
    return values.get(str(row["label"]), max(values.values()))


def draw_post_table(page: Page, posts: pl.DataFrame, key: str, selectable: bool) -> int | None:
    """Draw posts as a table; returns the index of the row that the reader picked, or None."""
    lang, zone = page.lang, page.topic.tz
    names = {
        name: say(lang, f"posts.col_{name}")
        for name in ("day", "stance", "text", "sure", "source", "language", "copies")
    }
    spread, shows_spread = say(lang, "copies.col_spread"), "spread" in posts.columns
    rows = [
        {
            names["day"]: day(post["posted_at"].astimezone(zone) if post["posted_at"] else None, lang),
            names["stance"]: stance_word(post, lang),
            names["text"]: " ".join(post["text"].split()),
            names["sure"]: percent(certainty(post), lang),
            names["language"]: say(lang, f"language.{post['lang']}"),
            names["source"]: source_name(post["source"], lang),
            names["copies"]: post["n_copies"],
            **({spread: post["spread"]} if shows_spread else {}),
        }
        for post in posts.to_dicts()
    ]
    text = st.column_config.TextColumn
    config = {
        names["day"]: text(width=95, pinned=False),
        names["stance"]: text(width=95),
        names["sure"]: text(width=70, help=say(lang, "posts.sure_help")),
        names["text"]: text(width=400 if shows_spread else 530),
        spread: text(width=190, help=say(lang, "copies.spread_help", **LIMITS)),
        names["source"]: text(width=140),
        names["language"]: text(width=80),
        names["copies"]: st.column_config.NumberColumn(width=65, help=say(lang, "posts.copies_help")),
    }
    state = st.dataframe(
        pl.DataFrame(rows),
        hide_index=True,
        column_config=config,
        key=key,
        on_select="rerun" if selectable else "ignore",
        selection_mode="single-row",
        row_height=38,
        height=39 + 38 * min(12, len(rows)) if rows else "auto",
        alt=say(lang, "posts.table_alt"),
    )
    if not selectable:
        return None
    picked = state["selection"]["rows"]  # type: ignore[index]
    return picked[0] if picked and picked[0] < len(rows) else None
