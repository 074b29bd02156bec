"""Workbooks (.xlsx): the sheet that looks most like a table of posts, its cells as the sheet holds them.

Read by calamine: quick, and its XML reader expands no entities. It reads a sheet whole, so that a workbook's size is
bounded. A number of more than 15 digits is rounded in the file itself: such an id is refused as one from CSV is.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from collectors.errors import Malformed
from collectors.files_layout import Header, Row, Table, distinct_names, find_header

MAX_UNPACKED = 1_000_000_000
"""Bytes that a workbook may hold once it is unpacked."""

_LOOKED_AT = 40


def is_workbook(path: Path) -> bool:
    """Return whether a ZIP archive is a workbook; one that is damaged is not."""
    try:
        with zipfile.ZipFile(path) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def read_workbook(path: Path, wanted: Collection[str] = ()) -> Table:
    """Return the rows of the best sheet; raises Malformed for a workbook that is too large, locked or damaged."""
    _refuse_too_large(path)
    best: tuple[Header, CalamineSheet] | None = None
    try:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(name)
            records = [
                [_as_text(cell) for cell in row]
                for _, row in zip(range(_LOOKED_AT), _rows(sheet), strict=False)
            ]
            header = find_header(records, wanted)
            if best is None or header.rank > best[0].rank:
                best = header, sheet
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # a fault of the reader's own is no plain exception
        raise _damaged(path, error) from None
    if best is None:
        raise Malformed(f"{path.name} has no sheet")
    header, sheet = best
    rows = _rows(sheet)
    start = header.at if header.has_text or header.has_title else 0
    for _ in range(start):
        next(rows, None)
    names = next(rows, [])
    while names and not _as_text(names[-1]):
        names.pop()
    columns = tuple(distinct_names(_as_text(name) for name in names))
    first_line = (sheet.start[0] if sheet.start else 0) + start + 2
    return Table(columns, _table_rows(rows, columns, first_line), f"sheet {sheet.name}")


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    return iter(sheet.iter_rows()) if sheet.start else iter(())


def _table_rows(rows: Iterator[list[Any]], columns: tuple[str, ...], first_line: int) -> Iterator[Row]:
    for line, row in enumerate(rows, start=first_line):
        cells = {name: cell for name, cell in zip(columns, row, strict=False) if cell != ""}
        if cells:
            yield Row(line, cells)


def _as_text(cell: Any) -> str:
    return cell.isoformat() if isinstance(cell, datetime) else str(cell).strip()


def _refuse_too_large(path: Path) -> None:
    with zipfile.ZipFile(path) as archive:
        n_bytes = sum(part.file_size for part in archive.infolist())
    if n_bytes > MAX_UNPACKED:
        raise Malformed(f"{path.name} is too large for a workbook; save the sheet as CSV (UTF-8)")


def _damaged(path: Path, error: BaseException) -> Malformed:
    locked = isinstance(error, CalamineError) and "assword" in str(error)
    if locked:
        return Malformed(f"{path.name} is locked with a password; save it without one, or as CSV (UTF-8)")
    first_line = (str(error).splitlines() or ["damaged"])[0]
    return Malformed(f"{path.name} cannot be read as a workbook ({first_line[:200]}); save it again")
