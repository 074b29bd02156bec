"""One run of one source: read, parse, count each item once, hand batches to a sink, and write the receipt.

What a source read before it failed is always delivered. How a failure shows in the receipt:

- nothing read before the error: the error's own state (`unreachable`, `gone`, ...);
- something read before it, or a place that worked: `partial`, and the detail names the error; `auth` and
  `not_configured` stay as they are, because they need a person and not another try;
- no error, but places (feeds, communities, files) that failed beside others that worked: `partial`; when none worked,
  the state that most of them share;
- the budget used up, or the run asked to stop: `partial`.

A collector sets `log.cursor` only after it has yielded the items that the cursor covers; each batch carries the
cursor as it stood when the batch was closed, so a stored cursor never runs ahead of the stored items.
"""

from __future__ import annotations

import copy
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collectors.budget import Budget
from collectors.contract import Batch, Collector, RawItem, Record, Request, Sink, SourceLog
from collectors.discretion import Redactor, kind_of_reason
from collectors.ending import state_of_error, state_of_places
from collectors.errors import MalformedItem, OffTopic, OutOfBudget
from records import Article, Event, Post, Quarantined, Receipt, SourceState, Statement

MAX_PAYLOAD = 100_000
"""Characters of a refused item's raw form that are kept."""

OPEN_SECONDS = 60.0
"""A batch that is open for longer is delivered with the next item: a machine that dies loses no more than that."""


def collect(
    collector: Collector,
    request: Request,
    sink: Sink,
    batch_size: int = 1000,
    budget: Budget | None = None,
) -> Receipt:
    """Return the receipt of one run of `collector`, having handed all that it read to `sink`.

    Never raises for a fault of the source. What the sink raises goes up; an interrupt delivers the open batch first.
    `started_at` is the request's `now`, the same for every source of one job.
    """
    return SourceRun(collector, request, sink, batch_size, budget).collect()


@dataclass(slots=True)
class Tally:
    """Where each raw item went; `got` is the sum of the other counts."""

    got: int = 0
    kept: int = 0
    tombstone: int = 0
    quarantined: int = 0
    off_topic: int = 0
    known: int = 0
    newest_at: datetime | None = None
    reasons: Counter[str] = field(default_factory=Counter)


