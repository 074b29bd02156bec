"""News: RSS and Atom feeds of the topic, and the text of those articles that mention it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, ClassVar

from collectors.announced import OLD, is_old, mark_of, parse_announced
from collectors.article_pages import ArticlePages
from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import SourceError
from collectors.feeds import Entry, FeedReading, canonical_url, read_feed, shown_url
from collectors.times import read_instant
from collectors.web import Fetcher, Page
from records import Article, SourceState
from settings import Settings
from topics import Feed, Topic

MAX_KNOWN = 10_000
"""Articles whose text was fetched that the cursor remembers; the oldest are forgotten first."""

MAX_PAGES = 60
"""Article pages fetched for one feed in one run; the rest stay headlines until the next run."""

_ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
)


class NewsCollector(Collector):
    """Reads every feed of the topic. One feed's fault is that feed's place; the others go on.

    Cursor: `feeds` (address -> etag, modified), `pages` (article id -> mark of the version whose text was fetched),
    `topic` (mark of the keywords: when they change, feeds are read again in full).
    A feed holds what it holds; what it dates before `request.since` is counted as skipped.
    """

    name: ClassVar[str] = "news"
    title: ClassVar[str] = "News feeds"
    pause_seconds: ClassVar[float] = 1.0  # between two requests to one host
    n_workers: ClassVar[int] = 8

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return a sentence when the topic names no feed."""
        if topic.sources.news.feeds:
            return None
        return "the topic lists no feeds; add [[sources.news.feeds]] with url, outlet and lang to its file"

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the entries of all feeds, feed by feed in the topic's order; feeds are fetched side by side."""
        feeds = request.topic.sources.news.feeds
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        log.n_places = len(feeds)
        run = _NewsRun(request, fetcher)
        pool = ThreadPoolExecutor(self.n_workers, thread_name_prefix="postura-news")
        log.cursor = {"topic": run.mark, "feeds": dict(run.conditions), "pages": dict(run.known)}
        later: list[RawItem] = []
        try:
            jobs: list[Future[_FeedResult]] = [pool.submit(run.read, feed) for feed in feeds]
            for place, feed, job in zip(_place_names(feeds), feeds, jobs, strict=True):
                try:
                    result = job.result()
                except Exception as error:  # one feed that trips the reader is never fatal to the others
                    result = _FeedResult("failed", f"this feed trips the reader ({type(error).__name__})")
                for id_, payload in result.items:
                    yield RawItem(id_, self.name, request.now, payload, place)
                later.extend(
                    RawItem(id_, self.name, request.now, payload, place) for id_, payload in result.repeats
                )
                n_got = len(result.items) + len(result.repeats)
                log.note_place(place, result.state, result.detail + _unverified(feed), n_got)
                log.cursor = _next_cursor(log.cursor, feed.url, result)
            yield from later  # after the items whose text was fetched, so that those are the ones kept
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            run.stopped.set()
            fetcher.close()

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Article:
        """Return the article that an entry announces, headline only where its text could not be had."""
        return parse_announced(raw, topic)


@dataclass(slots=True)
class _FeedResult:
    """What the reading of one feed gave. `pages` holds marks of articles whose text is settled."""

    state: SourceState = "complete"
    detail: str = ""
    items: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    repeats: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # met in another feed of this run
    pages: dict[str, str] = field(default_factory=dict)
    condition: dict[str, str] | None = None  # None: leave the cursor's as it is


