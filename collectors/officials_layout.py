"""What every published archive is to us: rows of named fields, or why something in it is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collectors.errors import Malformed


@dataclass(frozen=True, slots=True)
class Refused:
    """What stands where a row should: why it is none, and a mark that tells it from others. None of its words are kept."""

    reason: str
    mark: str


Row = dict[str, Any] | Refused


_ABSENT = object()


class BreaksOff(Malformed):
    """The archive ends in the middle of a row, or is damaged there; the rows before it are good."""

    def __init__(self, n_rows: int) -> None:
        super().__init__(f"the archive breaks off, or is damaged, after {n_rows} rows")


def field_of(row: Any, name: str, otherwise: Any = None) -> Any:
    """Return a row's field, `otherwise` without it; `a.b` is field b within a, unless a field is called so."""
    if not name or not isinstance(row, dict):
        return otherwise
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        if not isinstance(value, dict) or part not in value:
            return otherwise
        value = value[part]
    return value


def has_field(row: Any, name: str) -> bool:
    """Return whether a row has a field, be it empty."""
    return field_of(row, name, _ABSENT) is not _ABSENT
