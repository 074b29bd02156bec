"""The analysts' labels of a topic as a file, written and read by the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from job.export import ExportError
from settings import Settings
from store.errors import StoreError, first_line
from store.labels import LabelBook, labels_csv, read_labels_csv
from topics import Topic


def export_labels(settings: Settings, topic: Topic, out: Path) -> str:
    """Return one line on the file written; raises ExportError or StoreError."""
    labels = LabelBook(settings.store_root(), topic.id).read_labels()
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(labels_csv(labels))
    except OSError as fault:
        raise ExportError(
            f"{out}: cannot be written ({first_line(fault)}); name another file with --out"
        ) from fault
    return f"{out}: {labels.height} labels"


def import_labels(settings: Settings, topic: Topic, files: Sequence[Path], now: datetime) -> list[str]:
    """Return one line for each file taken in; raises StoreError for the first with a fault, before any is taken in."""
    targets = [target.id for target in topic.targets]
    read = []
    for file in files:
        try:
            data = file.read_bytes()
        except OSError as fault:
            raise StoreError(f"{file}: cannot be read ({first_line(fault)}); nothing was imported") from fault
        read.append((file, read_labels_csv(data, str(file), targets, now)))
    book = LabelBook(settings.store_root(), topic.id)
    return [f"{file}: {rows.height} labels, {book.add_labels(rows)} of them new" for file, rows in read]
