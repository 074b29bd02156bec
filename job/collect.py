"""The first step: ask each source, and store what it gives batch by batch with the cursor that covers it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl

from collectors.budget import Budget, StopSign
from collectors.contract import Batch, Collector, RawItem, Record, Request
from collectors.run import SourceRun
from job.deletion import Deletions, remove_departed
from job.discovered import OneOfEach
from job.frames import article_rows, event_rows, post_rows, quarantine_rows, raw_rows, statement_rows
from job.plan import Plan
from job.report import Reporter
from job.side_by_side import SideBySide
from records import Receipt
from settings import Settings
from store.tables import TABLES
from store.writer import Store
from topics import Topic

SHIPPED = ("archive", "simulated")
"""Sources that give all they have on every run: what they no longer give has left them."""

_BATCH = 1000
_BATCH_ON_DISK = 5000
"""Items a write. What is read from a disk comes fast, and each write costs the same, however much it holds."""

_OVERTIME = 10.0
"""Seconds beyond its budget, and one request, after which a source that does not end is left behind."""


class UnknownSource(Exception):
    """A source was asked for by a name that no collector has; `known` are those that there are."""

    def __init__(self, unknown: Iterable[str], known: Iterable[str]) -> None:
        self.known = tuple(known)
        super().__init__(
            f"--only: there is no source {', '.join(unknown)}; known sources: {', '.join(self.known)}"
        )


def chosen_collectors(only: Iterable[str]) -> list[Collector]:
    """Return the collectors named in `only`, or all; raises UnknownSource naming the ones there are."""
    from collectors.registry import all_collectors  # all clients at once: slow to import

    known = all_collectors()
    names = [name.strip() for name in only if name.strip()] or list(known)
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownSource(unknown, known)
    return [known[name] for name in names]


def collect_sources(
    store: Store,
    topic: Topic,
    settings: Settings,
    plan: Plan,
    reporter: Reporter,
    receipts: list[Receipt] | None = None,
) -> list[Receipt]:
    """Return one receipt a source, in the plan's order; everything a source gave is in the store when this returns.

    Sources are read side by side; one of them writes at a time. What a source that ships with the product no longer
    gives is removed, when it was read whole. A run that is stopped, or whose store fails, leaves the receipts in the
    list that was given, and every source's open batch in the store, before the exception goes on its way.
    """
    receipts = [] if receipts is None else receipts
    stop, began = StopSign(), time.monotonic()
    deletions, writing = Deletions(store), threading.Lock()
    one_of_each = OneOfEach(store)
    runs, sinks = [], []
    for collector in plan.collectors:
        request = Request(
            topic=topic,
            settings=settings,
            now=plan.now,
            since=plan.since,
            cursor=_read_cursor(store, collector.name),
            files=plan.files,
            file_format=plan.file_format,
            columns=plan.columns,
            again=plan.again,
        )
        sinks.append(Sink(store, collector, plan.now, deletions, writing, one_of_each))
        budget = _budget(collector, settings, began, stop)
        batch_size = _BATCH_ON_DISK if collector.on_disk else _BATCH
        runs.append(SourceRun(collector, request, sinks[-1].store_batch, batch_size, budget))
    side_by_side = SideBySide(runs, stop, overtime=settings.timeout_seconds + _OVERTIME)
    told = _InOrder(side_by_side, reporter)
    try:
        with reporter.board(runs) as board:

            def ended(index: int, receipt: Receipt) -> None:
                board.ended(index, receipt)
                told.tell()

            side_by_side.read_all(ended, board.tick)
    finally:
        receipts += [receipt for receipt in side_by_side.receipts if receipt is not None]
    for sink, receipt in zip(sinks, receipts, strict=True):
        if sink.ships and receipt.state == "complete" and plan.since is None:
            removed = remove_departed(store, receipt.source, sink.given)
            if removed:
                reporter.line(f"Removed {removed} rows that {sink.title} no longer gives.")
    return receipts


def _budget(collector: Collector, settings: Settings, began: float, stop: StopSign) -> Budget:
    """Return what a source may spend: what lies on a disk is read to its end, however long that takes."""
    if collector.on_disk:
        return Budget(stop=stop)
    return Budget(
        settings.source_seconds,
        n_requests=settings.source_requests,
        n_bytes=settings.source_bytes,
        run_ends=began + settings.run_seconds,
        stop=stop,
    )


class _InOrder:
    """Tells receipts in the plan's order: each as soon as it and all before it are there."""

    def __init__(self, side_by_side: SideBySide, reporter: Reporter) -> None:
        self._side_by_side, self._reporter = side_by_side, reporter
        self._n_told = 0

    def tell(self) -> None:
        for receipt in self._side_by_side.receipts[self._n_told :]:
            if receipt is None:
                return
            self._reporter.receipt(receipt)
            self._n_told += 1


class Sink:
    """Where the batches of one source go. `given` are the ids that it gave in this run.

    `writing` is held while a batch is stored: sources are read side by side, and the store has one writer.
    """

    def __init__(
        self,
        store: Store,
        collector: Collector,
        now: datetime,
        deletions: Deletions,
        writing: threading.Lock,
        one_of_each: OneOfEach,
    ) -> None:
        self._one_of_each = one_of_each
        self._store, self._collector, self._now, self._deletions = store, collector, now, deletions
        self._writing = writing
        self.given: set[str] = set()
        self.ships = collector.name in SHIPPED
        self.title = collector.title

    def store_batch(self, batch: Batch) -> None:
        """Store one batch: records first, the cursor last, so that a kill in between repeats work and loses nothing."""
        with self._writing:
            self._store_batch(batch)

    def _store_batch(self, batch: Batch) -> None:
        store = self._store
        batch = self._one_of_each.sort_out(self._deletions.carry_out(batch))
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
