"""The first step: ask each source, and store what it gives batch by batch with the cursor that covers it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from collectors.contract import Batch, Collector, Request
from collectors.registry import all_collectors
from collectors.run import collect
from job.frames import article_rows, event_rows, post_rows, quarantine_rows, raw_rows, statement_rows
from job.report import Reporter
from records import Receipt
from settings import Settings
from store.tables import TABLES
from store.writer import Store
from topics import Topic


class UnknownSource(Exception):
    """A source was asked for by a name that no collector has."""


def chosen_collectors(only: Iterable[str]) -> list[Collector]:
    """Return the collectors named in `only`, or all; raises UnknownSource naming the ones there are."""
    known = all_collectors()
    names = [name.strip() for name in only if name.strip()] or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownSource(
            f"--only: there is no source {', '.join(unknown)}; known sources: {', '.join(known)}"
        )
    return [known[name] for name in names]


def collect_sources(
    store: Store,
    topic: Topic,
    settings: Settings,
    collectors: Iterable[Collector],
    reporter: Reporter,
    now: datetime,
    since: datetime | None = None,
    files: tuple[Path, ...] = (),
    file_format: str = "auto",
) -> list[Receipt]:
    """Return one receipt a source; everything a source gave is in the store when this returns."""
    receipts = []
    for collector in collectors:
        request = Request(
            topic=topic,
            settings=settings,
            now=now,
            since=since,
            cursor=_read_cursor(store, collector.name),
            files=files,
            file_format=file_format,
        )
        with reporter.step(collector.title):
            receipt = collect(collector, request, partial(store_batch, store, collector, now))
        receipts.append(receipt)
        reporter.receipt(receipt)
    return receipts


def store_batch(store: Store, collector: Collector, now: datetime, batch: Batch) -> None:
    """Store one batch: records first, the cursor last, so that a kill in between repeats work and loses nothing."""
    store.upsert_rows("posts", post_rows(batch.posts))
    store.upsert_rows("articles", article_rows(batch.articles))
    store.upsert_rows("statements", statement_rows(batch.statements))
    store.upsert_rows("events", event_rows(batch.events))
    if collector.keeps_raw:
        store.upsert_rows("raw", raw_rows(batch.raws))
    store.upsert_rows("quarantine", quarantine_rows(batch.quarantined))
    if batch.cursor:
        row = {
            "source": collector.name,
            "cursor": json.dumps(batch.cursor, sort_keys=True),
            "updated_at": now,
        }
        store.upsert_rows("cursors", pl.DataFrame([row], schema=TABLES["cursors"].schema))


def remove_simulated(store: Store) -> int:
    """Return how many simulated posts were removed from the store (the topic file has switched them off)."""
    ids = store.read("posts").filter(pl.col("simulated")).select("id").collect()["id"].to_list()
    return store.delete_rows("posts", ids) if ids else 0


def _read_cursor(store: Store, source: str) -> dict[str, object]:
    rows = store.read("cursors").filter(pl.col("source") == source).collect()
    return dict(json.loads(rows["cursor"][0])) if rows.height else {}
