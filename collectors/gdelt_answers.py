"""What GDELT answers: a list of articles as JSON, or a refusal as a sentence, with status 200 either way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from collectors.contract import Request, SourceLog
from collectors.errors import Malformed, RateLimited
from collectors.feeds import LONGEST_KEY, canonical_url, plain_text
from collectors.outlets import feed_of, headline_key, site_of
from collectors.pages import Page
from collectors.retry import WorthRetry, with_retries
from collectors.search_answers import Found, QueryRefused, Search, SearchAnswer
from collectors.searches import SearchReading
from collectors.times import read_instant
from collectors.web import Fetcher
from collectors.windows import Span
from records import clean_text
from topics import Topic

MOST = 250
"""Articles in one answer."""

KNOWN_FIELDS = frozenset(
    {"url", "url_mobile", "title", "seendate", "socialimage", "domain", "language", "sourcecountry", "isquote",
     "sentence", "context"}
)  # fmt: skip

OTHER_LANGUAGE = "in another language"

_LANGUAGES = {"english": "en", "spanish": "es"}
_THROTTLED = re.compile(r"limit (?:your )?requests|one every \d+ sec|too many requests|rate limit", re.I)
_OVERLOADED = re.compile(r"too short or too long", re.I)
_STRAY_BACKSLASH = re.compile(r'\\(?!["\\/bfnrt]|u[0-9a-fA-F]{4})')
_LOOSE_SIGN = re.compile(r"\s+([,.:;?!%])(?=\s|$)")
_LATE = timedelta(days=2)
"""How much older a page's own day must be than GDELT's sight of it before it is believed: old articles are met again."""


class GdeltReading(SearchReading):
    """One run over GDELT."""

    source = "gdelt"
    least = 3600.0  # shorter timespans are refused
    overlap = (
        36 * 3600.0
    )  # articles reach the index late, and a page that failed has another try the next day

    def __init__(
        self, request: Request, log: SourceLog, pages: Fetcher, api: Fetcher, site: str, throttle: float
    ) -> None:
        """`throttle`: seconds to wait when GDELT says in words that it is asked too often."""
        super().__init__(request, log, pages)
        self._api, self._site, self._throttle = api, site, throttle

    def ask(self, search: Search, span: Span) -> SearchAnswer:
        """Return the articles that GDELT saw within a stretch; raises RateLimited, QueryRefused, Malformed, Unreachable."""
        asked = {
            "query": search.query,
            "mode": "artlist",
            "format": "json",
            "maxrecords": str(MOST),
            "sort": "datedesc",
            "startdatetime": _stated(min(span[0], span[1] - self.least)),
            "enddatetime": _stated(span[1]),
        }
        url = f"{self._site}/api/v2/doc/doc?{urlencode(asked)}"
        answer = with_retries(lambda: self._answer(url), self.log, most_tries=3)
        rows = answer.get("articles") if answer else []  # it says nothing at all where it found nothing
        if not isinstance(rows, list):
            raise Malformed("GDELT gave no list of articles")
        found = [one for row in rows if (one := self._found(row)) is not None]
        return SearchAnswer(found, is_full=len(rows) >= MOST)

    def settle(self, payload: dict[str, Any]) -> None:
        """Take the page's own day where GDELT met an old article anew."""
        stated, seen = payload.get("stated_on"), payload.get("published_at")
        at, _ = read_instant(stated, self.request.topic.tz) if stated else (None, False)
        if at and seen and at < datetime.fromisoformat(seen) - _LATE:
            payload.update(published_at=at.isoformat(), zone_assumed=True)

    def _answer(self, url: str) -> Mapping[str, Any]:
        page = self._api.fetch(url, accept="application/json")
        value = read_json(page)
        if isinstance(value, Mapping):
            return value
        words = refusal_of(page)
        if _THROTTLED.search(words):
            self.log.note_fault("throttled in words")
            raise WorthRetry(RateLimited("GDELT asks for fewer requests, in words"), self._throttle)
        if _OVERLOADED.search(words):  # GDELT also says so of good queries when it is busy
            self.log.note_fault("query refused")
            raise WorthRetry(QueryRefused(f"GDELT refuses this query: {words}"), self._throttle)
        if words:
            self.log.note_fault("query refused")
            raise QueryRefused(f"GDELT refuses this query: {words}")
        self.log.note_fault("not JSON")
        kind = "a web page" if page.content.lstrip()[:1] == b"<" else "something that is no whole JSON"
        raise WorthRetry(Malformed(f"GDELT gave {kind} where JSON was expected"))

    def _found(self, row: Any) -> Found | None:
        """Return the article of one row; one that cannot be read goes on as it came, to be quarantined."""
        if not isinstance(row, Mapping):
            given = repr(row)[:500]
            return Found(f"gdelt:odd/{headline_key('', given)}", {"given": given}, readable=False)
        self.log.note_fields(row, KNOWN_FIELDS)
        lang = _LANGUAGES.get(_text(row, "language").lower(), "")
        if not lang and _text(row, "language"):
            self.log.note_skipped(OTHER_LANGUAGE)
            return None
        payload = payload_of(row, lang or "unknown", self.request.topic)
        key = canonical_url(payload["link"])
        if not key or len(key) > LONGEST_KEY:
            key = headline_key(_text(row, "domain"), payload["title"] or repr(sorted(row.items(), key=str)))
        return Found(f"gdelt:{key}", payload, readable=bool(payload["link"]))


def payload_of(row: Mapping[str, Any], lang: str, topic: Topic) -> dict[str, Any]:
    """Return what is kept of a row; the outlet is the topic's own name for it where one of its feeds is of this site."""
    link = _text(row, "url")
    site = site_of(link) or _text(row, "domain")
    feed = feed_of(topic, site)
    at = _seen(_text(row, "seendate"))
    return {
        "outlet": feed.outlet if feed else site,
        "lang": lang,
        "official_of": feed.official_of if feed else None,
        "link": link if canonical_url(link) else "",
        "title": _LOOSE_SIGN.sub(r"\1", " ".join(plain_text(_text(row, "title")).split())),
        "summary": "",
        "seendate": _text(row, "seendate"),
        "country": _text(row, "sourcecountry"),
        "published_at": at.isoformat() if at else None,
        "zone_assumed": False,
        "body": "",
        "body_from": "",
        "wall": "",
        "page_url": "",
    }


def read_json(page: Page) -> Any:
    """Return the JSON value of an answer, or None; GDELT leaves stray backslashes and raw control signs in titles."""
    text = page.content.decode("utf-8", errors="replace").removeprefix("\ufeff").strip()
    if text[:1] not in ("{", "["):
        return None
    for form in (text, _STRAY_BACKSLASH.sub(r"\\\\", text)):
        try:
            return json.loads(form, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def refusal_of(page: Page) -> str:
    """Return the sentence with which GDELT refuses a query, or "" where the answer is something else."""
    text = page.content.decode("utf-8", errors="replace").strip()
    if text[:1] in ("{", "[", "<"):
        return ""
    return " ".join(clean_text(text).split())[:200]


def _seen(stated: str) -> datetime | None:
    """Return the instant of `20250203T141500Z`, to the quarter of an hour in which GDELT looked."""
    try:
        return datetime.strptime(stated, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return None


def _stated(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%d%H%M%S")


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""
