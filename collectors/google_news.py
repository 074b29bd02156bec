"""Google News: its search as RSS, in the topic's editions, without a key; finds headlines and their outlets.

An answer holds 100 headlines at most. Links lead through Google's own page and in Europe through a consent page, so that
they are not followed: such an article is a headline. Google's terms allow personal, non-commercial use of the feed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.announced import parse_announced
from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.google_news_answers import GoogleNewsReading
from collectors.search_answers import Search
from collectors.search_queries import queries_of
from collectors.web import Fetcher
from records import Article
from settings import Settings
from topics import Topic


class GoogleNewsCollector(Collector):
    """Asks for the topic's queries in each edition, new days first.

    Cursor: see `search_memory`.
    """

    name: ClassVar[str] = "google_news"
    title: ClassVar[str] = "Google News"
    site: ClassVar[str] = "https://news.google.com"
    pause_seconds: ClassVar[float] = 3.0

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return a sentence when the topic does not want it, or has nothing to search for."""
        if not topic.sources.google_news.enabled:
            return "turned off in the topic's file (enabled = false under [sources.google_news])"
        if searches_of(topic):
            return None
        return "the topic has no words to search for in the languages of its editions; add queries under [sources.google_news.queries] in its file"

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the headlines that the searches find, with the text of those whose own address is known."""
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        reading = GoogleNewsReading(request, log, fetcher, self.site)
        yield from reading.items(searches_of(request.topic))

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Article:
        """Return the article that Google News names, most often its headline only."""
        return parse_announced(raw, topic)


def searches_of(topic: Topic) -> list[Search]:
    """Return the topic's queries of an edition's language, edition by edition."""
    source = topic.sources.google_news
    searches = []
    for edition in source.editions:
        lang = edition.partition(":")[2][:2]
        for query in queries_of(topic.keywords.get(lang), source.queries.get(lang)):
            searches.append(Search(f"{edition}: {query}", query, lang, edition))
    return searches
