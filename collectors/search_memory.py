"""What the cursor of a source of searches remembers: what each search was asked for, and which articles it gave.

Cursor: `topic` (mark of the keywords: when they change all is asked again), `searches` (place -> what was asked for, see
`windows`), `known` (mark of an article's id -> mark of the headline that was delivered, `+` behind it where the text was
had).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, time
from typing import Any

from collectors.announced import mark_of
from collectors.contract import Request
from collectors.windows import Span, Windows, opened, windows_of

MAX_KNOWN = 10_000
"""Articles that the cursor remembers; the oldest are forgotten first."""


class SearchMemory:
    """The memory of one run. `overlap` and `recent` in seconds, see `windows.opened`."""

    def __init__(self, request: Request, overlap: float, recent: float) -> None:
        self._now, self._overlap, self._recent = request.now.timestamp(), overlap, recent
        topic = request.topic
        first = datetime.combine(topic.starts_on, time.min, tzinfo=topic.tz)
        self._since = _seconds(request.since) if request.since else None
        self._start = _seconds(first) if self._since is None else self._since
        self._mark = mark_of(topic.keywords.model_dump_json(), topic.hashtags.model_dump_json())
        same = request.cursor.get("topic") == self._mark
        self._windows: dict[str, Windows] = windows_of(request.cursor.get("searches")) if same else {}
        kept = request.cursor.get("known") if same else {}
        self._known: dict[str, str] = dict(kept) if isinstance(kept, dict) else {}

    def keep_only(self, places: Iterable[str]) -> None:
        """Forget the searches that the topic no longer has."""
        self._windows = {place: self._windows[place] for place in places if place in self._windows}

    def asked_until(self, place: str) -> float:
        """Return the end of what a search was asked for, in epoch seconds; 0 for a new one."""
        return self._windows[place].end if place in self._windows else 0.0

    def opened(self, place: str) -> Windows:
        """Return what this run may ask for, cut where its window begins: what is older is left open."""
        windows = opened(self._windows.get(place), self._start, self._now, self._overlap, self._recent)
        return windows if self._since is None else windows.cut(self._since)

    def is_asked(self, span: Span) -> bool:
        """Return whether a stretch lies within the run's window."""
        return self._since is None or span[0] >= self._since

    def knows(self, id_: str, payload: dict[str, Any]) -> bool:
        """Return whether the article was delivered with this headline, and its page settled."""
        return self._known.get(mark_of(id_), "").startswith(_version(payload))

    def had_text(self, id_: str) -> bool:
        """Return whether the article was delivered with its text."""
        return self._known.get(mark_of(id_), "").endswith("+")

    def note(self, id_: str, payload: dict[str, Any]) -> None:
        """Remember that the article was delivered as it stands in the payload."""
        key = mark_of(id_)
        self._known.pop(key, None)
        self._known[key] = _version(payload) + ("+" if payload.get("body") else "")

    def save(self, place: str, windows: Windows) -> None:
        """Remember what a search has been asked for."""
        self._windows[place] = windows

    def as_cursor(self) -> dict[str, Any]:
        """Return the JSON form, a new object each time."""
        return {
            "topic": self._mark,
            "searches": {place: windows.as_cursor() for place, windows in self._windows.items()},
            "known": dict(list(self._known.items())[-MAX_KNOWN:]),
        }


def _version(payload: dict[str, Any]) -> str:
    return mark_of(str(payload.get("title") or ""))


def _seconds(at: datetime) -> float:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()
