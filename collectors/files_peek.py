"""The first rows of an imported table, and what they and its header say about its columns."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from collectors.errors import Malformed
from collectors.files_columns import no_text_column
from collectors.files_exports import Columns, check_mapping, take_columns
from collectors.files_layout import Row, Table
from collectors.files_times import month_first_in

_PEEKED = 200
"""Rows that are looked at before the first one is given out."""


def peek_rows(table: Table) -> list[Row]:
    """Return the first rows of a table; reading goes on behind them."""
    return list(islice(table.rows, _PEEKED))


def columns_of(table: Table, peeked: list[Row], file: str, mapping: Mapping[str, str]) -> Columns:
    """Return what the columns hold; raises Malformed for a table without a text or without a column of the mapping."""
    names = names_of(table, peeked)
    if table.columns is None and peeked and all(row.fault for row in peeked):
        raise Malformed(f"{file} line {peeked[0].line}: {peeked[0].fault}")
    if names or table.columns is not None:
        check_mapping(names, mapping, file)
    found = take_columns(names, mapping)
    if not {"text", "title"} & found.by_role.keys() and (names or table.columns is not None):
        raise Malformed(no_text_column(file, names))
    return found


def names_of(table: Table, peeked: list[Row]) -> tuple[str, ...]:
    """Return the names of a table's columns, or those that its first rows bring."""
    if table.columns is not None:
        return table.columns
    return tuple(dict.fromkeys(name for row in peeked if not row.fault for name in row.cells))


def is_month_first(columns: Columns, peeked: list[Row]) -> bool:
    """Return whether the first rows show that days stand behind months."""
    column = columns.by_role.get("posted_at", "")
    times = (row.cells.get(column) for row in peeked)
    return month_first_in(value for value in times if isinstance(value, str))
