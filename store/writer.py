"""The writer of one topic's store: upsert by key, delete, publish, tidy. One at a time, under `Store.lock`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl

from store import damage, delta, lock, pointer
from store.errors import StoreError, plain_errors
from store.index import RowIndex
from store.last_run import LastRun, write_last_run
from store.schema import BESIDE_THE_LOCK
from store.tables import TABLES, Table, fitted, table_named
from store.units import units


@dataclass(frozen=True, slots=True)
class Counts:
    """What an upsert found: rows with a new key, rows that replaced another, rows already there."""

    n_new: int = 0
    n_changed: int = 0
    n_same: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.n_new + other.n_new, self.n_changed + other.n_changed, self.n_same + other.n_same)


@dataclass(frozen=True, slots=True)
class Tidied:
    """What `Store.compact` did. `waiting` names tables whose deleted rows are still in the published version."""

    n_joined: int = 0
    n_removed: int = 0
    waiting: tuple[str, ...] = ()


class Store:
    """One topic's tables. Opening it changes nothing on disk; raises StoreError when a newer Postura wrote it."""

    def __init__(self, root: Path, topic_id: str) -> None:
        self.folder = pointer.topic_folder(root, topic_id)
        self._indexes: dict[str, RowIndex] = {}
        pointer.read_pointer(self.folder)

    def lock(self, owner: str) -> AbstractContextManager[None]:
        """Return a context that holds the store for `owner`; entering raises StoreBusy while another refresh runs."""
        return lock.held(self.folder / "refresh.lock", owner)

    def check(self) -> None:
        """Raise StoreError where a table or a part of one is not there any more; nothing is changed."""
        damage.check_tables(self.folder, pointer.read_pointer(self.folder))

    def named_damage(self) -> AbstractContextManager[None]:
        """Return a context in which a fault of the engine names the table that it could not read, in a StoreError."""
        return damage.named_damage(self.folder, dict.fromkeys(TABLES))

    def read(self, table: str) -> pl.LazyFrame:
        """Return the newest state of a table, published or not; empty with its columns where it was never written."""
        return delta.scan(self._path(table), table_named(table))

    def version(self, table: str) -> int | None:
        """Return the newest Delta version of a table, or None where it was never written."""
        found = delta.open_table(self._path(table))
        return None if found is None else found.version()

    def upsert_rows(self, table: str, frame: pl.DataFrame) -> Counts:
        """Add rows with a new key and replace rows that differ, in one commit; equal rows write nothing.

        The first `seen_at` of a row is kept. Of two rows with one key the last wins. Raises StoreError for a frame that
        does not fit the table.
        """
        shape = table_named(table)
        rows = fitted(shape, frame)
        if rows.is_empty():
            return Counts()
        path, index = self._path(table), self._index(shape)
        new, changed = index.sorted_out(rows)
        if not changed.is_empty():
            version = delta.merge(path, shape, pl.concat([changed, new]))
        elif not new.is_empty():
            version = delta.append(path, shape, new)
        else:
            return Counts(n_same=rows.height)
        index.note(new, changed, version)
        lock.sign_of_life(self.folder / "refresh.lock")
        return Counts(new.height, changed.height, rows.height - new.height - changed.height)

    def replace_rows(self, table: str, frame: pl.DataFrame) -> bool:
        """Make the frame the whole table, in one commit; returns whether anything differed and was written."""
        shape = table_named(table)
        rows = fitted(shape, frame).sort(shape.key)
        before = self.read(table).sort(shape.key).collect()
        if self.version(table) is not None and rows.equals(before):
            return False
        delta.replace(self._path(table), shape, rows)
        self._indexes.pop(table, None)
        lock.sign_of_life(self.folder / "refresh.lock")
        return True

    def delete_rows(self, table: str, ids: Iterable[str], column: str | None = None) -> int:
        """Delete the rows whose `column` (the first part of the key) is one of `ids`; returns how many went.

        They stay on disk in older versions until the deletion is published and `compact(purge=True)` has run.
        """
        shape = table_named(table)
        name = column or shape.key[0]
        if name not in shape.schema:
            raise StoreError(f"{table}: there is no column {name}; the columns are {', '.join(shape.schema)}")
        wanted = pl.DataFrame({name: list(ids)}, schema={name: pl.String}).unique()
        here = self.read(table).select(name).join(wanted.lazy(), on=name, how="semi").collect()
        if here.is_empty():
            return 0
        delta.delete(self._path(table), shape, here.unique())
        self._indexes.pop(table, None)
        return here.height

    def units(
        self, targets: Sequence[str], revision: str, camps: Mapping[str, str] | None = None
    ) -> pl.LazyFrame:
        """Return the newest posts and statements with their readings, one row a placement and target.

        `camps` says the camp of each actor, for posts from an actor's own account. Columns: see `store.units`.
        """
        return units(
            self.read("posts"), self.read("statements"), self.read("readings"), targets, revision, camps
        )

    def note_run(self, run: LastRun) -> None:
        """Keep how a run ended, in place of the note of the run before; raises StoreError. Run it under the lock."""
        write_last_run(self.folder, run)

    def note_purge_due(self) -> None:
        """Note, before rows are deleted for good, that `compact(purge=True)` is owed: a run that dies leaves the note."""
        with plain_errors("noting a deletion", self.folder, "check the folder's rights; nothing was deleted"):
            self.folder.mkdir(parents=True, exist_ok=True)
            self._purge_note.touch()

    def purge_due(self) -> bool:
        """Return whether rows were deleted whose old versions have not been purged from the disk yet."""
        return self._purge_note.exists()

    def publish(self, now: datetime, revision: str | None = None) -> int:
        """Make the newest state of every table what readers see, in one step; returns the version number.

        `revision` names the classifier whose readings are shown; None keeps the one shown before. The number stays when
        nothing changed. Raises StoreError and leaves the version published before when the pointer cannot be written.
        """
        if now.tzinfo is None:
            raise StoreError("the publishing time has no zone; give an aware UTC time")
        before = pointer.read_pointer(self.folder)
        versions = {name: version for name in TABLES if (version := self.version(name)) is not None}
        published = pointer.next_version(before, self.folder, now, revision, versions)
        written_since = pointer.changed_at(self.folder)
        with plain_errors("publishing", self.folder, "check the disk; the version published before stays"):
            self.folder.mkdir(parents=True, exist_ok=True)
            for name, version in versions.items():
                if before is None or before.tables.get(name) != version:
                    delta.flush_to_disk(self._path(name), written_since)
            if before is None or published.version != before.version:
                pointer.note_history(published)
            pointer.write_pointer(published)
        return published.version

    def compact(self, now: datetime, keep_days: int = 7, purge: bool = False) -> Tidied:
        """Join small files and remove versions older than `keep_days`, never one that the pointer names.

        With `purge`, every version but the published and the newest leaves the disk at once, so that deleted rows are
        gone; readers of an older version get a StoreError and must read the pointer again. Publish first: tables whose
        published version is not the newest are named in `waiting`, and `purge_due` stays true. Run it under the lock.
        """
        published = pointer.read_pointer(self.folder)
        current = dict(published.tables) if published else {}
        tables = {name: version for name in TABLES if (version := self.version(name)) is not None}
        waiting = tuple(
            name for name, version in tables.items() if name in current and current[name] != version
        )
        joined = [name for name in tables if delta.join_small_files(self._path(name))]
        if published:
            current = self._follow(published, current, tables)
        n_removed = 0
        for name in tables:
            hours = (
                0 if purge and name not in BESIDE_THE_LOCK else keep_days * 24
            )  # a file of an append under way must stay
            keep = [current[name]] if name in current else []
            n_removed += delta.remove_unnamed(self._path(name), hours, keep)
        if published:
            self._follow(published, current, {name: v for name, v in tables.items() if name not in waiting})
            oldest = now if purge else now - timedelta(days=keep_days)
            history = pointer.read_history(self.folder)
            kept = [
                entry
                for entry in history
                if entry.published_at >= oldest or entry.version == published.version
            ]
            if len(kept) != len(history):
                pointer.trim_history(self.folder, kept)
        if purge and not waiting:
            self._purge_note.unlink(missing_ok=True)
        return Tidied(len(joined), n_removed, waiting)

    def _follow(
        self, published: pointer.Published, current: dict[str, int], tables: dict[str, int]
    ) -> dict[str, int]:
        """Let the pointer name the tidied version of each table that it named before: the rows are the same ones."""
        moved = dict(current)
        for name, version in tables.items():
            if published.tables.get(name) == version:
                moved[name] = delta.newest_version(self._path(name))
        if moved != dict(current):
            for name in tables:
                delta.flush_to_disk(self._path(name), pointer.changed_at(self.folder))
            pointer.write_pointer(replace(published, tables=moved))
        return moved

    @property
    def _purge_note(self) -> Path:
        return self.folder / "purge-due"

    def _path(self, table: str) -> Path:
        return pointer.table_folder(self.folder, table_named(table).name)

    def _index(self, table: Table) -> RowIndex:
        version = self.version(table.name)
        index = self._indexes.get(table.name)
        if index is None or index.version != version:
            with damage.named_damage(self.folder, {table.name: version}):
                index = RowIndex.of(table, self.read(table.name), version)
            self._indexes[table.name] = index
        return index
