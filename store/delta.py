"""Delta tables on disk: open, scan, append, merge, replace, delete, tidy. The one module that speaks to deltalake."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable, Schema, WriterProperties, write_deltalake

from store.errors import StoreError, plain_errors
from store.hush import hushed
from store.intact import broken_entry, files_there, has_log, remedy
from store.schema import Table

_SMALL = WriterProperties(compression="ZSTD", compression_level=3)
_WRITING = ("writing the table", "free some disk or check the folder's rights, then run it again")


def open_table(path: Path) -> DeltaTable | None:
    """Return the newest state of a table, or None where it was never written; raises StoreError when damaged."""
    with _reading(path):
        return DeltaTable(path) if has_log(path) else None


def scan(path: Path, table: Table, version: int | None = None) -> pl.LazyFrame:
    """Return a table (at one version) as a lazy frame with the columns of its schema, in their order.

    Rows that are older than a column hold its default.
    """
    files = data_files(path, version)
    if not files:
        return pl.LazyFrame(schema=table.schema)
    # not scan_delta: it looks for a folder whose name holds a blank or an accent under another name
    found = pl.scan_parquet(
        files, schema=table.schema, missing_columns="insert", extra_columns="ignore", glob=False
    )
    return found.select(_column(table, name) for name in table.schema)


def data_files(path: Path, version: int | None = None) -> list[Path]:
    """Return the data files of a table (at one version), none where it was never written; raises StoreError when damaged."""
    found = open_table(path)
    if found is None and version is None:
        return []
    if found is None:
        raise StoreError(f"{path}: the table is gone, though it was published; {remedy(path)}")
    with _reading(path):
        if version is not None and version != found.version():
            if version > found.version():
                raise StoreError(
                    f"{path}: version {version} was published, but the table's log ends at {found.version()}; "
                    f"{remedy(path)}"
                )
            found.load_as_version(version)
        named = pl.DataFrame(found.get_add_actions(flatten=True)).select("path", "size_bytes")
        return list(files_there(path, ((unquote(name), size) for name, size in named.iter_rows())))


def append(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Add rows in one commit, making the table if need be; returns the version written."""
    return _write(path, table, frame, "append")


def replace(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Replace all rows in one commit; returns the version written."""
    return _write(path, table, frame, "overwrite")


def merge(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Replace rows whose key is there (but for the table's kept columns), add the others, in one commit."""
    found = _widened(path, table) or _must_open(path)
    fresh = [name for name in table.schema if name not in table.key and name not in table.kept]
    with plain_errors(_WRITING[0], path, _WRITING[1]), hushed():
        (
            found.merge(frame, _same_key(table), source_alias="s", target_alias="t", writer_properties=_SMALL)
            .when_matched_update({_quoted(name): f"s.{_quoted(name)}" for name in fresh})
            .when_not_matched_insert({_quoted(name): f"s.{_quoted(name)}" for name in table.schema})
            .execute()
        )
    return newest_version(path)


def delete(path: Path, table: Table, keys: pl.DataFrame) -> int:
    """Delete the rows with these keys in one commit. A merge, because a DELETE writes the ids into the log."""
    found = _must_open(path)
    on = " AND ".join(f"t.{_quoted(name)} = s.{_quoted(name)}" for name in keys.columns)
    with plain_errors("deleting rows", path, _WRITING[1]), hushed():
        found.merge(
            keys, on, source_alias="s", target_alias="t", writer_properties=_SMALL
        ).when_matched_delete().execute()
    return newest_version(path)


def newest_version(path: Path) -> int:
    """Return the newest version of a table that was written before."""
    return _must_open(path).version()


def join_small_files(path: Path) -> bool:
    """Join small data files into few; returns whether anything was written."""
    with plain_errors("joining small files", path, remedy(path)), hushed():
        metrics = _must_open(path).optimize.compact(writer_properties=_SMALL)
    return bool(metrics.get("numFilesAdded"))


def remove_unnamed(path: Path, keep_hours: int, keep_versions: list[int]) -> int:
    """Delete data files that neither the newest nor a kept version names and that left it over `keep_hours` ago.

    Returns how many files went. Files of a killed write, which no version names, go too.
    """
    found = _must_open(path)
    ask: dict[str, Any] = {
        "retention_hours": keep_hours,
        "enforce_retention_duration": False,
        "full": True,
        "keep_versions": keep_versions or None,
    }
    with plain_errors("removing old versions", path, remedy(path)), hushed():
        if not found.vacuum(dry_run=True, **ask):  # a real vacuum writes two commits even when nothing goes
            return 0
        return len(found.vacuum(dry_run=False, **ask))


def flush_to_disk(path: Path, since: float) -> None:
    """Make the files that were written since `since` (seconds of the epoch) survive a power cut."""
    for folder in (path, path / "_delta_log"):
        with os.scandir(folder) as entries:
            fresh = [entry.path for entry in entries if entry.is_file() and entry.stat().st_mtime >= since]
        for name in [*fresh, str(folder)]:
            descriptor = os.open(name, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)


def _write(path: Path, table: Table, frame: pl.DataFrame, mode: Literal["append", "overwrite"]) -> int:
    there = _widened(path, table)
    with plain_errors(_WRITING[0], path, _WRITING[1]), hushed():
        if there is None:
            # the log before any data: data files without a log can then only have lost it
            columns = Schema.from_arrow(pl.Schema(table.schema))
            there = DeltaTable.create(path, columns, mode="ignore", configuration=_configuration(table))
        write_deltalake(
            there,
            frame,
            mode=mode,
            schema_mode="merge",  # columns of a later Postura stay, empty in these rows
            writer_properties=_SMALL,
        )
    return there.version()


def _widened(path: Path, table: Table) -> DeltaTable | None:
    """Return the table, given the columns that it lacks because an earlier Postura wrote it; None where there is none.

    Without them an append fails, and a merge drops their values without a word.
    """
    found = open_table(path)
    if found is None:
        return None
    with plain_errors(_WRITING[0], path, _WRITING[1]), hushed():
        there = {field.name for field in found.schema().fields}
        missing = [name for name in table.schema if name not in there]
        if missing:
            wanted = pl.Schema({name: table.schema[name] for name in missing})
            found.alter.add_columns(list(Schema.from_arrow(wanted).fields))
    return found


def _column(table: Table, name: str) -> pl.Expr:
    if name not in table.defaults:
        return pl.col(name)
    return pl.col(name).fill_null(pl.lit(table.defaults[name], dtype=table.schema[name]))


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Give a fault of the engine its sentence, with the entry of the log that it could not read."""
    try:
        with plain_errors("reading the table", path, remedy(path)):
            yield
    except StoreError as fault:
        if fault.__cause__ is not None and (entry := broken_entry(path)):
            raise StoreError(f"{path}: the log's entry {entry} is damaged; {remedy(path)}") from fault
        raise


def _must_open(path: Path) -> DeltaTable:
    found = open_table(path)
    if found is None:
        raise StoreError(f"{path}: the table has not been written yet; run refresh.py first")
    return found


def _configuration(table: Table) -> dict[str, str | None]:
    """Statistics in the log on times only: the log outlives deleted rows, so no text of theirs may be in it."""
    return {"delta.dataSkippingStatsColumns": ",".join(table.skipping)}


def _same_key(table: Table) -> str:
    return " AND ".join(f"t.{_quoted(name)} = s.{_quoted(name)}" for name in table.key)


def _quoted(name: str) -> str:
    return json.dumps(name)
