"""News: RSS and Atom feeds of the topic, and the text of those articles that mention it."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar

from collectors.articles import read_article, wall_of_text
from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import MalformedItem, OffTopic, OutOfBudget, RateLimited, SourceError, Unreachable
from collectors.feeds import Entry, FeedReading, canonical_url, read_feed, shown_url
from collectors.times import read_instant
from collectors.web import Fetcher, Page
from records import Article, SourceState, believable, clean_text
from settings import Settings
from topics import Feed, Topic

MAX_KNOWN = 10_000
"""Articles whose text was fetched that the cursor remembers; the oldest are forgotten first."""

MAX_PAGES = 60
"""Article pages fetched for one feed in one run; the rest stay headlines until the next run."""

_ACCEPT_FEED = (
    "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
)
_ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"


class NewsCollector(Collector):
    """Reads every feed of the topic. One feed's fault is that feed's place; the others go on.

    Cursor: `feeds` (address -> etag, modified), `pages` (article id -> mark of the version whose text was fetched),
    `topic` (mark of the keywords: when they change, feeds are read again in full).
    A feed holds what it holds: `request.since` is not applied to it.
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
                log.note_place(place, result.state, result.detail, n_got)
                log.cursor = _next_cursor(log.cursor, feed.url, result)
            yield from later  # after the items whose text was fetched, so that those are the ones kept
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            run.stopped.set()
            fetcher.close()

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Article:
        """Return the article that an entry announces, headline only where its text could not be had."""
        entry = raw.payload
        title, summary, body = (_text_of(entry, name) for name in ("title", "summary", "body"))
        if not (title or summary or body):
            raise MalformedItem("the entry has neither a title nor a text")
        if not topic.matches(f"{title}\n{summary}\n{body}"):
            raise OffTopic(title or summary[:80])
        title = title or _shortened(summary or body)
        posted_at = believable(_instant_of(entry.get("published_at")), raw.seen_at)
        flags = []
        if posted_at is None:
            flags.append("undated")
        elif entry.get("zone_assumed"):
            flags.append("zone_assumed")
        if entry.get("wall") and entry.get("link"):
            flags.append("wall")
        return Article(
            id=raw.id,
            source="news",
            title=title,
            text=body or title,
            seen_at=raw.seen_at,
            posted_at=posted_at,
            lang=_text_of(entry, "lang") or "unknown",
            outlet=_text_of(entry, "outlet"),
            url=_text_of(entry, "page_url") or _text_of(entry, "link"),
            headline_only=not body,
            official_of=_text_of(entry, "official_of") or None,
            flags=tuple(flags),
        )


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
        self.fetcher = fetcher
        self.stopped = threading.Event()
        self.mark = _mark(request.topic.keywords.model_dump_json(), request.topic.hashtags.model_dump_json())
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
        n_known = n_pages = n_kept = 0
        for entry in reading.entries:
            if self.stopped.is_set():
                break
            id_ = f"news:{entry.key}"
            payload = _payload_of(feed, entry, self.topic)
            if not self.topic.matches(f"{entry.title}\n{entry.summary}"):
                result.items.append((id_, payload))
                continue
            version = _mark(entry.title)
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
                fault = self._add_body(entry, payload)
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
        if not faults and not self.stopped.is_set():
            result.condition = {"etag": page.etag, "modified": page.modified}
        result.detail = _detail_of(reading, n_known, n_kept, faults)
        return result

    def _claim(self, id_: str) -> bool:
        """Return whether this article is met for the first time in this run: two feeds may announce it."""
        with self._lock:
            fresh = id_ not in self._claimed
            self._claimed.add(id_)
            return fresh

    def _add_body(self, entry: Entry, payload: dict[str, Any]) -> str:
        """Put the article's text into the payload, or why there is none; return a fault worth another run, or ""."""
        wall, fault = "the entry has no link", ""
        if canonical_url(entry.link):
            try:
                page = self.fetcher.fetch(entry.link, accept=_ACCEPT_PAGE)
                reading = read_article(page, entry.link, entry.title)
                wall = reading.wall
                if reading.text:
                    payload.update(body=reading.text, body_from="page", page_url=canonical_url(page.url))
                    if not payload["published_at"] and reading.stated_on:
                        at, _ = read_instant(reading.stated_on, self.topic.tz)
                        payload.update(published_at=at.isoformat() if at else None, zone_assumed=True)
            except (Unreachable, RateLimited, OutOfBudget) as error:
                wall = fault = (
                    "article pages not asked, out of time"
                    if isinstance(error, OutOfBudget)
                    else f"article pages {error.state.replace('_', ' ')}"
                )
            except SourceError as error:
                wall = str(error)
        if (
            not payload["body"]
            and len(entry.content) > len(entry.summary)
            and not wall_of_text(entry.content, entry.title)
        ):
            payload.update(body=entry.content, body_from="feed")
            return ""
        if not payload["body"]:
            payload["wall"] = wall
        return fault


def _payload_of(feed: Feed, entry: Entry, topic: Topic) -> dict[str, Any]:
    at, assumed = read_instant(entry.published, topic.tz, lang=feed.lang, parsed=entry.parsed)
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


def _mark(*texts: str) -> str:
    return hashlib.blake2b("\x00".join(texts).encode(errors="replace"), digest_size=6).hexdigest()


def _text_of(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""


def _instant_of(stated: object) -> datetime | None:
    if not isinstance(stated, str):
        return None
    try:
        at = datetime.fromisoformat(stated)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _shortened(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= 120 else first[:120].rsplit(" ", 1)[0] + "…"