class _NewsRun:
    """One run over all feeds; its methods run in the pool's threads."""

    def __init__(self, request: Request, fetcher: Fetcher) -> None:
        self.topic = request.topic
        self.since = request.since
        self.fetcher = fetcher
        self.article_pages = ArticlePages(fetcher, request.topic)
        self.stopped = threading.Event()
        self.mark = mark_of(
            request.topic.keywords.model_dump_json(), request.topic.hashtags.model_dump_json()
        )
        cursor = request.cursor
        same_topic = cursor.get("topic") == self.mark
        self.conditions: dict[str, dict[str, str]] = cursor.get("feeds", {}) if same_topic else {}
        self.known: dict[str, str] = cursor.get("pages", {})
        self._claimed: set[str] = set()
        self._lock = threading.Lock()

    def read(self, feed: Feed) -> _FeedResult:
        """Return what one feed gives; never raises for a fault of the feed."""
        condition = self.conditions.get(feed.url, {})
        try:
            page = self.fetcher.fetch(
                feed.url,
                accept=_ACCEPT_FEED,
                etag=condition.get("etag", ""),
                modified=condition.get("modified", ""),
            )
            if page.not_modified:
                return _FeedResult(detail="nothing new since the last run")
            reading = read_feed(page.content, page.content_type, page.url)
        except SourceError as error:
            return _FeedResult(error.state, str(error))
        return self._read_entries(feed, page, reading)

    def _read_entries(self, feed: Feed, page: Page, reading: FeedReading) -> _FeedResult:
        result, faults = _FeedResult(), Counter[str]()
        n_known = n_pages = n_kept = n_old = 0
        for entry in reading.entries:
            if self.stopped.is_set():
                break
            id_ = f"news:{entry.key}"
            payload = _payload_of(feed, entry, self.topic)
            if is_old(payload, self.since):
                n_old += 1
                continue
            if not self.topic.matches(f"{entry.title}\n{entry.summary}\n{entry.content}"):
                result.items.append((id_, payload))
                continue
            version = mark_of(entry.title)
            had = self.known.get(id_, "")
            if had.startswith(version):
                n_known += 1
                continue
            if not self._claim(id_):
                result.repeats.append((id_, payload))
                continue
            if n_pages >= MAX_PAGES:
                faults[f"over {MAX_PAGES} new articles, the rest of their texts next time"] += 1
            else:
                n_pages += bool(canonical_url(entry.link))
                fault = self.article_pages.add_body(payload, entry.content)
                if fault:
                    faults[fault] += 1
                else:
                    result.pages[id_] = version + ("+" if payload["body"] else "")
            if not payload["body"] and had.endswith("+"):
                # The stored version has a text and this one would not: it stays, and the next run tries the page again.
                result.pages.pop(id_, None)
                n_kept += 1
                continue
            result.items.append((id_, payload))
        if not reading.is_whole:
            result.state = "possibly_truncated"
        if n_old:
            self.fetcher.log.note_skipped(OLD, n_old)
        # A feed read in part must not count as read: a later run may ask for an earlier window.
        if not (faults or n_old) and reading.is_whole and not self.stopped.is_set():
            result.condition = {"etag": page.etag, "modified": page.modified}
        result.detail = _detail_of(reading, n_known, n_kept, faults)
        return result

    def _claim(self, id_: str) -> bool:
        """Return whether this article is met for the first time in this run: two feeds may announce it."""
        with self._lock:
            fresh = id_ not in self._claimed
            self._claimed.add(id_)
            return fresh


def _unverified(feed: Feed) -> str:
    """Return what to say beside a feed's state when nobody has marked its address as seen to answer."""
    return "" if feed.verified else "; the address is not marked verified"


def _payload_of(feed: Feed, entry: Entry, topic: Topic) -> dict[str, Any]:
    at, assumed = read_instant(entry.published, topic.tz, lang=feed.lang)
    return {
        "feed": feed.url,
        "outlet": feed.outlet,
        "lang": feed.lang,
        "official_of": feed.official_of,
        "guid": entry.guid,
        "link": entry.link if canonical_url(entry.link) else "",
        "title": entry.title,
        "summary": entry.summary,
        "published": entry.published,
        "published_at": at.isoformat() if at else None,
        "zone_assumed": assumed,
        "body": "",
        "body_from": "",
        "wall": "",
        "page_url": "",
    }


def _next_cursor(cursor: dict[str, Any], url: str, result: _FeedResult) -> dict[str, Any]:
    """Return the cursor after one feed; a new object, as the run may be holding the old one."""
    feeds, pages = cursor["feeds"], cursor["pages"]
    if result.condition is not None:
        feeds = {**feeds, url: {name: value for name, value in result.condition.items() if value}}
    if result.pages:
        kept = {id_: mark for id_, mark in pages.items() if id_ not in result.pages}
        pages = dict(list({**kept, **result.pages}.items())[-MAX_KNOWN:])
    return {**cursor, "feeds": feeds, "pages": pages}


def _place_names(feeds: tuple[Feed, ...]) -> list[str]:
    """Return one name a feed: its outlet, with the address behind it where an outlet has several."""
    n_feeds = Counter(feed.outlet for feed in feeds)
    names: list[str] = []
    for feed in feeds:
        name = feed.outlet if n_feeds[feed.outlet] == 1 else f"{feed.outlet} ({shown_url(feed.url)})"
        names.append(name if name not in names else f"{name} #{names.count(name) + len(names)}")
    return names


def _detail_of(reading: FeedReading, n_known: int, n_kept: int, faults: Counter[str]) -> str:
    parts = [f"{len(reading.entries)} entries"]
    if n_known:
        parts.append(f"{n_known} known already")
    if n_kept:
        parts.append(f"{n_kept} with a new headline and no text now, kept as they were")
    if reading.note:
        parts.append(reading.note)
    parts.extend(f"{what}: {n}" for what, n in sorted(faults.items()))
    return ", ".join(parts)
