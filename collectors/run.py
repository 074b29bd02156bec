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
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

from collectors.budget import Budget
from collectors.contract import Collector, RawItem, Request, Sink, SourceLog
from collectors.discretion import Redactor
from collectors.ending import state_of_error, state_of_places, state_of_sink
from collectors.errors import OutOfBudget
from collectors.intake import Intake, Tally
from records import Receipt, SourceState

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


class SourceRun:
    """One run of one source. `tally` and `log` may be looked at while it works."""

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
        self._redact = Redactor(request.settings)
        self._intake = Intake(collector, request, self._redact)
        self._delivered_cursor = copy.deepcopy(request.cursor)
        self._stored = Tally()  # how the counts stood when the sink last took a batch
        self._stored_cursor = self._delivered_cursor
        self._sink_fault = ""
        self._opened = self._began = time.monotonic()
        self._lock = threading.RLock()  # held while an item is taken or a batch is handed over
        self._abandoned = False

    @property
    def tally(self) -> Tally:
        """Where the items went so far."""
        return self._intake.tally

    def collect(self) -> Receipt:
        """Return the receipt after reading the source to its end, its first fault, or the end of its budget."""
        self._opened = self._began = time.monotonic()
        state, detail = self._read()
        return self._receipt(state, detail)

    def abandon(self, why: str) -> Receipt:
        """Return the receipt of a run that hangs in its source: what it read is delivered, what comes late is not taken.

        To be called from another thread than the one that collects. Where the sink had failed, the receipt says so and
        counts what is stored; where it fails now, that goes up, and the next call gives this receipt.
        """
        with self._lock:
            self._deliver()
            self._abandoned = True
            if why_not_stored := self._sink_fault:
                return self._receipt(*state_of_sink(self._stored.got, self.tally.got, why_not_stored))
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
                    self._intake.take(raw)
                    is_old = time.monotonic() - self._opened > OPEN_SECONDS
                    if self._intake.n_open >= self.batch_size or is_old:
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

    def _deliver(self) -> None:
        """Hand the open batch to the sink, if it holds anything or moves the cursor.

        The batch is put away before the sink is called: an interrupt inside the sink does not deliver it twice,
        and its cursor was not stored either, so that the next run reads it again. After a sink that failed nothing more
        is delivered: a later cursor would cover the items that were lost.
        """
        with self._lock:
            if self._abandoned:
                return
            n, batch = self._intake.n_open, self._intake.close_batch()
            self._opened = time.monotonic()
            batch.cursor = copy.deepcopy(self.log.cursor)
            if n or batch.cursor != self._delivered_cursor:
                self._delivered_cursor = copy.deepcopy(batch.cursor)
                try:
                    self.sink(batch)
                except BaseException as fault:
                    self._abandoned, self._sink_fault = True, str(fault) or type(fault).__name__
                    raise
                self._stored_cursor = self._delivered_cursor
            self._stored = copy.deepcopy(self.tally)

    def _receipt(self, state: SourceState, detail: str) -> Receipt:
        tally = self._stored if self._sink_fault else self.tally
        log, redact = self.log, self._redact
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
            cursor_after=redact.outline(self._stored_cursor),
        )
