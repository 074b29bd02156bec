"""Times as feeds state them, read into aware UTC: with a zone, without one, as a bare day, in Spanish words."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from time import struct_time
from zoneinfo import ZoneInfo

_CLOCK_WITH_ZONE = re.compile(
    r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?\s*"
    r"(?:Z\b|(?:GMT|UTC|UT)?\s*[+-]\d{1,2}(?::?\d{2})?|(?![AP]M\b)[A-Z]{2,5}\b)"
)
_HALF_OF_DAY = re.compile(r"\d\s*[ap]\.?\s?m\b", re.IGNORECASE)  # feedparser drops it and is twelve hours off
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")


def read_instant(
    stated: str, zone: ZoneInfo, *, lang: str = "en", parsed: struct_time | None = None
) -> tuple[datetime | None, bool]:
    """Return the instant in UTC that `stated` names, and whether its zone had to be assumed.

    `parsed` is feedparser's reading, which takes a time without a zone for UTC. Such a time, and a bare day, is read
    in `zone` instead: a feed that says "3 February" means the 3rd where its readers live. None if it cannot be read.
    """
    stated = " ".join(stated.split())
    if not stated:
        return None, False
    if _EPOCH.fullmatch(stated):
        return datetime.fromtimestamp(int(stated[:10]), UTC), False
    has_zone = bool(_CLOCK_WITH_ZONE.search(stated))
    if parsed is not None and not _HALF_OF_DAY.search(stated):
        try:
            naive = datetime(*parsed[:6])
        except (ValueError, TypeError):
            naive = None
        if naive is not None:
            return _utc(naive, zone, has_zone), not has_zone
    return _read_words(stated, zone, lang)


def _utc(naive: datetime, zone: ZoneInfo, has_zone: bool) -> datetime | None:
    try:
        return naive.replace(tzinfo=UTC if has_zone else zone).astimezone(UTC)
    except (OverflowError, ValueError):
        return None


def _read_words(stated: str, zone: ZoneInfo, lang: str) -> tuple[datetime | None, bool]:
    """Return what dateparser makes of a date in words; relative ones ("hoy") are not dates of their own."""
    import dateparser  # slow to import, and needed for few feeds

    rules = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "MDY" if lang == "en" else "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    try:
        found = dateparser.parse(stated[:100], languages=["es", "en"], settings=rules)  # type: ignore[arg-type]
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError):
        return None, False
    if found is None:
        return None, False
    if found.tzinfo is None:
        return _utc(found, zone, False), True
    return found.astimezone(UTC), False
