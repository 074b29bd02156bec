"""Fixtures of the tests that run a real client against a loopback server.

Test modules load them by `pytest_plugins = ["tests.collectors.loopback_fixtures"]`.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.budget import Budget
from collectors.contract import Request
from collectors.reddit import RedditCollector
from collectors.run import collect
from collectors.web import Fetcher
from records import Receipt
from settings import Settings
from tests.collectors.fake_reddit import FakeReddit
from tests.collectors.news_loopback import Site, data
from tests.collectors.reddit_loopback import NOW, ReadReddit
from tests.collectors.replay import Answer, Replay, Sink, counts_of, topic_with
from tests.collectors.web_loopback import Clock
from topics import Topic


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fetcher(settings: Settings, clock: Clock) -> Fetcher:
    return Fetcher(settings, pause=0.0, sleep=clock.sleep, clock=clock, jitter=lambda: 0.25)


@pytest.fixture
def site() -> Any:
    pages: dict[str, Any] = {
        "/es.xml": data("outlet_es.xml"),
        "/en.xml": data("outlet_en.xml"),
        "/nota/deportados-cecot/": data("article_es.html"),
        "/en/judges": data("article_en.html"),
        "/muro-de-pago": data("paywall_es.html"),
        "/aggregator/item": Answer(302, headers={"Location": "/consent/collect?continue=x"}),
        "/consent/collect": data("consent.html"),
    }
    made = Site(pages)
    with made.replay:
        yield made


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that prawcore would have slept, in order; nothing sleeps."""
    seconds: list[float] = []
    clock = SimpleNamespace(sleep=seconds.append, monotonic=time.monotonic, monotonic_ns=time.monotonic_ns)
    monkeypatch.setattr("prawcore.rate_limit.time", clock)
    monkeypatch.setattr("prawcore.sessions.time", clock)
    return seconds


@pytest.fixture
def reddit_at(monkeypatch: pytest.MonkeyPatch, slept: list[float]) -> Callable[[Replay], RedditCollector]:
    """A function that gives a Reddit collector whose praw talks to a loopback server."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    def point(server: Replay) -> RedditCollector:
        monkeypatch.setattr(RedditCollector, "site", server.url)
        monkeypatch.setattr(RedditCollector, "api", server.url)
        return RedditCollector()

    return point


@pytest.fixture
def keyed(settings: Settings) -> Settings:
    """Settings with keys for Reddit."""
    keys = {
        "reddit_client_id": "planted-client-id",
        "reddit_client_secret": SecretStr("planted-client-secret"),
    }
    return settings.model_copy(update=keys)


@pytest.fixture
def fake() -> FakeReddit:
    return FakeReddit()


@pytest.fixture
def read(reddit_at: Any, fake: FakeReddit, topic: Topic, keyed: Settings, slept: list[float]) -> ReadReddit:
    """Run the collector over some communities of the fake Reddit."""

    def run(*communities: str, queries: tuple[str, ...] = (), **request: Any) -> tuple[Receipt, Sink]:
        sources = {"reddit": {"communities": communities or ("news",), "queries": queries}}
        with Replay(fake) as server:
            fake.replay = server  # type: ignore[attr-defined]
            sink = Sink()
            asked = Request(topic_with(topic, sources=sources), keyed, NOW, **request)
            budget = Budget(sleep=slept.append)
            receipt = collect(reddit_at(server), asked, sink, budget=budget)
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        return receipt, sink

    return run
