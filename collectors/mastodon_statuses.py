"""Mastodon's statuses as plain data without their authors' names, and the record that each one holds. No network here.

A status has one address in the whole network (`uri`), by which it is known wherever it is seen. The address often holds
the author's name, so that ids are made of a digest of it, and links go to the instance that was asked
(`https://instance/statuses/NUMBER`, which leads on to where the post was written).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.known_posts import key_of, mark_of
from collectors.mastodon_text import plain_text
from records import Post, believable, clean_text
from settings import Settings
from topics import Topic

LONGEST_CONTEXT = 2000
"""Characters of the answered text that are kept with a reply."""

KNOWN_FIELDS = frozenset((
    "id", "created_at", "in_reply_to_id", "in_reply_to_account_id", "sensitive", "spoiler_text", "visibility", "language",
    "uri", "url", "replies_count", "reblogs_count", "favourites_count", "quotes_count", "edited_at", "favourited",
    "reblogged", "muted", "bookmarked", "pinned", "content", "text", "reblog", "application", "account", "mentions",
    "media_attachments", "tags", "emojis", "card", "poll", "quote", "quote_approval", "filtered", "tagged_collections",
))  # fmt: skip
"""Fields of a status that this reading knows of; others are counted as drift."""

_COUNTS = ("replies_count", "reblogs_count", "favourites_count", "quotes_count")
_PUBLIC = frozenset({"public", "unlisted"})


def original_of(status: Any) -> Any:
    """Return the status that a boost shows, or the status itself."""
    boosted = status.get("reblog") if isinstance(status, Mapping) else None
    return boosted if isinstance(boosted, Mapping) else status


def is_public(status: Mapping[str, Any]) -> bool:
    """Return whether a status was written for everybody."""
    return status.get("visibility", "public") in _PUBLIC


def payload_of(
    status: Any, host: str, settings: Settings, *, above: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a status as JSON-able data with the author's key in place of the name.

    `above` is the status that it answers, where it is known. What is no status keeps a `fault` and no name.
    """
    if not isinstance(status, Mapping):
        return {
            "kind": "odd",
            "fault": f"not a status but {type(status).__name__}",
            "mark": key_of(repr(status)),
        }
    uri, local, html = status.get("uri"), status.get("id"), status.get("content")
    if not (isinstance(uri, str) and uri):
        fields = sorted(str(name) for name in status if name in KNOWN_FIELDS)
        return {
            "kind": "odd",
            "fault": "a status without its address (uri)",
            "mark": key_of(f"{local} {html}"),
            "fields": fields,
        }
    quoted, card = _quoted(status), status.get("card")
    context = words_of(above) if above else words_of(quoted) if quoted else _words_of_card(card)
    payload: dict[str, Any] = {
        "kind": "status",
        "key": key_of(uri),
        "local_id": str(local) if isinstance(local, str | int) else "",
        "host": host,
        "content": clean_text(html) if isinstance(html, str) else None,
        "spoiler_text": _text(status, "spoiler_text"),
        "created_at": _stated(status.get("created_at")),
        "edited_at": _stated(status.get("edited_at")),
        "language": _text(status, "language"),
        "is_reply": bool(status.get("in_reply_to_id")),
        "parent": _key(above) or _key(quoted),
        "context": context[:LONGEST_CONTEXT],
        "tags": _tags(status),
        "author_key": settings.author_key("mastodon", _author(status.get("account"), host)),
        "bot": bool(_part(status.get("account")).get("bot")),
    }
    return {**payload, **{name: status[name] for name in _COUNTS if isinstance(status.get(name), int)}}


def payload_of_missing(key: str, created: float) -> dict[str, Any]:
    """Return the payload of a status that was kept and that no instance gives out any more: read as deleted."""
    return {"kind": "gone", "key": key, "created_at": datetime.fromtimestamp(created, UTC).isoformat()}


def words_of(status: Mapping[str, Any] | None) -> str:
    """Return the words of a status: its content warning, then its text."""
    if status is None:
        return ""
    html = status.get("content")
    text = plain_text(html) if isinstance(html, str) else ""
    return "\n\n".join(part for part in (_text(status, "spoiler_text"), text) if part)


