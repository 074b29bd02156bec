"""The upper half of the Response page: the finding, which day it is about, and who answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import polars as pl
import streamlit as st

from analysis.response import WINDOWS, WITHIN_DAYS, camps_of_side, said_days
from app_pages import load
from app_pages.actors_parts import quoted
from app_pages.evidence import View, cells_of
from app_pages.finding import units_name
from app_pages.load import Page
from app_pages.markup import link, literal, safe_url
from app_pages.notices import freshness, read_simulated
from app_pages.overview_parts import draw_tile
from app_pages.post_table import stance_word
from app_pages.response_camps import draw_matrix, draw_reverse
from app_pages.response_day import draw_filters, read_day
from app_pages.response_evidence import Response, gather_response, most_answered
from app_pages.response_public import draw_limits, draw_public
from app_pages.response_words import actor_name, headline, lag_words, subtitle
from app_pages.url import read_choice
from charts.numbers import count, day
from store import queries
from topics.parts import Actor
from words import say

KEPT = (
    "id", "posted_at", "actor_id", "speaker", "camp", "outlet", "url", "quote", "translation", "verification", "direct",
    "lang", "source", "asserted", "simulated", "label", "relevance",
)  # fmt: skip
NO_LIMIT = 2**31
N_LETTERS = 400


def draw_response(page: Page) -> None:
    """Draw the page for the day that the address names."""
    lang = page.lang
    view = View(read_target(page), posts=read_simulated(page))
    said = read_said(page, view.target)
    events = load.dated_events(page)
    default = most_answered(said, events, camps_of_side(page.topic.camps, "opposition"))
    on = read_day(events, default) or page.today
    groups = read_groups(page)
    actors = [a for camp in groups["opposition"] for a in page.topic.actors_by_camp(camp)]
    found = read_response(page, view, on, said, actors, groups)
    of_day = events.filter(pl.col("on") == on).to_dicts()
    units = units_name(view, lang)
    st.title(literal(headline(page, found, units)), anchor=False)
    st.caption(literal(subtitle(page, found, of_day)))
    draw_filters(page, events, default, on)
    st.caption(literal(freshness(page, None)))
    draw_events(of_day, lang)
    if found.outside:
        draw_outside(page, found)
        return
    draw_tiles(page, found)
    draw_answers(page, found, said, actors)
    draw_public(page, found, view, units)
    draw_reverse(page, found)
    draw_matrix(page, said)
    draw_limits(page, found, said, view)


def read_target(page: Page) -> str:
    """Return the target that the address names."""
    return read_choice("target", [t.id for t in page.topic.targets], page.topic.primary_target.id)


def read_said(page: Page, target: str) -> pl.DataFrame:
    """Return every dated statement on record, oldest first, with its reading toward `target`; its text cut short."""

    def ask() -> pl.DataFrame:
        found = queries.latest_statements(page.published, target=target, limit=NO_LIMIT, simulated=False)
        short = pl.col("quote", "translation").str.slice(0, N_LETTERS)
        return said_days(found.select(KEPT).with_columns(short), page.topic.zone)

    return load.cached(page, f"response said {target}", ask)


def read_groups(page: Page) -> dict[str, tuple[str, ...]]:
    """Return the camps of each side; the opposition is one camp where the address names one."""
    opposition = camps_of_side(page.topic.camps, "opposition")
    side = read_choice("side", ("all", *opposition), "all")
    return {
        "opposition": opposition if side == "all" else (side,),
        "government": camps_of_side(page.topic.camps, "government"),
    }


def read_response(
    page: Page,
    view: View,
    on: date,
    said: pl.DataFrame,
    actors: Sequence[Actor],
    groups: Mapping[str, Sequence[str]],
) -> Response:
    """Return the numbers of one day, computed once for each published version and day of reading."""
    name = f"response {on} {view} {','.join(groups['opposition'])} {page.today}"
    return load.cached(
        page,
        name,
        lambda: gather_response(on, said, cells_of(load.daily_cells(page), view), actors, groups, page.today),
    )


def draw_events(events: Sequence[Mapping[str, Any]], lang: str) -> None:
    """Draw the events of the day, each with its source."""
    lines = [link(str(e[f"title_{lang}"] or e["title_en"]), str(e["url"] or "")) for e in events if e["url"]]
    if lines:
        st.markdown("  \n".join(f":small[{line}]" for line in lines))


def draw_outside(page: Page, found: Response) -> None:
    """Say that the day lies outside of what is stored, and which days do not."""
    if found.first_on is None or found.last_on is None:
        st.info(say(page.lang, "state.no_statements"))
        return
    span = {"first": day(found.first_on, page.lang), "last": day(found.last_on, page.lang)}
    st.info(say(page.lang, "response.outside", **span))


def draw_tiles(page: Page, found: Response) -> None:
    """Draw how fast the first answer came, and how much the opposition said within each window."""
    lang, answered = page.lang, found.answered
    lag = int(answered["lag_days"][0]) if answered.height else None
    hint = say(lang, "response.tile_help")
    with st.container(horizontal=True):
        first = lag_words(lag, lang)
        draw_tile(say(lang, "response.tile_first"), first[:1].upper() + first[1:], None, hint)
        for days in WINDOWS:
            n = found.n_said("opposition", days)
            key = "response.tile_outlet" if n["n_outlets"] == 1 else "response.tile_outlets"
            outlets = say(lang, key, n=count(n["n_outlets"], lang))
            draw_tile(say(lang, f"response.tile_{days}"), count(n["n"], lang), outlets, hint)


def draw_answers(page: Page, found: Response, said: pl.DataFrame, actors: Sequence[Actor]) -> None:
    """Draw the actors who spoke since the day with their first statement, then those who did not."""
    lang, topic = page.lang, page.topic
    st.subheader(say(lang, "response.answers"), anchor=False)
    if not actors:
        st.info(say(lang, "response.no_opposition"))
        return
    spoke = found.first.filter(pl.col("state").is_in(["answered", "later"]))
    texts = {
        row["id"]: row for row in said.filter(pl.col("id").is_in(spoke["statement_id"].to_list())).to_dicts()
    }
    col = {
        n: say(lang, f"response.col_{n}")
        for n in ("actor", "lag", "day", "by", "text", "stance", "outlet", "link", "n")
    }
    rows = []
    for row in spoke.to_dicts():
        text = texts[row["statement_id"]]
        same = row["by_id"] == row["actor_id"]
        rows.append(
            {
                col["actor"]: actor_name(topic, row["actor_id"]),
                col["lag"]: lag_words(row["lag_days"], lang),
                col["day"]: day(row["first_on"], lang),
                col["by"]: "" if same else actor_name(topic, row["by_id"]),
                col["text"]: quoted(text, lang),
                col["stance"]: stance_word(text, lang),
                col["outlet"]: str(text["outlet"] or ""),
                col["link"]: safe_url(str(text["url"] or "")),
                col["n"]: row["n_within"],
            }
        )
    if rows:
        text_column = st.column_config.TextColumn
        config = {
            col["text"]: text_column(width=420),
            col["by"]: text_column(help=say(lang, "response.by_help")),
            col["link"]: st.column_config.LinkColumn(display_text=say(lang, "response.open"), width=80),
            col["n"]: st.column_config.NumberColumn(help=say(lang, "response.n_help", days=WITHIN_DAYS)),
        }
        st.dataframe(
            pl.DataFrame(rows, infer_schema_length=None), hide_index=True, column_config=config, row_height=38,
            placeholder="–", alt=say(lang, "response.answers"),
        )  # fmt: skip
    last = found.on + timedelta(days=WITHIN_DAYS - 1)
    st.caption(literal(say(lang, "response.answers_note", days=WITHIN_DAYS, last=day(last, lang))))
    for state in ("silent", "none"):
        names = [actor_name(topic, a) for a in found.first.filter(pl.col("state") == state)["actor_id"]]
        if names:
            st.markdown(
                f"**{literal(say(lang, f'response.{state}', n=len(names)))}** {literal(', '.join(names))}"
            )
