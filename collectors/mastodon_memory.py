"""What a run of Mastodon remembers for the next one: how far each timeline was read, and the posts that were kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from collectors.known_posts import KnownPosts


@dataclass(slots=True)
class Memory:
    """The source's cursor.

    `timelines`: instance -> hashtag -> the time of the newest status read and the start of the reading, in epoch seconds.
    `posts`: by key, each with its number on every instance that showed it. `seen` is of this run alone.
    """

    timelines: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)
    posts: KnownPosts = field(default_factory=KnownPosts)
    seen: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Memory:
        """Return what a cursor holds; an empty one is a network that was never read."""
        kept = cursor.get("timelines", {})
        return cls(
            {
                host: {tag: (float(at[0]), float(at[1])) for tag, at in tags.items()}
                for host, tags in kept.items()
            },
            KnownPosts.of(cursor.get("posts")),
        )

    def as_cursor(self, now: float) -> dict[str, Any]:
        """Return a new object for the cursor."""
        timelines = {
            host: {tag: list(at) for tag, at in tags.items()} for host, tags in self.timelines.items()
        }
        return {"timelines": timelines, "posts": self.posts.as_cursor(now)}

    def start_of(self, host: str, tag: str, since: float, overlap: float) -> float:
        """Return from when on to read a timeline, in epoch seconds.

        A window that begins before the last one's has to be read again in full; a later one leaves no gap.
        """
        newest, began = self.timelines.get(host, {}).get(tag, (0.0, 0.0))
        return max(newest - overlap, began) if newest and since >= began else since

    def note_read(self, host: str, tag: str, newest: float, since: float) -> None:
        """Note that a timeline was read up to `newest`, in a window that began at `since`."""
        before, began = self.timelines.get(host, {}).get(tag, (0.0, since))
        if since < began:  # read again from an earlier start: what was read before does not count
            before, began = 0.0, since
        self.timelines.setdefault(host, {})[tag] = (max(before, newest), began)
