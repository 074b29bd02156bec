"""Reddit's things as plain data without names, and the record that each one holds. Nothing here touches the network."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from collectors.contract import RawItem
from collectors.errors import MalformedItem, OffTopic
from records import ItemState, Post, believable, clean_text
from settings import Settings
from topics import Topic

if TYPE_CHECKING:
    from praw.models import Comment, Submission

LONGEST_CONTEXT = 2000
"""Characters of the answered text that are kept with a comment."""

_KEPT = (
    "id", "name", "title", "selftext", "body", "created_utc", "edited", "permalink", "url", "domain", "is_self", "score",
    "num_comments", "num_crossposts", "crosspost_parent", "parent_id", "link_id", "link_title", "removed_by_category",
    "distinguished", "stickied", "locked", "over_18", "quarantine", "depth", "is_submitter", "subreddit_type",
)  # fmt: skip
"""Fields of a thing that are kept: named one by one, so that no new field can carry a name in."""

_MARKER = re.compile(
    r"\s*\\?\[\s*(?P<what>deleted|removed)\b[\w\s,.]*\\?\]\s*|\s*(?P<plain>deleted|removed) by (?:user|moderators?|reddit)\s*",
    re.IGNORECASE,
)
_PROFILE = re.compile(r"(?:^|/)(?:u|user)/|/r/u_", re.IGNORECASE)
_BY_AUTHOR = frozenset({"deleted", "author"})


def payload_of_submission(thing: Submission, settings: Settings) -> dict[str, Any]:
    """Return a submission as JSON-able data with the author's key in place of the name."""
    payload = _plain(vars(thing), "t3", settings)
    parents = vars(thing).get("crosspost_parent_list")
    if isinstance(parents, list):
        payload["crosspost_parent_list"] = [
            _plain(parent, "t3", settings) for parent in parents if isinstance(parent, dict)
        ]
    return payload


def payload_of_comment(
    thing: Comment, settings: Settings, *, above: dict[str, Any] | None = None, parent: str | None = None
) -> dict[str, Any]:
    """Return a comment as JSON-able data, with the text that it answers and what is known of its submission.

    `above` is the submission's payload, `parent` the answered comment's text where the tree holds it.
    """
    payload = _plain(vars(thing), "t1", settings)
    over = above or {}
    title, text = _text(over, "title") or _text(payload, "link_title"), text_of_submission(over)
    payload["submission_title"] = title
    payload["submission_text"] = text[:LONGEST_CONTEXT] if text != title else ""
    answers_post = str(payload.get("parent_id", "")).startswith("t3_")
    payload["context"] = (text if answers_post and text else parent or title)[:LONGEST_CONTEXT]
    return payload


def payload_of_odd_thing(given: Any, fault: str) -> dict[str, Any]:
    """Return what may be kept of something that is neither a post nor a comment, for quarantine."""
    fields = _kept_fields(given) if isinstance(given, dict) else {}
    mark = fields.get("name") or fields.get("id") or repr(sorted(fields.items()))
    return {
        "kind": "odd",
        "fault": fault,
        "mark": hashlib.blake2b(str(mark).encode(errors="replace"), digest_size=8).hexdigest(),
        "fields": fields,
    }


def text_of_submission(payload: dict[str, Any]) -> str:
    """Return title and text of a submission; those of the original where it is a crosspost without a text of its own."""
    original = _original(payload)
    source = payload if original is None else original
    title, body = _text(source, "title"), _text(source, "selftext")
    if is_tombstone(body):
        body = ""
    return f"{title}\n\n{body}".strip()


def is_tombstone(text: str) -> bool:
    """Return whether a text is only the platform's mark for a deleted or removed one."""
    return bool(_MARKER.fullmatch(text))


def payload_of_missing(name: str, created: float, link: str = "") -> dict[str, Any]:
    """Return the payload of a thing that was known and that Reddit does not give out any more: read as deleted."""
    payload = {"kind": name[:2], "name": name, "id": name[3:], "created_utc": created}
    return {**payload, "link_id": link} if link else payload


def mark_of(payload: dict[str, Any]) -> str:
    """Return 8 hex digits that change when a thing's own words do, by an edit or a deletion."""
    words = "\x00".join(_text(payload, name) for name in ("title", "selftext", "body", "removed_by_category"))
    return hashlib.blake2b(words.encode(errors="replace"), digest_size=4).hexdigest()


def is_gone(payload: dict[str, Any]) -> bool:
    """Return whether a thing was deleted by its author or removed."""
    state = _state_of_submission(payload) if payload.get("kind") == "t3" else _state_of_comment(payload)
    return state != "live"


def parse_thing(raw: RawItem, topic: Topic) -> Post:
    """Return the record of a payload; raises MalformedItem or OffTopic.

    What was deleted or removed is a tombstone whatever is left around it, so that a text stored before can go.
    For the same reason what was kept before (`known`) stays on topic when its words change.
    """
    kind = raw.payload.get("kind")
    if kind == "t3":
        return _parse_submission(raw, topic)
    if kind == "t1":
        return _parse_comment(raw, topic)
    raise MalformedItem(str(raw.payload.get("fault") or "neither a post nor a comment"))


