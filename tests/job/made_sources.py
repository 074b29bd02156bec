"""A job without weights: sources that give what a test says, and a reader that calls every text neutral."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar

from collectors.contract import Collector, RawItem, Record, Request, SourceLog
from collectors.errors import MalformedItem
from models.stance import Prediction
from records import Article, Event, Post, Statement
from settings import Settings
from topics import Topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Given(Collector):
    """A source that gives these records, or raises what stands among them; raw items hold the record's words."""

    name: ClassVar[str] = "reddit"
    title: ClassVar[str] = "A made-up source"

    def __init__(self, *records: Post | Article | Statement | Event | str | BaseException) -> None:
        self.by_id = {r if isinstance(r, str) else getattr(r, "id", ""): r for r in records}
        self.records = records

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        for record in self.records:
            if isinstance(record, BaseException):
                raise record
            id_ = record if isinstance(record, str) else record.id
            words = [getattr(record, name, "") for name in ("text", "context")]
            yield RawItem(id_, self.name, request.now, {"words": words})

    def parse_item(self, raw: RawItem, topic: Topic, settings: Settings) -> Record:  # type: ignore[override]
        record = self.by_id[raw.id]
        if not isinstance(record, Post | Article | Statement | Event):
            raise MalformedItem("refused")
        return record


class GivenArchive(Given):
    """The same under the name of a source that ships with the product."""

    name: ClassVar[str] = "archive"


class NeutralModel:
    """Stands in for the classifier."""

    revision = "fake@1"

    def __init__(self, name: str | None) -> None:
        self.name = name

    def predict(self, texts: Sequence[str], *_: object) -> list[Prediction]:
        return [Prediction(0.0, 0.0, 1.0, "neutral", 1.0) for _ in texts]
