"""Frames that fit a table: from our records, or from a frame that somebody else made."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import is_dataclass
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import Any

import polars as pl

from records import clean_text
from store.errors import StoreError, first_line
from store.schema import FLAGS, INSTANT, SCHEMA_VERSION, TABLES, TEXT, Table, table_named

__all__ = ["SCHEMA_VERSION", "TABLES", "Table", "fitted", "rows_frame", "table_named"]

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def rows_frame(name: str, rows: Iterable[Any], **extra: Any) -> pl.DataFrame:
    """Return rows (our frozen dataclasses, raw items or mappings, all of one kind) as a frame that fits the table.

    Dicts and nested dataclasses (`payload`, `places`, `cursor`) become JSON text. `extra` adds columns: one value for all
    rows, or a list of one value a row (`text_key=[...]`).
    """
    table = table_named(name)
    listed = list(rows)
    unknown = sorted(set(extra) - set(table.schema))
    if unknown:
        raise StoreError(
            f"{name}: there is no column {', '.join(unknown)}; the columns are {', '.join(table.schema)}"
        )
    try:
        columns = _columns(table, listed, extra)
        shape = {column: table.schema[column] for column in columns}
        try:
            frame = pl.DataFrame(columns, schema=shape)
        except UnicodeEncodeError:  # half a character, in a file's name or a foreign key: nothing can hold it
            frame = pl.DataFrame({name: _storable(values) for name, values in columns.items()}, schema=shape)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError) as fault:
        raise StoreError(f"{name}: a row does not fit the table ({first_line(fault)})") from fault
    return fitted(table, frame)


def fitted(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with exactly the table's columns and types, one row a key (the last one wins).

    Missing columns and empty cells take the table's default. Raises StoreError for an unknown column, a type that does
    not fit, a time without a zone, or a row without its key.
    """
    unknown = [name for name in frame.columns if name not in table.schema]
    if unknown:
        raise StoreError(
            f"{table.name}: there is no column {', '.join(unknown)}; the columns are {', '.join(table.schema)}"
        )
    if frame.width == 0:
        return pl.DataFrame(schema=table.schema)
    shaped = frame.select(_column(table, frame, name) for name in table.schema)
    for name in table.key:
        n_empty = shaped[name].null_count()
        if n_empty:
            raise StoreError(
                f"{table.name}: {n_empty} of {frame.height} rows have no {name}, which is part of the key"
            )
    return shaped.unique(subset=list(table.key), keep="last", maintain_order=True)


def _column(table: Table, frame: pl.DataFrame, name: str) -> pl.Expr:
    dtype = table.schema[name]
    default = pl.lit(table.defaults.get(name), dtype=dtype)
    if name not in frame.columns:
        return default.alias(name)
    given = frame.schema[name]
    if not _fits(given, dtype):
        raise StoreError(f"{table.name}.{name}: expected {_said(dtype)}, got {_said(given)}")
    column = pl.col(name)
    if given == dtype:
        return column.fill_null(default) if name in table.defaults else column
    if isinstance(given, pl.Datetime) and given.time_zone is not None:
        column = column.dt.convert_time_zone("UTC")
    try:
        frame.select(column.cast(dtype))
    except pl.exceptions.PolarsError as fault:
        raise StoreError(
            f"{table.name}.{name}: a value does not fit {_said(dtype)} ({first_line(fault)})"
        ) from fault
    column = column.cast(dtype)
    return column.fill_null(default) if name in table.defaults else column


def _fits(given: Any, wanted: Any) -> bool:
    if given == wanted or given == pl.Null:
        return True
    if isinstance(wanted, pl.Datetime):
        return isinstance(given, pl.Datetime) and given.time_zone is not None
    if isinstance(wanted, pl.List):
        return isinstance(given, pl.List) and given.inner in (pl.String, pl.Null)
    if wanted == pl.String:
        return given in (pl.Categorical, pl.Enum)
    return bool(wanted.is_numeric() and given.is_numeric() and (wanted.is_float() or given.is_integer()))


def _said(dtype: Any) -> str:
    if isinstance(dtype, pl.Datetime):
        return "an aware UTC time" if dtype.time_zone else "a time without a zone"
    return str(dtype)


def _holds(row: Any, column: str) -> bool:
    return column in row if isinstance(row, Mapping) else hasattr(row, column)


def _columns(table: Table, rows: Sequence[Any], extra: Mapping[str, Any]) -> dict[str, list[Any] | pl.Series]:
    """Return those columns of a table that the rows or the extra values have."""
    columns: dict[str, list[Any] | pl.Series] = {}
    for name, dtype in table.schema.items():
        if name in extra:
            value = extra[name]
            columns[name] = (
                list(value) if isinstance(value, list | tuple | pl.Series) else [value] * len(rows)
            )
        elif rows and _holds(rows[0], name):
            columns[name] = _cells(rows, name, dtype)
    return columns


def _cells(rows: Sequence[Any], column: str, dtype: Any) -> list[Any] | pl.Series:
    """Return one column of the rows, as its type can hold it."""
    of_mapping = isinstance(rows[0], Mapping)
    values = [row.get(column) for row in rows] if of_mapping else list(map(attrgetter(column), rows))
    if dtype == TEXT:
        return [value if value is None or isinstance(value, str) else _json(value) for value in values]
    if dtype == FLAGS:
        given = (value or None for value in values)  # an empty list is the default, and dear to build
        return [list(value) if isinstance(value, tuple) else value for value in given]
    if dtype == INSTANT:  # as numbers: seven times as fast as datetimes
        since = [None if value is None else (value - _EPOCH) // _MICROSECOND for value in values]
        return pl.Series(since, dtype=pl.Int64).cast(INSTANT)
    return values


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=_plain)


def _storable(values: Iterable[Any]) -> list[Any]:
    return [
        clean_text(value)
        if isinstance(value, str)
        else _storable(value)
        if isinstance(value, list)
        else value
        for value in values
    ]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {name: getattr(value, name) for name in _fields(value)}
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _fields(value: Any) -> Sequence[str]:
    return tuple(value.__dataclass_fields__)
