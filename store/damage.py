"""Which table of a store is damaged: looked for before a run builds on it, and after the engine tripped over it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from store import delta
from store.errors import StoreError, is_of_the_engine
from store.intact import remedy, unreadable
from store.pointer import Published, table_folder
from store.schema import TABLES


def check_tables(folder: Path, published: Published | None) -> None:
    """Raise StoreError where a table, a part of its log or one of its data files is not there. Reads no data.

    A published table that is gone would otherwise read as one that was never written, and be built anew without what it
    held; so would one whose log lost its end.
    """
    for name in TABLES:
        named = published.tables.get(name) if published else None
        for version in {named, None}:
            delta.data_files(table_folder(folder, name), version)


@contextmanager
def named_damage(folder: Path, versions: Mapping[str, int | None]) -> Iterator[None]:
    """Let a fault of the engine name the table and the data file that it could not read, if there is one.

    `versions` are the tables in question, None for the newest state. Looks only when something failed; then all of their
    files are read. Any other fault goes on its way.
    """
    try:
        yield
    except BaseException as fault:
        if isinstance(fault, StoreError) or not is_of_the_engine(fault):
            raise
        for name, version in versions.items():
            path = table_folder(folder, name)
            if found := unreadable(delta.data_files(path, version)):
                raise StoreError(f"{path}: the data file {found} cannot be read; {remedy(path)}") from fault
        raise
