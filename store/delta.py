"""Delta tables on disk: open, scan, append, merge, replace, delete, tidy. The one module that speaks to deltalake."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl
from deltalake import DeltaTable, WriterProperties, write_deltalake

from store.errors import StoreError, plain_errors
from store.schema import Table

_SMALL = WriterProperties(compression="ZSTD", compression_level=3)
_WRITING = ("writing the table", "free some disk or check the folder's rights, then run it again")
_REMEDY = "restore the store from a backup, or move the folder away and run refresh.py to build it anew"


def open_table(path: Path) -> DeltaTable | None:
    """Return the newest state of a table, or None where it was never written; raises StoreError when damaged."""
    log = path / "_delta_log"
    if not log.is_dir() or not any(name.endswith((".json", ".parquet")) for name in os.listdir(log)):
        return None  # a write killed before its first commit leaves data files alone
    with plain_errors("reading the table", path, _REMEDY):
        return DeltaTable(path)


def scan(path: Path, table: Table, version: int | None = None) -> pl.LazyFrame:
    """Return a table (at one version) as a lazy frame with the columns of its schema, in their order."""
    if version is None and open_table(path) is None:
        return pl.LazyFrame(schema=table.schema)
    with plain_errors("reading the table", path, _REMEDY):
        opened = DeltaTable(path, version=version)
        _check_files(path, opened)
        found = pl.scan_delta(opened)
        there = set(found.collect_schema().names())
    return found.select(
        pl.col(name) if name in there else pl.lit(table.defaults.get(name), dtype=dtype).alias(name)
        for name, dtype in table.schema.items()
    )


def append(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Add rows in one commit, making the table if need be; returns the version written."""
    with plain_errors(_WRITING[0], path, _WRITING[1]):
        write_deltalake(
            path,
            frame,
            mode="append",
            configuration=None if open_table(path) else _configuration(table),
            writer_properties=_SMALL,
        )
    return newest_version(path)


def replace(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Replace all rows in one commit; returns the version written."""
    with plain_errors(_WRITING[0], path, _WRITING[1]):
        write_deltalake(
            path,
            frame,
            mode="overwrite",
            configuration=None if open_table(path) else _configuration(table),
            writer_properties=_SMALL,
        )
    return newest_version(path)


def merge(path: Path, table: Table, frame: pl.DataFrame) -> int:
    """Replace rows whose key is there (but for the table's kept columns), add the others, in one commit."""
    found = _must_open(path)
    fresh = [name for name in table.schema if name not in table.key and name not in table.kept]
    with plain_errors(_WRITING[0], path, _WRITING[1]):
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
    with plain_errors("deleting rows", path, _WRITING[1]):
        found.merge(
            keys, on, source_alias="s", target_alias="t", writer_properties=_SMALL
        ).when_matched_delete().execute()
    return newest_version(path)


def newest_version(path: Path) -> int:
    """Return the newest version of a table that was written before."""
    return _must_open(path).version()


def join_small_files(path: Path) -> bool:
    """Join small data files into few; returns whether anything was written."""
    with plain_errors("joining small files", path, _REMEDY):
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
    with plain_errors("removing old versions", path, _REMEDY):
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


def _check_files(path: Path, opened: DeltaTable) -> None:
    """Raise StoreError when a data file is missing or not of its size: scanning it would fail late, or panic."""
    files = pl.DataFrame(opened.get_add_actions(flatten=True)).select("path", "size_bytes")
    for name, size in files.iter_rows():
        there = path / unquote(name)
        if not there.exists() or there.stat().st_size != size:
            raise StoreError(
                f"{path}: the data file {there.name} is {'damaged' if there.exists() else 'gone'}; {_REMEDY}"
            )


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
