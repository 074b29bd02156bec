"""Telegram: the public channels of actors and outlets, as their preview pages (t.me/s/NAME) show them to everybody.

No key is needed. Groups, comments and private channels are not read: the topic names channels of public voices alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import OutOfBudget, RateLimited, SourceError
from collectors.since import window_start
from collectors.telegram_channel import ChannelReading
from collectors.telegram_memory import Memory
from collectors.telegram_messages import parse_message
from collectors.web import Fetcher
from records import Article, Post
from settings import Settings
from topics import Topic


class TelegramCollector(Collector):
    """Reads the topic's channels one by one. One channel's fault is that channel's place; the others go on.

    Cursor: see `telegram_memory.Memory`. It moves with each page.
    """

    name: ClassVar[str] = "telegram"
    title: ClassVar[str] = "Telegram"
    site: ClassVar[str] = "https://t.me"
    pause_seconds: ClassVar[float] = 1.5

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: channels in the topic."""
        if topic.sources.telegram.channels:
            return None
        return "the topic lists no channels; add public ones of actors or outlets under [[sources.telegram.channels]] in its file"

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the messages of each channel, new ones first, and what became of kept ones."""
        channels = request.topic.sources.telegram.channels
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        memory, since = Memory.of(request.cursor), window_start(request)
        log.n_places = len(channels)
        log.note_asked(*(f"t.me/{channel.name}" for channel in channels))
        for number, channel in enumerate(channels):
            reading = ChannelReading(channel, request, log, fetcher, memory, self.site)
            try:
                yield from reading.items(since)
            except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
                log.note_place(reading.place, "partial", "cut short", reading.n_got)
                raise
            except SourceError as error:
                log.note_place(reading.place, error.state, str(error), reading.n_got)
                if not isinstance(error, OutOfBudget | RateLimited):
                    continue
                for left in channels[number + 1 :]:
                    log.note_place(f"t.me/{left.name}", error.state, "not asked after the fault before it")
                if isinstance(error, OutOfBudget):
                    raise
                return
            else:
                log.note_place(reading.place, reading.state, reading.detail, reading.n_got)

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post | Article:
        """Return the post of an actor, the article of an outlet, or the tombstone that a payload holds."""
        return parse_message(raw, topic)
