"""A source that does what it is told: it gives items of every kind and breaks on purpose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from collectors.contract import Batch, Collector, RawItem, Request, SourceLog
from collectors.errors import MalformedItem, OffTopic
from records import Place, Post
from settings import Settings
from topics import Topic

NOW = datetime(2025, 4, 15, 18, tzinfo=UTC)


def item(number: int | str, kind: str = "good", **payload: Any) -> RawItem:
    """Return a raw item whose `kind` says what parsing it will do."""
    return RawItem(f"fake:{number}", "fake", NOW, {"kind": kind, **payload})


class FakeCollector(Collector):
    """Plays a script: a raw item is given out, an exception is raised, a cursor or a place is noted."""

    name = "fake"
    title = "A source for tests"

    def __init__(
        self, script: Sequence[Any] = (), *, missing: str | None = None, keeps_raw: bool = True
    ) -> None:
        self.script = script
        self.missing = missing
        self.keeps_raw = keeps_raw  # type: ignore[misc]
        self.fetched = False
        self.closed = False

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        return self.missing

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        self.fetched = True
        try:
            for step in self.script:
                match step:
                    case BaseException():
                        raise step
                    case dict():
                        log.cursor = {**log.cursor, **step}
                    case Place():
                        log.places.append(step)
                    case _:
                        yield step
        finally:
            self.closed = True

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Any:
        match raw.payload["kind"]:
            case "good":
                posted_at = raw.payload.get("posted_at", NOW)
                return Post(
                    raw.payload.get("record_id", raw.id), "fake", "No al trato", raw.seen_at, posted_at
                )
            case "tombstone":
                return Post(raw.id, "fake", "", raw.seen_at, NOW, state="deleted")
            case "malformed":
                raise MalformedItem("the item has no text")
            case "off topic":
                raise OffTopic("not about it")
            case "bug":
                return {}["nothing here"]
            case "wrong type":
                return {"id": raw.id}
            case "naive time":
                return Post(raw.id, "fake", "x", raw.seen_at, datetime(2025, 4, 15))
            case "interrupt":
                raise KeyboardInterrupt
        raise AssertionError(raw.payload)


@dataclass
class Sink:
    """Keeps the batches that it was handed; breaks on the one that `breaks_at` counts."""

    batches: list[Batch] = field(default_factory=list)
    breaks_at: int = -1

    def __call__(self, batch: Batch) -> None:
        if len(self.batches) == self.breaks_at:
            raise OSError("disk full")
        self.batches.append(batch)

    @property
    def posts(self) -> list[Post]:
        return [post for batch in self.batches for post in batch.posts]

    @property
    def ids(self) -> list[str]:
        return [post.id for post in self.posts]

    @property
    def reasons(self) -> list[str]:
        return [refused.reason for batch in self.batches for refused in batch.quarantined]
