"""Delimited tables: any common delimiter, a preamble before the header, quotation marks that are never closed."""

from __future__ import annotations

import csv
import io
from collections import deque
from collections.abc import Collection, Iterable, Iterator
from typing import TextIO

from collectors.files_layout import Header, Row, Table, distinct_names, find_header
from collectors.files_lines import text_lines
from collectors.files_text import Sniffed

MAX_FIELD = 8_000_000
"""Characters in one cell; longer ones come from a quotation mark that is never closed."""

_HEAD = 1 << 18
_LOOKED_AT = 40
_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"  # for a table of one column, whose texts hold commas
_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars", _NO_DELIMITER: "one column"}


def read_csv(file: Sniffed, wanted: Collection[str] = ()) -> Table:
    """Return the rows of a delimited table; `wanted` are columns that the user named."""
    csv.field_size_limit(MAX_FIELD)
    with file.open() as stream:
        delimiter, header_at = _layout_of(stream.read(_HEAD), wanted)
    stream = file.open()
    records = _read_records(text_lines(stream), delimiter)
    for _ in range(header_at):
        next(records, None)
    number, header = next(records, (0, []))
    columns = tuple(distinct_names(header))
    layout = f"{_NAMES[delimiter]}, header in line {number}"
    return Table(columns, _rows_of(stream, records, columns, delimiter), layout)


def _layout_of(head: str, wanted: Collection[str]) -> tuple[str, int]:
    """Return the delimiter and how many records stand before the header, such as `sep=;` or an export's preamble."""
    best, best_delimiter = Header(), ","
    for delimiter in _DELIMITERS:
        header = find_header(_some_records(head, delimiter, _LOOKED_AT), wanted)
        if header.rank > best.rank:
            best, best_delimiter = header, delimiter
    delimiter = _NO_DELIMITER if best.n_columns == 1 else best_delimiter
    return delimiter, (best.at if best.has_text or best.has_title else 0)


def _some_records(head: str, delimiter: str, n: int) -> list[list[str]]:
    lines = _read_records(io.StringIO(head, newline=""), delimiter)
    return [record for _, (_, record) in zip(range(n), lines, strict=False)]


def _read_records(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number and the cells of each record that is not blank.

    Where the quotation marks of a record do not add up, its first line is read by itself and reading goes on with the
    next line, so that a mark that is never closed costs one row and does not swallow the rest of the file.
    """
    source = iter(lines)
    waiting: deque[str] = deque()
    taken: list[str] = []

    def feed() -> Iterator[str]:
        while True:
            line = waiting.popleft() if waiting else next(source, None)
            if line is None:
                return
            taken.append(line)
            yield line

    number = 1
    reader = csv.reader(feed(), delimiter=delimiter, strict=True)
    while True:
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error:
            record = _lenient(taken[0], delimiter)
            waiting.extendleft(reversed(taken[1:]))
            del taken[1:]
            reader = csv.reader(feed(), delimiter=delimiter, strict=True)
        if any(cell.strip() for cell in record):
            yield number, record
        number += len(taken)
        taken.clear()


def _lenient(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line whose quotation marks do not add up, or which is one endless cell."""
    bare = line.rstrip("\r\n")
    try:
        return next(csv.reader([bare], delimiter=delimiter))
    except csv.Error:
        return bare.split(delimiter)


def _rows_of(
    stream: TextIO, records: Iterator[tuple[int, list[str]]], columns: tuple[str, ...], delimiter: str
) -> Iterator[Row]:
    n_columns = len(columns)
    with stream:
        for line, record in records:
            fault = ""
            if len(record) > n_columns and any(cell.strip() for cell in record[n_columns:]):
                fault = (
                    f"{len(record)} cells where the header has {n_columns}; "
                    f"put a text that holds the delimiter ({delimiter!r}) into quotation marks"
                )
            yield Row(line, dict(zip(columns, record, strict=False)), fault)
