"""The parts of the Actors page: who is on record, and each statement as it was made."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import polars as pl
import streamlit as st

from app_pages import load
from app_pages.breakdowns import statement_sources
from app_pages.load import Page
from app_pages.markup import link, literal
from app_pages.notices import draw_silence, freshness
from app_pages.post_table import certainty, stance_word
from app_pages.url import choose, reset_button
from charts.numbers import count, day, percent
from records import LABELS
from topics import Topic
from words import say

STEP = 20
FILTERS = ("target", "camp", "actor")
BADGE: dict[str, Literal["blue", "orange"]] = {"favor": "blue", "against": "orange"}
"""Badge colours; the theme paints them in the palette's favor and against. Every other label is grey."""


def draw_actors(page: Page) -> None:
    """Draw the newest statements of the actors that the address names."""
    lang, topic = page.lang, page.topic
    summary = load.actor_summary(page, topic.primary_target.id)
    target, camp, actor = draw_choices(page, summary)
    summary = load.actor_summary(page, target)
    st.caption(literal(freshness(page, None)))
    draw_silence(page, statement_sources(load.daily_cells(page)))
    if summary.is_empty():
        st.info(say(lang, "state.no_statements"))
        return
    draw_summary(page, summary, camp, actor)
    asked = (target, camp, actor)
    if st.session_state.get("statements_of") != asked:
        st.session_state["statements_of"], st.session_state["n_statements"] = asked, STEP
    limit = int(st.session_state["n_statements"])
    rows = load.latest_statements(
        page,
        target=target,
        camp=None if camp == "all" else camp,
        actor=None if actor == "all" else actor,
        limit=limit + 1,
    )
    st.subheader(say(lang, "actors.latest"), anchor=False)
    if rows.is_empty():
        st.info(say(lang, "state.no_match"))
        return
    shown = rows.head(limit).to_dicts()
    for at in range(0, len(shown), 2):
        for column, row in zip(st.columns(2), shown[at : at + 2], strict=False):
            with column:
                draw_statement(page, row)
    if rows.height > limit:
        st.button(say(lang, "actors.more", n=STEP), on_click=_more)


def _more() -> None:
    st.session_state["n_statements"] += STEP


