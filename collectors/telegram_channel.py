"""Reading one channel's preview pages, from new to old, down to where the last run began or to kept messages of 7 days."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import MalformedItem, OffTopic
from collectors.known_posts import leaves_out_too_many
from collectors.telegram_memory import ChannelRead, Memory
from collectors.telegram_messages import (
    epoch_of,
    mark_of_payload,
    parse_message,
    payload_of,
    payload_of_missing,
)
from collectors.telegram_page import Preview, read_preview
from collectors.web import Fetcher
from records import SourceState
from topics.parts import TelegramChannel

MOST_PAGES = 100
"""Pages of one channel that a run reads (about 20 messages each); the next run goes on."""


class ChannelReading:
    """The reading of one channel; the memory's account of it moves with each page."""

    def __init__(
        self,
        channel: TelegramChannel,
        request: Request,
        log: SourceLog,
        fetcher: Fetcher,
        memory: Memory,
        site: str,
    ) -> None:
        self.place = f"t.me/{channel.name}"
        self.n_got = 0
        self.state: SourceState = "complete"
        self.detail = ""
        self._channel, self._request, self._log, self._fetcher = channel, request, log, fetcher
        self._memory, self._site = memory, site
        self._key = channel.name.lower()
        self._now = request.now.timestamp()
        self._pages_left = MOST_PAGES
        self._read = ChannelRead(0.0)
        self._listed = {one.name.lower() for one in request.topic.sources.telegram.channels}

    def items(self, since: float) -> Iterator[RawItem]:
        """Yield new and edited messages, then those of the gap that an earlier run left; deleted ones as they show."""
        before = self._memory.channels.get(self._key)
        if before is None or since < before.began:
            before = ChannelRead(since)
        self._read = before
        floor = min([before.newest, *self._known()]) if before.newest else 0
        reached = yield from self._down(0, floor, before.newest)
        if reached is not None and self._read.gap_top:
            reached = yield from self._down(self._read.gap_top, self._read.gap_floor, 0)
        if reached is None:
            self.state, self.detail = "partial", f"{self.place}: read in part, the next run goes on"

    def _down(self, top: int, floor: int, met: int) -> Generator[RawItem, None, int | None]:
        """Yield the messages below number `top` (0: from the newest) down to `floor` or the window's start.

        Those up to `met` were met by an earlier run. Returns how far it came, 0 at the bottom, None where it was cut short.
        """
        gap_top, gap_floor = self._read.gap_top, self._read.gap_floor
        left_floor = (
            min(floor, gap_floor) if gap_top else floor
        )  # cut short here, an earlier gap is left as well
        numbers: set[int] = set()
        reached: int | None = None
        while reached is None and self._pages_left > 0:
            self._pages_left -= 1
            page = self._page(top)
            if not page.numbers or (top and page.oldest >= top):
                reached = 0
                break
            yield from self._items_of(page, met)
            numbers.update(page.numbers)
            top = page.oldest
            self._save(max([self._read.newest, *page.numbers]), top, left_floor)
            times = [at for message in page.messages if (at := epoch_of(message))]
            if top <= 1 or (times and max(times) < self._read.began):
                reached = 0
            elif top <= floor:
                reached = top
        if reached is None:
            return None
        if numbers:
            yield from self._missing(numbers)
        is_left = gap_top and min(gap_top, reached) > gap_floor
        self._save(self._read.newest, min(gap_top, reached) if is_left else 0, gap_floor if is_left else 0)
        return reached

    def _page(self, top: int) -> Preview:
        more = f"?before={top}" if top else ""
        page = self._fetcher.fetch(f"{self._site}/s/{self._channel.name}{more}", accept="text/html")
        preview = read_preview(page.content, self._channel.name)
        for reason in preview.skipped:
            self._log.note_skipped(reason)
        return preview

    def _items_of(self, page: Preview, met: int) -> Iterator[RawItem]:
        for message in page.messages:
            if 0 < epoch_of(message) < self._read.began:
                self._log.note_skipped("messages from before the window")
                continue
            payload = payload_of(message, self._channel, self._listed)
            number = payload.get("number")
            key = f"{self._key}/{number}" if number else f"odd-{payload['mark']}"
            known = self._memory.posts.posts.get(key)
            if known is not None:
                if known.mark == mark_of_payload(payload):
                    continue
                payload["known"] = True
            raw = RawItem(f"telegram:{key}", "telegram", self._request.now, payload, self.place)
            try:
                parse_message(raw, self._request.topic)
            except OffTopic:
                if number and number <= met:
                    continue  # met by an earlier run
            except MalformedItem:
                pass
            else:
                self._memory.posts.note(key, epoch_of(payload), mark_of_payload(payload), {})
            self.n_got += 1
            yield raw

    def _known(self) -> dict[int, str]:
        """Return the kept messages of this channel that are young enough to be looked for, by number."""
        start = f"{self._key}/"
        return {
            int(key.removeprefix(start)): key
            for key in self._memory.posts.to_ask(self._now)
            if key.startswith(start)
        }

    def _missing(self, numbers: set[int]) -> Iterator[RawItem]:
        """Yield tombstones of kept messages that stand no more where the pages show their neighbours."""
        within = {
            number: key for number, key in self._known().items() if min(numbers) <= number <= max(numbers)
        }
        gone = {number: key for number, key in within.items() if number not in numbers}
        if leaves_out_too_many(len(gone), len(within)):
            self.state = "partial"
            self.detail = (
                f"{self.place}: left {len(gone)} of {len(within)} kept messages out, taken for a fault"
            )
            return
        for number, key in gone.items():
            created = self._memory.posts.posts[key].created
            self._memory.posts.forget(key)
            if self._channel.actor is None:
                self._log.note_skipped("articles that their channel has deleted, kept as they were")
                continue
            payload = payload_of_missing(number, created, self._channel)
            self.n_got += 1
            yield RawItem(f"telegram:{key}", "telegram", self._request.now, payload, self.place)

    def _save(self, newest: int, gap_top: int, gap_floor: int) -> None:
        self._read = ChannelRead(self._read.began, newest, gap_top, gap_floor)
        self._memory.channels[self._key] = self._read
        self._log.cursor = self._memory.as_cursor(self._now)
