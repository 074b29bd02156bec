"""Which rows a table holds, as two 64-bit hashes a row: of the key and of the compared columns."""

from __future__ import annotations

import polars as pl

from store.schema import Table


class RowIndex:
    """The hashes of one version of a table, so that an upsert reads the table once and not once a batch.

    A clash of two keys is harmless: the row then goes to the merge, which compares the keys themselves. Only a clash of
    key and content at once (1 in 2^128) could be taken for a row already there. 16 bytes a row.
    """

    def __init__(self, table: Table, hashes: pl.DataFrame, version: int | None) -> None:
        self.version = version
        self._table = table
        self._hashes = hashes

    @classmethod
    def of(cls, table: Table, rows: pl.LazyFrame, version: int | None) -> RowIndex:
        """Return the index of a table's rows as they are at `version`."""
        return cls(table, rows.select(_hashes(table)).collect(engine="streaming"), version)

    def sorted_out(self, rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the rows whose key is new, and those whose key is there with other content."""
        marked = rows.with_columns(_hashes(self._table))
        # first the few rows of the index that matter: joins then hash a batch, never the whole index
        known = self._hashes.join(marked.select("_key"), on="_key", how="semi")
        unlike = marked.join(known, on=["_key", "_content"], how="anti")
        new = unlike.join(known, on="_key", how="anti")
        changed = unlike.join(known, on="_key", how="semi")
        return new.select(rows.columns), changed.select(rows.columns)

    def note(self, new: pl.DataFrame, changed: pl.DataFrame, version: int) -> None:
        """Take over what a commit wrote."""
        fresh = pl.concat([new, changed]).select(_hashes(self._table))
        old = self._hashes
        if not changed.is_empty():
            old = old.join(fresh.select("_key"), on="_key", how="anti")
        self._hashes = pl.concat([old, fresh])
        self.version = version


def _hashes(table: Table) -> list[pl.Expr]:
    return [pl.struct(table.key).hash(1).alias("_key"), pl.struct(table.compared).hash(2).alias("_content")]
