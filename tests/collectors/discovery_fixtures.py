"""GDELT and Google News on loopback, as their documentation and their users describe their answers.

GDELT: blog.gdeltproject.org, "GDELT DOC 2.0 API Debuts" (artlist as JSON). Google News: its RSS search has no
documentation of its own. All texts are invented. Pages of outlets are on `localhost`, the searches on `127.0.0.1`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from collectors.budget import Budget
from collectors.contract import Collector, Request
from collectors.gdelt import GdeltCollector
from collectors.google_news import GoogleNewsCollector
from collectors.run import collect
from records import Receipt
from settings import Settings
from tests.collectors.news_loopback import HTML, XML
from tests.collectors.replay import DATA, Answer, Ask, Replay, Sink, counts_of, topic_with
from topics import Topic

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
JSON = {"Content-Type": "application/json; charset=utf-8"}
WORDS = {"Content-Type": "text/html; charset=utf-8"}
ARTICLE = Answer(200, (DATA / "article_es.html").read_bytes(), HTML)
"""The page of `TITLE`."""
TITLE = "Gobierno defiende el envío de deportados al CECOT"
CONSENT = Answer(200, (DATA / "consent.html").read_bytes(), HTML)


@dataclass
class Web:
    """The loopback web: `search` answers both sources' searches, `pages` the outlets' pages."""

    search: Callable[[Ask], Answer] = lambda ask: Answer(200, "{}", JSON)
    pages: dict[str, Answer] = field(default_factory=dict)
    replay: Replay = field(init=False)
    slept: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.replay = Replay(self._answer)

    def _answer(self, ask: Ask) -> Answer:
        if ask.path in ("/api/v2/doc/doc", "/rss/search"):
            return self.search(ask)
        return self.pages.get(ask.path, Answer(404))

    @property
    def outlet(self) -> str:
        """The address of the outlets' pages, another host than that of the searches."""
        return self.replay.url.replace("127.0.0.1", "localhost")

    def searched(self) -> list[Ask]:
        """The searches asked for, in order."""
        return [ask for ask in self.replay.asked if "/doc" in ask.path or "/rss/search" in ask.path]

    def run(
        self, source: Collector, topic: Topic, settings: Settings, **request: Any
    ) -> tuple[Receipt, Sink]:
        """Read a source and return the receipt and what was delivered; checks that the counts add up."""
        type(source).site = self.replay.url  # type: ignore[attr-defined]
        sink = Sink()
        budget = request.pop("budget", None) or Budget(sleep=self.slept.append)
        asked = Request(topic, settings, request.pop("now", NOW), **request)
        receipt = collect(source, asked, sink, budget=budget)
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        return receipt, sink


class HastyGdelt(GdeltCollector):
    pause_seconds = 0.0
    page_pause_seconds = 0.0


class HastyGoogle(GoogleNewsCollector):
    pause_seconds = 0.0


def topic_searching(
    topic: Topic, *queries: str, feeds: tuple[dict[str, Any], ...] = (), **more: Any
) -> Topic:
    """The topic with these English queries and nothing else, and one edition."""
    source = {"queries": {"en": queries}}
    sources = {"google_news": {**source, "editions": ["US:en"]}, "gdelt": source, "news": {"feeds": feeds}}
    return topic_with(topic, sources=sources, keywords={"en": ["cecot"], "es": [], "exclude": []}, **more)


def row(url: str, title: str = TITLE, at: str = "20250205T120000Z", **more: Any) -> dict[str, Any]:
    """One article as GDELT lists it."""
    return {
        "url": url, "url_mobile": "", "title": title, "seendate": at, "socialimage": "", "domain": "localhost",
        "language": "Spanish", "sourcecountry": "El Salvador", **more,
    }  # fmt: skip


def artlist(*rows: Any) -> Answer:
    """GDELT's answer; without articles it is an empty object."""
    return Answer(200, json.dumps({"articles": rows} if rows else {}), JSON)


def headline(
    link: str, title: str = "CECOT flights questioned", outlet: str = "Example Times", **more: str
) -> str:
    """One item as Google News lists it."""
    at = more.get("at", "Wed, 05 Feb 2025 13:00:00 GMT")
    site = more.get("site", "https://www.example.com")
    return (
        f"<item><title>{escape(title)} - {outlet}</title><link>{escape(link)}</link>"
        f'<guid isPermaLink="false">{escape(link[-20:])}</guid><pubDate>{at}</pubDate>'
        f"<description>&lt;a href=&quot;x&quot;&gt;{escape(title)}&lt;/a&gt;</description>"
        f'<source url="{site}">{outlet}</source></item>'
    )


def google_feed(*items: str) -> Answer:
    """Google's answer to a search."""
    head = "<title>search - Google News</title><generator>NFE/5.0</generator>"
    return Answer(200, f'<rss version="2.0"><channel>{head}{"".join(items)}</channel></rss>', XML)
