"""Records as table rows: the language and the keys of each text are added here, once, for every source."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

import polars as pl

from collectors.contract import RawItem
from job.receipts import receipt_json
from models.duplicates import context_key, text_key
from models.language import predict_languages
from records import Article, Event, Post, Quarantined, Reading, Receipt, Statement
from store.tables import rows_frame

T = TypeVar("T", Post, Article, Statement)


def post_rows(posts: Sequence[Post]) -> pl.DataFrame:
    """Return the `posts` rows of these posts, with language, text key and context key."""
    return _keyed_rows("posts", with_language(posts))


def statement_rows(statements: Sequence[Statement]) -> pl.DataFrame:
    """Return the `statements` rows of these statements, with language, text key and context key."""
    return _keyed_rows("statements", with_language(statements))


def article_rows(articles: Sequence[Article]) -> pl.DataFrame:
    """Return the `articles` rows of these articles, with language and text key."""
    known = with_language(articles)
    return rows_frame("articles", known, text_key=[text_key(article.text) for article in known])


def event_rows(events: Sequence[Event]) -> pl.DataFrame:
    """Return the `events` rows of these events."""
    return rows_frame("events", events)


def raw_rows(raws: Sequence[RawItem]) -> pl.DataFrame:
    """Return the `raw` rows of these items; the payload is JSON text."""
    return rows_frame("raw", raws)


def quarantine_rows(items: Sequence[Quarantined]) -> pl.DataFrame:
    """Return the `quarantine` rows of these items."""
    return rows_frame("quarantine", items)


def reading_rows(readings: Sequence[Reading]) -> pl.DataFrame:
    """Return the `readings` rows of these readings."""
    return rows_frame("readings", readings)


def receipt_rows(receipts: Sequence[Receipt], run_id: str) -> pl.DataFrame:
    """Return the `receipts` rows of one run; the places, and the whole receipt once more, are JSON text."""
    whole = [receipt_json(receipt) for receipt in receipts]
    return rows_frame("receipts", receipts, run_id=run_id, receipt=whole)


def with_language(records: Sequence[T]) -> list[T]:
    """Return the records with their language read from the text where the source did not say it."""
    silent = [index for index, record in enumerate(records) if record.lang not in ("en", "es", "other")]
    known = list(records)
    for index, lang in zip(silent, predict_languages([records[i].text for i in silent]), strict=True):
        known[index] = replace(known[index], lang=lang)
    return known


def _keyed_rows(table: str, records: Sequence[Post] | Sequence[Statement]) -> pl.DataFrame:
    return rows_frame(
        table,
        records,
        text_key=[text_key(record.text) for record in records],
        context_key=[context_key(record.context) for record in records],
    )
