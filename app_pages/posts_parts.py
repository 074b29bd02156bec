"""The parts of the Posts page: search, table, and one post in full."""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from app_pages import load
from app_pages.copies_parts import draw_bursts, draw_placements, with_spread
from app_pages.load import Page
from app_pages.markup import link, literal, safe_url
from app_pages.notices import draw_way_to_simulated, freshness, shows_simulated, source_name
from app_pages.post_table import draw_post_table, stance_word
from app_pages.url import choose, read_choice, reset_button, search_box
from charts.numbers import count, instant, percent
from records import LABELS, STANCES
from words import say

PAGE_SIZE = 50
FILTERS = ("q", "target", "stance", "written", "source", "copies", "posts")
"""`posts` has no widget here, but the Overview's choice of the simulated posts narrows this page too."""


def draw_posts(page: Page) -> None:
    """Draw the posts that match the address's filters, and the copy-paste bursts among all posts."""
    lang = page.lang
    if read_choice("source", ("all", *source_names(page)), "all") == "simulated" and not shows_simulated(
        page
    ):
        st.info(say(lang, "notice.simulated"))
    st.title(say(lang, "posts.title"), anchor=False)
    st.caption(say(lang, "posts.lead"))
    ask = draw_search(page)
    turn = int(st.session_state.get("turn", 0)) if st.session_state.get("turn_of") == ask else 0
    found, total = load.search_posts(page, **ask, limit=PAGE_SIZE, offset=turn * PAGE_SIZE)
    if turn != last_turn(turn, total):  # a newer version has fewer posts than the page that was open
        turn = last_turn(turn, total)
        found, total = load.search_posts(page, **ask, limit=PAGE_SIZE, offset=turn * PAGE_SIZE)
    st.session_state["turn"], st.session_state["turn_of"] = turn, ask
    st.caption(literal(freshness(page, None)))
    if found.is_empty():
        draw_none(page, ask)
    else:
        draw_found(page, with_spread(page, found), turn, total)
    draw_bursts(page)


def draw_found(page: Page, found: pl.DataFrame, turn: int, total: int) -> None:
    """Draw one page of the posts that match, and the one that the reader picked."""
    lang = page.lang
    first = turn * PAGE_SIZE + 1
    line = say(
        lang,
        "posts.shown",
        first=count(first, lang),
        last=count(first + found.height - 1, lang),
        n=count(total, lang),
    )
    st.caption(literal(line))
    picked = draw_post_table(page, found, f"posts-{turn}", selectable=True)
    draw_turns(page, turn, total)
    if picked is None:
        st.caption(say(lang, "posts.pick"))
        return
    draw_post(page, found.row(picked, named=True))