class SourceRun:
    """One run: the open batch, the ids already met, the counts. `tally` and `log` may be looked at while it works."""

    def __init__(
        self,
        collector: Collector,
        request: Request,
        sink: Sink,
        batch_size: int = 1000,
        budget: Budget | None = None,
    ) -> None:
        self.collector = collector
        self.request = request
        self.sink = sink
        self.batch_size = batch_size
        # The last run's cursor stays in force until the collector sets another one.
        self.log = SourceLog(cursor=copy.deepcopy(request.cursor), budget=budget or Budget())
        self.tally = Tally()
        self._redact = Redactor(request.settings)
        self._delivered_cursor = copy.deepcopy(request.cursor)
        self._met: set[str] = set()
        self._open = Batch()
        self._n_open = 0
        self._opened = self._began = time.monotonic()
        self._lock = threading.RLock()  # held while an item is taken or a batch is handed over
        self._abandoned = False

    def collect(self) -> Receipt:
        """Return the receipt after reading the source to its end, its first fault, or the end of its budget."""
        self._opened = self._began = time.monotonic()
        state, detail = self._read()
        return self._receipt(state, detail)

    def abandon(self, why: str) -> Receipt:
        """Return the receipt of a run that hangs in its source: what it read is delivered, what comes late is not taken.

        To be called from another thread than the one that collects.
        """
        with self._lock:
            self._deliver()
            self._abandoned = True
            return self._receipt(*state_of_error(OutOfBudget(why), self.tally.got, self.log.places))

    def _read(self) -> tuple[SourceState, str]:
        items: Iterator[RawItem] | None = None
        error: Exception | None = None
        try:
            missing, items = self._begin()
            if missing is not None:
                return "not_configured", missing
            while error is None:
                try:
                    self.log.check()
                    raw = next(items)
                except StopIteration:
                    break
                except Exception as fault:  # whatever the source did, what it gave before is kept
                    error = fault
                    break
                with self._lock:
                    if self._abandoned:
                        break
                    self._take(raw)
                    if self._n_open >= self.batch_size or time.monotonic() - self._opened > OPEN_SECONDS:
                        self._deliver()
        except Exception as fault:
            if items is not None:
                raise  # the sink's fault, not the source's
            return state_of_error(fault, 0, ())
        except BaseException:
            self._deliver()
            raise
        finally:
            if close := getattr(items, "close", None):
                with suppress(Exception):  # a source that trips over its own end changes nothing
                    close()
        self._deliver()
        if error is not None:
            return state_of_error(error, self.tally.got, self.log.places)
        return state_of_places(self.log.places, self.tally.got)

    def _begin(self) -> tuple[str | None, Iterator[RawItem]]:
        """Return what is missing, if anything, and the source's items."""
        missing = self.collector.missing_setting(self.request.settings, self.request.topic)
        if missing is not None:
            return missing, iter(())
        return None, iter(self.collector.fetch_items(self.request, self.log))

    def _take(self, raw: RawItem) -> None:
        """Count one raw item exactly once and put what it holds into the open batch."""
        self.tally.got += 1
        if not isinstance(raw, RawItem):
            made_up = f"{self.collector.name}:not-an-item-{self.tally.got}"
            raw = RawItem(made_up, self.collector.name, self.request.now, {"given": repr(raw)})
            self._quarantine(raw, "the source gave something that is not an item")
            return
        if raw.id in self._met:
            self.tally.known += 1
            return
        self._met.add(raw.id)
        try:
            record = self.collector.parse_item(raw, self.request.topic, self.request.settings)
            fault = _fault_in(record)
        except OffTopic:
            self.tally.off_topic += 1
            return
        except MalformedItem as error:
            self._quarantine(raw, str(error) or "the item cannot be read")
            return
        except Exception as error:  # one item that trips the parser is never fatal to the rest
            self._quarantine(raw, f"the parser failed on this item ({type(error).__name__}: {error})")
            return
        if fault:
            self._quarantine(raw, fault)
        elif record.id != raw.id and record.id in self._met:
            self.tally.known += 1
        else:
            self._met.add(record.id)
            self._keep(raw, record)

    def _keep(self, raw: RawItem, record: Record) -> None:
        match record:
            case Post():
                self._open.posts.append(record)
            case Article():
                self._open.articles.append(record)
            case Statement():
                self._open.statements.append(record)
            case Event():
                self._open.events.append(record)
        is_tombstone = isinstance(record, Post) and record.state != "live"
        if is_tombstone:
            self.tally.tombstone += 1
        else:
            self.tally.kept += 1
        if not isinstance(record, Event) and record.posted_at is not None:
            newest = self.tally.newest_at
            self.tally.newest_at = record.posted_at if newest is None else max(newest, record.posted_at)
        # The raw form of what was deleted may hold its title, the post above it, or the original of a crosspost.
        if self.collector.keeps_raw and not is_tombstone:
            self._open.raws.append(raw)
        self._n_open += 1

    def _quarantine(self, raw: RawItem, reason: str) -> None:
        self.tally.quarantined += 1
        self.tally.reasons[kind_of_reason(self._redact.text(reason))] += 1
        refused = Quarantined(
            raw.id,
            self.collector.name,
            raw.seen_at,
            self._redact.text(reason),
            self._redact.text(_payload_text(raw.payload)),
        )
        self._open.quarantined.append(refused)
        self._n_open += 1

    def _deliver(self) -> None:
        """Hand the open batch to the sink, if it holds anything or moves the cursor.

        The batch is put away before the sink is called: an interrupt inside the sink does not deliver it twice,
        and its cursor was not stored either, so that the next run reads it again.
        """
        with self._lock:
            if self._abandoned:
                return
            batch, self._open, n = self._open, Batch(), self._n_open
            self._n_open, self._opened = 0, time.monotonic()
            batch.cursor = copy.deepcopy(self.log.cursor)
            if n or batch.cursor != self._delivered_cursor:
                self._delivered_cursor = copy.deepcopy(batch.cursor)
                self.sink(batch)

    def _receipt(self, state: SourceState, detail: str) -> Receipt:
        tally, log, redact = self.tally, self.log, self._redact
        return Receipt(
            source=self.collector.name,
            state=state,
            detail=redact.text(detail),
            started_at=self.request.now,
            seconds=time.monotonic() - self._began,
            n_got=tally.got,
            n_kept=tally.kept,
            n_tombstone=tally.tombstone,
            n_quarantined=tally.quarantined,
            n_off_topic=tally.off_topic,
            n_known=tally.known,
            n_requests=log.n_requests,
            n_bytes=log.n_bytes,
            places=redact.places(log.places),
            newest_at=tally.newest_at,
            n_retries=log.n_retries,
            waited=log.waited,
            since=self.request.since,
            asked=redact.texts(log.asked),
            quarantined=redact.counts(tally.reasons),
            skipped=redact.counts(log.skipped),
            faults=redact.counts(log.faults),
            unknown_fields=redact.counts(log.unknown_fields),
            cursor_before=redact.outline(self.request.cursor),
            cursor_after=redact.outline(self._delivered_cursor),
        )


def _fault_in(record: object) -> str:
    """Return why a parsed record cannot be stored, or "" if it can."""
    if not isinstance(record, Post | Article | Statement | Event):
        return f"the parser gave a {type(record).__name__} instead of a record"
    if isinstance(record, Event):
        return ""
    for name, at in (("posted_at", record.posted_at), ("seen_at", record.seen_at)):
        if at is not None and at.utcoffset() is None:
            return f"the parser gave a {name} without a time zone"
    return ""


def _payload_text(payload: dict[str, Any]) -> str:
    """Return the raw form as JSON text that every store can hold, cut at `MAX_PAYLOAD` characters."""
    text = json.dumps(payload, ensure_ascii=False, default=repr)
    try:
        text.encode()
        unstorable = "\x00" in text
    except UnicodeEncodeError:
        unstorable = True
    if unstorable:
        text = json.dumps(payload, default=repr)  # lone surrogates survive as escapes
    return text if len(text) <= MAX_PAYLOAD else text[:MAX_PAYLOAD]
