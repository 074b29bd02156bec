"""The first step: ask each source, and store what it gives batch by batch with the cursor that covers it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl

from collectors.contract import Batch, Collector, RawItem, Record, Request
from collectors.registry import all_collectors
from collectors.run import collect
from job.deletion import Deletions, remove_departed
from job.frames import article_rows, event_rows, post_rows, quarantine_rows, raw_rows, statement_rows
from job.plan import Plan
from job.report import Reporter
from records import Receipt
from settings import Settings
from store.tables import TABLES
from store.writer import Store
from topics import Topic

SHIPPED = ("archive", "simulated")
"""Sources that give all they have on every run: what they no longer give has left them."""


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
    store: Store, topic: Topic, settings: Settings, plan: Plan, reporter: Reporter
) -> list[Receipt]:
    """Return one receipt a source; everything a source gave is in the store when this returns.

    What a source that ships with the product no longer gives is removed, when it was read whole.
    """
    receipts, deletions = [], Deletions(store)
    for collector in plan.collectors:
        request = Request(
            topic=topic,
            settings=settings,
            now=plan.now,
            since=plan.since,
            cursor=_read_cursor(store, collector.name),
            files=plan.files,
            file_format=plan.file_format,
        )
        sink = Sink(store, collector, plan.now, deletions)
        with reporter.step(collector.title):
            receipt = collect(collector, request, sink.store_batch)
        receipts.append(receipt)
        reporter.receipt(receipt)
        if collector.name in SHIPPED and receipt.state == "complete" and plan.since is None:
            removed = remove_departed(store, collector.name, sink.given)
            if removed:
                reporter.line(f"Removed {removed} rows that {collector.title} no longer gives.")
    return receipts


class Sink:
    """Where the batches of one source go. `given` are the ids that it gave in this run."""

    def __init__(self, store: Store, collector: Collector, now: datetime, deletions: Deletions) -> None:
        self._store, self._collector, self._now, self._deletions = store, collector, now, deletions
        self.given: set[str] = set()

    def store_batch(self, batch: Batch) -> None:
        """Store one batch: records first, the cursor last, so that a kill in between repeats work and loses nothing."""
        store = self._store
        batch = self._deletions.carry_out(batch)
        store.upsert_rows("posts", post_rows(batch.posts))
        store.upsert_rows("articles", article_rows(batch.articles))
        store.upsert_rows("statements", statement_rows(batch.statements))
        store.upsert_rows("events", event_rows(batch.events))
        if self._collector.keeps_raw:
            store.upsert_rows("raw", raw_rows(batch.raws))
        kinds: tuple[Sequence[Record | RawItem], ...] = (
            batch.posts, batch.articles, batch.statements, batch.events, batch.raws,
        )  # fmt: skip
        parsed = {item.id for items in kinds for item in items}
        store.delete_rows("quarantine", parsed)
        store.upsert_rows("quarantine", quarantine_rows(batch.quarantined))
        self.given |= parsed | {item.id for item in batch.quarantined}
        if batch.cursor:
            row = {
                "source": self._collector.name,
                "cursor": json.dumps(batch.cursor, sort_keys=True),
                "updated_at": self._now,
            }
            store.upsert_rows("cursors", pl.DataFrame([row], schema=TABLES["cursors"].schema))


def _read_cursor(store: Store, source: str) -> dict[str, object]:
    rows = store.read("cursors").filter(pl.col("source") == source).collect()
    return dict(json.loads(rows["cursor"][0])) if rows.height else {}
