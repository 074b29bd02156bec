"""Reading one archive of an official's posts: what is new, edited or gone since it was last read whole."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from collectors.contract import RawItem, Request, SourceLog
from collectors.known_posts import leaves_out_too_many, mark_of
from collectors.officials_layout import BreaksOff, has_field
from collectors.officials_mapping import checked_rows, writes_month_first
from collectors.officials_memory import ArchiveRead, KeptRow
from collectors.officials_posts import (
    fault_of,
    instant_of,
    left_out,
    payload_of,
    payload_of_missing,
    words_of,
)
from collectors.since import window_start
from collectors.web import Fetcher
from records import SourceState, believable
from topics.parts import ArchiveColumns, OfficialArchive

SECONDS = 120.0
"""What one request may take: archives are large."""

DOUBTED = timedelta(days=3)
"""How long an archive that lacks most of what it had is taken for broken; after that its rows are taken for deleted."""


class ArchiveReading:
    """The reading of one archive. `after` is what the next run is to know of it, None where it was not read whole."""

    def __init__(
        self,
        archive: OfficialArchive,
        before: ArchiveRead | None,
        request: Request,
        log: SourceLog,
        fetcher: Fetcher,
    ) -> None:
        self.n_got = 0
        self.state: SourceState = "complete"
        self.detail = ""
        self.after: ArchiveRead | None = None
        self._archive, self._request, self._log, self._fetcher = archive, request, log, fetcher
        self._now = request.now.timestamp()
        self._mark, since = mark_of_reading(archive, request), window_start(request)
        self._began = min(since, before.began) if before else since  # a later start leaves no gap
        self._before = before or ArchiveRead()
        self._is_same = (self._before.mark, self._before.began) == (self._mark, self._began)
        self._newest = self._met_to = self._before.newest if self._is_same else 0.0
        self._oldest = float("inf")  # of all dated rows that the archive holds
        self._doubted_at = 0.0
        self._n_rows = 0
        self._kept = dict(self._before.rows)
        self._met: set[str] = set()
        usual = dict(ArchiveColumns())
        self._unmet = {name for part, name in archive.columns if name and name != usual[part]}

    def items(self) -> Iterator[RawItem]:
        """Yield new and edited rows of the window, then tombstones of those that are gone; raises SourceError."""
        page = self._fetcher.fetch(
            self._archive.url,
            accept="application/json, text/csv, */*;q=0.5",
            etag=self._before.etag if self._is_same else "",
            modified=self._before.modified if self._is_same else "",
            max_bytes=self._request.settings.officials_bytes,
            seconds=SECONDS,
        )
        if page.not_modified:
            self.detail = "nothing new since the last run"
            return
        try:
            yield from self._changed(page.content)
        except BreaksOff as error:  # read again by the next run
            if not self._n_rows:
                raise
            self._fall_short(str(error))
            return
        yield from self._gone()
        if self._unmet:
            self._fall_short(f"no row has the fields {', '.join(sorted(self._unmet))} that the topic names")
        etag, modified = (page.etag, page.modified) if self.state == "complete" else ("", "")
        self.after = ArchiveRead(
            self._mark, self._began, self._newest, etag, modified, self._doubted_at, self._kept
        )

    def _changed(self, content: bytes) -> Iterator[RawItem]:
        """Yield the rows that are not in the store as they stand in the archive."""
        for key, created, mark, payload in self._in_window(content):
            self._met.add(key)
            known = self._kept.get(key)
            if known is not None and known.mark == mark:
                self._log.note_skipped("rows read before")
                continue
            words = words_of(payload)
            if reason := left_out(payload, words):
                self._log.note_skipped(reason)
                if known is not None:
                    yield self._tombstone(key)
                continue
            payload["known"] = known is not None
            if not fault_of(payload, words):
                if payload["known"] or self._request.topic.matches(words):
                    self._kept[key] = KeptRow(created, mark)
                elif 0 < created <= self._met_to:  # off topic, and counted by an earlier run
                    self._log.note_skipped("rows read before")
                    continue
            self._newest = max(self._newest, created)
            self.n_got += 1
            yield self._raw(key, payload)

    def _in_window(self, content: bytes) -> Iterator[tuple[str, float, str, dict[str, Any]]]:
        """Yield key, time (epoch seconds, 0 without one), mark and payload of each row of the window, once."""
        month_first = writes_month_first(content, self._archive)
        for row in checked_rows(content, self._archive):
            self._log.check()
            self._n_rows += 1
            if self._unmet:
                self._unmet = {name for name in self._unmet if not has_field(row, name)}
            payload = payload_of(row, self._archive, month_first=month_first)
            at, _ = instant_of(payload, self._request.topic)
            believed = believable(at, self._request.now)
            created = believed.timestamp() if believed else 0.0
            if created:
                self._oldest = min(self._oldest, created)
            key = str(payload["key"])
            if 0 < created < self._began:
                self._log.note_skipped("rows from before the window")
            elif key in self._met:
                self._log.note_skipped("rows that came twice")
            else:
                yield key, created, mark_of(self._mark, *map(str, payload.values())), payload

    def _gone(self) -> Iterator[RawItem]:
        """Yield tombstones of kept rows that are missing, though older rows are still there."""
        had = self._before.rows
        if had and not self._n_rows:
            self._fall_short(f"it holds no rows, where it had {len(had)} statements")
            return
        within = {key for key, row in had.items() if row.created >= self._oldest}
        gone = within - self._met
        if self._before.mark == self._mark and leaves_out_too_many(len(gone), len(within)):
            doubted_at = self._before.doubted_at or self._now
            if self._now - doubted_at < DOUBTED.total_seconds():
                self._doubted_at = doubted_at
                self._fall_short(
                    f"it lacks {len(gone)} of {len(within)} statements, taken for a fault at first"
                )
                return
        for key in sorted(gone):
            yield self._tombstone(key)

    def _tombstone(self, key: str) -> RawItem:
        self.n_got += 1
        return self._raw(key, payload_of_missing(key, self._kept.pop(key).created, self._archive))

    def _raw(self, key: str, payload: dict[str, Any]) -> RawItem:
        id_ = f"officials:{self._archive.id}:{key}"
        return RawItem(id_, "officials", self._request.now, payload, self._archive.name)

    def _fall_short(self, why: str) -> None:
        self.state, self.detail = "partial", f"{self._archive.name}: {why}"


def mark_of_reading(archive: OfficialArchive, request: Request) -> str:
    """Return the mark of all that decides what becomes of a row, beside the row itself."""
    topic = request.topic
    actor = topic.actor(archive.actor)
    parts = (topic.keywords, topic.hashtags, *((actor,) if actor else ()))
    mapping = archive.model_dump_json(exclude={"verified"})
    return mark_of(mapping, *(part.model_dump_json() for part in parts))
