"""A row of an archive as a raw item's payload, and the statement that it holds. No network here."""

from __future__ import annotations

import html
import math
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import ftfy

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.files_cells import cell_text, plain_cell, was_rounded
from collectors.files_times import has_clock, read_time
from collectors.known_posts import key_of
from collectors.mastodon_text import plain_text
from collectors.officials_layout import Refused, Row, field_of
from records import Post, Statement, believable, clean_text
from topics import Topic
from topics.parts import OfficialArchive

LONGEST_TEXT = 250_000
LONGEST_KEY = 200

_REPOST = re.compile(r"RT(?:\s+@\w|:\s)")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_ZONED = re.compile(
    r"(?:\d:\d{2}(?::\d{2})?|T\d{4,6})(?:[.,]\d+)?\s*(?:[ap]\.?\s?m\.?\s*)?(?:(?:Z|UTC?|GMT|[CEMP][SD]T)\b|[+-]\d)",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"[\s\d.,+-]+")
_NO = frozenset(("", "false", "f", "0", "no", "n", "none", "null", "nan"))


def payload_of(row: Row, archive: OfficialArchive, *, month_first: bool = False) -> dict[str, Any]:
    """Return the mapped fields of a row as JSON-able data; what is no row, or lacks the text, has a `fault`.

    `month_first`: how the archive writes days such as 02/03/2025.
    """
    about = {"kind": "row", "archive": archive.id, "name": archive.name, "actor": archive.actor}
    if isinstance(row, Refused):
        return {**about, "key": f"odd-{row.mark}", "fault": row.reason}
    names = archive.columns
    given, stated, url = (field_of(row, name) for name in (names.text, names.time, names.url))
    text = clean_text(given) if isinstance(given, str) else None
    fault = "" if text is not None else f"the row has no text in its field {names.text!r}"
    id_ = field_of(row, names.id)
    key = cell_text(plain_cell(id_)) if isinstance(id_, str | int | float) else ""
    if key and was_rounded(id_):
        fault = f"its id {key!r} has lost digits; take the archive in another format, or map no id"
    stated = _plain(stated)
    if not key or fault:
        key = f"row-{key_of(f'{key} {stated} {text}')}"
    return {
        **about,
        "key": key[:LONGEST_KEY],
        "fault": fault,
        "lang": archive.lang,
        "text": text,
        "stated": stated,
        "zone": archive.zone,
        "month_first": month_first,
        "url": clean_text(url) if isinstance(url, str) and _is_plain(url) else "",
        "repost": _is_set(field_of(row, names.repost)),
        "deleted": _is_set(field_of(row, names.deleted)),
    }


def payload_of_missing(key: str, created: float, archive: OfficialArchive) -> dict[str, Any]:
    """Return the payload of a statement that was kept and that its archive holds no more: read as deleted."""
    stated = datetime.fromtimestamp(created, UTC).isoformat() if created else None
    return {
        "kind": "gone",
        "archive": archive.id,
        "name": archive.name,
        "actor": archive.actor,
        "key": key,
        "stated": stated,
    }


def left_out(payload: dict[str, Any], words: str) -> str:
    """Return why a row holds no words of the actor's own, or ""; `words` is its text without HTML."""
    if payload["fault"]:
        return ""
    if payload["deleted"]:
        return "rows that are marked as deleted"
    if payload["repost"] or _REPOST.match(words):
        return "reposts of what others wrote"
    if all(word.startswith(("https://", "http://")) for word in words.split()):
        return "rows without words"
    return ""


def fault_of(payload: dict[str, Any], words: str) -> str:
    """Return why a row cannot be read, or ""."""
    if len(words) > LONGEST_TEXT:
        return f"the text has more than {LONGEST_TEXT:,} characters"
    return str(payload.get("fault") or "")


def words_of(payload: dict[str, Any]) -> str:
    """Return a row's text without HTML; characters that were decoded wrongly at the archive are mended."""
    text = str(payload.get("text") or "")
    if "<" in text and _TAG.search(text):
        text = plain_text(text)
    elif "&" in text:
        text = html.unescape(text)  # its lines stand as they are
    return (text if text.isascii() else clean_text(ftfy.fix_encoding(text))).strip()


def instant_of(payload: dict[str, Any], topic: Topic) -> tuple[datetime | None, bool]:
    """Return when a row was written, in UTC or None, and whether its zone had to be assumed.

    A time without a zone is one of the archive's `zone`, of UTC where the topic names none; a day is noon in the topic's.
    """
    stated, zone = payload.get("stated"), payload.get("zone")
    at = read_time(stated, topic.tz, month_first=bool(payload.get("month_first")))
    if at is None or not isinstance(stated, str) or not has_clock(stated):
        return at, False
    if _ZONED.search(stated) or _EPOCH.fullmatch(stated):
        return at, False
    return (at.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), False) if zone else (at, True)


def parse_row(raw: RawItem, topic: Topic) -> Statement | Post:
    """Return the actor's statement, or a tombstone for one that its archive holds no more.

    Raises MalformedItem or OffTopic. What was kept before (`known`) stays on topic when its words change, so that an
    edit replaces what is stored.
    """
    payload = raw.payload
    text = words_of(payload)
    if fault := fault_of(payload, text):
        raise MalformedItem(fault)
    actor = topic.actor(payload.get("actor"))
    if actor is None:
        raise MalformedItem(f"no actor with the id {payload.get('actor')!r} in the topic's register")
    at, is_assumed = instant_of(payload, topic)
    posted_at = believable(at, raw.seen_at)
    name = str(payload.get("name") or "")
    if payload.get("kind") == "gone":
        return Post(
            raw.id, "officials", "", raw.seen_at, posted_at, actor_id=actor.id, place=name, state="deleted",
            flags=() if posted_at else ("undated",),
        )  # fmt: skip
    if not text:
        raise MalformedItem("the row has no text")
    if not payload.get("known") and not topic.matches(text):
        raise OffTopic(text[:80])
    return Statement(
        id=raw.id,
        source="officials",
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        direct=True,
        kind="direct",
        speaker=actor.name,
        actor_id=actor.id,
        actor_name=actor.name,
        camp=actor.camp,
        entity_how="account",
        lang=payload.get("lang") or "unknown",
        outlet=name,
        url=str(payload.get("url") or ""),
        flags=("undated",) if posted_at is None else ("zone_assumed",) if is_assumed else (),
    )


def _plain(stated: Any) -> str | int | float | None:
    """Return a stated time as JSON can hold it; None for what is none."""
    if isinstance(stated, str):
        return clean_text(stated)
    if isinstance(stated, bool) or not isinstance(stated, int | float) or not math.isfinite(stated):
        return None
    return stated


def _is_set(value: Any) -> bool:
    """Return whether a field says yes, or holds anything; `f` and `0` say no."""
    return value.strip().casefold() not in _NO if isinstance(value, str) else bool(value)


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False