def _parse_submission(raw: RawItem, topic: Topic) -> Post:
    payload = raw.payload
    title, text, original = _text(payload, "title"), text_of_submission(payload), _original(payload)
    state = _state_of_submission(payload)
    if state == "live":
        if not payload.get("known") and not topic.matches(f"{title}\n{text}"):
            raise OffTopic(title[:80])
        if not text:
            raise MalformedItem("the post has neither a title nor a text")
    own_words = title if original is not None and title not in text.split("\n", 1)[0] else ""
    parent = payload.get("crosspost_parent") or (original or {}).get("name")
    return _post(
        raw, text, state, kind="post", context=own_words, repost_of=f"reddit:{parent}" if parent else None
    )


def _parse_comment(raw: RawItem, topic: Topic) -> Post:
    payload = raw.payload
    text, context = _text(payload, "body"), _text(payload, "context")
    state = _state_of_comment(payload)
    if state == "live":
        around = (_text(payload, "submission_title"), _text(payload, "submission_text"), context)
        if not payload.get("known") and not topic.matches("\n".join((text, *around))):
            raise OffTopic(text[:80])
        if not text:
            raise MalformedItem("the comment has no text")
    parent = payload.get("parent_id") or payload.get("link_id")
    return _post(
        raw,
        text,
        state,
        kind="reply" if str(parent).startswith("t1_") else "comment",
        context=context,
        parent_id=f"reddit:{parent}" if parent else None,
    )


def _post(raw: RawItem, text: str, state: ItemState, **more: Any) -> Post:
    payload = raw.payload
    posted_at = believable(_instant(payload.get("created_utc")), raw.seen_at)
    if state != "live":
        more["context"] = ""
    return Post(
        id=raw.id,
        source="reddit",
        text=text if state == "live" else "",
        seen_at=raw.seen_at,
        posted_at=posted_at,
        author_key=payload.get("author_key") if state == "live" else None,
        place=_text(payload, "subreddit") or raw.place,
        url=_url_of(payload) if state == "live" else "",  # it holds the title's words
        state=state,
        flags=() if posted_at else ("undated",),
        **more,
    )


def _state_of_comment(payload: dict[str, Any]) -> ItemState:
    text = _text(payload, "body")
    marker = _MARKER.fullmatch(text)
    if marker or (not text and not payload.get("author_key")):
        return "removed" if marker and _what(marker) == "removed" else "deleted"
    return "live"


def _state_of_submission(payload: dict[str, Any]) -> ItemState:
    """Return whether a submission is live. What its author or the platform took away is a tombstone, title or not.

    A null author beside an empty text is read as deleted: Reddit shows a deleted link post in this way.
    """
    category = payload.get("removed_by_category")
    if category:
        return "deleted" if category in _BY_AUTHOR else "removed"
    for field in ("selftext", "title"):
        if marker := _MARKER.fullmatch(_text(payload, field)):
            return "removed" if _what(marker) == "removed" else "deleted"
    if not payload.get("author_key") and not _text(payload, "selftext"):
        return "deleted"
    return "live"


def _what(marker: re.Match[str]) -> str:
    return (marker["what"] or marker["plain"]).lower()


def _original(payload: dict[str, Any]) -> dict[str, Any] | None:
    """Return the submission that a crosspost without a text of its own shows, if it still has a title."""
    parents = payload.get("crosspost_parent_list")
    if (
        not isinstance(parents, list)
        or not parents
        or not isinstance(parents[0], dict)
        or _text(payload, "selftext")
    ):
        return None
    title = _text(parents[0], "title")
    return parents[0] if title and not is_tombstone(title) else None


def _plain(data: dict[str, Any], kind: str, settings: Settings) -> dict[str, Any]:
    payload: dict[str, Any] = {"kind": kind, **_kept_fields(data)}
    author = data.get("author")
    name = str(author) if author is not None else None
    payload["author_key"] = settings.author_key("reddit", name)
    community = str(data.get("subreddit") or "")
    payload["subreddit"] = (
        "a profile" if community.lower().startswith("u_") else f"r/{community}" if community else ""
    )
    return payload


def _kept_fields(data: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `_KEPT`, without an address that names a profile: that is its author's name."""
    kept = {name: _json(data[name]) for name in _KEPT if name in data}
    for field in ("permalink", "url"):
        if isinstance(kept.get(field), str) and _PROFILE.search(kept[field]):
            del kept[field]
    return kept


def _json(value: Any) -> Any:
    """Return `value` where it is a JSON scalar, else None: a kept field never holds a tree."""
    if isinstance(value, str):
        return clean_text(value)
    return value if value is None or isinstance(value, bool | int | float) else None


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    return clean_text(value).strip() if isinstance(value, str) else ""


def _instant(stated: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(float(stated), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def _url_of(payload: dict[str, Any]) -> str:
    permalink = _text(payload, "permalink")
    if permalink.startswith("/"):
        return f"https://www.reddit.com{permalink}"
    own = _text(payload, "id")
    if payload.get("kind") == "t3" or not own:
        return f"https://www.reddit.com/comments/{own}" if own else ""
    return f"https://www.reddit.com/comments/{str(payload.get('link_id') or '').removeprefix('t3_')}/_/{own}"
