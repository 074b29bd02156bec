"""Readings, statements and the daily table as CSV files that a spreadsheet opens safely."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from settings import ROOT, Settings
from store.export import safe_cells
from store.queries import Published, daily_cells, export_readings, export_statements, read_published
from topics import Topic

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
        lines = [_write(out / name, frame) for name, frame in frames.items()]
        (out / "method.md").write_text(_note(topic, published), encoding="utf-8")
    except OSError as error:
        raise ExportError(
            f"{out}: cannot be written ({error.strerror}); choose another folder with --out"
        ) from error
    return [*lines, f"{out / 'method.md'}: how the figures were made"]


def _write(path: Path, frame: pl.DataFrame) -> str:
    safe_cells(frame).write_csv(path, include_bom=True)
    return f"{path}: {frame.height} rows"


def _note(topic: Topic, published: Published) -> str:
    head = NOTE.format(
        title=topic.title.en, version=published.version, published_at=published.published_at, zone=topic.zone
    )
    return head + (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
