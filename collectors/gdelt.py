"""GDELT: the DOC 2.0 search of the world's online news, without a key; finds articles and gives no text of them.

Its documentation asks for nothing but one request in five seconds. An answer holds 250 articles at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.announced import parse_announced
from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.gdelt_answers import GdeltReading
from collectors.search_answers import Search
from collectors.search_queries import queries_of
from collectors.web import Fetcher
from records import Article
from settings import Settings
from topics import Topic

_LANGS = {"en": "(sourcelang:english OR sourcelang:spanish)", "es": "sourcelang:spanish"}
"""English words are also looked for in GDELT's translations of Spanish articles; Spanish words as they stand."""


class GdeltCollector(Collector):
    """Asks for the topic's queries one by one, new days first; the page of each article found is read for its text.

    Cursor: see `search_memory`. An article's time is when GDELT first saw it, unless its page names an earlier day.
    """

    name: ClassVar[str] = "gdelt"
    title: ClassVar[str] = "GDELT"
    site: ClassVar[str] = "https://api.gdeltproject.org"
    pause_seconds: ClassVar[float] = 5.5  # GDELT asks for 5 between two requests, and its clock is not ours
    page_pause_seconds: ClassVar[float] = 1.0
    throttle_seconds: ClassVar[float] = 15.0

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return a sentence when the topic does not want it, or has nothing to search for."""
        if not topic.sources.gdelt.enabled:
            return "turned off in the topic's file (enabled = false under [sources.gdelt])"
        if searches_of(topic):
            return None
        return "the topic has no words to search for; add queries under [sources.gdelt.queries] in its file"

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the articles that the searches find."""
        api = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        pages = Fetcher(request.settings, log=log, pause=self.page_pause_seconds)
        reading = GdeltReading(request, log, pages, api, self.site, self.throttle_seconds)
        yield from reading.items(searches_of(request.topic))

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Article:
        """Return the article that GDELT names, headline only where its text could not be had."""
        return parse_announced(raw, topic)


def searches_of(topic: Topic) -> list[Search]:
    """Return the topic's searches in both languages."""
    own = topic.sources.gdelt.queries
    return [
        Search(f"{lang}: {query}", f"{query} {_LANGS[lang]}", lang)
        for lang in ("en", "es")
        for query in queries_of(topic.keywords.get(lang), own.get(lang))
    ]