def last_turn(turn: int, total: int) -> int:
    """Return the page that was asked for, or the last one where `total` posts do not reach it."""
    return min(turn, max(0, (total - 1) // PAGE_SIZE))


def draw_none(page: Page, ask: dict[str, Any]) -> None:
    """Say why no post is there, and what to do about it."""
    if load.source_counts(page)["n_posts"].sum() == 0:
        st.info(say(page.lang, "state.no_posts_at_all"))
    elif ask["simulated"] is False and load.n_posts(page, simulated=False) == 0:
        st.info(say(page.lang, "state.no_live"))
        draw_way_to_simulated(page)
    else:
        st.info(say(page.lang, "state.no_match"))


def source_names(page: Page) -> list[str]:
    """Return the sources that have posts."""
    return [s for s, n in load.source_counts(page).select("source", "n_posts").iter_rows() if n]


def draw_search(page: Page) -> dict[str, Any]:
    """Draw the search box and five filters; returns the arguments of the query."""
    lang = page.lang
    text = search_box("q", say(lang, "posts.search"), say(lang, "posts.search_hint"))
    targets = {t.id: t.name.get(lang) for t in page.topic.targets}
    sources = source_names(page)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = choose(
            "target",
            say(lang, "filter.target"),
            list(targets),
            page.topic.primary_target.id,
            targets.__getitem__,
            width=220,
        )
        stance = choose(
            "stance",
            say(lang, "filter.stance"),
            ("all", *LABELS),
            "all",
            lambda v: say(lang, f"stance.{v}"),
            width=171,
        )
        written = choose(
            "written",
            say(lang, "filter.written"),
            ("all", "en", "es"),
            "all",
            lambda v: say(lang, f"filter.written_{v}"),
            width=171,
        )
        source = choose(
            "source", say(lang, "filter.source"), ("all", *sources), "all",
            lambda v: say(lang, "filter.source_all") if v == "all" else source_name(v, lang), width=190,
        )  # fmt: skip
        copies = choose(
            "copies",
            say(lang, "copies.show"),
            ("each", "one"),
            "each",
            lambda v: say(lang, f"copies.show_{v}"),
            width=130,
        )
        reset_button(say(lang, "filter.reset"), FILTERS)
    return {
        "text": text or None,
        "target": target,
        "stance": None if stance == "all" else stance,
        "lang": None if written == "all" else written,
        "source": None if source == "all" else source,
        "simulated": None if source != "all" else shows_simulated(page),
        "copies_as_one": copies == "one",
    }


def draw_turns(page: Page, turn: int, total: int) -> None:
    """Draw the buttons that turn to earlier and later posts, where there is more than one page of them."""
    if total <= PAGE_SIZE:
        return

    def go(to: int) -> None:
        st.session_state["turn"] = to

    with st.container(horizontal=True):
        st.button(say(page.lang, "posts.newer"), on_click=go, args=(turn - 1,), disabled=turn == 0)
        st.button(
            say(page.lang, "posts.older"),
            on_click=go,
            args=(turn + 1,),
            disabled=(turn + 1) * PAGE_SIZE >= total,
        )


def draw_post(page: Page, post: dict[str, Any]) -> None:
    """Draw one post in full: its text, what it answers, how it was read, and where it is."""
    lang = page.lang
    with st.container(border=True):
        at = post["posted_at"]
        when = instant(at.astimezone(page.topic.tz), lang) if at else say(lang, "format.undated")
        place = f" · {post['place']}" if post["place"] else ""
        st.caption(literal(f"{when} · {source_name(str(post['source']), lang)}{place}"))
        if post["simulated"]:
            st.badge(say(lang, "posts.simulated"), color="gray")
        if post["context"]:
            st.caption(say(lang, "posts.answers"))
            st.text(str(post["context"]))
            st.caption(say(lang, "posts.answer"))
        st.text(str(post["text"]))
        draw_reading(page, post)
        n = int(post["n_copies"] or 1)
        facts = [say(lang, "posts.one_copy") if n == 1 else say(lang, "posts.n_copies", n=count(n, lang))]
        st.caption(literal(" ".join(facts)))
        draw_placements(page, post)
        if safe_url(str(post["url"])):
            st.markdown(link(say(lang, "posts.open"), str(post["url"])))
        elif not post["simulated"]:
            st.caption(say(lang, "posts.no_link"))


def draw_reading(page: Page, row: dict[str, Any]) -> None:
    """Draw the label of a text toward its target, with the probability of each class."""
    lang = page.lang
    found = page.topic.target(str(row["target"]))
    target = found.name.get(lang) if found else str(row["target"])
    st.markdown(
        f"**{literal(stance_word(row, lang))}** · {literal(say(lang, 'posts.toward', target=target))}"
    )
    if row["label"] is None:
        st.caption(say(lang, "posts.unread"))
        return
    shares = pl.DataFrame(
        {
            say(lang, "posts.class"): [say(lang, f"stance.{name}") for name in STANCES],
            say(lang, "posts.probability"): [percent(float(row[name]), lang) for name in STANCES],
        }
    )
    st.table(shares.to_pandas().set_index(say(lang, "posts.class")), width="content")
    st.caption(literal(say(lang, "posts.relevance", share=percent(float(row["relevance"]), lang))))
