"""Times as feeds and pages state them, read into aware UTC: with a zone, without one, as a bare day, in Spanish words.

ISO 8601 and RFC 5322 dates are read by the standard library, all else by dateparser. feedparser's own reading is not used:
it takes `2025/02/03` for a day in November, and a time in a zone that it does not know for UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

_EPOCH = re.compile(r"(\d{10})(?:\d{3})?(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"^(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)")
_ISO = re.compile(r"^\d{4}-?\d\d-?\d\d(?!\d)")
_OFFSET = re.compile(r"(?<=\d)\s*(?:(?:GMT|UTC)\s*)?([+-])(\d{1,2}):?(\d\d)?$")
_UTC = re.compile(r"(?<=\d)\s*(?:Z|GMT|UTC?)$", re.IGNORECASE)
_CLOCK = re.compile(r"\d:\d\d")
_HALF_OF_DAY = re.compile(r"(?<=\d)\s?([ap])\.?\s?m\b\.?", re.IGNORECASE)
_RFC = re.compile(
    r"(?:[a-z]{3,9},? )?\d{1,2}[ -][a-z]{3}[ -]\d{2,4} \d{1,2}:\d\d(?::\d\d)? (?:[+-]\d{4}|[ECMP][SD]T)",
    re.IGNORECASE,
)
_ZONE_NAME = re.compile(r"(?<=\d) (?![AP]M$)[A-Z]{2,5}$")
_NOISE = re.compile(
    r"\b(?:publicad[oa]|actualizad[oa]|published|updated|posted|el|on|at|a las?|hs|hrs?|horas|h)\b[.:]?",
    re.IGNORECASE,
)


def read_instant(stated: str, zone: ZoneInfo, *, lang: str = "en") -> tuple[datetime | None, bool]:
    """Return the instant in UTC that `stated` names, and whether its zone had to be assumed.

    A time without a zone, and a bare day, is read in `zone`: a feed that says "3 February" means the 3rd where its
    readers live. `lang` decides whether 03/02/2025 is in March or February. None if it cannot be read.
    """
    stated = " ".join(stated.split())[:100]
    if found := _EPOCH.fullmatch(stated):
        return datetime.fromtimestamp(int(found[1]), UTC), False
    stated = _YEAR_FIRST.sub(_dashed, stated)
    stated = _HALF_OF_DAY.sub(r" \1m", _UTC.sub(" +0000", stated))
    if _CLOCK.search(stated):
        stated = _OFFSET.sub(_four_digits, stated)
    at = _read_standard(stated) or _read_words(stated, lang)
    if at is None and _ZONE_NAME.search(stated):
        at = _read_words(_ZONE_NAME.sub("", stated), lang)  # in a zone that nobody knows
    if at is None:
        return None, False
    try:
        return at.replace(tzinfo=at.tzinfo or zone).astimezone(UTC), at.tzinfo is None
    except (OverflowError, ValueError):
        return None, False


def _read_standard(stated: str) -> datetime | None:
    """Return what the standard library reads in ISO 8601 or RFC 5322; naive where no zone is named."""
    try:
        if _ISO.match(stated):
            return datetime.fromisoformat(stated.replace(" +", "+").replace(" -", "-"))
        if _RFC.fullmatch(stated):
            return parsedate_to_datetime(stated.replace("-0000", "+0000"))
    except (ValueError, TypeError, OverflowError):
        pass
    return None


def _read_words(stated: str, lang: str) -> datetime | None:
    """Return what dateparser makes of a date in words; relative ones ("hoy") are not dates of their own."""
    import dateparser  # slow to import, and needed for few feeds

    rules = {
        "PARSERS": ["absolute-time"],
        "REQUIRE_PARTS": ["day", "month", "year"],
        "DATE_ORDER": "MDY" if lang == "en" else "DMY",
        "PREFER_LOCALE_DATE_ORDER": False,
    }
    words = " ".join(_NOISE.sub(" ", stated).split())
    try:
        return dateparser.parse(words, languages=["es", "en"], settings=rules)  # type: ignore[arg-type]
    except (ValueError, OverflowError, TypeError, AttributeError, IndexError):
        return None


def _dashed(found: re.Match[str]) -> str:
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}"


def _four_digits(found: re.Match[str]) -> str:
    return f" {found[1]}{int(found[2]):02}{found[3] or '00'}"
