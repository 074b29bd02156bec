"""Delta tables on disk: open, scan, append, merge, replace, delete, tidy. The one module that speaks to deltalake."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable, Schema, WriterProperties, write_deltalake

from store.errors import StoreError, plain_errors
from store.hush import hushed
from store.schema import Table

_SMALL = WriterProperties(compression="ZSTD", compression_level=3)
_WRITING = ("writing the table", "free some disk or check the folder's rights, then run it again")
_REMEDY = "restore the store from a backup, or move the folder away and run refresh.py to build it anew"


def open_table(path: Path) -> DeltaTable | None:
    """Return the newest state of a table, or None where it was never written; raises StoreError when damaged."""
    log = path / "_delta_log"
    with plain_errors("reading the table", path, _REMEDY):
        if not log.is_dir() or not any(name.endswith((".json", ".parquet")) for name in os.listdir(log)):
            return None  # a write killed before its first commit leaves data files alone
        return DeltaTable(path)


def scan(path: Path, table: Table, version: int | None = None) -> pl.LazyFrame:
    """Return a table (at one version) as a lazy frame with the columns of its schema, in their order.

    Rows that are older than a column hold its default.
    """
    if version is None and open_table(path) is None:
        return pl.LazyFrame(schema=table.schema)
    with plain_errors("reading the table", path, _REMEDY):
        files = _checked_files(path, DeltaTable(path, version=version))
    if not files:
        return pl.LazyFrame(schema=table.schema)
    # not scan_delta: it looks for a folder whose name holds a blank or an accent under another name
    found = pl.scan_parquet(
        files, schema=table.schema, missing_columns="insert", extra_columns="ignore", glob=False
    )
    return found.select(_column(table, name) for name in table.schema)


def append(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Add rows in one commit, making the table if need be; returns the version written."""
    _write(path, table, frame, "append")
    return newest_version(path)


def replace(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Replace all rows in one commit; returns the version written."""
    _write(path, table, frame, "overwrite")
    return newest_version(path)


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
    with plain_errors("joining small files", path, _REMEDY), hushed():
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
    with plain_errors("removing old versions", path, _REMEDY), hushed():
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


def _write(path: Path, table: Table, frame: pl.DataFrame, mode: Literal["append", "overwrite"]) -> None:
    there = _widened(path, table)
    with plain_errors(_WRITING[0], path, _WRITING[1]), hushed():
        write_deltalake(
            path,
            frame,
            mode=mode,
            schema_mode="merge",  # columns of a later Postura stay, empty in these rows
            configuration=None if there else _configuration(table),
            writer_properties=_SMALL,
        )


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


def _checked_files(path: Path, opened: DeltaTable) -> list[Path]:
    """Return the data files of a table. Raises StoreError when one is missing or not of its size: scanning it would fail
    late, or panic."""
    files = pl.DataFrame(opened.get_add_actions(flatten=True)).select("path", "size_bytes")
    found = []
    for name, size in files.iter_rows():
        there = path / unquote(name)
        if not there.exists() or there.stat().st_size != size:
            raise StoreError(
                f"{path}: the data file {there.name} is {'damaged' if there.exists() else 'gone'}; {_REMEDY}"
            )
        found.append(there)
    return found


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
