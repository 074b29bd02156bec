"""One article, however many sources announce it: feeds and searches of news meet the same page again and again.

Two announcements are of one article when their address is the same, or their outlet's site and headline within a few
days: a daily column has the same headline every day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import polars as pl

from collectors.contract import Batch
from collectors.feeds import canonical_url
from collectors.outlets import headline_key, site_of
from job.revisions import with_earlier
from records import Article
from store.writer import Store

SEARCHES = ("google_news", "gdelt")
ANNOUNCERS = ("news", *SEARCHES)
"""Sources whose articles may be one and the same, the one to keep first."""


_SAME_STORY = timedelta(days=3)
"""How far the times of one headline may lie apart."""


@dataclass(frozen=True, slots=True)
class _Held:
    id: str
    source: str
    has_text: bool
    posted_at: datetime | None

    @property
    def rank(self) -> tuple[bool, bool]:
        """What decides between two: the text first, then the outlet's own feed."""
        return self.has_text, self.source == "news"

    def is_near(self, other: _Held) -> bool:
        """Return whether both may have been published at the same time."""
        if self.posted_at is None or other.posted_at is None:
            return True
        return abs(self.posted_at - other.posted_at) <= _SAME_STORY


class OneOfEach:
    """The announced articles that the store holds. Shared by a run's sources, which write one at a time."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._held: dict[str, dict[str, _Held]] = {}  # address or headline -> id -> article
        self._is_read = False

    def sort_out(self, batch: Batch) -> Batch:
        """Return the batch without articles that another source has given at least as well, or that lost their text.

        Where the batch has the better one (a text, or the outlet's own feed), the other leaves the store. A text that
        the store holds stays when the page has gone behind a wall; one that was rewritten keeps its earlier versions.
        """
        if not any(article.source in ANNOUNCERS for article in batch.articles):
            return batch
        self._read()
        dropped: set[str] = set()
        replaced: set[str] = set()
        again: set[str] = set()
        for article in batch.articles:
            if article.source not in ANNOUNCERS:
                continue
            one, keys = _held(article), _keys_of(article)
            same = set(self._same_as(one, keys))
            if any(_stays(held, one) for held in same):
                dropped.add(one.id)
                continue
            replaced |= {held.id for held in same if held.id != one.id}
            again |= {one.id for held in same if held.id == one.id}
            self._hold(one, keys)
        self._remove(replaced)
        left = replace(
            batch,
            articles=[article for article in batch.articles if article.id not in dropped],
            raws=[raw for raw in batch.raws if raw.id not in dropped],
        )
        return with_earlier(self._store, left, again)

    def _read(self) -> None:
        if self._is_read:
            return
        columns = ("id", "source", "title", "url", "headline_only", "seen_at", "posted_at")
        rows = self._store.read("articles").filter(pl.col("source").is_in(ANNOUNCERS)).select(columns)
        for row in rows.collect().iter_rows(named=True):
            article = Article(**row, text="")
            self._hold(_held(article), _keys_of(article))
        self._is_read = True

    def _hold(self, one: _Held, keys: tuple[str, ...]) -> None:
        for key in keys:
            self._held.setdefault(key, {})[one.id] = one

    def _same_as(self, one: _Held, keys: tuple[str, ...]) -> Iterator[_Held]:
        """Yield the held versions of this article: its own id, and those of other sources."""
        for key in keys:
            for held in self._held.get(key, {}).values():
                is_other = held.source != one.source and (_is_address(key) or held.is_near(one))
                if held.id == one.id or is_other:
                    yield held

    def _remove(self, ids: set[str]) -> None:
        if ids:
            self._store.delete_rows("articles", ids)
            self._store.delete_rows("raw", ids)
            self._store.delete_rows("statements", ids, column="article_id")
            self._store.delete_rows("extracted", ids)  # should one of them come back, it is split again


def _held(article: Article) -> _Held:
    return _Held(article.id, article.source, not article.headline_only, article.posted_at)


def _stays(held: _Held, one: _Held) -> bool:
    """Return whether the store's version is to be kept and the new one left out."""
    if held.id == one.id:
        return held.has_text and not one.has_text
    return held.rank >= one.rank


def _is_address(key: str) -> bool:
    return key.startswith("https://")


def _keys_of(article: Article) -> tuple[str, ...]:
    """Return the keys of an article: its address, and its outlet's site with the headline."""
    native = article.id.partition(":")[2]
    if article.source == "google_news" and not _is_address(native):
        return (native,)  # its link leads through Google; its id is made of site and headline
    url = canonical_url(article.url)
    named = native if _is_address(native) else ""
    return tuple(key for key in {url, named, headline_key(site_of(url), article.title)} if key)
