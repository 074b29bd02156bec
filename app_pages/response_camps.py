"""Who answers whom: the reverse question after an event, and the matrix of camps over all days on record."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import streamlit as st

from analysis.response import WITHIN_DAYS
from analysis.response_matrix import camp_matrix
from app_pages import load
from app_pages.actors_parts import camp_name
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.response_evidence import REVERSE_DAYS, Response
from app_pages.response_words import actor_name, change_words, lag_words
from charts.numbers import count, day, decimal, short_day, signed_points
from words import say

ODD = 0.05
"""A pair of camps is marked where fewer than this share of rearranged calendars give as many answers."""


def draw_reverse(page: Page, found: Response) -> None:
    """Draw what the government side and the public did after the opposition's statements that followed the day."""
    lang, topic = page.lang, page.topic
    st.subheader(say(lang, "response.reverse"), anchor=False)
    span = {
        "first": short_day(found.on, lang),
        "last": day(found.on + timedelta(days=REVERSE_DAYS - 1), lang),
    }
    if found.reverse.is_empty():
        st.info(say(lang, "response.reverse_none", **span))
        return
    col = {n: say(lang, f"response.rev_{n}") for n in ("day", "who", "lag", "by", "n", "public", "volume")}
    rows = []
    for row in found.reverse.to_dicts():
        ratio = row["volume_ratio"]
        rows.append(
            {
                col["day"]: day(row["on"], lang),
                col["who"]: ", ".join(actor_name(topic, a) for a in row["speakers"])
                or say(lang, "actors.unnamed"),
                col["lag"]: lag_words(row["lag_days"], lang, row["lag_hours"])
                if row["lag_days"] is not None
                else say(lang, "response.rev_no_reply", days=WITHIN_DAYS),
                col["by"]: actor_name(topic, row["by_id"]) if row["lag_days"] is not None else "–",
                col["n"]: row["n_within"],
                col["public"]: _public_words(row, lang),
                col["volume"]: "–" if ratio is None else change_words(ratio, lang),
            }
        )
    st.dataframe(pl.DataFrame(rows), hide_index=True, row_height=38, alt=say(lang, "response.reverse"))
    st.caption(literal(say(lang, "response.reverse_note", days=WITHIN_DAYS, **span)))


def _public_words(row: dict[str, object], lang: str) -> str:
    if row["public"] == "moved":
        stance = say(lang, f"stance.{row['moved']}")
        return say(lang, "response.rev_moved", stance=stance, pts=signed_points(float(row["diff_pts"]) / 100))  # type: ignore[arg-type]
    return say(lang, f"response.rev_public_{row['public']}")


def draw_matrix(page: Page, said: pl.DataFrame) -> None:
    """Draw which camp speaks after which, over all days on record."""
    lang, topic = page.lang, page.topic
    st.subheader(say(lang, "response.matrix"), anchor=False)
    camps = [camp.id for camp in topic.camps]
    found = load.cached(page, "response matrix", lambda: camp_matrix(said, camps))
    if found.is_empty():
        st.info(say(lang, "response.matrix_none"))
        return
    answering = [camp for camp in camps if camp in found["answered"].to_list()]
    cells = {(row["spoke"], row["answered"]): row for row in found.to_dicts()}
    rows = []
    for spoke in (camp for camp in camps if camp in found["spoke"].to_list()):
        row = {say(lang, "response.matrix_spoke"): camp_name(topic, spoke, lang)}
        row |= {camp_name(topic, other, lang): _cell(cells.get((spoke, other)), lang) for other in answering}
        rows.append(row)
    st.dataframe(pl.DataFrame(rows), hide_index=True, row_height=38, alt=say(lang, "response.matrix"))
    st.caption(literal(say(lang, "response.matrix_note", days=WITHIN_DAYS)))


def _cell(row: dict[str, object] | None, lang: str) -> str:
    if row is None or not row["n_turns"]:
        return "–"
    parts = {"n": row["n_answered"], "all": row["n_turns"], "chance": decimal(float(row["by_chance"]), lang)}  # type: ignore[arg-type]
    if not row["n_answered"]:
        return say(lang, "response.cell_none", **parts)
    median = float(row["median_lag_days"])  # type: ignore[arg-type]
    said = say(lang, "response.cell", lag=_median_words(median, lang), **parts)
    return f"{said} ★" if float(row["p"]) <= ODD else said  # type: ignore[arg-type]


def _median_words(days: float, lang: str) -> str:
    if days == 0:
        return say(lang, "response.lag_same")
    if days == 1:
        return say(lang, "response.cell_day")
    return say(lang, "response.cell_days", n=count(days, lang) if days == int(days) else decimal(days, lang))
