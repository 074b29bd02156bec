"""Rows of an imported table, one at a time, whatever its format; and those of Parquet."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import polars as pl

from collectors.errors import Malformed
from collectors.files_csv import read_csv
from collectors.files_json import flat_cells, read_json, read_lines
from collectors.files_layout import Row, Table
from collectors.files_text import Sniffed
from collectors.files_workbook import read_workbook

_PARQUET_ROWS = 20_000


def read_table(file: Sniffed, wanted: Collection[str] = ()) -> Table:
    """Return the rows of a file that is a table; raises Malformed, also while reading.

    `wanted` are the columns that the user named, which tell a header from the lines before it.
    """
    match file.format:
        case "csv":
            return read_csv(file, wanted)
        case "jsonl":
            return Table(None, read_lines(file))
        case "json":
            return Table(None, read_json(file))
        case "xlsx":
            return read_workbook(file.path, wanted)
        case _:
            return _read_parquet(file.path)


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
            yield Row(number, flat_cells(cells))
        if part.height < _PARQUET_ROWS:
            return


def _no_parquet(path: Path, error: Exception) -> Malformed:
    first_line = (str(error).splitlines() or ["damaged"])[0]
    return Malformed(f"{path.name} cannot be read as Parquet ({first_line[:200]}); export it again")
