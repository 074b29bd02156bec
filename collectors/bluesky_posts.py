"""Bluesky's posts as plain data without their authors' names, and the record that each one holds. No network here.

Schema: lexicons app.bsky.feed.defs (postView), app.bsky.feed.post and app.bsky.embed.*. A post is known by its address
(`at://ACCOUNT/app.bsky.feed.post/KEY`); ids are made of a digest of it. The link needs the account's number (`did:plc:…`),
which is no name; an account that is named by a web domain gets no link.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from collectors.known_posts import key_of, mark_of
from records import ItemState, Post, believable, clean_text
from settings import Settings
from topics import Topic

POST = "app.bsky.feed.post"
LONGEST_CONTEXT = 2000
"""Characters of the answered text that are kept with a reply."""

KNOWN_FIELDS = frozenset((
    "$type", "uri", "cid", "author", "record", "embed", "replyCount", "repostCount", "likeCount", "quoteCount",
    "bookmarkCount", "indexedAt", "viewer", "labels", "threadgate", "debug",
))  # fmt: skip
KNOWN_RECORD_FIELDS = frozenset((
    "$type", "text", "createdAt", "langs", "reply", "embed", "facets", "tags", "labels", "entities", "via",
    "bridgyOriginalText", "bridgyOriginalUrl", "fullText", "originalUrl",
))  # fmt: skip
KNOWN_EMBEDS = frozenset(
    f"app.bsky.embed.{kind}#view" for kind in ("images", "video", "external", "record", "recordWithMedia")
)
"""What this reading knows of; other fields and kinds are counted as drift."""

_COUNTS = ("replyCount", "repostCount", "likeCount", "quoteCount")
_HIDDEN = frozenset({"!no-unauthenticated", "!hide", "!takedown"})
_NAMES = frozenset(
    {"author", "creator", "by", "handle", "displayName", "did", "avatar", "description", "viewer"}
)
_LINK = re.compile(r"at://(did:plc:[a-z0-9]+)/app\.bsky\.feed\.post/([A-Za-z0-9._~-]+)")
_CLOCKS_DIFFER = timedelta(minutes=5)


def is_hidden(view: Any) -> bool:
    """Return whether a post's author asks not to be shown outside Bluesky, or its moderators hide it."""
    labels = [*_list(_part(_part(view).get("author")).get("labels")), *_list(_part(view).get("labels"))]
    return any(_part(label).get("val") in _HIDDEN and not _part(label).get("neg") for label in labels)


def payload_of(view: Any, settings: Settings, *, above: Any = None) -> dict[str, Any]:
    """Return a post view as JSON-able data with the author's key in place of the name.

    `above` is the view of the post that it answers, where it is known. What is no post keeps a `fault` and its raw form
    without names.
    """
    given = _part(view)
    uri, record = given.get("uri"), given.get("record")
    if not (isinstance(uri, str) and uri.startswith("at://")):
        return _odd(view, "a post without its address (uri)", repr(_nameless(view, 3)))
    if not isinstance(record, Mapping) or record.get("$type") != POST:
        kind = _part(record).get("$type")
        said = (
            f"a record of the unknown type {kind[:80]}"
            if isinstance(kind, str)
            else "a record without a type"
        )
        return _odd(record, said, uri)
    parent, quoted = parent_of(view), _quoted(given.get("embed"))
    seen = [text_of(one) for one in (above, quoted) if one is not None and not is_hidden(one)]
    context = next(filter(None, seen), "") or _words_of_card(given.get("embed"))
    author = _part(given.get("author")).get("did")
    payload: dict[str, Any] = {
        "kind": "post",
        "uri": uri,
        "text": clean_text(record["text"]) if isinstance(record.get("text"), str) else None,
        "created_at": _string(record.get("createdAt")),
        "indexed_at": _string(given.get("indexedAt")),
        "langs": [clean_text(lang) for lang in _list(record.get("langs")) if isinstance(lang, str)],
        "is_reply": parent is not None,
        "parent": key_of(parent) if parent else _key(quoted),
        "context": context[:LONGEST_CONTEXT],
        "tags": _tags(record),
        "author_key": settings.author_key("bluesky", author if isinstance(author, str) else None),
    }
    return {**payload, **{name: given[name] for name in _COUNTS if isinstance(given.get(name), int)}}


def payload_of_missing(created: float, state: ItemState) -> dict[str, Any]:
    """Return the payload of a post that was kept and that Bluesky does not give out any more, or not to everybody."""
    return {"kind": "gone", "state": state, "created_at": datetime.fromtimestamp(created, UTC).isoformat()}


def parent_of(view: Any) -> str | None:
    """Return the address of the post that a reply answers."""
    uri = _part(_part(_part(_part(view).get("record")).get("reply")).get("parent")).get("uri")
    return uri if isinstance(uri, str) and uri.startswith("at://") else None


