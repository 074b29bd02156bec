"""The real recordings through the real clients: no crash, and the counts add up to what came in."""

from __future__ import annotations

import functools
import io
import re
import socket
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

import collectors.news
import collectors.reddit_community
from collectors.contract import Request
from collectors.news import NewsCollector
from collectors.run import collect
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.fake_reddit import FakeReddit, as_json, listing
from tests.collectors.recorded import Recorded, recorded_exchanges, recorded_files, things_in
from tests.collectors.replay import Answer, Ask, Replay, Sink, counts_of, news_sources, topic_with, wide_topic
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]
NOW = datetime(2026, 1, 5, 12, tzinfo=UTC)
_HEADER = re.compile(rb"^\s*Header:\s*([\w-]+):[ \t]*(.*?)\s*$", re.MULTILINE)


class HastyNews(NewsCollector):
    pause_seconds = 0.0


def only_loopback(host: str, port: int, **kind: Any) -> Any:
    """A resolver that knows no other machine: no test asks the address of a recorded link."""
    if host != "127.0.0.1":
        raise socket.gaierror(socket.EAI_NONAME, "not asked in tests")
    return socket.getaddrinfo(host, port, **kind)


@pytest.fixture(scope="module")
def feeds(shared: Path) -> dict[str, bytes]:
    archive = shared / "data" / "recordings" / "feeds.tar.xz"
    return {
        f"/{name}": content for name, content in recorded_files(archive) if name.endswith((".xml", ".json"))
    }


def declared_headers(name: str, content: bytes) -> dict[str, str]:
    """The headers that a recorded feed declares for itself in its opening comment."""
    found = {key.decode().title(): value.decode("latin-1") for key, value in _HEADER.findall(content[:2000])}
    if "Content-Type" not in found:
        found["Content-Type"] = "application/json" if name.endswith(".json") else "application/xml"
    return {key: value for key, value in found.items() if value}


def serve_feeds(feeds: dict[str, bytes]) -> Replay:
    def handle(ask: Ask) -> Answer:
        content = feeds.get(ask.path)
        return Answer(404) if content is None else Answer(200, content, declared_headers(ask.path, content))

    return Replay(handle)


