"""Readings, statements and the daily table as CSV files that a spreadsheet opens safely."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import polars as pl

from settings import ROOT, Settings
from store.errors import first_line
from store.export import safe_cells
from store.queries import Published, daily_cells, export_readings, export_statements, read_published
from topics import Topic

NOTE_FILE = "method.md"
NOTE = """# {title}

Published version {version}, {published_at:%Y-%m-%d %H:%M} UTC. Days are cut in {zone}.

- `readings.csv`: one row a post and target, with the probabilities and the label. The column `simulated` says which
  rows were invented by us to show the charts; leave them out of anything that you publish.
- `statements.csv`: one row a statement and target, with its speaker and source. `verification` is set for the
  archive, whose texts are in our own words: read (we read the source) or cited (known through a citation).
- `daily.csv`: the table behind the charts. Columns favor to off_topic are sums of weights; see the method.

Cells that begin with = + - @ carry a leading apostrophe, so that no spreadsheet runs them.
These are readings of the texts in these sources, not of a population.

"""


class ExportError(Exception):
    """The export could not be written; the message says where and why."""


def export_tables(settings: Settings, topic: Topic, out: Path) -> list[str]:
    """Return one line for each file written to `out`; raises ExportError or StoreError."""
    published = read_published(settings.store_root(), topic.id)
    if published is None:
        raise ExportError(f"nothing is published for {topic.id} yet; run `python refresh.py` first")
    frames = {
        "readings.csv": export_readings(published),
        "statements.csv": export_statements(published),
        "daily.csv": daily_cells(published),
    }
    try:
        out.mkdir(parents=True, exist_ok=True)
        _write_all(out, frames, _note(topic, published))
    except FileExistsError as error:
        raise ExportError(f"{out} is a file; name a folder with --out") from error
    except (OSError, pl.exceptions.PolarsError) as error:
        raise ExportError(
            f"{out}: cannot be written ({first_line(error)}); check its rights and free disk, or choose another folder "
            "with --out"
        ) from error
    lines = [f"{out / name}: {frame.height} rows" for name, frame in frames.items()]
    return [*lines, f"{out / NOTE_FILE}: how the figures were made"]


def _write_all(out: Path, frames: dict[str, pl.DataFrame], note: str) -> None:
    """Write every file beside its place first, so that a full disk leaves an earlier export as it was."""
    parts = {name: out / f".{name}.{os.getpid()}.part" for name in (*frames, NOTE_FILE)}
    try:
        for name, frame in frames.items():
            safe_cells(frame).write_csv(parts[name], include_bom=True)
        parts[NOTE_FILE].write_text(note, encoding="utf-8")
        for name, part in parts.items():
            part.replace(out / name)
    finally:
        for part in parts.values():
            with suppress(OSError):
                part.unlink(missing_ok=True)


def _note(topic: Topic, published: Published) -> str:
    head = NOTE.format(
        title=topic.title.en, version=published.version, published_at=published.published_at, zone=topic.zone
    )
    return head + (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
