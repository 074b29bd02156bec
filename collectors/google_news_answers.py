"""What Google News answers to a search: an RSS feed of headlines, or a page that asks for consent or proof of a human."""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from collectors.articles import wall_of_address
from collectors.contract import Request, SourceLog
from collectors.errors import Blocked, Gone
from collectors.feeds import LONGEST_KEY, Entry, canonical_url, read_feed
from collectors.outlets import feed_of, headline_key, site_of
from collectors.search_answers import Found, Search, SearchAnswer
from collectors.searches import SearchReading
from collectors.times import read_instant
from collectors.web import Fetcher
from collectors.windows import Span
from topics import Topic

MOST = 100
"""Headlines in one answer."""

DAY = 86_400.0
LONGEST_WHEN = 30
"""Days up to which a stretch that ends today is asked for with `when:`."""

KNOWN_FIELDS = frozenset({"title", "link", "links", "id", "guidislink", "published", "summary", "source"})

_CODE = re.compile(r"/articles/([A-Za-z0-9_-]{20,})")
_NOT_OFFERED = re.compile(r"feed is not available|este feed no está disponible", re.I)
_ACCEPT = "application/rss+xml, application/xml;q=0.9, */*;q=0.5"


class GoogleNewsReading(SearchReading):
    """One run over Google News."""

    source = "google_news"
    least = DAY  # `after:` and `before:` take days
    overlap = 36 * 3600.0

    def __init__(self, request: Request, log: SourceLog, fetcher: Fetcher, site: str) -> None:
        super().__init__(request, log, fetcher)
        self._site = site

    def ask(self, search: Search, span: Span) -> SearchAnswer:
        """Return the headlines of a stretch; raises Blocked for a consent or robot page, Gone for an unknown edition."""
        query = f"{search.query} {days_of(span, self.now)}"
        url = f"{self._site}/rss/search?{urlencode({'q': query, **edition_of(search.edition)})}"
        page = self.fetcher.fetch(url, accept=_ACCEPT)
        if page.url.partition("?")[0].endswith("/unsupported"):
            raise Gone(f"Google News offers no edition {search.edition}")
        if wall_of_address(page.url, url) or "/sorry" in urlsplit(page.url).path:
            raise Blocked("Google News answers with a page that asks for consent or for proof of a human")
        reading = read_feed(page.content, page.content_type, url)
        if len(reading.entries) == 1 and _NOT_OFFERED.search(reading.entries[0].title):
            raise Gone(f"Google News offers no edition {search.edition}")
        found = [self._found(entry, search) for entry in reading.entries]
        return SearchAnswer(found, len(found) >= MOST, reading.is_whole)

    def _found(self, entry: Entry, search: Search) -> Found:
        self.log.note_fields(dict.fromkeys(entry.names), KNOWN_FIELDS)
        payload = payload_of(entry, search.lang, self.request.topic, self._site)
        key = canonical_url(payload["link"]) if not payload["through"] else ""
        if not key or len(key) > LONGEST_KEY:
            key = headline_key(payload["site"], payload["title"] or entry.key)
        return Found(f"google_news:{key}", payload, readable=not payload["through"])


def payload_of(entry: Entry, lang: str, topic: Topic, site: str) -> dict[str, Any]:
    """Return what is kept of an entry. `through` says that its link leads through Google's own page."""
    link = publisher_url(entry.link) or entry.link
    through = not canonical_url(link) or f".{site_of(link)}".endswith((f".{site_of(site)}", ".google.com"))
    home = site_of(entry.source_url) or ("" if through else site_of(link))
    feed = feed_of(topic, home) if home else None
    at, assumed = read_instant(entry.published, topic.tz, lang=lang)
    title = entry.title
    if entry.source and title.endswith(f" - {entry.source}"):
        title = title.removesuffix(f" - {entry.source}").strip()
    return {
        "outlet": feed.outlet if feed else entry.source or home,
        "site": home,
        "lang": lang,
        "official_of": feed.official_of if feed else None,
        "link": link if canonical_url(link) else "",
        "through": through,
        "title": title,
        "summary": "",  # what stands there is the headline once more, with the outlet's name
        "published": entry.published,
        "published_at": at.isoformat() if at else None,
        "zone_assumed": assumed,
        "body": "",
        "body_from": "",
        "wall": "the link leads through Google's own page" if through else "",
        "page_url": "",
    }


def publisher_url(link: str) -> str:
    """Return the outlet's own address that older links of Google News hold in their code, or "".

    The code is a protocol buffer in base64: a field 4 with the address. Newer ones hold a key that only Google can read.
    """
    code = _CODE.search(link)
    if not code:
        return ""
    try:
        data = base64.urlsafe_b64decode(code[1] + "=" * (-len(code[1]) % 4))
    except (binascii.Error, ValueError):
        return ""
    head, _, rest = data.partition(b'"')
    if len(head) > 4 or len(rest) < 2:
        return ""
    length, start = (rest[0], 1) if rest[0] < 128 else (rest[0] - 128 + 128 * rest[1], 2)
    url = rest[start : start + length].decode("ascii", errors="ignore")
    return url if canonical_url(url) else ""


def days_of(span: Span, now: float) -> str:
    """Return the operators for a stretch: `when:7d`, or `after:2025-02-03 before:2025-02-10` (the second day excluded)."""
    start, end = (datetime.fromtimestamp(at, UTC) for at in span)
    n_days = int((end - start) / timedelta(days=1)) + 1
    if end.timestamp() >= now and n_days <= LONGEST_WHEN:
        return f"when:{n_days}d"
    last = (end - timedelta(seconds=1)).date() + timedelta(days=1)
    return f"after:{start.date()} before:{last}"


def edition_of(edition: str) -> dict[str, str]:
    """Return the parameters of an edition such as `US:en` or `MX:es-419`."""
    country, _, lang = edition.partition(":")
    return {"hl": lang if "-" in lang else f"{lang}-{country}", "gl": country, "ceid": edition}