@pytest.mark.parametrize("chunk", range(4))
def test_every_recorded_feed_is_read_and_each_entry_is_counted_once(
    feeds: dict[str, bytes], topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(collectors.news, "Fetcher", functools.partial(Fetcher, lookup=only_loopback))
    assert len(feeds) == 2107
    mine = dict(sorted(feeds.items())[chunk::4])
    sink = Sink()
    with serve_feeds(mine) as server:
        wide = wide_topic(topic, sources=news_sources(server.url + path for path in mine))
        receipt = collect(HastyNews(), Request(wide, settings, NOW), sink)

    came, went = counts_of(receipt)
    states = Counter(place.state for place in receipt.places)
    print(f"\nfeeds {chunk + 1}/4: {len(mine)} feeds {dict(states)}, {receipt}".split(", places=")[0])
    assert came == went
    assert len(receipt.places) == len(mine)
    assert set(states) <= {"complete", "malformed", "possibly_truncated"}
    assert states["malformed"] <= 1
    n_left_out = states["possibly_truncated"]  # the entry in which a feed breaks off
    assert n_left_out <= 1
    assert came == sum(_n_entries(content, path) for path, content in mine.items()) - n_left_out
    assert len(sink.all("articles")) == receipt.n_kept > 0
    assert all(
        article.posted_at is None or article.posted_at.tzinfo is UTC for article in sink.all("articles")
    )


def _n_entries(content: bytes, path: str) -> int:
    headers = {"content-type": declared_headers(path, content)["Content-Type"]}
    return len(feedparser.parse(io.BytesIO(content), response_headers=headers).entries)


def test_recorded_feeds_do_not_mention_the_topic(
    feeds: dict[str, bytes], topic: Topic, settings: Settings
) -> None:
    mine = {path: content for path, content in feeds.items() if "/encoding/" in path or "/illformed/" in path}
    with serve_feeds(mine) as server:
        narrow = topic_with(topic, sources=news_sources(server.url + path for path in mine))
        receipt = collect(HastyNews(), Request(narrow, settings, NOW), Sink())

    came, went = counts_of(receipt)
    assert came == went > 0
    assert receipt.n_kept == 0
    assert receipt.n_off_topic > 0


@pytest.fixture(scope="module")
def reddit_recordings(shared: Path) -> dict[str, list[Recorded]]:
    archive = shared / "data" / "recordings" / "reddit.tar.xz"
    return {
        Path(name).stem: recorded_exchanges(content)
        for name, content in recorded_files(archive)
        if name.endswith(".json")
    }


class RecordedReddit(FakeReddit):
    """Each recording is one community whose listing holds all things of that recording.

    Comment trees and folded comments are answered with the very bytes that were recorded; each recorded refusal
    is one more community.
    """

    def __init__(self, recordings: dict[str, list[Recorded]]) -> None:
        super().__init__()
        self.recorded: dict[str, Answer] = {}
        self.n_served: Counter[str] = Counter()
        self.refusing: list[str] = []
        for name, exchanges in recordings.items():
            self._load(name.replace(".", "-"), exchanges)

    def _load(self, name: str, exchanges: list[Recorded]) -> None:
        things = [thing for exchange in exchanges for thing in things_in(exchange.body)]
        for number, exchange in enumerate(exchanges):
            path = exchange.path.rstrip("/")
            if path.startswith("/comments/") or path == "/api/morechildren":
                self.recorded.setdefault(_tree_key(path, exchange.form), exchange.answer)
            if exchange.answer.status >= 400:
                self.refusing.append(f"{name}-{number}")
                self.overrides[f"/r/{name}-{number}/new"] = exchange.answer
        self.listings[name] = things
        self.n_served[name] = len(things)

    def _page(self, things: list[Any], after: str | None) -> Answer:
        # Recordings hold one thing several times, so that pages are counted and not found by name.
        start = int(after or 0)
        more = start + 100 < len(things)
        return as_json(listing(things[start : start + 100], after=str(start + 100) if more else None))

    def __call__(self, ask: Ask) -> Answer:
        return self.recorded.get(_tree_key(ask.path.rstrip("/"), ask.form)) or super().__call__(ask)


def _tree_key(path: str, form: dict[str, str]) -> str:
    return f"{path} {form.get('link_id', '')} {form.get('children', '')}"


def test_every_recorded_reddit_thing_is_counted_once(
    reddit_recordings: dict[str, list[Recorded]],
    topic: Topic,
    keyed: Settings,
    reddit_at: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(collectors.reddit_community, "THREADS_READ", 1000)
    fake, sink = RecordedReddit(reddit_recordings), Sink()
    names = (*fake.listings, *fake.refusing)
    wide = wide_topic(
        topic, sources={"reddit": {"communities": names, "queries": ()}}, starts_on="2005-01-01"
    )
    with Replay(fake) as server:
        receipt = collect(reddit_at(server), Request(wide, keyed, NOW), sink)

    came, went = counts_of(receipt)
    print(
        f"\nreddit: {len(names)} recordings, {sum(fake.n_served.values())} things, {receipt}".split(
            ", places="
        )[0]
    )
    print(Counter((place.state, place.detail) for place in receipt.places if place.state != "complete"))
    print(Counter(item.reason for item in sink.all("quarantined")))
    assert len(fake.listings) == 44
    listed = [place for place in receipt.places if place.name[2:] in fake.listings]
    # one recording holds a listing whose post had lost its comments when it was made
    (short,) = [place for place in listed if place.state not in {"complete", "possibly_truncated"}]
    assert short.state == "partial" and "comments of one post could not be read (gone)" in short.detail
    assert Counter(place.state for place in receipt.places if place.name[2:] in fake.refusing) == {
        "blocked": 2,
        "malformed": 3,
    }
    assert came == went
    assert came == sum(place.n_got for place in receipt.places)
    for place in receipt.places:
        assert place.n_got >= fake.n_served[place.name.removeprefix("r/")], place
    _assert_nothing_lost(fake, sink, receipt.n_off_topic)
    _assert_no_names(reddit_recordings, sink)


def _assert_nothing_lost(fake: RecordedReddit, sink: Sink, n_off_topic: int) -> None:
    served = {
        f"reddit:{thing['kind']}_{thing['data']['id']}"
        for name, things in fake.listings.items()
        for thing in things
        if thing["kind"] in ("t1", "t3")
    }
    kept = {post.id for post in sink.all("posts")}
    refused = [item for item in sink.all("quarantined") if not item.id.startswith("reddit:odd-")]
    missing = served - kept - {item.id for item in refused}
    assert len(missing) <= n_off_topic
    assert len(kept) > 2000


def _assert_no_names(recordings: dict[str, list[Recorded]], sink: Sink) -> None:
    names = {
        thing["data"].get("author")
        for exchanges in recordings.values()
        for exchange in exchanges
        for thing in things_in(exchange.body)
    } - {None, "[deleted]"}
    assert len(names) > 500
    own_words = {"title", "selftext", "body", "context", "submission_title", "submission_text", "link_title"}
    for raw in sink.all("raws"):
        fields = [
            value for name, value in raw.payload.items() if name not in own_words and isinstance(value, str)
        ]
        assert names.isdisjoint(fields), raw.id
        assert names.isdisjoint(re.findall(r"user_[0-9a-f]+", " ".join(fields))), raw.id
