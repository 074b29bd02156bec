"""The record that an imported row holds: the pure mapping.

- A row is kept if its text, title or context mentions the topic. What its author or platform deleted is a tombstone,
  whatever is left around it.
- A row with an outlet and a title is an article, any other one is a post.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.files_cells import cell_text, read_language, was_rounded
from collectors.files_names import address_of
from collectors.files_times import has_clock, read_time
from records import Article, ItemState, Post, believable
from topics import Topic

_REDDIT_NAME = re.compile(r"t[13]_")
_GONE = re.compile(r"\\?\[\s*(deleted|removed)\b[\w\s,.]*\\?\]", re.IGNORECASE)
_KINDS = {
    "post": "post", "submission": "post", "publicacion": "post", "t3": "post", "tweet": "post",
    "comment": "comment", "comentario": "comment", "t1": "comment", "reply": "reply", "respuesta": "reply",
}  # fmt: skip


def parse_row(raw: RawItem, topic: Topic) -> Post | Article:
    """Return the record of one row; raises MalformedItem that names file and line, or OffTopic."""
    payload = raw.payload
    if fault := payload.get("fault"):
        raise MalformedItem(fault)
    values = payload["values"]
    text, title, context = values.get("text", ""), values.get("title", ""), values.get("context", "")
    if gone := _GONE.fullmatch(text or title):
        # Before the topic is looked for: an earlier import may hold the text that made it one of the topic's.
        return _post_of(raw, topic, "", "deleted" if gone[1].casefold() == "deleted" else "removed")
    text = text or payload["crosspost_text"]
    if not any(topic.matches(part) for part in (text, title, context) if part):
        where = f"{payload['file']} line {payload['line']}"
        raise OffTopic(f"{where}: neither text, title nor context mentions the topic")
    if title and values.get("outlet"):
        return _article_of(raw, topic, title, text)
    return _post_of(raw, topic, _with_title(title, text), "live")


def platform_of(values: dict[str, Any]) -> str:
    """Return the row's platform as a part of an id, "" where none is named."""
    return _as_id(values.get("platform", ""))


@lru_cache(maxsize=256)
def _as_id(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def id_start(values: dict[str, Any]) -> str:
    """Return what every id of the row's platform begins with."""
    platform = platform_of(values)
    return f"files:{platform}:" if platform else "files:"


def _with_title(title: str, text: str) -> str:
    """Return a post's title and text as one text. A title that is the text's own beginning says nothing more."""
    if not title or not text:
        return text or title
    return text if text.startswith(title.rstrip(" .…")) else f"{title}\n\n{text}"


def _post_of(raw: RawItem, topic: Topic, text: str, state: ItemState) -> Post:
    payload, values = raw.payload, raw.payload["values"]
    posted_at, flags = _time_of(raw, topic)
    parent_id, kind = _parent_of(raw.id, values)
    stated_kind = _KINDS.get(values.get("kind", "").casefold())
    return Post(
        id=raw.id,
        source=raw.source,
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        kind=stated_kind or kind,
        lang=read_language(values.get("lang")),
        author_key=None if payload["actor_id"] or state != "live" else payload["author_key"],
        actor_id=payload["actor_id"],
        place=values.get("place") or values.get("platform") or payload["file"],
        url=address_of(values) if state == "live" else "",  # it may hold the title's words
        parent_id=parent_id,
        context=values.get("context", "") if state == "live" else "",
        repost_of=id_start(values) + payload["crosspost_of"] if payload["crosspost_of"] else None,
        state=state,
        flags=flags,
    )


def _article_of(raw: RawItem, topic: Topic, title: str, body: str) -> Article:
    values = raw.payload["values"]
    posted_at, flags = _time_of(raw, topic)
    return Article(
        id=raw.id,
        source=raw.source,
        title=title,
        text=body,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        lang=read_language(values.get("lang")),
        outlet=values["outlet"],
        url=address_of(values),
        headline_only=not body,
        flags=flags,
    )


def _time_of(raw: RawItem, topic: Topic) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the believable instant and the flags; a row without one is undated, never dated now."""
    values = raw.payload["values"]
    stated = stated_time(values)
    at = believable(read_time(stated, topic.tz, month_first=raw.payload["month_first"]), raw.seen_at)
    return at, () if at else ("undated",)


def stated_time(values: dict[str, Any]) -> Any:
    """Return the time that a row states, its day and its hour together where they stand in two columns."""
    stated, clock = values.get("posted_at"), cell_text(values["clock"]) if "clock" in values else ""
    if not cell_text(stated):
        return clock or None
    return f"{cell_text(stated)} {clock}" if clock and not has_clock(stated) else stated


def _parent_of(own_id: str, values: dict[str, Any]) -> tuple[str | None, str]:
    """Return the parent's id, written as the row's own id is, and the kind that having one implies."""
    given = values.get("parent_id")
    if given is None or was_rounded(given) or not (parent := cell_text(given)):
        return None, "post"
    on_reddit = _REDDIT_NAME.match(parent)
    start = id_start(values)
    if on_reddit and not _REDDIT_NAME.match(own_id.removeprefix(start)):
        parent = parent[on_reddit.end() :]
    return start + parent, "comment" if on_reddit and on_reddit[0] == "t3_" else "reply"
