"""What becomes of the items of one run: each is parsed, counted once, and put into the batch that is open."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collectors.contract import Batch, Collector, RawItem, Record, Request
from collectors.discretion import Redactor, kind_of_reason
from collectors.errors import MalformedItem, OffTopic
from records import Article, Event, Post, Quarantined, Statement

MAX_PAYLOAD = 100_000
"""Characters of a refused item's raw form that are kept."""

_RECORDS = (Post, Article, Statement, Event)


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


class Intake:
    """The open batch of one run (`n_open` items), the ids already met, and the counts."""

    def __init__(self, collector: Collector, request: Request, redact: Redactor) -> None:
        self.tally = Tally()
        self.n_open = 0
        self._collector, self._request, self._redact = collector, request, redact
        self._met: set[str] = set()
        self._open = Batch()

    def close_batch(self) -> Batch:
        """Return the open batch, and open a new one."""
        batch, self._open, self.n_open = self._open, Batch(), 0
        return batch

    def take(self, raw: RawItem) -> None:
        """Count one raw item exactly once and put what it holds into the open batch."""
        self.tally.got += 1
        if not isinstance(raw, RawItem):
            made_up = f"{self._collector.name}:not-an-item-{self.tally.got}"
            raw = RawItem(made_up, self._collector.name, self._request.now, {"given": repr(raw)})
            self._quarantine(raw, "the source gave something that is not an item")
            return
        if raw.id in self._met:
            self.tally.known += 1
            return
        self._met.add(raw.id)
        try:
            record = self._collector.parse_item(raw, self._request.topic, self._request.settings)
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
        if self._collector.keeps_raw and not is_tombstone:
            self._open.raws.append(raw)
        self.n_open += 1

    def _quarantine(self, raw: RawItem, reason: str) -> None:
        self.tally.quarantined += 1
        self.tally.reasons[kind_of_reason(self._redact.text(reason))] += 1
        refused = Quarantined(
            raw.id,
            self._collector.name,
            raw.seen_at,
            self._redact.text(reason),
            self._redact.text(_payload_text(raw.payload)),
        )
        self._open.quarantined.append(refused)
        self.n_open += 1


def _fault_in(record: object) -> str:
    """Return why a parsed record cannot be stored, or "" if it can."""
    if not isinstance(record, _RECORDS):
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
