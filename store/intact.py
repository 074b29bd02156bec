"""Whether all parts of a table are where its log needs them: entries of the log, data files, and what these hold.

The engine passes over a log that is gone or that ends too early, and names no file that it cannot read. Here each damage
gets its sentence before anything is built on top of it.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl

from store.errors import StoreError, first_line
from store.hush import hushed

_ENTRY = re.compile(r"(\d{20})\.json")
_CHECKPOINT = re.compile(r"(\d{20})\.checkpoint\..*parquet")


def remedy(path: Path) -> str:
    """Return what to do about a damaged table, by the folder of it."""
    return (
        f"restore the store from a backup, or move {path.parents[1]} away and run refresh.py to build it anew, without "
        "what was imported or labelled"
    )


def has_log(path: Path) -> bool:
    """Return whether a table was ever written; raises StoreError where its log, or a part of that, is gone.

    A table begins with an entry of its log alone, before any data: data files without a log have lost it.
    """
    if path.exists() and not path.is_dir():
        raise StoreError(f"{path}: a file stands where the table's folder must be; {remedy(path)}")
    log = path / "_delta_log"
    sizes = _sizes_in(log)
    entries = {int(found[1]): name for name in sizes if (found := _ENTRY.fullmatch(name))}
    checkpoints = [int(found[1]) for name in sizes if (found := _CHECKPOINT.fullmatch(name))]
    if not entries and not checkpoints:
        n_files = sum(1 for _ in path.glob("*.parquet"))
        if n_files:
            raise StoreError(
                f"{log}: the table's log is gone, its data files ({n_files}) are still there; nothing was changed; "
                f"{remedy(path)}"
            )
        return False
    needed = range(max(checkpoints, default=-1) + 1, max(entries, default=-1) + 1)
    for version in needed:
        if not sizes.get(entries.get(version, "")):
            what = f"{version:020}.json is {'empty' if version in entries else 'gone'}"
            raise StoreError(f"{log}: the log's entry {what}; {remedy(path)}")
    return True


def broken_entry(path: Path) -> str | None:
    """Return the name of the first entry of a table's log that is not JSON line by line, if there is one."""
    for entry in sorted((path / "_delta_log").glob("*.json")):
        try:
            for line in entry.read_text(encoding="utf-8").splitlines():
                json.loads(line)
        except ValueError:
            return entry.name
    return None


def files_there(path: Path, sizes: Iterable[tuple[str, int]]) -> Iterator[Path]:
    """Yield the data files of a table, whose log says these names and sizes; raises StoreError for one that is not so.

    To scan such a file would fail late, or panic.
    """
    for name, size in sizes:
        there = path / name
        if not there.exists() or there.stat().st_size != size:
            state = "damaged" if there.exists() else "gone"
            raise StoreError(f"{path}: the data file {name} is {state}; {remedy(path)}")
        yield there


def unreadable(files: Iterable[Path]) -> str | None:
    """Return `<file> (<why>)` of the first data file that cannot be read to its end, if there is one. Reads them all."""
    for file in files:
        try:
            with hushed():
                pl.read_parquet(file, glob=False)
        except BaseException as fault:
            if not isinstance(fault, Exception) and type(fault).__name__ != "PanicException":
                raise
            return f"{file.name} ({first_line(fault)})"
    return None


def _sizes_in(log: Path) -> dict[str, int]:
    sizes = {}
    for name in os.listdir(log) if log.exists() else ():
        with suppress(FileNotFoundError):  # the draft of an entry that another process is writing
            sizes[name] = (log / name).stat().st_size
    return sizes
