"""What a run of officials' archives remembers for the next one: what was kept of each, and whether it has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MOST_ROWS = 10_000
"""Kept rows of one archive that a cursor remembers, newest first."""


class KeptRow(NamedTuple):
    """A row that is a statement in the store: its time in epoch seconds (0: undated), and a mark of all that it says."""

    created: float
    mark: str


@dataclass(frozen=True, slots=True)
class ArchiveRead:
    """How an archive was last read whole: from `began` (epoch seconds) to `newest`; `rows` are those kept, by key.

    `mark` stands for all that the reading depends on beside the archive; `etag` and `modified` for the archive as it was.
    `doubted_at` is since when most of the kept rows are missing from it, 0 while they are not.
    """

    mark: str = ""
    began: float = 0.0
    newest: float = 0.0
    etag: str = ""
    modified: str = ""
    doubted_at: float = 0.0
    rows: Mapping[str, KeptRow] = field(default_factory=dict)

    @classmethod
    def of(cls, kept: Any) -> ArchiveRead | None:
        """Return what a cursor holds, or None for anything else."""
        try:
            rows = {str(key): KeptRow(float(at), str(mark)) for key, (at, mark) in kept["rows"].items()}
            return cls(
                str(kept["mark"]), float(kept["began"]), float(kept["newest"]), str(kept["etag"]),
                str(kept["modified"]), float(kept["doubted_at"]), rows,
            )  # fmt: skip
        except (TypeError, ValueError, KeyError, AttributeError):
            return None

    def as_cursor(self) -> dict[str, Any]:
        """Return the JSON form, bounded by MOST_ROWS."""
        newest = sorted(self.rows.items(), key=lambda item: item[1].created, reverse=True)[:MOST_ROWS]
        return {
            "mark": self.mark,
            "began": self.began,
            "newest": self.newest,
            "etag": self.etag,
            "modified": self.modified,
            "doubted_at": self.doubted_at,
            "rows": {key: list(row) for key, row in newest},
        }


def archives_of(cursor: Mapping[str, Any]) -> dict[str, ArchiveRead]:
    """Return the archives of a cursor by id; what is damaged is left out and read anew."""
    kept = cursor.get("archives")
    found = {str(id_): ArchiveRead.of(one) for id_, one in kept.items()} if isinstance(kept, Mapping) else {}
    return {id_: one for id_, one in found.items() if one is not None}
