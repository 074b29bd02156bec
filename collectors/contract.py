"""What a source is to Postura: a class that fetches raw items, and a pure mapping from a raw item to a record.

Network and disk live in `fetch_items` alone; `parse_item` is pure, so that a mapping can be redone on kept raw items.
Collectors know no store: `collectors.run.collect` hands what they read to a sink.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

from records import Article, Event, Place, Post, Quarantined, SourceState, Statement
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


@dataclass(slots=True)
class SourceLog:
    """What a collector notes while it works; becomes part of the receipt."""

    cursor: dict[str, Any] = field(default_factory=dict)  # where the next run may go on
    places: list[Place] = field(default_factory=list)  # how each feed, community or file fared
    n_requests: int = 0
    n_bytes: int = 0

    def note_place(self, name: str, state: SourceState, detail: str = "", n_got: int = 0) -> None:
        """Note how one feed, community or file fared; the worst place decides whether the source was partial."""
        self.places.append(Place(name, state, detail, n_got))


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
