"""YouTube: the comments of videos on the topic, through the Data API v3 with the owner's key and within its quota.

No name of an author is kept: the payload carries this installation's key for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.since import window_start
from collectors.web import Fetcher
from collectors.youtube_client import MISSING, YoutubeClient
from collectors.youtube_comments import parse_comment
from collectors.youtube_kept import ask_again
from collectors.youtube_memory import Memory
from collectors.youtube_quota import Quota
from collectors.youtube_reading import read_videos
from collectors.youtube_threads import CommentReading
from collectors.youtube_videos import VideoFinder
from records import Post
from settings import Settings
from topics import Topic


class YoutubeCollector(Collector):
    """Asks for kept comments again, finds videos, reads them one by one. One video's fault is that video's place.

    Cursor: see `youtube_memory.Memory`. It moves with each page of comments, so that a quota that ends in the middle
    loses nothing and the next run goes on at that page.
    """

    name: ClassVar[str] = "youtube"
    title: ClassVar[str] = "YouTube"
    api: ClassVar[str] = "https://www.googleapis.com/youtube/v3"
    pause_seconds: ClassVar[float] = 0.1

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: a key, or something to look for in the topic."""
        here = topic.sources.youtube
        if settings.youtube_api_key is None:
            return MISSING
        if not (here.queries or here.videos or here.channels):
            return (
                "the topic names no queries, videos or channels; add them under [sources.youtube] in its file"
            )
        return None

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield what became of kept comments, then the comments of each video; raises AuthError and RateLimited."""
        quota = Quota.of(request.cursor.get("quota"), request.settings, request.now)
        memory = Memory.of(request.cursor, quota)
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        client = YoutubeClient(request.settings, fetcher, quota, self.api)
        here = request.topic.sources.youtube
        log.note_asked(*here.queries, *(f"video {id_}" for id_ in here.videos))
        log.note_asked(*(f"channel {id_}" for id_ in here.channels))
        reading = CommentReading(client, request, log, memory)
        try:
            yield from ask_again(reading)
            videos = VideoFinder(client, request.topic, log, memory, request.now).find(window_start(request))
            log.n_places = len(log.places) + len(videos)
            yield from read_videos(videos, reading)
        finally:
            reading.save()  # what the quota has given is spent, whatever ends the run

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        """Return the comment or tombstone that a payload holds."""
        return parse_comment(raw, topic)
