"""The pages of announced articles: their text put beside the headline, and a host that fails left alone."""

from __future__ import annotations

import threading
from typing import Any
from urllib.parse import urlsplit

from collectors.articles import read_article, wall_of_text
from collectors.errors import OutOfBudget, RateLimited, SourceError, Unreachable
from collectors.feeds import canonical_url
from collectors.times import read_instant
from collectors.web import Fetcher
from topics import Topic

ACCEPT_PAGE = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"

MOST_FAILURES = 2
"""Pages of one host that fail one after the other before the rest of them is left for the next run."""


class ArticlePages:
    """The article pages of one run. Safe to share between threads."""

    def __init__(self, fetcher: Fetcher, topic: Topic) -> None:
        self._fetcher = fetcher
        self._topic = topic
        self._failed: dict[str, tuple[int, str]] = {}  # host -> failures in a row, and the last one's words
        self._lock = threading.Lock()

    def add_body(self, payload: dict[str, Any], content: str = "") -> str:
        """Put the article's text into the payload, or why there is none; return a fault worth another run, or "".

        `content` is the text that the feed itself carries, taken where the page gives none. The page's own day goes
        into `stated_on`, and is the article's time where the payload has none.
        """
        wall, fault = self._read(payload)
        title, summary = payload["title"], payload["summary"]
        if not payload["body"] and len(content) > len(summary) and not wall_of_text(content, title):
            payload.update(body=content, body_from="feed")
            return ""
        if not payload["body"]:
            payload["wall"] = wall
        return fault

    def _read(self, payload: dict[str, Any]) -> tuple[str, str]:
        """Return why there is no text, and the fault if a later run may have it."""
        link = payload["link"]
        if not canonical_url(link):
            return "the entry has no link", ""
        host = urlsplit(link).hostname or ""
        n_failed, words = self._failed.get(host, (0, ""))
        if n_failed >= MOST_FAILURES:
            return words, words
        try:
            page = self._fetcher.fetch(link, accept=ACCEPT_PAGE)
            self._note(host)
            reading = read_article(page, link, payload["title"])
        except OutOfBudget:
            return ("article pages not asked, out of time",) * 2
        except (Unreachable, RateLimited) as error:
            words = f"article pages {error.state.replace('_', ' ')}"
            self._note(host, words)
            return words, words
        except SourceError as error:
            return str(error), ""
        if reading.text:
            payload.update(body=reading.text, body_from="page", page_url=canonical_url(page.url))
            payload["stated_on"] = reading.stated_on
            if not payload["published_at"] and reading.stated_on:
                at, _ = read_instant(reading.stated_on, self._topic.tz)
                payload.update(published_at=at.isoformat() if at else None, zone_assumed=True)
        return reading.wall, ""

    def _note(self, host: str, failure: str = "") -> None:
        with self._lock:
            self._failed[host] = (self._failed.get(host, (0, ""))[0] + 1, failure) if failure else (0, "")
