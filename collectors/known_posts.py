"""What a run remembers of the posts that it kept: to ask for them again, so that edits and deletions are noticed."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

RECHECK = timedelta(days=7)
"""How long a kept post is asked for again, counted from its writing; what changes later is not seen."""

MOST_KNOWN = 2000
"""Posts that a cursor remembers, newest first."""

MOST_GONE = 10
"""Known posts that a platform may leave out of its answer and be believed, where they are most of those asked for."""


@dataclass(frozen=True, slots=True)
class KnownPost:
    """A kept post: its time in epoch seconds, the mark of its words, and under what it is asked for again."""

    created: float
    mark: str
    where: dict[str, str]


@dataclass(slots=True)
class KnownPosts:
    """The posts of the last RECHECK days, by key."""

    posts: dict[str, KnownPost] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Any) -> KnownPosts:
        """Return what a cursor holds; nothing where it holds none, or something that is not ours."""
        if not isinstance(kept, dict):
            return cls()
        return cls(
            {
                key: KnownPost(float(one[0]), str(one[1]), dict(one[2]))
                for key, one in kept.items()
                if isinstance(one, list | tuple) and len(one) == 3 and isinstance(one[2], dict)
            }
        )

    def as_cursor(self, now: float) -> dict[str, list[Any]]:
        """Return a new object for the cursor, bounded by RECHECK and MOST_KNOWN."""
        recent = sorted(self.to_ask(now).items(), key=lambda item: item[1].created, reverse=True)
        return {key: [one.created, one.mark, dict(one.where)] for key, one in recent[:MOST_KNOWN]}

    def to_ask(self, now: float) -> dict[str, KnownPost]:
        """Return the posts that are young enough to be asked for again."""
        since = now - RECHECK.total_seconds()
        return {key: one for key, one in self.posts.items() if one.created >= since}

    def note(self, key: str, created: float, mark: str, where: dict[str, str]) -> None:
        """Remember a post as it is now, also under what it was known before."""
        before = self.posts.get(key)
        self.posts[key] = KnownPost(created, mark, {**(before.where if before else {}), **where})

    def forget(self, key: str) -> None:
        """Forget a post that is gone."""
        self.posts.pop(key, None)


def leaves_out_too_many(n_missing: int, n_asked: int) -> bool:
    """Return whether an answer lacks so many known posts that it is taken for a fault and not for their deletion."""
    return n_missing > MOST_GONE and 2 * n_missing > n_asked


def mark_of(*words: str) -> str:
    """Return 8 hex digits that change when a post's words do."""
    return hashlib.blake2b("\x00".join(words).encode(errors="replace"), digest_size=4).hexdigest()


def key_of(address: str) -> str:
    """Return 32 hex digits that stand for a post's own address, which may hold its author's name."""
    return hashlib.blake2b(address.encode(errors="replace"), digest_size=16).hexdigest()
