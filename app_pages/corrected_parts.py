"""Shares as analysts would have counted them, beside the classifier's own; or how many labels are missing for that."""

from __future__ import annotations

import polars as pl
import streamlit as st

from analysis.correction import MIN_LABELS
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.review_data import corrected, counted_labels, read_review
from charts.numbers import count, day, interval, percent
from records import STANCES
from words import say


def draw_corrected(page: Page, target: str, simulated: bool) -> None:
    """Draw the corrected shares of each language that has enough labels, and say of the others what they lack."""
    lang = page.lang
    review = read_review(page, target, simulated)
    st.subheader(say(lang, "corrected.title"), anchor=False)
    if review.draw is None:
        st.caption(say(lang, "corrected.none", least=MIN_LABELS))
    else:
        found = corrected(page, review)
        if (table := corrected_table(found, lang)).height:
            st.dataframe(table, hide_index=True, alt=say(lang, "corrected.title"))
            until = day(review.draw.drawn_at.astimezone(page.topic.tz), lang)
            st.caption(literal(say(lang, "corrected.note", day=until)))
        for line in missing_lines(found, lang):
            st.caption(literal(line))
        if n_gone := counted_labels(page, review).n_gone:
            st.caption(literal(say(lang, "review.gone", n=count(n_gone, lang))))
    st.page_link("app_pages/review.py", label=say(lang, "corrected.to_review"))


def corrected_table(found: pl.DataFrame, lang: str) -> pl.DataFrame:
    """Return one row a language that is corrected: shares with intervals, the classifier's own, and what they rest on."""
    rows = []
    for (name,), parts in found.drop_nulls("share").group_by("lang", maintain_order=True):
        by_stance = {row["stance"]: row for row in parts.to_dicts()}
        first = by_stance[STANCES[0]]
        rows.append(
            {
                say(lang, "corrected.col_language"): say(lang, f"language.{name}"),
                **{say(lang, f"stance.{stance}"): _cell(by_stance[stance], lang) for stance in STANCES},
                say(lang, "corrected.col_read_as"): " / ".join(
                    percent(by_stance[stance]["read_as"], lang) for stance in STANCES
                ),
                say(lang, "corrected.col_texts"): count(first["n_frame"], lang),
                say(lang, "corrected.col_labels"): count(first["n_labels"], lang),
                say(lang, "corrected.col_analysts"): count(first["n_analysts"], lang),
            }
        )
    return pl.DataFrame(rows)


def missing_lines(found: pl.DataFrame, lang: str) -> list[str]:
    """Return a sentence for each language without corrected shares: how many labels it lacks, or why it has none."""
    lines = []
    empty = found.filter(pl.col("share").is_null()).unique("lang", keep="first", maintain_order=True)
    for row in empty.to_dicts():
        key = "corrected.missing" if row["n_missing"] else "corrected.off_topic"
        language = say(lang, f"language.{row['lang']}")
        lines.append(
            say(
                lang,
                key,
                language=language,
                n=count(row["n_labels"], lang),
                least=MIN_LABELS,
                missing=row["n_missing"],
            )
        )
    return lines


def _cell(row: dict[str, float], lang: str) -> str:
    return f"{percent(row['share'], lang)} ({interval(row['lo'], row['hi'], lang)})"
