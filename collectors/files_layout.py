"""What every imported table is to us: named columns and rows, one at a time, with the line that each stands on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.files_columns import find_columns

PREAMBLE = 20
"""Records that may stand before the header, such as the name of a report."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, or why it cannot be read. `line` counts from 1 as editors do (Parquet: rows)."""

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read. `columns` is None where each row brings its own (JSON). `layout` is for people."""

    columns: tuple[str, ...] | None
    rows: Iterator[Row]
    layout: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """How much a record looks like a header, and where it stands."""

    has_text: bool = False
    has_title: bool = False
    n_known: int = 0
    fitting: float = 0.0
    n_columns: int = 0
    at: int = 0

    @property
    def rank(self) -> tuple[bool, bool, int, float, int]:
        """What to compare two of them by: the greater one is more of a header."""
        return self.has_text, self.has_title, self.n_known, self.fitting, self.n_columns


def find_header(records: Sequence[Sequence[str]], wanted: Iterable[str] = ()) -> Header:
    """Return the record among the first ones that looks most like a header; of equal ones the first.

    `wanted` are columns that the user named: a record that has them all is the header, whatever it looks like.
    """
    best, asked = Header(), set(wanted)
    for at, record in enumerate(records[:PREAMBLE]):
        names = [name.strip().lstrip("\ufeff") for name in record]
        found = find_columns(names)
        below = records[at + 1 :]
        fitting = sum(len(other) == len(record) for other in below) / max(len(below), 1)
        named = bool(asked) and asked <= set(names)
        has_text, has_title = named or "text" in found, named or "title" in found
        here = Header(has_text, has_title, len(found), fitting, len(record), at)
        if here.rank > best.rank:
            best = here
    return best


def distinct_names(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of a header with a number behind those that came before."""
    met: dict[str, int] = {}
    for name in names:
        bare = name.strip().lstrip("\ufeff")
        met[bare] = met.get(bare, 0) + 1
        yield bare if met[bare] == 1 else f"{bare} ({met[bare]})"
