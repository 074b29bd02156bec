"""What a run of YouTube remembers for the next one: quota, searches, the videos with how far each was read, kept comments."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from collectors.known_posts import KnownPosts
from collectors.windows import Windows, windows_of
from collectors.youtube_quota import Quota

MOST_VIDEOS = 1000
"""Videos that a cursor remembers: those not read yet first, then the newest."""


@dataclass(frozen=True, slots=True)
class Video:
    """One video. `about` is its title and, below it, the beginning of its description.

    `count` is the number of comments that it had when it was last read whole (-1: to be read in any case), `read_at` when
    that reading began in epoch seconds. `page` is the page at which a reading that began at `begun_at` was cut short: the
    next run goes on from there.
    """

    id: str
    about: str = ""
    published: float = 0.0
    count: int = -1
    read_at: float = 0.0
    page: str = ""
    begun_at: float = 0.0

    def described(self, about: str, published: float) -> Video:
        """Return the video as YouTube describes it now."""
        return replace(self, about=about, published=published)

    def left_at(self, page: str, begun_at: float) -> Video:
        """Return the video with a reading that goes on at `page`."""
        return replace(self, page=page, begun_at=begun_at)

    def read_whole(self, count: int, begun_at: float) -> Video:
        """Return the video as read to the end."""
        return replace(self, count=count, read_at=begun_at, page="", begun_at=0.0)


@dataclass(slots=True)
class Memory:
    """The source's cursor. `searched`: the place of a search or a channel -> the stretch of time that was asked for."""

    quota: Quota
    searched: dict[str, Windows] = field(default_factory=dict)
    videos: dict[str, Video] = field(default_factory=dict)
    posts: KnownPosts = field(default_factory=KnownPosts)

    @classmethod
    def of(cls, cursor: dict[str, Any], quota: Quota) -> Memory:
        """Return what a cursor holds."""
        return cls(
            quota,
            windows_of(cursor.get("searched")),
            {
                id_: Video(
                    id_, str(one[0]), float(one[1]), int(one[2]), float(one[3]), str(one[4]), float(one[5])
                )
                for id_, one in cursor.get("videos", {}).items()
            },
            KnownPosts.of(cursor.get("kept", {}).get("comments")),
        )

    def as_cursor(self, now: float) -> dict[str, Any]:
        """Return a new object for the cursor."""
        newest = sorted(self.videos.values(), key=lambda one: (bool(one.read_at), -one.published))[
            :MOST_VIDEOS
        ]
        return {
            "quota": self.quota.as_cursor(),
            "searched": {place: one.as_cursor() for place, one in self.searched.items()},
            "videos": {
                one.id: [one.about, one.published, one.count, one.read_at, one.page, one.begun_at]
                for one in newest
            },
            "kept": {"comments": self.posts.as_cursor(now)},
        }
