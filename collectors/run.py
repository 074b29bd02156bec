"""One run of one source: read, parse, count each item once, hand batches to a sink, and write the receipt.

What a source read before it failed is always delivered. How a failure shows in the receipt:

- nothing read before the error: the error's own state (`unreachable`, `gone`, ...);
- something read before it, or a place that worked: `partial`, and the detail names the error; `auth` and
  `not_configured` stay as they are, because they need a person and not another try;
- no error, but places (feeds, communities, files) that failed beside others that worked: `partial`; when none worked,
  the state that most of them share.

A collector sets `log.cursor` only after it has yielded the items that the cursor covers; each batch carries the
cursor as it stood when the batch was closed, so a stored cursor never runs ahead of the stored items.
"""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from collectors.contract import Batch, Collector, RawItem, Record, Request, Sink, SourceLog
from collectors.errors import MalformedItem, OffTopic, SourceError
from records import Article, Event, Place, Post, Quarantined, Receipt, SourceState, Statement, clean_text

MAX_PAYLOAD = 100_000
"""Characters of a refused item's raw form that are kept."""

_WORKED: frozenset[str] = frozenset({"complete", "silent", "possibly_truncated", "partial"})
_NEEDS_A_PERSON: frozenset[str] = frozenset({"auth", "not_configured"})


def collect(collector: Collector, request: Request, sink: Sink, batch_size: int = 1000) -> Receipt:
    """Return the receipt of one run of `collector`, having handed all that it read to `sink`.

    Never raises for a fault of the source. What the sink raises goes up; an interrupt delivers the open batch first.
    `started_at` is the request's `now`, the same for every source of one job.
    """
    began = time.monotonic()
    run = _Run(collector, request, sink, batch_size)
    state, detail = run.read()
    tally = run.tally
    return Receipt(
        source=collector.name,
        state=state,
        detail=clean_text(detail),
        started_at=request.now,
        seconds=time.monotonic() - began,
        n_got=tally.got,
        n_kept=tally.kept,
        n_tombstone=tally.tombstone,
        n_quarantined=tally.quarantined,
        n_off_topic=tally.off_topic,
        n_known=tally.known,
        n_requests=run.log.n_requests,
        n_bytes=run.log.n_bytes,
        places=tuple(run.log.places),
        newest_at=tally.newest_at,
    )


@dataclass(slots=True)
class _Tally:
    """Where each raw item went; `got` is the sum of the other counts."""

    got: int = 0
    kept: int = 0
    tombstone: int = 0
    quarantined: int = 0
    off_topic: int = 0
    known: int = 0
    newest_at: datetime | None = None


class _Run:
    """The state of one run: the open batch, the ids already met, the counts."""

    def __init__(self, collector: Collector, request: Request, sink: Sink, batch_size: int) -> None:
        self.collector = collector
        self.request = request
        self.sink = sink
        self.batch_size = batch_size
        # The last run's cursor stays in force until the collector sets another one.
        self.log = SourceLog(cursor=copy.deepcopy(request.cursor))
        self.tally = _Tally()
        self._delivered_cursor = copy.deepcopy(request.cursor)
        self._met: set[str] = set()
        self._open = Batch()
        self._n_open = 0

    def read(self) -> tuple[SourceState, str]:
        """Return the state and detail of the run after reading the source to its end or to its first fault."""
        items: Iterator[RawItem] | None = None
        try:
            missing, items = self._begin()
            if missing is not None:
                return "not_configured", missing
            while True:
                try:
                    raw = next(items)
                except StopIteration:
                    error: Exception | None = None
                    break
                except Exception as fault:  # whatever the source did, what it gave before is kept
                    error = fault
                    break
                self._take(raw)
                if self._n_open >= self.batch_size:
                    self._deliver()
        except Exception as fault:
            if items is not None:
                raise  # the sink's fault, not the source's
            return _state_of_error(fault, 0, ())
        except BaseException:
            self._deliver()
            raise
        finally:
            close = getattr(items, "close", None)
            if close is not None:
                close()
        self._deliver()
        if error is not None:
            return _state_of_error(error, self.tally.got, self.log.places)
        return _state_of_places(self.log.places, self.tally.got)

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
        refused = Quarantined(
            raw.id, self.collector.name, raw.seen_at, clean_text(reason), _payload_text(raw.payload)
        )
        self._open.quarantined.append(refused)
        self._n_open += 1

    def _deliver(self) -> None:
        """Hand the open batch to the sink, if it holds anything or moves the cursor.

        The batch is put away before the sink is called: an interrupt inside the sink does not deliver it twice,
        and its cursor was not stored either, so that the next run reads it again.
        """
        batch, self._open, n = self._open, Batch(), self._n_open
        self._n_open = 0
        batch.cursor = copy.deepcopy(self.log.cursor)
        if n or batch.cursor != self._delivered_cursor:
            self._delivered_cursor = copy.deepcopy(batch.cursor)
            self.sink(batch)


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
    if clean_text(text) != text:
        text = json.dumps(payload, default=repr)  # lone surrogates survive as escapes
    return text if len(text) <= MAX_PAYLOAD else text[:MAX_PAYLOAD]


def _state_of_error(error: Exception, n_got: int, places: Sequence[Place]) -> tuple[SourceState, str]:
    """Return the state and a plain sentence for the fault that ended a run after `n_got` items."""
    if not isinstance(error, SourceError):
        kept = f"; the {n_got} items read before it are kept" if n_got else ""
        return "failed", f"the source stopped on a fault of ours ({type(error).__name__}: {error}){kept}"
    state, detail = error.state, str(error) or f"the source stopped ({_name_of(error.state)})"
    if state in _NEEDS_A_PERSON or not (n_got or any(place.state in _WORKED for place in places)):
        return state, detail
    return "partial", f"{_name_of(state)} after {n_got} items, which are kept: {detail}"


def _state_of_places(places: Sequence[Place], n_got: int) -> tuple[SourceState, str]:
    """Return the state of a run that came to its end, from how its places fared."""
    failed = [place for place in places if place.state not in _WORKED]
    if not failed:
        for state in ("partial", "possibly_truncated"):
            touched = [place for place in places if place.state == state]
            if touched:
                return state, _listed(touched, len(places), f"were read {_name_of(state)}")
        if places and all(place.state == "silent" for place in places):
            return "silent", places[0].detail
        return "complete", places[0].detail if len(places) == 1 else ""
    detail = failed[0].detail if len(places) == 1 else _listed(failed, len(places), "could not be read")
    if len(failed) < len(places) or n_got:
        return "partial", detail
    most_met = Counter(place.state for place in failed).most_common(1)[0][0]
    return most_met, detail


def _listed(places: Sequence[Place], n_all: int, what: str) -> str:
    """Return "2 of 9 places <what>: a (gone), b (blocked)"; up to three say why, of more at most five are named."""
    if len(places) <= 3:
        named = "; ".join(place.detail or f"{place.name} ({_name_of(place.state)})" for place in places)
        return f"{len(places)} of {n_all} places {what}: {named}"
    named = ", ".join(f"{place.name} ({_name_of(place.state)})" for place in places[:5])
    more = f" and {len(places) - 5} more" if len(places) > 5 else ""
    return f"{len(places)} of {n_all} places {what}: {named}{more}"


def _name_of(state: str) -> str:
    return {"partial": "in part", "possibly_truncated": "possibly truncated"}.get(
        state, state.replace("_", " ")
    )
