"""What a run of Bluesky remembers for the next one: what of each search was read, and the posts that were kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from collectors.known_posts import KnownPosts

Span = tuple[float, float | None]


@dataclass(frozen=True, slots=True)
class SearchRead:
    """How much of one search was read, in epoch seconds: all from `began` to `newest`, but for what lies in `gap`.

    A search gives new posts first. A run that was cut short leaves a gap between what it had reached and what was read
    before it; the next run reads that too.
    """

    began: float
    newest: float
    gap: tuple[float, float] | None = None

    def spans(self, overlap: float) -> list[Span]:
        """Return what to read now, new posts first; an end of None is now."""
        return [(max(self.newest - overlap, self.began), None), *([self.gap] if self.gap else [])]

    def reached(self, span: Span, oldest: float, now: float) -> SearchRead:
        """Return what is read after a reading of `span` has come down to `oldest`."""
        start = min(span[0], self.gap[0]) if self.gap else span[0]
        return SearchRead(self.began, now, (start, oldest) if oldest > start else None)

    def finished(self, span: Span, now: float) -> SearchRead:
        """Return what is read after `span` was read to its start."""
        if span[1] is None and self.gap and self.gap[0] < span[0]:
            return SearchRead(self.began, now, (self.gap[0], min(self.gap[1], span[0])))
        return SearchRead(self.began, now, None)


@dataclass(slots=True)
class Memory:
    """The source's cursor. `seen` are the keys of the posts met in this run."""

    searches: dict[str, SearchRead] = field(default_factory=dict)
    posts: KnownPosts = field(default_factory=KnownPosts)
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Memory:
        """Return what a cursor holds; an empty one is a network that was never searched."""
        return cls(
            {
                query: SearchRead(
                    float(one[0]), float(one[1]), (float(one[2]), float(one[3])) if one[2:] else None
                )
                for query, one in cursor.get("searches", {}).items()
            },
            KnownPosts.of(cursor.get("kept", {}).get("posts")),
        )

    def as_cursor(self, now: float) -> dict[str, Any]:
        """Return a new object for the cursor."""
        searches = {query: [one.began, one.newest, *(one.gap or ())] for query, one in self.searches.items()}
        return {"searches": searches, "kept": {"posts": self.posts.as_cursor(now)}}

    def open_search(self, query: str, since: float) -> SearchRead | None:
        """Return what was read of a search, or None where it has to be read from `since` in full."""
        read = self.searches.get(query)
        return read if read is not None and since >= read.began else None
