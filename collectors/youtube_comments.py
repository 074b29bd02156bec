"""YouTube's comments as plain data without their authors' names, and the record that each one holds. No network here.

Schema: the resources `comment` and `commentThread` of the YouTube Data API v3.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.known_posts import key_of, mark_of
from records import Post, believable, clean_text
from settings import Settings
from topics import Topic

LONGEST_CONTEXT = 2000
"""Characters of the answered text that are kept with a reply."""

KNOWN_FIELDS = frozenset(("kind", "etag", "id", "snippet"))
KNOWN_SNIPPET = frozenset((
    "authorDisplayName", "authorProfileImageUrl", "authorChannelUrl", "authorChannelId", "channelId", "videoId",
    "textDisplay", "textOriginal", "parentId", "canRate", "viewerRating", "likeCount", "moderationStatus",
    "publishedAt", "updatedAt",
))  # fmt: skip
"""Fields of a comment that this reading knows of; others are counted as drift."""


def payload_of(
    comment: Any, settings: Settings, *, video: str, about: str, parent: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return a comment as JSON-able data with the author's key in place of the name.

    `about` is the video's title, and below it the beginning of its description; `parent` the comment that is answered.
    What is no comment keeps a `fault` and no name.
    """
    snippet = comment.get("snippet") if isinstance(comment, Mapping) else None
    id_ = comment.get("id") if isinstance(comment, Mapping) else None
    if not isinstance(snippet, Mapping) or not isinstance(id_, str) or not id_:
        why = "a comment without an id" if isinstance(snippet, Mapping) else "not a comment"
        return {"kind": "odd", "fault": why, "mark": key_of(repr(comment))}
    above = parent.get("snippet") if parent else None
    return {
        "kind": "comment",
        "id": clean_text(id_),
        "video": video,
        "about": clean_text(about),
        "text": text_of(snippet),
        "parent": clean_text(str(parent.get("id") or "")) if parent else _text(snippet, "parentId"),
        "context": (text_of(above) or "")[:LONGEST_CONTEXT] if isinstance(above, Mapping) else "",
        "published": _text(snippet, "publishedAt"),
        "updated": _text(snippet, "updatedAt"),
        "likes": snippet.get("likeCount") if isinstance(snippet.get("likeCount"), int) else None,
        "author_key": settings.author_key("youtube", _author(snippet)),
    }


def payload_of_missing(id_: str, created: float) -> dict[str, Any]:
    """Return the payload of a comment that was kept and that YouTube gives out no more: read as deleted."""
    return {"kind": "gone", "id": id_, "published": datetime.fromtimestamp(created, UTC).isoformat()}


def text_of(snippet: Mapping[str, Any]) -> str | None:
    """Return a comment's words, or None where it has no such field. Asked for as plain text, both fields are."""
    for name in ("textOriginal", "textDisplay"):
        if isinstance(snippet.get(name), str):
            return clean_text(snippet[name]).strip()
    return None


def mark_of_payload(payload: Mapping[str, Any]) -> str:
    """Return the mark of a comment's words and of the comment that it answers."""
    return mark_of(str(payload.get("text") or ""), str(payload.get("context") or ""))


def epoch_of(payload: Mapping[str, Any]) -> float:
    """Return when a comment was written, in epoch seconds; 0 where that cannot be read."""
    at = instant_of(payload.get("published"))
    return at.timestamp() if at else 0.0


def parse_comment(raw: RawItem, topic: Topic) -> Post:
    """Return the record of a payload; raises MalformedItem or OffTopic.

    What was kept before (`known`) stays on topic when its words change, so that an edit replaces what is stored.
    """
    payload = raw.payload
    kind = payload.get("kind")
    posted_at = believable(instant_of(payload.get("published")), raw.seen_at)
    undated = () if posted_at else ("undated",)
    if kind == "gone":
        return Post(
            raw.id, "youtube", "", raw.seen_at, posted_at, kind="comment", state="deleted", flags=undated
        )
    if kind != "comment":
        raise MalformedItem(str(payload.get("fault") or "not a comment"))
    text, context, about = (
        payload.get("text"),
        str(payload.get("context") or ""),
        str(payload.get("about") or ""),
    )
    if not isinstance(text, str):
        raise MalformedItem("the comment has no text field")
    if not payload.get("known") and not topic.matches(f"{text}\n{context}\n{about}"):
        raise OffTopic(text[:80])
    if not text:
        raise MalformedItem("the comment has no text")
    video, id_, parent = payload.get("video"), payload.get("id"), payload.get("parent")
    edited = payload.get("updated") and payload.get("updated") != payload.get("published")
    return Post(
        id=raw.id,
        source="youtube",
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        kind="reply" if parent else "comment",
        author_key=payload.get("author_key"),
        place=f"video {video}",
        url=f"https://www.youtube.com/watch?v={video}&lc={id_}",
        parent_id=f"youtube:{parent}" if parent else None,
        context=context if parent else about.split("\n", 1)[0],
        flags=(*undated, *(("edited",) if edited else ())),
    )


def instant_of(stated: object) -> datetime | None:
    """Return a stated ISO 8601 time as aware UTC, or None."""
    if not isinstance(stated, str):
        return None
    try:
        at = datetime.fromisoformat(stated)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _author(snippet: Mapping[str, Any]) -> str | None:
    """Return what stands for an author: the channel's number, which stays when the name changes."""
    channel = snippet.get("authorChannelId")
    number = channel.get("value") if isinstance(channel, Mapping) else None
    for name in (number, snippet.get("authorChannelUrl"), snippet.get("authorDisplayName")):
        if isinstance(name, str) and name:
            return name
    return None


def _text(holder: Mapping[str, Any], name: str) -> str:
    value = holder.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""
