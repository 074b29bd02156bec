"""Articles that a feed or a search announces, and the record of each.

A payload has `title`, `summary`, `link`, `published_at` (ISO, or None), `zone_assumed`, `lang`, `outlet`,
`official_of`; `article_pages` adds `body`, `body_from`, `wall` (why there is no body), `page_url` and `stated_on`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from records import Article, believable, clean_text
from topics import Topic

OLD = "older than the window that was asked for"
"""Why an announced article is left out."""


def parse_announced(raw: RawItem, topic: Topic) -> Article:
    """Return the article that a payload announces, headline only where its text could not be had."""
    entry = raw.payload
    title, summary, body = (text_of(entry, name) for name in ("title", "summary", "body"))
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
        source=raw.source,
        title=title,
        text=body or title,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        lang=text_of(entry, "lang") or "unknown",
        outlet=text_of(entry, "outlet"),
        url=text_of(entry, "page_url") or text_of(entry, "link"),
        headline_only=not body,
        official_of=text_of(entry, "official_of") or None,
        flags=tuple(flags),
    )


def is_old(payload: dict[str, Any], since: datetime | None) -> bool:
    """Return whether an article is dated before the start of the window; one without a time never is."""
    at = _instant_of(payload.get("published_at"))
    return (
        since is not None and at is not None and at < (since if since.tzinfo else since.replace(tzinfo=UTC))
    )


def mark_of(*texts: str) -> str:
    """Return 12 hex digits that stand for these texts."""
    return hashlib.blake2b("\x00".join(texts).encode(errors="replace"), digest_size=6).hexdigest()


def text_of(payload: dict[str, Any], name: str) -> str:
    """Return a storable text of a payload, "" for anything else."""
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
