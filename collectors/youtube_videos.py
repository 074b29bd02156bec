"""Which videos a run of YouTube reads: found by a search, uploaded by a channel, listed in the topic, or known before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from collectors.contract import SourceLog
from collectors.youtube_client import YoutubeClient, part_of
from collectors.youtube_comments import instant_of
from collectors.youtube_memory import Memory, Video
from collectors.youtube_search import VideoSearch
from records import clean_text
from topics import Topic

BATCH = 50
"""Most videos that one call describes."""

WATCHED = timedelta(days=30)
"""How long a found video is looked at for new comments, from its upload; a listed one always is."""

LONGEST_ABOUT = 200


@dataclass(frozen=True, slots=True)
class Counted:
    """A video to look at, and how many comments YouTube says it has; None where it does not say."""

    video: Video
    n_comments: int | None


class VideoFinder:
    """Finds the videos. What goes wrong with one search or channel is its place; the videos known are read all the same."""

    def __init__(
        self, client: YoutubeClient, topic: Topic, log: SourceLog, memory: Memory, now: datetime
    ) -> None:
        self._client, self._topic, self._log, self._memory = client, topic, log, memory
        self._now = now.timestamp()

    def find(self, start: float) -> list[Counted]:
        """Return the videos to look at: those cut short before first, then the longest unread; raises SourceError.

        `start` is where the window of the searches begins, in epoch seconds.
        """
        here = self._topic.sources.youtube
        search = VideoSearch(self._client, self._log, self._memory, start, self._now)
        for query in here.queries:
            search.search(query)
        for channel in here.channels:
            search.uploads(channel)
        young = self._now - WATCHED.total_seconds()
        known = [
            one.id
            for one in self._memory.videos.values()
            if one.published >= young or one.page or not one.read_at
        ]
        counted = self._described(list(dict.fromkeys((*here.videos, *search.found, *known))))
        self._memory.searched = search.asked  # only now: before it, a fault would lose what was found
        return sorted(counted, key=lambda one: (not one.video.page, one.video.read_at))

    def _described(self, ids: Sequence[str]) -> list[Counted]:
        """Return the videos that exist and are on the topic or listed, with the comments that each has now."""
        described: dict[str, Any] = {}
        for start in range(0, len(ids), BATCH):
            chunk = ",".join(ids[start : start + BATCH])
            answer = self._client.ask("videos", part="snippet,statistics", id=chunk)
            described |= {str(part_of(item).get("id")): part_of(item) for item in answer["items"]}
        kept = []
        for id_ in ids:
            if id_ not in described:
                self._note_gone(id_)
                continue
            words, tags = _words_of(part_of(described[id_].get("snippet")))
            is_ours = id_ in self._topic.sources.youtube.videos or id_ in self._memory.videos
            if not is_ours and not self._topic.matches("\n".join((*words, *tags))):
                self._log.note_skipped("videos that do not mention the topic")
                continue
            kept.append(self._counted(id_, described[id_], words))
        return kept

    def _counted(self, id_: str, described: Mapping[str, Any], words: Sequence[str]) -> Counted:
        """Return a video as it is described now, and remember it."""
        at = instant_of(part_of(described.get("snippet")).get("publishedAt"))
        about = "\n".join((*(words[:1] or [""]), *(text[:LONGEST_ABOUT] for text in words[1:])))
        before = self._memory.videos.get(id_, Video(id_))
        video = before.described(about, at.timestamp() if at else self._now)
        self._memory.videos[id_] = video
        return Counted(video, _number(part_of(described.get("statistics")).get("commentCount")))

    def _note_gone(self, id_: str) -> None:
        self._memory.videos.pop(id_, None)
        if id_ in self._topic.sources.youtube.videos:
            said = f"the video {id_} does not exist (any more), or is private"
            self._log.note_place(f"video {id_}", "gone", said)
        else:
            self._log.note_skipped("videos that are gone or private")


def _words_of(snippet: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """Return a video's title and description, as far as they are there, and its tags."""
    words = [
        clean_text(text) for name in ("title", "description") if isinstance(text := snippet.get(name), str)
    ]
    tags = snippet.get("tags")
    return words, [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []


def _number(value: Any) -> int | None:
    return (
        int(value) if isinstance(value, str | int) and str(value).isascii() and str(value).isdigit() else None
    )
