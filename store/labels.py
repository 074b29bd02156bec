"""What analysts answered, and the random samples that they answer about: the one part of a store that the app writes.

Rows are only ever appended, beside the lock of the daily job, so that labelling goes on while a refresh runs and neither
waits for the other: a Delta append disturbs no other write, and `Store.compact` leaves the files of one under way alone.
What is read here is the newest state, not the published one: an analyst sees at once what he answered.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import polars as pl

from records import Label
from store import delta, lock, pointer
from store.errors import StoreBusy, StoreError
from store.label_files import labels_csv, read_labels_csv
from store.schema import BESIDE_THE_LOCK, TABLES
from store.tables import fitted, rows_frame

__all__ = ["Draw", "LabelBook", "StoreError", "labels_csv", "read_labels_csv"]

WAIT_SECONDS = 10.0
"""How long one writer of labels waits for another: each takes a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Draw:
    """One random sample of a target's texts: see `analysis.sampling.draw_sample` for its two frames."""

    target: str
    simulated: bool
    drawn_at: datetime
    seed: int
    revision: str  # the classifier's, whose labels the strata are
    sample: pl.DataFrame = field(repr=False)
    strata: pl.DataFrame = field(repr=False)


class LabelBook:
    """The labels and samples of one topic's store. Opening it changes nothing on disk."""

    def __init__(self, root: Path, topic_id: str) -> None:
        self._folder = pointer.topic_folder(root, topic_id)
        pointer.read_pointer(self._folder)  # a store that a newer Postura wrote is refused

    def version(self) -> str:
        """Return what changes whenever a label or a sample was written: a key for caches."""
        found = [delta.open_table(self._path(name)) for name in BESIDE_THE_LOCK]
        return "/".join("-" if table is None else str(table.version()) for table in found)

    def read_labels(self) -> pl.DataFrame:
        """Return the labels that stand, one row a text, target and analyst, oldest first: the columns of `records.Label`."""
        rows = self._scan("labels").sort("labelled_at").collect()
        newest = rows.unique(TABLES["labels"].key, keep="last", maintain_order=True)
        return newest.filter(pl.col("label") != "")

    def add_labels(self, labels: pl.DataFrame) -> int:
        """Add labels (the columns of `records.Label`); returns how many rows were new. A row that the store has is skipped,
        and an older one than it has changes nothing."""
        rows = fitted(TABLES["labels"], labels)
        with self._writing():
            known = self._scan("labels").collect()
            new = rows.join(known, on=list(TABLES["labels"].schema), how="anti")
            if new.is_empty():
                return 0
            self._append("labels", new)
        return new.height

    def withdraw(self, text_key: str, target: str, analyst: str, now: datetime) -> None:
        """Take an answer back, as if it had not been given."""
        with self._writing():
            self._append("labels", rows_frame("labels", [Label(text_key, target, analyst, "", now)]))

    def save_draw(self, draw: Draw) -> None:
        """Keep a random sample; from now on it is the one of its target."""
        name = f"{draw.target}/{'simulated' if draw.simulated else 'live'}/{draw.drawn_at.isoformat()}"
        of_draw = {
            "draw": name, "target": draw.target, "simulated": draw.simulated, "drawn_at": draw.drawn_at, "seed": draw.seed,
            "revision": draw.revision,
        }  # fmt: skip
        strata = draw.strata.with_columns(pl.lit(value).alias(column) for column, value in of_draw.items())
        with self._writing():
            self._append("drawn", fitted(TABLES["drawn"], draw.sample.with_columns(draw=pl.lit(name))))
            self._append("draws", fitted(TABLES["draws"], strata))

    def latest_draw(self, target: str, simulated: bool) -> Draw | None:
        """Return the newest sample of a target's live (or simulated) texts, None where none was drawn."""
        mine = (pl.col("target") == target) & (pl.col("simulated") == simulated)
        draws = (
            self._scan("draws").filter(mine).filter(pl.col("drawn_at") == pl.col("drawn_at").max()).collect()
        )
        if draws.is_empty():
            return None
        first = draws.row(0, named=True)
        sample = self._scan("drawn").filter(pl.col("draw") == first["draw"]).sort("place").collect()
        return Draw(
            target, simulated, first["drawn_at"], first["seed"], first["revision"], sample.drop("draw"),
            draws.select("lang", "predicted", "n_frame", "n_drawn", "favor", "against", "neutral").sort("lang", "predicted"),
        )  # fmt: skip

    def _append(self, name: str, rows: pl.DataFrame) -> None:
        since = time.time() - 1.0
        delta.append(self._path(name), TABLES[name], rows)
        delta.flush_to_disk(self._path(name), since)

    def _scan(self, name: str) -> pl.LazyFrame:
        return delta.scan(self._path(name), TABLES[name])

    def _path(self, name: str) -> Path:
        return pointer.table_folder(self._folder, name)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Let one writer of labels in at a time, each after the other."""
        patience = time.monotonic() + WAIT_SECONDS
        with ExitStack() as held:
            while True:
                try:
                    held.enter_context(lock.held(self._folder / "labels.lock", "labels"))
                    break
                except StoreBusy as busy:
                    if time.monotonic() > patience:
                        raise StoreError(
                            f"{self._folder}: other labels have been written for over {WAIT_SECONDS:.0f} seconds; this "
                            "answer was not kept, give it again"
                        ) from busy
                    time.sleep(0.05)
            yield
