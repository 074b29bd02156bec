"""A small web site on loopback with feeds and article pages, and the news collector reading it."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.budget import Budget
from collectors.contract import Request
from collectors.news import NewsCollector
from collectors.run import collect
from records import Article, Receipt
from settings import Settings
from tests.collectors.replay import DATA, Answer, Ask, Replay, Sink, counts_of, news_sources, topic_with
from topics import Topic

NOW = datetime(2025, 2, 6, 12, tzinfo=UTC)
ZONE = ZoneInfo("America/El_Salvador")
XML = {"Content-Type": "application/rss+xml; charset=utf-8"}
HTML = {"Content-Type": "text/html; charset=utf-8"}


class HastyNews(NewsCollector):
    pause_seconds = 0.0


class Site:
    """A small web site: path to answer. `@HOME@` in a body stands for the server's own address."""

    def __init__(self, pages: dict[str, Answer | Callable[[Ask], Answer]]) -> None:
        self.pages = pages
        self.now = NOW
        self.replay = Replay(self._answer)

    def _answer(self, ask: Ask) -> Answer:
        page = self.pages.get(ask.path, Answer(404))
        answer = page(ask) if callable(page) else page
        body = answer.content().replace(b"@HOME@", self.replay.url.encode())
        headers = {name: value.replace("@HOME@", self.replay.url) for name, value in answer.headers.items()}
        return Answer(answer.status, body, headers, cut=answer.cut, delay=answer.delay)

    def run(
        self,
        topic: Topic,
        settings: Settings,
        *paths: str,
        lang: str = "es",
        cursor: dict[str, Any] | None = None,
    ) -> tuple[Receipt, Sink]:
        """Read the feeds at `paths` and return the receipt and what was delivered."""
        sources = news_sources((self.replay.url + path for path in paths), lang)
        sink = Sink()
        request = Request(topic_with(topic, sources=sources), settings, self.now, cursor=cursor or {})
        receipt = collect(HastyNews(), request, sink, budget=Budget(sleep=lambda seconds: None))
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        return receipt, sink


def data(name: str, headers: dict[str, str] | None = None) -> Answer:
    return Answer(200, (DATA / name).read_bytes(), headers or (HTML if name.endswith(".html") else XML))


def rss(*items: str) -> Answer:
    """A feed of these items."""
    return Answer(200, f'<rss version="2.0"><channel><title>t</title>{"".join(items)}</channel></rss>', XML)


def entry(title: str = "CECOT news", link: str = "", more: str = "") -> str:
    return f"<item><title>{title}</title>{f'<link>{link}</link>' if link else ''}{more}</item>"


def by_title(sink: Sink) -> dict[str, Article]:
    return {article.title: article for article in sink.all("articles")}


def silent_network(host: str, port: int, **_: Any) -> Any:
    """A resolver that never answers."""
    time.sleep(30)


def unknown_names(host: str, port: int, **_: Any) -> Any:
    """A resolver that finds no name server."""
    raise socket.gaierror(socket.EAI_AGAIN, "no network")
