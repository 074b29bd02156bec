"""What a source is to Postura: a class that fetches raw items, and a pure mapping from a raw item to a record.

Network and disk live in `fetch_items` alone; `parse_item` is pure, so that a mapping can be redone on kept raw items.
Collectors know no store: `collectors.run` hands what they read to a sink.

What a collector may count on:

- It runs in a thread of its own, beside the other sources; one thread at a time pulls its generator. `SourceLog` may be
  used from the collector's own threads too.
- Each yielded item is counted once; an item that cannot be parsed is quarantined, one that came before is counted. The
  batch that is open is stored whatever ends the run: an error, the budget, Ctrl-C. What is yielded is safe.
- `log.cursor` is stored after the items that were yielded before it was set. Set a new object; never change it in place.
- A raised SourceError ends the source with the error's state (`partial` if anything was read before). What concerns one
  place (a feed, an instance, a community) belongs into `log.note_place` instead, and the others go on.
- Time, requests and bytes are limited: when they are used up, the generator is closed at its next `yield` and the run is
  `partial`. A collector that may work long between two yields calls `log.check()`; `log.wait()` instead of `time.sleep`.
  Both raise OutOfBudget: let it pass, or note the place with its state (`partial`) and return.
- `collectors.web.Fetcher(request.settings, log=log)` does for GET and POST over HTTP what is dangerous or tedious:
  checked addresses, limits, politeness, retries with backoff and `Retry-After`, counts of requests, bytes, retries and
  faults. Its errors carry `.status` and `.body`; `Page.json()` raises Malformed for HTML in place of JSON.
- A client library that fetches by itself: count with `log.note_request(n_bytes)`, `log.note_fault("server error 503")`,
  and wrap its calls in `collectors.retry.with_retries(call, log)`, raising `WorthRetry(Unreachable(...))` for a time-out,
  a cut connection, 408, 429 and 5xx, and for nothing else.
- For the receipt: `log.note_asked` (queries, places), `log.note_skipped(reason)` (seen at the source and not yielded),
  `log.note_fields(payload, KNOWN)` (keys that the collector does not know: drift), `log.n_places` (how many places will
  be asked, for the progress bar). No key, token or password into any of them, nor into the cursor.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from collectors.budget import Budget
from collectors.errors import OutOfBudget
from records import Article, Event, Place, Post, Quarantined, SourceState, Statement, clean_text
from settings import Settings
from topics import Topic

Record = Post | Article | Statement | Event


@dataclass(frozen=True, slots=True)
class RawItem:
    """One thing as its source gave it. `payload` is JSON-able and is all that `parse_item` may look at."""

    id: str  # `<source>:<native id>`, the same on every run
    source: str
    seen_at: datetime
    payload: dict[str, Any]
    place: str = ""


@dataclass(frozen=True, slots=True)
class Request:
    """What one run asks of a source. `since` bounds the window (aware UTC); `cursor` is what the last run left."""

    topic: Topic
    settings: Settings
    now: datetime
    since: datetime | None = None
    cursor: dict[str, Any] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    file_format: str = "auto"
    columns: Mapping[str, str] = field(
        default_factory=dict
    )  # what the user says that columns of files hold, by role
    again: bool = False  # read files that were imported before and have not changed


MOST_NAMES = 200
"""Different names that one counter of a log holds: they come from outside. What comes later is counted as one."""

OTHERS = "(others)"


@dataclass(slots=True)
class SourceLog:
    """What a collector notes while it works; becomes part of the receipt. Its methods may be called from any thread."""

    cursor: dict[str, Any] = field(default_factory=dict)  # where the next run may go on
    places: list[Place] = field(default_factory=list)  # how each feed, community or file fared
    n_requests: int = 0
    n_bytes: int = 0
    n_retries: int = 0
    waited: float = 0.0  # seconds that the source made us wait: backoff, Retry-After, rate limits
    n_places: int = 0  # places that will be asked, where that is known beforehand
    asked: list[str] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)  # met on the way, mended by a retry or not
    unknown_fields: Counter[str] = field(default_factory=Counter)
    budget: Budget = field(default_factory=Budget)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def note_place(self, name: str, state: SourceState, detail: str = "", n_got: int = 0) -> None:
        """Note how one feed, community or file fared; the worst place decides whether the source was partial."""
        self.places.append(Place(name, state, detail, n_got))

    def note_asked(self, *what: str) -> None:
        """Note what the source is asked for: a query, a hashtag, a feed. Never an address with a key in it."""
        with self._lock:
            self.asked.extend(one for one in what if one not in self.asked)

    def note_skipped(self, reason: str, n: int = 1) -> None:
        """Count things that were seen at the source and are not yielded, by a short reason."""
        self._count(self.skipped, reason, n)

    def note_fault(self, what: str, n: int = 1) -> None:
        """Count a fault of the source by its kind ("server error 503", "time-out", "cut off"), mended or not."""
        self._count(self.faults, what, n)

    def note_fields(self, payload: Mapping[str, Any], known: Collection[str], where: str = "") -> None:
        """Count the keys of a payload that are not among the known ones; `where` names the part ("record.embed")."""
        for name in payload:
            if name not in known:
                self._count(self.unknown_fields, f"{where}.{name}" if where else str(name), 1)

    def note_request(self, n_bytes: int = 0) -> None:
        """Count one request, and the bytes of its answer where they are known already."""
        with self._lock:
            self.n_requests += 1
            self.n_bytes += n_bytes

    def note_bytes(self, n_bytes: int) -> None:
        """Count bytes that came in."""
        with self._lock:
            self.n_bytes += n_bytes

    def note_retry(self) -> None:
        """Count one further try."""
        with self._lock:
            self.n_retries += 1

    def note_wait(self, seconds: float) -> None:
        """Count seconds that somebody else has waited already."""
        with self._lock:
            self.waited += seconds

    def check(self) -> None:
        """Raise OutOfBudget when the source must not go on: its time, requests or bytes are used up, or Ctrl-C."""
        self.budget.check(self.n_requests, self.n_bytes)

    def wait(self, seconds: float) -> None:
        """Sleep because the source asks for it, and count that; raises OutOfBudget at once where it takes too long."""
        self.pause(seconds)
        self.note_wait(seconds)

    def pause(self, seconds: float) -> None:
        """Sleep out of politeness, uncounted; raises OutOfBudget at once where it takes longer than what is left."""
        if seconds > self.budget.seconds_left:
            self.check()
            raise OutOfBudget(f"waiting {seconds:.0f} s more would take longer than this source may")
        self.budget.sleep(seconds)

    def _count(self, counter: Counter[str], name: str, n: int) -> None:
        name = " ".join(clean_text(name).split())[:120] or "(no name)"
        with self._lock:
            counter[name if name in counter or len(counter) < MOST_NAMES else OTHERS] += n


@dataclass(slots=True)
class Batch:
    """What the sink receives: parsed records with their raw items, and the cursor that covers them."""

    posts: list[Post] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    raws: list[RawItem] = field(default_factory=list)
    quarantined: list[Quarantined] = field(default_factory=list)
    cursor: dict[str, Any] = field(default_factory=dict)


Sink = Callable[[Batch], None]


class Collector(ABC):
    """One source. Subclasses are stateless; everything of a run is in its `Request` and `SourceLog`."""

    name: ClassVar[str]
    title: ClassVar[str]
    keeps_raw: ClassVar[bool] = True  # False where the raw item is a file of the product or of the user
    on_disk: ClassVar[bool] = (
        False  # True for a source that asks no network: no limit of time or requests applies
    )

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what must be set before this source can be asked, in one sentence, or None if nothing is missing."""
        return None

    @abstractmethod
    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield raw items, oldest state first where order matters; raises SourceError when the source cannot go on."""

    @staticmethod
    @abstractmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Record:
        """Return the record that a raw item holds; raises MalformedItem or OffTopic."""