def mark_of_payload(payload: Mapping[str, Any]) -> str:
    """Return the mark of a payload's words and of what they answer."""
    return mark_of(words_of(payload), str(payload.get("context") or ""))


def epoch_of(payload: Mapping[str, Any]) -> float:
    """Return when a status was written, in epoch seconds; 0 where that cannot be read."""
    at = _instant(payload.get("created_at"))
    return at.timestamp() if at else 0.0


def parse_status(raw: RawItem, topic: Topic) -> Post:
    """Return the record of a payload; raises MalformedItem or OffTopic.

    What was kept before (`known`) stays on topic when its words change, so that an edit replaces what is stored.
    """
    payload = raw.payload
    kind = payload.get("kind")
    if kind == "gone":
        return Post(id=raw.id, source="mastodon", text="", seen_at=raw.seen_at, state="deleted", **_when(raw))
    if kind != "status":
        raise MalformedItem(str(payload.get("fault") or "not a status"))
    if payload.get("content") is None:
        raise MalformedItem("the status has no content field")
    text, context = words_of(payload), str(payload.get("context") or "")
    around = " ".join(f"#{tag}" for tag in payload.get("tags", ()))
    if not payload.get("known") and not topic.matches("\n".join((text, around, context))):
        raise OffTopic(text[:80])
    if not text:
        raise MalformedItem("the status has no text")
    parent, local = payload.get("parent"), payload.get("local_id")
    when = _when(raw)
    flags = (
        *when.pop("flags"),
        *(("bot",) if payload.get("bot") else ()),
        *(("edited",) if payload.get("edited_at") else ()),
    )
    return Post(
        id=raw.id,
        source="mastodon",
        text=text,
        seen_at=raw.seen_at,
        kind="reply" if payload.get("is_reply") else "post",
        author_key=payload.get("author_key"),
        place=str(payload.get("host") or ""),
        url=f"https://{payload['host']}/statuses/{local}" if local else "",
        parent_id=f"mastodon:{parent}" if parent else None,
        context=context,
        flags=flags,
        **when,
    )


def _when(raw: RawItem) -> dict[str, Any]:
    posted_at = believable(_instant(raw.payload.get("created_at")), raw.seen_at)
    return {"posted_at": posted_at, "flags": () if posted_at else ("undated",)}


def _quoted(status: Mapping[str, Any]) -> Mapping[str, Any] | None:
    quoted = _part(status.get("quote")).get("quoted_status")
    return quoted if isinstance(quoted, Mapping) else None


def _words_of_card(card: Any) -> str:
    """Return title and description of the page that a status links to."""
    return "\n\n".join(
        part for part in (_text(_part(card), "title"), _text(_part(card), "description")) if part
    )


def _tags(status: Mapping[str, Any]) -> list[str]:
    tags = status.get("tags")
    named = [_part(tag).get("name") for tag in tags] if isinstance(tags, list) else []
    return [clean_text(name) for name in named if isinstance(name, str)]


def _author(account: Any, host: str) -> str | None:
    """Return the same name for an author wherever the status is seen: the profile's address, else name and instance."""
    given = _part(account)
    for name in ("url", "uri"):
        if isinstance(given.get(name), str) and given[name]:
            return str(given[name]).lower()
    account_name = given.get("acct") or given.get("username")
    if not isinstance(account_name, str):
        return None
    return (account_name if "@" in account_name else f"{account_name}@{host}").lower()


def _key(status: Mapping[str, Any] | None) -> str | None:
    uri = status.get("uri") if status else None
    return key_of(uri) if isinstance(uri, str) and uri else None


def _part(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""


def _stated(value: Any) -> str | None:
    """Return a time as ISO 8601; Mastodon.py has read it where it could."""
    return value.isoformat() if isinstance(value, datetime) else value if isinstance(value, str) else None


def _instant(stated: Any) -> datetime | None:
    if not isinstance(stated, str):
        return None
    try:
        at = datetime.fromisoformat(stated)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
