"""What one import gave, for tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from records import Article, Post, Receipt
from tests.collectors.fake_source import Sink

NOW = datetime(2026, 6, 1, tzinfo=UTC)
HEADER = "id,text,date,author"
BIG = "1912345678901234561"


class Imported:
    """What one import gave: the receipt and everything that reached the sink."""

    def __init__(self, receipt: Receipt, sink: Sink) -> None:
        self.receipt = receipt
        self.posts: list[Post] = sink.posts
        self.articles: list[Article] = [article for batch in sink.batches for article in batch.articles]
        self.reasons = sink.reasons
        self.quarantined = [refused for batch in sink.batches for refused in batch.quarantined]
        self.raws = [raw for batch in sink.batches for raw in batch.raws]
        self.cursor = sink.batches[-1].cursor if sink.batches else {}
        parts = (
            receipt.n_kept
            + receipt.n_tombstone
            + receipt.n_quarantined
            + receipt.n_off_topic
            + receipt.n_known
        )
        assert receipt.n_got == parts

    @property
    def post(self) -> Post:
        (post,) = self.posts
        return post

    @property
    def article(self) -> Article:
        (article,) = self.articles
        return article

    @property
    def ids(self) -> list[str]:
        return [record.id for record in (*self.posts, *self.articles)]


Importer = Callable[..., Imported]
