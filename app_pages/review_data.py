"""What the Review page and the corrected shares start from: the sample, the labels that count, and the figures of both."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import polars as pl
import streamlit as st

from analysis.agreement import Agreement, agreement
from analysis.correction import corrected_shares
from analysis.votes import Sorted, decided_votes, sorted_out
from app_pages.load import Key, Page
from store import queries
from store.labels import Draw, LabelBook

LANGS = ("en", "es")


@dataclass(frozen=True)
class Review:
    """One target's sample (None where none was drawn) with its labels; `version` changes when either does."""

    target: str
    book: LabelBook
    version: str
    draw: Draw | None
    labels: pl.DataFrame  # of this target, whatever text they are of


@st.cache_data(max_entries=32, show_spinner=False)
def _kept(key: Key, version: str, name: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


def read_review(page: Page, target: str, simulated: bool) -> Review:
    """Return the newest sample and labels of a target; raises StoreError."""
    book = LabelBook(page.settings.store_root(), page.topic.id)
    version = book.version()

    def ask() -> tuple[Draw | None, pl.DataFrame]:
        return book.latest_draw(target, simulated), book.read_labels().filter(pl.col("target") == target)

    draw, labels = _kept(page.key, version, f"review {target} {simulated}", ask)
    return Review(target, book, version, draw, labels)


def counted_labels(page: Page, review: Review) -> Sorted:
    """Return the labels that count for a figure: of texts that are in the sample and still there."""
    drawn = review.draw.sample if review.draw else pl.DataFrame(schema={"text_key": pl.String})
    # asked for all that may be labelled, so that an answer to a text of the sample asks the store nothing
    keys = sorted({*drawn["text_key"], *review.labels["text_key"]})
    named = hashlib.blake2b("/".join(keys).encode(), digest_size=16).hexdigest()
    live = _kept(page.key, named, "live", lambda: queries.live_text_keys(page.published, keys))
    return sorted_out(review.labels, drawn, live)


def corrected(page: Page, review: Review) -> pl.DataFrame:
    """Return the corrected shares of the sample's languages (`analysis.correction`); no row without a sample."""

    def ask() -> pl.DataFrame:
        draw, labels = review.draw, counted_labels(page, review).labels
        if draw is None:
            return pl.DataFrame()
        return corrected_shares(draw.strata, draw.sample, labels)

    return _kept(page.key, review.version, f"corrected {review.target} {_name(review)}", ask)


def agreed(page: Page, review: Review) -> Agreement:
    """Return how far the analysts agree on the texts of the sample."""
    labels = counted_labels(page, review).labels
    drawn = review.draw.sample if review.draw else pl.DataFrame(schema={"text_key": pl.String})
    return agreement(decided_votes(drawn, labels))


def sample_texts(page: Page, review: Review) -> dict[str, dict[str, Any]]:
    """Return the text and context of each text of the sample that is still there, by its key."""

    def ask() -> dict[str, dict[str, Any]]:
        keys = review.draw.sample["text_key"].to_list() if review.draw else []
        return {row["text_key"]: row for row in queries.review_texts(page.published, keys).to_dicts()}

    return _kept(page.key, _name(review), f"texts {review.target}", ask)


def _name(review: Review) -> str:
    return "none" if review.draw is None else f"{review.draw.simulated} {review.draw.drawn_at.isoformat()}"
