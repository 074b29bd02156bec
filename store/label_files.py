"""Labels as a CSV file: written so that a spreadsheet opens it safely, read back from there."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime

import polars as pl

from records import ANSWERS, UNSURE
from store.errors import StoreError, first_line
from store.export import safe_cells
from store.schema import TABLES

NEEDED = ("text_key", "target", "analyst", "label")
_INSTANT = pl.Datetime("us", "UTC")


def labels_csv(labels: pl.DataFrame) -> bytes:
    """Return labels as CSV (UTF-8 with a mark that spreadsheets know): text_key, target, analyst, label, labelled_at."""
    buffer = io.BytesIO()
    safe_cells(labels.select(TABLES["labels"].schema.keys())).write_csv(buffer, include_bom=True)
    return buffer.getvalue()


def read_labels_csv(data: bytes, name: str, targets: Sequence[str], now: datetime) -> pl.DataFrame:
    """Return the labels in a CSV file (`,` or `;`), with the columns of `records.Label`; raises StoreError in one sentence.

    `labelled_at` (ISO 8601) may be missing, as a column or in a row: it is `now` then. Nothing of a file with a fault is
    returned: half an import would be taken for a whole one.
    """
    rows = _parsed(data, name)
    if missing := [column for column in NEEDED if column not in rows.columns]:
        raise StoreError(
            f"{name}: there is no column {', '.join(missing)}; the columns are {', '.join(rows.columns)}; nothing was imported"
        )
    if "labelled_at" not in rows.columns:
        rows = rows.with_columns(labelled_at=pl.lit(None, dtype=pl.String))
    # an apostrophe kept the cell from being run, or rounded, by a spreadsheet
    cells = rows.select(pl.col(*NEEDED, "labelled_at").str.strip_chars().str.strip_prefix("'"))
    for column, allowed in (("label", (*ANSWERS, UNSURE)), ("target", tuple(targets))):
        _refuse(
            name, cells, column, ~pl.col(column).is_in(list(allowed)), f"expected one of {', '.join(allowed)}"
        )
    for column in ("text_key", "analyst"):
        _refuse(name, cells, column, pl.col(column) == "", "expected something")
    times = cells.with_columns(
        pl.col("labelled_at")
        .str.to_datetime("%+", time_unit="us", time_zone="UTC", strict=False)
        .alias("read_at")
    )
    unread = (pl.col("labelled_at").fill_null("") != "") & pl.col("read_at").is_null()
    _refuse(name, times, "labelled_at", unread, "expected a time such as 2025-02-03T18:00:00Z")
    read_at = pl.col("read_at").fill_null(pl.lit(now, dtype=_INSTANT))
    return times.select(*NEEDED, pl.min_horizontal(read_at, pl.lit(now, dtype=_INSTANT)).alias("labelled_at"))


def _parsed(data: bytes, name: str) -> pl.DataFrame:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    head = text.partition("\n")[0]
    separator = ";" if head.count(";") > head.count(",") else ","
    try:
        return pl.read_csv(io.StringIO(text), separator=separator, infer_schema=False)
    except pl.exceptions.PolarsError as fault:
        raise StoreError(
            f"{name}: cannot be read as CSV ({first_line(fault)}); nothing was imported"
        ) from fault


def _refuse(name: str, rows: pl.DataFrame, column: str, bad: pl.Expr, expected: str) -> None:
    wrong = rows.with_row_index("line", offset=2).filter(bad.fill_null(True))
    if wrong.height:
        line, value = wrong.select("line", column).row(0)
        more = f" ({wrong.height} rows are like it)" if wrong.height > 1 else ""
        raise StoreError(
            f"{name}, line {line}: {column} is {(value or '')[:80]!r}; {expected}; nothing was imported{more}"
        )
