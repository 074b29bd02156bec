"""Officials: published archives of what public actors post on their own accounts, as JSON or CSV by address.

Each row is a statement of that actor in its own words. What it repeats of others is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import OutOfBudget, SourceError
from collectors.officials_memory import archives_of
from collectors.officials_posts import parse_row
from collectors.officials_reading import ArchiveReading
from collectors.web import Fetcher
from records import Post, Statement
from settings import Settings
from topics import Topic
from topics.parts import OfficialArchive


class OfficialsCollector(Collector):
    """Reads the topic's archives one by one. One archive's fault is that archive's place; the others go on.

    Cursor: `archives`, by id (see `officials_memory.ArchiveRead`). It moves when an archive was read whole.
    """

    name: ClassVar[str] = "officials"
    title: ClassVar[str] = "Officials' posts"
    pause_seconds: ClassVar[float] = 1.0

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: archives in the topic."""
        if topic.sources.officials.archives:
            return None
        return "the topic lists no archives; add them under [[sources.officials.archives]] in its file"

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield what is new, edited or gone in each archive that has changed since the last run."""
        archives = request.topic.sources.officials.archives
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        memory = archives_of(request.cursor)
        log.n_places = len(archives)
        log.note_asked(*(archive.name for archive in archives))
        for archive in archives:
            reading = ArchiveReading(archive, memory.get(archive.id), request, log, fetcher)
            try:
                yield from reading.items()
            except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
                log.note_place(archive.name, "partial", "cut short", reading.n_got)
                raise
            except SourceError as error:
                said = f"{archive.name}: {error}{_unverified(archive)}"
                log.note_place(archive.name, error.state, said, reading.n_got)
                if isinstance(error, OutOfBudget):
                    raise
                continue
            if reading.after is not None:
                memory[archive.id] = reading.after
                log.cursor = {"archives": {id_: one.as_cursor() for id_, one in memory.items()}}
            log.note_place(archive.name, reading.state, reading.detail, reading.n_got)

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Statement | Post:
        """Return the statement that a row holds, or the tombstone of one that is gone."""
        return parse_row(raw, topic)


def _unverified(archive: OfficialArchive) -> str:
    """Return what to say beside a fault when nobody has marked the address as seen to answer."""
    return "" if archive.verified else "; the address is not marked verified"
