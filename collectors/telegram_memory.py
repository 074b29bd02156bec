"""What a run of Telegram remembers for the next one: how far each channel was read, and the messages that were kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from collectors.known_posts import KnownPosts


@dataclass(frozen=True, slots=True)
class ChannelRead:
    """How much of a channel was read: all from the window's start `began` (epoch seconds) to message `newest`.

    But for a reading that was cut short: what lies between message `gap_floor` and below message `gap_top` is left.
    """

    began: float
    newest: int = 0
    gap_top: int = 0
    gap_floor: int = 0


@dataclass(slots=True)
class Memory:
    """The source's cursor: channels by their name in lower case, and the messages that were kept."""

    channels: dict[str, ChannelRead] = field(default_factory=dict)
    posts: KnownPosts = field(default_factory=KnownPosts)

    @classmethod
    def of(cls, cursor: dict[str, Any]) -> Memory:
        """Return what a cursor holds; an empty one is channels that were never read."""
        return cls(
            {
                name: ChannelRead(float(one[0]), int(one[1]), int(one[2]), int(one[3]))
                for name, one in cursor.get("channels", {}).items()
            },
            KnownPosts.of(cursor.get("kept", {}).get("messages")),
        )

    def as_cursor(self, now: float) -> dict[str, Any]:
        """Return a new object for the cursor."""
        channels = {
            name: [one.began, one.newest, one.gap_top, one.gap_floor] for name, one in self.channels.items()
        }
        return {"channels": channels, "kept": {"messages": self.posts.as_cursor(now)}}
