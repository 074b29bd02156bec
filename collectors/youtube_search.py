"""Which videos there are: those that a search gives, stretch by stretch of time, and those that a channel has uploaded."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from collectors.contract import SourceLog
from collectors.errors import AuthError, Gone, Malformed, OutOfBudget, RateLimited, SourceError, Stopped
from collectors.windows import Span, Windows, halves, opened
from collectors.youtube_client import YoutubeClient, part_of
from collectors.youtube_comments import instant_of
from collectors.youtube_memory import Memory
from records import SourceState

PAGE = 50
MOST_PAGES = 2
"""Pages of one answer to a search; a stretch that has more is asked for again in halves."""

MOST_SPANS = 6
"""Stretches of time for which one search is asked in a run, new ones first; the next run goes on."""

MOST_UPLOADS = 20
"""Pages of a channel's uploads that a run follows."""

SHORTEST = timedelta(days=1).total_seconds()
OVERLAP = timedelta(hours=12).total_seconds()
"""How far a search goes back behind the last one: videos reach the index late."""

_ID = re.compile(r"[A-Za-z0-9_-]{11}")

Told = tuple[SourceState, str]


class VideoSearch:
    """The searches of one run. What goes wrong with one is its place. `found`: ids; `asked`: what to remember of each."""

    def __init__(
        self, client: YoutubeClient, log: SourceLog, memory: Memory, start: float, now: float
    ) -> None:
        self.found: list[str] = []
        self.asked: dict[str, Windows] = {}
        self._client, self._log, self._memory = client, log, memory
        self._start, self._now = start, now
        self._spent: SourceError | None = None  # what ended the searches

    def search(self, query: str) -> None:
        """Look for videos by a query; raises AuthError."""
        self._attempt(f"search {query}", lambda place: self._search(place, query))

    def uploads(self, channel: str) -> None:
        """Look for a channel's new videos; raises AuthError."""
        self._attempt(f"channel {channel}", lambda place: self._uploads(place, channel))

    def _attempt(self, place: str, ask: Callable[[str], Told]) -> None:
        if place in self._memory.searched:
            self.asked[place] = self._memory.searched[place]
        if self._spent is not None:
            self._log.note_place(place, self._spent.state, "not asked after the fault before it")
            return
        try:
            self._log.note_place(place, *ask(place))
        except (AuthError, Stopped):
            raise
        except SourceError as error:
            if isinstance(error, RateLimited | OutOfBudget):
                self._spent = error
            self._log.note_place(place, error.state, str(error))

    def _search(self, place: str, query: str) -> Told:
        no_cut = self._now - self._start  # YouTube goes back as far as it is asked to
        windows = opened(self.asked.get(place), self._start, self._now, OVERLAP, no_cut)
        n_before, n_full = len(self.found), 0
        for _ in range(MOST_SPANS):
            span = windows.newest()
            if span is None or span[1] <= self._start:
                break
            is_full = self._ask(query, span)
            parts = halves(span, SHORTEST) if is_full else ()
            n_full += is_full and not parts
            windows = self.asked[place] = windows.read(span, parts)
        told = f"{len(self.found) - n_before} videos"
        if any(end > self._start for _, end in windows.open):
            return "partial", f"{place}: {told}, the next run goes on with older days"
        if n_full:
            return "possibly_truncated", f"{place}: {n_full} days had more videos than a search gives"
        return "complete", told

    def _ask(self, query: str, span: Span) -> bool:
        """Note what a search gives for a stretch of time; return whether there is more."""
        page = ""
        for _ in range(MOST_PAGES):
            answer = self._client.ask(
                "search", part="snippet", type="video", order="date", q=query, maxResults=str(PAGE),
                publishedAfter=_stated(span[0]), publishedBefore=_stated(span[1]), pageToken=page,
            )  # fmt: skip
            for item in answer["items"]:
                self._note(part_of(part_of(item).get("id")).get("videoId"))
            page = str(answer.get("nextPageToken") or "")
            if not page or not answer["items"]:
                return False
        return True

    def _uploads(self, place: str, channel: str) -> Told:
        before = self.asked.get(place)
        is_known = before is not None and before.start <= self._start
        since = before.end - OVERLAP if before is not None and is_known else self._start
        n_before = len(self.found)
        is_whole = self._list_uploads(channel, since)
        self.asked[place] = Windows(min(self._start, since), self._now)
        told = f"{len(self.found) - n_before} videos"
        if is_whole:
            return "complete", told
        return "possibly_truncated", f"{place}: more than {told} since the last run"

    def _list_uploads(self, channel: str, since: float) -> bool:
        """Note a channel's uploads since a time (epoch seconds); return whether these are all."""
        about = self._client.ask("channels", part="contentDetails", id=channel)["items"]
        if not about:
            raise Gone(f"YouTube: the channel {channel} does not exist (any more)")
        uploads = part_of(part_of(part_of(about[0]).get("contentDetails")).get("relatedPlaylists")).get(
            "uploads"
        )
        if not isinstance(uploads, str):
            raise Malformed(f"YouTube: names no list of uploads for the channel {channel}")
        page = ""
        for _ in range(MOST_UPLOADS):
            answer = self._client.ask(
                "playlistItems",
                part="contentDetails",
                playlistId=uploads,
                maxResults=str(PAGE),
                pageToken=page,
            )
            times = []
            for item in answer["items"]:
                details = part_of(part_of(item).get("contentDetails"))
                at = instant_of(details.get("videoPublishedAt"))
                times.append(at.timestamp() if at else self._now)
                if times[-1] >= since:
                    self._note(details.get("videoId"))
            page = str(answer.get("nextPageToken") or "")
            if not page or (times and max(times) < since):
                return True
        return False

    def _note(self, id_: object) -> None:
        if isinstance(id_, str) and _ID.fullmatch(id_):
            self.found.append(id_)


def _stated(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
