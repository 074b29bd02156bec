"""How far the analysts are and how far they agree; labels as a file, out and in."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import streamlit as st

from analysis.agreement import Agreement
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.review_data import LANGS, Review, agreed, corrected, counted_labels
from charts.numbers import count, percent
from records import UNSURE
from store.errors import StoreError
from store.labels import LabelBook, labels_csv, read_labels_csv
from words import say

MAX_BYTES = 20_000_000


def draw_progress(page: Page, review: Review) -> None:
    """Draw what each analyst has answered, what is missing, and how far they agree."""
    lang = page.lang
    counted = counted_labels(page, review)
    st.subheader(say(lang, "review.progress"), anchor=False)
    if counted.labels.is_empty():
        st.caption(say(lang, "review.no_answers"))
    else:
        table = by_analyst(counted.labels, review, lang)
        st.dataframe(table, hide_index=True, alt=say(lang, "review.progress"))
        st.caption(literal(agreement_line(agreed(page, review), lang)))
    found = corrected(page, review)
    for name, n_labels, missing in (
        found.select("lang", "n_labels", "n_missing").unique(maintain_order=True).iter_rows()
        if found.height
        else ()
    ):
        key = "review.lang_missing" if missing else "review.lang_enough"
        st.caption(
            literal(
                say(
                    lang,
                    key,
                    language=say(lang, f"language.{name}"),
                    n=count(n_labels, lang),
                    missing=missing,
                )
            )
        )
    for key, n in (("gone", counted.n_gone), ("outside", counted.n_outside)):
        if n:
            st.caption(literal(say(lang, f"review.{key}", n=count(n, lang))))


def by_analyst(labels: pl.DataFrame, review: Review, lang: str) -> pl.DataFrame:
    """Return one row an analyst: answers, by language, and how many are unsure; headed in the reader's language."""
    langs = review.draw.sample.select("text_key", "lang") if review.draw else None
    rows = labels.join(langs, on="text_key") if langs is not None else labels.with_columns(lang=pl.lit(""))
    unsure = pl.col("label") == UNSURE
    return (
        rows.group_by("analyst")
        .agg(
            pl.len().alias(say(lang, "review.col_answers")),
            *((pl.col("lang") == name).sum().alias(say(lang, f"language.{name}")) for name in LANGS),
            unsure.sum().alias(say(lang, "review.col_unsure")),
        )
        .sort("analyst")
        .rename({"analyst": say(lang, "review.analyst")})
    )


def agreement_line(found: Agreement, lang: str) -> str:
    """Return in one sentence how far the analysts agree, or why that cannot be told."""
    return say(
        lang,
        f"review.agree_{found.verdict}",
        n=count(found.n_texts, lang),
        same=percent(found.same, lang),
        alpha="–" if found.alpha is None else _two(found.alpha, lang),
    )


def draw_files(page: Page, book: LabelBook) -> None:
    """Offer all labels of the topic as a file, and take one in."""
    lang = page.lang
    st.subheader(say(lang, "review.files"), anchor=False)
    st.caption(say(lang, "review.files_note"))
    said, is_fault = st.session_state.pop("review-import", ("", False))
    if said:
        (st.error if is_fault else st.success)(literal(said))
    name = f"postura-{page.topic.id}-labels.csv"
    data = labels_csv(book.read_labels())
    st.download_button(say(lang, "review.export"), data, name, "text/csv", on_click="ignore")
    with st.form("review-import-form", clear_on_submit=True):
        given = st.file_uploader(say(lang, "review.file"), type="csv", max_upload_size=MAX_BYTES // 1_000_000)
        sent = st.form_submit_button(say(lang, "review.import"))
    if sent:
        st.session_state["review-import"] = _taken_in(page, book, given)
        st.rerun()


def _taken_in(page: Page, book: LabelBook, given: object) -> tuple[str, bool]:
    if given is None:
        return say(page.lang, "review.no_file"), True
    try:
        targets = [target.id for target in page.topic.targets]
        rows = read_labels_csv(given.getvalue(), given.name, targets, datetime.now(UTC))  # type: ignore[attr-defined]
        n_new = book.add_labels(rows)
    except StoreError as fault:
        return str(fault), True
    return say(
        page.lang, "review.imported", n=count(rows.height, page.lang), new=count(n_new, page.lang)
    ), False


def _two(value: float, lang: str) -> str:
    written = f"{value:.2f}".replace("-", "\u2212")
    return written.replace(".", ",") if lang == "es" else written
