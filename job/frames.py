"""Records as table rows: the language and the keys of each text are added here, once, for every source."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import polars as pl

from collectors.contract import RawItem
from job.receipts import receipt_json
from models.duplicates import context_key, text_key
from models.language import predict_languages
from records import Article, Event, Post, Quarantined, Reading, Receipt, Statement
from store.tables import rows_frame


def post_rows(posts: Sequence[Post]) -> pl.DataFrame:
    """Return the `posts` rows of these posts, with language, text key and context key."""
    return _keyed_rows("posts", posts)


def statement_rows(statements: Sequence[Statement]) -> pl.DataFrame:
    """Return the `statements` rows of these statements, with language, text key and context key."""
    return _keyed_rows("statements", statements)


def article_rows(articles: Sequence[Article]) -> pl.DataFrame:
    """Return the `articles` rows of these articles, with language and text key."""
    keys = [text_key(article.text) for article in articles]
    return rows_frame("articles", articles, lang=languages_of(articles), text_key=keys)


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


def languages_of(records: Sequence[Post] | Sequence[Article] | Sequence[Statement]) -> list[str]:
    """Return the language of each record, read from the text where the source did not say it."""
    silent = [record.text for record in records if record.lang not in ("en", "es", "other")]
    read = iter(predict_languages(silent))
    return [record.lang if record.lang in ("en", "es", "other") else next(read) for record in records]


def _keyed_rows(table: str, records: Sequence[Post] | Sequence[Statement]) -> pl.DataFrame:
    with ThreadPoolExecutor(max_workers=1) as beside:  # languages keep another core busy meanwhile
        languages = beside.submit(languages_of, records)
        text_keys = [text_key(record.text) for record in records]
        context_keys = [context_key(record.context) for record in records]
    return rows_frame(table, records, lang=languages.result(), text_key=text_keys, context_key=context_keys)