def draw_choices(page: Page, summary: pl.DataFrame) -> tuple[str, str, str]:
    """Draw the title and the filters; returns target, camp and actor, `all` where none was picked."""
    lang, topic = page.lang, page.topic
    st.title(say(lang, "actors.title"), anchor=False)
    st.caption(say(lang, "actors.lead"))
    quoted = set(summary["actor_id"].to_list())
    targets = {t.id: t.name.get(lang) for t in topic.targets}
    camps = {
        c.id: c.name.get(lang) for c in topic.camps if any(a.id in quoted for a in topic.actors_by_camp(c.id))
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = choose(
            "target",
            say(lang, "filter.target"),
            list(targets),
            topic.primary_target.id,
            targets.__getitem__,
            width=220,
        )
        camp = choose(
            "camp", say(lang, "filter.camp"), ("all", *camps), "all",
            lambda v: say(lang, "filter.camp_all") if v == "all" else camps[v], width=260,
        )  # fmt: skip
        actors = actor_names(topic, quoted, camp)
        actor = choose(
            "actor", say(lang, "filter.actor"), ("all", *actors), "all",
            lambda v: say(lang, "filter.actor_all") if v == "all" else actors[v], width=240,
        )  # fmt: skip
        reset_button(say(lang, "filter.reset"), FILTERS)
    return target, camp, actor


def actor_names(topic: Topic, quoted: set[str], camp: str) -> dict[str, str]:
    """Return the names of the quoted actors of a camp (or of all), by name."""
    found = [a for a in topic.actors if a.id in quoted and camp in ("all", a.camp)]
    return {a.id: a.name for a in sorted(found, key=lambda a: a.name.casefold())}


def draw_summary(page: Page, summary: pl.DataFrame, camp: str, actor: str) -> None:
    """Draw how often each actor was quoted and how the statements divide; closed, for it is long."""
    lang, topic = page.lang, page.topic
    rows = []
    for found in summary.to_dicts():
        if camp not in ("all", found["camp"]) or actor not in ("all", found["actor_id"]):
            continue
        known = topic.actor(found["actor_id"])
        rows.append(
            {
                say(lang, "actors.col_actor"): known.name if known else found["actor_name"],
                say(lang, "actors.col_camp"): camp_name(topic, found["camp"], lang),
                say(lang, "actors.col_n"): found["n_statements"],
                **{say(lang, f"stance.{name}"): found[name] for name in LABELS},
                say(lang, "stance.off_topic"): found["off_topic"],
                say(lang, "actors.col_latest"): day(found["latest_on"], lang),
            }
        )
    if rows:
        with st.expander(say(lang, "actors.summary", n=count(len(rows), lang))):
            st.dataframe(pl.DataFrame(rows), hide_index=True, alt=say(lang, "actors.col_actor"))


def camp_name(topic: Topic, camp_id: str | None, lang: str) -> str:
    """Return a camp's name, or that the speaker belongs to none that we know."""
    found = topic.camp(camp_id) if camp_id else None
    return found.name.get(lang) if found else say(lang, "actors.no_camp")


def draw_statement(page: Page, row: Mapping[str, Any]) -> None:
    """Draw one statement: when, who, what in their words or in ours, which stance, and where to read it."""
    lang, topic = page.lang, page.topic
    known = topic.actor(str(row["actor_id"]) if row["actor_id"] else None)
    name = speaker_name(row, topic, lang)
    role = f", {known.role.get(lang)}" if known else ""
    with st.container(border=True, gap="xsmall", height="stretch"):
        at = row["posted_at"]
        when = day(at.astimezone(topic.tz) if at else None, lang)
        st.markdown(f"**{literal(name)}**{literal(role)}")
        st.caption(literal(f"{when} · {camp_name(topic, str(row['camp'] or ''), lang)}"))
        st.text(quoted(row, lang))
        label = str(row["label"] or "")
        sure = certainty(dict(row))
        with st.container(horizontal=True, gap="small"):
            word = stance_word(dict(row), lang)
            on_topic = word == say(lang, f"stance.{label}") if label else False
            st.badge(
                literal(f"{word} · {percent(sure, lang)}" if sure is not None and on_topic else word),
                color=BADGE.get(label, "gray") if on_topic else "gray",
            )
            st.badge(how_made(row, lang), color="gray")
            if not row["asserted"]:
                st.badge(say(lang, "actors.not_said"), color="gray")
        source = link(str(row["outlet"] or row["url"]), str(row["url"] or ""))
        st.markdown(f":small[{literal(provenance(row, lang))} {source}]")


def speaker_name(row: Mapping[str, Any], topic: Topic, lang: str) -> str:
    """Return who spoke: a curated actor by name, anyone else only as the article's mention, unnamed where it is blank.

    `actor_name` of a speaker outside the register may be a private person's: it is never shown.
    """
    if row["actor_id"]:
        known = topic.actor(str(row["actor_id"]))
        return known.name if known else str(row["actor_name"] or say(lang, "actors.unnamed"))
    return str(row["speaker"] or "").strip() or say(lang, "actors.unnamed")


def quoted(row: Mapping[str, Any], lang: str) -> str:
    """Return the words of a statement: in quotation marks only where they are the speaker's own.

    What the archive tells in our own words is shown in the reader's language; a quotation is never translated.
    """
    text = str(row["quote"]).strip()
    if row["verification"] and row["translation"] and row["lang"] != lang and not row["direct"]:
        return str(row["translation"]).strip()
    return say(lang, "actors.quote", text=text) if row["direct"] else text


def how_made(row: Mapping[str, Any], lang: str) -> str:
    """Return in one word whether a statement is the speaker's words, reported, or both."""
    if row["verification"]:
        return say(lang, "actors.documented")
    kind = str(row["kind"])
    return (
        say(lang, f"actors.kind_{kind}")
        if kind in ("direct", "mixed", "indirect")
        else say(lang, "actors.kind_indirect")
    )


def provenance(row: Mapping[str, Any], lang: str) -> str:
    """Return where a statement comes from, and for the archive whether the source was read or only cited."""
    status = str(row["verification"] or "")
    return say(lang, f"actors.source_{status}") if status in ("read", "cited") else say(lang, "actors.source")
