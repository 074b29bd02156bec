"""Imports that need not be read again: the same files, byte for byte and read in the same way, hold nothing new.

Files that are imported together are one import: comments of a dump are on the topic by the submissions read before them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from operator import itemgetter
from pathlib import Path

from collectors.contract import Request, SourceLog

READER_REVISION = "1"
"""Rises when a change of our code can read other posts out of the same file."""

MOST_REMEMBERED = 200
"""Imports that the cursor remembers; the oldest are forgotten, and read again if they come again."""


def mark_of_import(files: Sequence[Path], request: Request) -> str:
    """Return 32 hex digits that stand for all that decides what an import gives, or "" where a file cannot be read.

    That is: the files' names and contents in their order, what the user says of them, the topic, and the owner's salt.
    """
    decided_by = {
        "files": [path.name for path in files],
        "format": request.file_format,
        "columns": sorted(request.columns.items()),
        "topic": request.topic.model_dump_json(),
        "salt": request.settings.author_key("files", "mark of an import"),
        "reader": READER_REVISION,
    }
    mark = hashlib.blake2b(json.dumps(decided_by).encode(errors="replace"), digest_size=16)
    try:
        for path in files:
            with path.open("rb") as file:
                mark.update(hashlib.file_digest(file, "blake2b").digest())
    except OSError:
        return ""  # the reader says what is wrong
    return mark.hexdigest()


def imported_on(mark: str, log: SourceLog) -> str:
    """Return the day (UTC, ISO 8601) on which an import with this mark was read whole, or "" if none was."""
    return str(log.cursor.get("imports", {}).get(mark, ""))


def note_import(mark: str, request: Request, log: SourceLog) -> None:
    """Remember an import, if each of its files was read whole and nothing of them was refused."""
    if not mark or any(place.state != "complete" for place in log.places):
        return
    others = [(known, day) for known, day in log.cursor.get("imports", {}).items() if known != mark]
    by_day = [*sorted(others, key=itemgetter(1)), (mark, f"{request.now:%Y-%m-%d}")]
    log.cursor = {**log.cursor, "imports": dict(by_day[-MOST_REMEMBERED:])}