def text_of(view: Any) -> str:
    """Return the text of a post's view, or of the view of a quoted one; "" for none."""
    record = _part(view).get("record") or _part(view).get("value")
    text = _part(record).get("text")
    return clean_text(text).strip() if isinstance(text, str) else ""


def epoch_of(view_or_payload: Any) -> float:
    """Return where a post stands in a search by time, in epoch seconds; 0 where that cannot be read."""
    given = _part(view_or_payload)
    created = given.get("created_at") or _part(given.get("record")).get("createdAt")
    at = _placed(_instant(created), _instant(given.get("indexed_at") or given.get("indexedAt")))
    return at.timestamp() if at else 0.0


def mark_of_payload(payload: Mapping[str, Any]) -> str:
    """Return the mark of a payload's words and of what they answer."""
    return mark_of(str(payload.get("text") or ""), str(payload.get("context") or ""))


def parse_post(raw: RawItem, topic: Topic) -> Post:
    """Return the record of a payload; raises MalformedItem or OffTopic."""
    payload = raw.payload
    at = _placed(_instant(payload.get("created_at")), _instant(payload.get("indexed_at")))
    posted_at = believable(at, raw.seen_at)
    flags = () if posted_at else ("undated",)
    if payload.get("kind") == "gone":
        state: ItemState = "removed" if payload.get("state") == "removed" else "deleted"
        return Post(raw.id, "bluesky", "", raw.seen_at, posted_at=posted_at, state=state, flags=flags)
    if payload.get("kind") != "post":
        raise MalformedItem(str(payload.get("fault") or "not a post"))
    if not isinstance(payload.get("text"), str):
        raise MalformedItem("the post has no text field")
    text, context = payload["text"].strip(), str(payload.get("context") or "")
    if not text:
        raise OffTopic("no words, only pictures")
    around = " ".join(f"#{tag}" for tag in payload.get("tags", ()))
    if not payload.get("known") and not topic.matches("\n".join((text, around, context))):
        raise OffTopic(text[:80])
    parent, link = payload.get("parent"), _LINK.fullmatch(str(payload.get("uri")))
    return Post(
        id=raw.id,
        source="bluesky",
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        kind="reply" if payload.get("is_reply") else "post",
        author_key=payload.get("author_key"),
        place="Bluesky",
        url=f"https://bsky.app/profile/{link[1]}/post/{link[2]}" if link else "",
        parent_id=f"bluesky:{parent}" if parent else None,
        context=context,
        flags=flags,
    )


def _placed(created: datetime | None, indexed: datetime | None) -> datetime | None:
    """Return the stated time, but never one after Bluesky had the post already: that is how Bluesky itself shows it."""
    if created and indexed and created > indexed + _CLOCKS_DIFFER:
        return indexed
    return created or indexed


def _quoted(embed: Any) -> Mapping[str, Any] | None:
    """Return the view of the quoted post, if there is one that can be seen."""
    record = _part(_part(embed).get("record"))
    inner = record.get("record") if "record" in record and "uri" not in record else record
    return _part(inner) if isinstance(_part(inner).get("value"), Mapping) else None


def _words_of_card(embed: Any) -> str:
    """Return title and description of the page that a post links to."""
    card = _part(_part(embed).get("external") or _part(_part(embed).get("media")).get("external"))
    words = (card.get("title"), card.get("description"))
    return "\n\n".join(clean_text(part).strip() for part in words if isinstance(part, str) and part.strip())


def _tags(record: Mapping[str, Any]) -> list[str]:
    """Return the hashtags, whether they stand in the text or beside it."""
    marked = [
        _part(feature).get("tag")
        for facet in _list(record.get("facets"))
        for feature in _list(_part(facet).get("features"))
    ]
    return [clean_text(tag) for tag in (*_list(record.get("tags")), *marked) if isinstance(tag, str)]


def _odd(given: Any, fault: str, mark: str) -> dict[str, Any]:
    return {"kind": "odd", "fault": fault, "mark": key_of(mark), "given": _nameless(given, 12)}


def _nameless(value: Any, depth: int) -> Any:
    """Return a JSON value without what names a person, down to some depth."""
    if not depth:
        return "…"
    if isinstance(value, Mapping):
        return {str(name): _nameless(one, depth - 1) for name, one in value.items() if name not in _NAMES}
    if isinstance(value, list):
        return [_nameless(one, depth - 1) for one in value]
    return value if value is None or isinstance(value, str | int | float | bool) else repr(value)


def _key(view: Mapping[str, Any] | None) -> str | None:
    uri = view.get("uri") if view else None
    return key_of(uri) if isinstance(uri, str) else None


def _part(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _string(value: Any) -> str | None:
    return clean_text(value) if isinstance(value, str) else None


def _instant(stated: Any) -> datetime | None:
    if not isinstance(stated, str):
        return None
    try:
        at = datetime.fromisoformat(stated)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
