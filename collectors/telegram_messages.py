"""A channel's message as a raw item's payload, and the record that it holds: a post of an actor, an article of an outlet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.known_posts import mark_of
from records import Article, Post, believable
from topics import Topic
from topics.parts import TelegramChannel

LONGEST_TITLE = 120


def payload_of(
    message: Mapping[str, Any], channel: TelegramChannel, listed: Collection[str]
) -> dict[str, Any]:
    """Return a message with whose channel it is in. What it answers or forwards is kept for `listed` channels alone."""
    owner = {
        "channel": channel.name,
        "actor": channel.actor,
        "outlet": channel.outlet,
        "official_of": channel.official_of,
        "lang": channel.lang,
    }
    links = {
        name: link if (link := message.get(name)) and link[0] in listed else None
        for name in ("reply_to", "forwarded_from")
    }
    return {**message, **owner, **links}


def payload_of_missing(number: int, created: float, channel: TelegramChannel) -> dict[str, Any]:
    """Return the payload of an actor's message that was kept and that its channel shows no more: read as deleted."""
    stated = datetime.fromtimestamp(created, UTC).isoformat()
    return {
        "kind": "gone",
        "number": number,
        "channel": channel.name,
        "actor": channel.actor,
        "stated": stated,
    }


def epoch_of(message: Mapping[str, Any]) -> float:
    """Return when a message was written, in epoch seconds; 0 where that cannot be read."""
    at = _instant(message.get("stated"))
    return at.timestamp() if at else 0.0


def mark_of_payload(payload: Mapping[str, Any]) -> str:
    """Return the mark of a message's words."""
    return mark_of(str(payload.get("text") or ""))


def parse_message(raw: RawItem, topic: Topic) -> Post | Article:
    """Return the record of a payload; raises MalformedItem or OffTopic.

    What was kept before (`known`) stays on topic when its words change, so that an edit replaces what is stored.
    """
    payload = raw.payload
    if payload.get("kind") == "odd":
        raise MalformedItem(str(payload.get("fault") or "not a message"))
    posted_at = believable(_instant(payload.get("stated")), raw.seen_at)
    flags = [] if posted_at else ["undated"]
    text, quoted, channel = (str(payload.get(name) or "") for name in ("text", "quoted", "channel"))
    place, url = f"t.me/{channel}", f"https://t.me/{channel}/{payload.get('number')}"
    if payload.get("kind") == "gone":
        return Post(
            raw.id, "telegram", "", raw.seen_at, posted_at, actor_id=payload.get("actor"), place=place,
            state="deleted", flags=tuple(flags),
        )  # fmt: skip
    if not text:
        raise MalformedItem("the message has no text")
    if not payload.get("known") and not topic.matches(f"{text}\n{quoted}"):
        raise OffTopic(text[:80])
    flags += [name for name in ("edited", "forwarded") if payload.get(name)]
    if payload.get("actor") is None:
        return Article(
            id=raw.id,
            source="telegram",
            title=_title_of(text),
            text=text,
            seen_at=raw.seen_at,
            posted_at=posted_at,
            lang=payload.get("lang") or "unknown",
            outlet=str(payload.get("outlet") or place),
            url=url,
            official_of=payload.get("official_of"),
            flags=tuple(flags),
        )
    return Post(
        id=raw.id,
        source="telegram",
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        kind="reply" if payload.get("reply_to") else "post",
        lang=payload.get("lang") or "unknown",
        actor_id=payload["actor"],
        place=place,
        url=url,
        parent_id=_id_of(payload.get("reply_to")),
        context=quoted,
        repost_of=_id_of(payload.get("forwarded_from")),
        flags=tuple(flags),
    )


def _id_of(link: Any) -> str | None:
    return f"telegram:{link[0]}/{link[1]}" if isinstance(link, list | tuple) and len(link) == 2 else None


def _title_of(text: str) -> str:
    first = text.split("\n", 1)[0]
    return first if len(first) <= LONGEST_TITLE else first[:LONGEST_TITLE].rsplit(" ", 1)[0] + "…"


def _instant(stated: object) -> datetime | None:
    if not isinstance(stated, str):
        return None
    try:
        at = datetime.fromisoformat(stated)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
