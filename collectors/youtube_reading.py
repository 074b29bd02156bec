"""Reading the comments of one video after the other, each from where the last run stopped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from collectors.contract import RawItem
from collectors.errors import AuthError, OutOfBudget, RateLimited, SourceError, Unreachable
from collectors.known_posts import RECHECK
from collectors.youtube_client import CommentsOff, StalePage, part_of
from collectors.youtube_comments import instant_of
from collectors.youtube_memory import Video
from collectors.youtube_threads import CommentReading
from collectors.youtube_videos import Counted
from records import SourceState

MOST_PAGES = 50
"""Pages of threads that one run reads of one video; the next run goes on."""


def read_videos(videos: Sequence[Counted], reading: CommentReading) -> Iterator[RawItem]:
    """Yield the comments of videos; raises what ends them all: the quota, the budget, the key, a silent network."""
    log, n_silent = reading.log, 0
    for number, counted in enumerate(videos):
        one = VideoReading(counted.video, counted.n_comments, reading)
        if one.has_nothing_new:
            log.note_place(one.place, "complete", "no new comments")
            continue
        try:
            yield from one.items()
        except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
            log.note_place(one.place, "partial", "cut short", one.n_got)
            raise
        except CommentsOff as error:
            log.note_place(one.place, error.state, str(error), one.n_got)
            log.note_skipped("videos whose comments are turned off")
            one.note_read()
        except SourceError as error:
            n_left = len(videos) - number - 1
            left = f"; {n_left} more videos are left for the next run" if n_left else ""
            n_silent += isinstance(error, Unreachable)
            ends_all = isinstance(error, AuthError | OutOfBudget | RateLimited) or n_silent > 1
            log.note_place(one.place, error.state, f"{error}{left if ends_all else ''}", one.n_got)
            if ends_all:
                raise
        else:
            log.note_place(one.place, one.state, one.detail, one.n_got)


class VideoReading:
    """The reading of one video; the memory's account of it moves with each page."""

    def __init__(self, video: Video, n_comments: int | None, reading: CommentReading) -> None:
        self.place = f"video {video.id}"
        self.n_got = 0
        self.state: SourceState = "complete"
        self.detail = ""
        self._video, self._n_comments, self._reading = video, n_comments, reading
        self._page = video.page
        self._begun_at = video.begun_at if video.page else reading.now

    @property
    def has_nothing_new(self) -> bool:
        """Whether the number of comments is what it was when all were read."""
        return not self._video.page and self._n_comments is not None and self._video.count == self._n_comments

    def items(self) -> Iterator[RawItem]:
        """Yield the comments from new to old: of a video that was read before, down to the threads of the 7 days before."""
        reading, video = self._reading, self._video
        floor = video.read_at - RECHECK.total_seconds() if video.read_at else 0.0
        for _ in range(MOST_PAGES):
            answer = self._threads()
            for thread in answer["items"]:
                for raw in reading.of_thread(thread, video, self.place):
                    self.n_got += 1
                    yield raw
            self._page = str(answer.get("nextPageToken") or "")
            if not self._page or _newest(answer["items"], reading.now) < floor:
                self.note_read()
                return
            reading.memory.videos[video.id] = video.left_at(self._page, self._begun_at)
            reading.save()
        self.state, self.detail = "partial", f"{self.place}: read in part, the next run goes on"

    def note_read(self) -> None:
        """Note that there is nothing more to read of this video for now.

        Where an earlier run had begun the reading, what came on top since is left, whatever the number of comments is.
        """
        is_of_this_run = self._begun_at == self._reading.now
        count = self._n_comments if is_of_this_run and self._n_comments is not None else -1
        self._reading.memory.videos[self._video.id] = self._video.read_whole(count, self._begun_at)
        self._reading.save()

    def _threads(self) -> dict[str, Any]:
        """Return the next page of threads; the first one where YouTube does not know the page any more."""
        try:
            return self._reading.threads(self._video.id, self._page)
        except StalePage:
            if not self._page:
                raise
            self._page, self._begun_at = "", self._reading.now
            return self._reading.threads(self._video.id, "")


def _newest(threads: Sequence[Any], now: float) -> float:
    """Return when the newest of some threads was begun, in epoch seconds; `now` where one does not say."""
    times = []
    for thread in threads:
        top = part_of(part_of(part_of(thread).get("snippet")).get("topLevelComment"))
        at = instant_of(part_of(top.get("snippet")).get("publishedAt"))
        times.append(at.timestamp() if at else now)
    return max(times, default=now)
