"""What a run of Reddit remembers of one community for the next one: how far it came, and what to ask for again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from collectors.reddit_things import is_gone, mark_of

RECHECK = timedelta(days=7)
"""How long a kept post or comment is asked for again, counted from its writing; what changes later is not seen."""

MAX_THREADS = 500
"""Threads a community that the cursor remembers, newest first."""

MAX_COMMENTS = 2000
"""Comments a community that the cursor remembers, newest first."""

NOT_READ = -1
"""Stands for the number of comments of a thread whose comments are still to be read."""


@dataclass(slots=True)
class Thread:
    """A submission on the topic: its comments when last read, its time in epoch seconds, the mark of its words."""

    n_read: int
    created: float
    mark: str = ""


@dataclass(slots=True)
class Known:
    """A kept comment: its time in epoch seconds, the mark of its words, its submission's fullname."""

    created: float
    mark: str
    link: str


@dataclass(slots=True)
class Memory:
    """One community's cursor. `newest`: epoch seconds of the newest item read; `since`: where the reading began.

    `threads` and `comments` are by fullname.
    """

    newest: float = 0.0
    since: float = 0.0
    threads: dict[str, Thread] = field(default_factory=dict)
    comments: dict[str, Known] = field(default_factory=dict)

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Memory:
        """Return what a cursor holds; an empty one is a community that was never read."""
        return cls(
            newest=float(cursor.get("newest", 0.0)),
            since=float(cursor.get("since", 0.0)),
            threads={name: Thread(*kept) for name, kept in cursor.get("threads", {}).items()},
            comments={name: Known(*kept) for name, kept in cursor.get("comments", {}).items()},
        )

    def as_cursor(self, now: float) -> dict[str, Any]:
        """Return the cursor, bounded: the newest threads, and the newest comments within the window of RECHECK."""
        threads = sorted(self.threads.items(), key=lambda item: item[1].created, reverse=True)[:MAX_THREADS]
        recent = [
            (name, kept)
            for name, kept in self.comments.items()
            if kept.created >= now - RECHECK.total_seconds()
        ]
        comments = sorted(recent, key=lambda item: item[1].created, reverse=True)[:MAX_COMMENTS]
        return {
            "newest": self.newest,
            "since": self.since,
            "threads": {name: [one.n_read, one.created, one.mark] for name, one in threads},
            "comments": {name: [one.created, one.mark, one.link] for name, one in comments},
        }

    def threads_to_ask(self, now: float) -> list[str]:
        """Return the threads to ask for again: the recent ones, and those whose comments are still to be read."""
        since = now - RECHECK.total_seconds()
        return [name for name, one in self.threads.items() if one.created >= since or one.n_read == NOT_READ]

    def comments_to_ask(self, now: float) -> list[str]:
        """Return the comments to ask for again."""
        since = now - RECHECK.total_seconds()
        return [name for name, one in self.comments.items() if one.created >= since]

    def note_comment(self, name: str, payload: dict[str, Any], created: float | None) -> bool:
        """Remember a comment as it is now, or forget one that is gone; return whether that differs from before."""
        before = self.comments.get(name)
        if is_gone(payload):
            self.comments.pop(name, None)
            return True
        mark = mark_of(payload)
        self.comments[name] = Known(created or 0.0, mark, str(payload.get("link_id") or ""))
        return before is None or before.mark != mark
