"""The plainest source with a cursor: numbered pages of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any, ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.web import Fetcher
from records import Post
from settings import Settings
from topics import Topic


class PagedSource(Collector):
    """Reads `/0`, `/1`, ... of a server, each a list of numbers, to the first empty one. Cursor: `page` to go on with."""

    name: ClassVar[str] = "reddit"
    title: ClassVar[str] = "A paged source"

    def __init__(self, url: str, **fetcher: Any) -> None:
        self.url, self.fetcher = url, fetcher

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        fetcher = Fetcher(request.settings, log=log, pause=0.0, **self.fetcher)
        for page in count(request.cursor.get("page", 0)):
            numbers = fetcher.fetch_json(f"{self.url}/{page}")
            if not numbers:
                return
            for number in numbers:
                yield RawItem(f"reddit:{number}", self.name, request.now, {"n": number})
            log.cursor = {"page": page + 1}

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        return Post(raw.id, "reddit", f"CECOT {raw.payload['n']}", raw.seen_at)
