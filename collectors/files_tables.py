"""Rows of an imported table, one at a time: CSV, JSON Lines, JSON and Parquet, with the line that each stands on."""

from __future__ import annotations

import csv
import io
import json
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import polars as pl

from collectors.errors import Malformed
from collectors.files_columns import find_columns
from collectors.files_text import Sniffed

MAX_FIELD = 4_000_000
"""Characters in one cell; longer ones come from a quotation mark that is never closed."""

MAX_JSON = 300_000_000
"""Bytes of a JSON array, which is read whole; JSON Lines has no such bound."""

_DELIMITERS = (",", ";", "\t", "|")
_NO_DELIMITER = "\x1f"  # for a table of one column, whose texts hold commas
_PARQUET_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its cells by column, or why it cannot be read. `line` counts from 1 as editors do (Parquet: rows)."""

    line: int
    cells: dict[str, Any] = field(default_factory=dict)
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table that is being read. `columns` is None where each row brings its own (JSON)."""

    columns: tuple[str, ...] | None
    rows: Iterator[Row]


def read_table(file: Sniffed) -> Table:
    """Return the rows of a file whose format is csv, jsonl, json or parquet; raises Malformed, also while reading."""
    match file.format:
        case "csv":
            return _read_csv(file)
        case "jsonl":
            return Table(None, _read_lines(file))
        case "json":
            return Table(None, _read_json(file))
        case _:
            return _read_parquet(file.path)


# --- CSV -------------------------------------------------------------------------------------------------------------


def _read_csv(file: Sniffed) -> Table:
    csv.field_size_limit(MAX_FIELD)
    with file.open() as stream:
        delimiter, header_at = _layout_of(stream.read(1 << 18))
    stream = file.open()
    records = _read_records(stream, delimiter)
    for _ in range(header_at):
        next(records, None)
    _, header = next(records, (0, []))
    columns = tuple(_distinct(name.strip().lstrip("\ufeff") for name in header))
    return Table(columns, _rows_of(stream, records, columns, delimiter))


def _layout_of(head: str) -> tuple[str, int]:
    """Return the delimiter and how many records stand before the header, such as `sep=;` or an export's preamble."""
    best: tuple[tuple[bool, bool, int, float, int], str, int] | None = None
    for delimiter in _DELIMITERS:
        records = [record for _, record in _some_records(head, delimiter, 40)]
        for at, record in enumerate(records[:20]):
            found = find_columns(record)
            below = records[at + 1 :]
            fitting = sum(len(other) == len(record) for other in below) / max(len(below), 1)
            score = ("text" in found, "title" in found, len(found), fitting, len(record))
            if best is None or score > best[0]:
                best = (score, delimiter, at)
    if best is None:
        return ",", 0
    (has_text, has_title, _, _, n_columns), delimiter, at = best
    return (_NO_DELIMITER if n_columns == 1 else delimiter), (at if has_text or has_title else 0)


def _some_records(head: str, delimiter: str, n: int) -> Iterator[tuple[int, list[str]]]:
    for _, pair in zip(range(n), _read_records(io.StringIO(head, newline=""), delimiter), strict=False):
        yield pair


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
    with stream:
        for line, record in records:
            cells = dict(zip(columns, record, strict=False))
            surplus = [cell for cell in record[len(columns) :] if cell.strip()]
            fault = ""
            if surplus:
                fault = (
                    f"{len(record)} cells where the header has {len(columns)}; "
                    f"put a text that holds the delimiter ({delimiter!r}) into quotation marks"
                )
            yield Row(line, cells, fault)


def _distinct(names: Iterable[str]) -> Iterator[str]:
    """Yield the names of a header with a number behind those that came before."""
    met: dict[str, int] = {}
    for name in names:
        met[name] = met.get(name, 0) + 1
        yield name if met[name] == 1 else f"{name} ({met[name]})"


# --- JSON ------------------------------------------------------------------------------------------------------------


def _read_lines(file: Sniffed) -> Iterator[Row]:
    with file.open() as stream:
        for line, text in enumerate(stream, start=1):
            bare = text.strip("\ufeff \t\r\n\x00")
            if bare:
                yield _row_of_text(line, bare)


def _row_of_text(line: int, text: str) -> Row:
    try:
        return _row_of_value(line, json.loads(text))
    except (ValueError, RecursionError) as error:
        return Row(line, {"line": text}, f"not JSON ({error})")


def _row_of_value(line: int, value: object) -> Row:
    if not isinstance(value, dict):
        return Row(line, {"value": value}, f"expected a JSON object, found a {type(value).__name__}")
    return Row(line, _flat(value))


def _read_json(file: Sniffed) -> Iterator[Row]:
    if file.n_bytes > MAX_JSON:
        raise Malformed(
            f"{file.path.name} is too large to be read as one JSON value; save it as JSON Lines (.jsonl)"
        )
    with file.open() as stream:
        text = stream.read().lstrip("\ufeff")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):  # JSON Lines under another name
            yield from _read_lines(file)
            return
        raise Malformed(f"{file.path.name} is not JSON ({error})") from error
    for number, item in enumerate(_items_of(value), start=1):
        yield _row_of_value(number, item)


def _items_of(value: object) -> list[Any]:
    """Return the items of a JSON value: of a list, or of an object's longest list of objects, or the object itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    inner = value.get("data")
    if isinstance(inner, dict) and isinstance(inner.get("children"), list):  # a Reddit listing
        return inner["children"]
    lists = [
        one
        for one in value.values()
        if isinstance(one, list) and one and all(isinstance(x, dict) for x in one)
    ]
    return max(lists, key=len) if lists and "text" not in find_columns(value) else [value]


def _flat(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the members of its inner objects beside its own, as `user.name`; Reddit's wrap comes off."""
    inner = value.get("data")
    if isinstance(inner, dict) and value.get("kind") in {"t1", "t3"}:
        value = inner
    cells: dict[str, Any] = {}
    for name, cell in value.items():
        if isinstance(cell, dict):
            cells.update({f"{name}.{key}": deep for key, deep in cell.items()})
        else:
            cells[name] = cell
    return cells


# --- Parquet ---------------------------------------------------------------------------------------------------------


def _read_parquet(path: Path) -> Table:
    try:
        lazy = pl.scan_parquet(path, glob=False)
        columns = tuple(lazy.collect_schema().names())
    except (pl.exceptions.PolarsError, OSError) as error:
        raise _no_parquet(path, error) from error
    return Table(columns, _parquet_rows(path, lazy))


def _parquet_rows(path: Path, lazy: pl.LazyFrame) -> Iterator[Row]:
    number = 0
    while True:
        try:
            part = lazy.slice(number, _PARQUET_ROWS).collect()
        except (pl.exceptions.PolarsError, OSError) as error:
            raise _no_parquet(path, error) from error
        for cells in part.iter_rows(named=True):
            number += 1
            yield Row(number, _flat(cells))
        if part.height < _PARQUET_ROWS:
            return


def _no_parquet(path: Path, error: Exception) -> Malformed:
    first_line = (str(error).splitlines() or ["damaged"])[0]
    return Malformed(f"{path.name} cannot be read as Parquet ({first_line[:200]}); export it again")
