"""Frames made safe for a spreadsheet."""

from __future__ import annotations

import json

import polars as pl

_RUNS = r"^[\s\x00-\x1f\x7f\u{200b}\u{feff}]*[=+\-@\t\r]"
"""Blanks, control characters and invisible marks may stand before the sign: spreadsheets drop them."""
_NUMBER_LIKE = r"^\d{16,}$|^\d+[eE]\d+$"


def safe_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame as CSV may hold it: no cell that a spreadsheet runs, lists as JSON text, times in ISO 8601.

    A text cell that begins (blanks aside) with = + - @ tab or CR, also in its full-width form, gets an apostrophe before
    it (OWASP, CSV injection). Numbers stay numbers; ids are text and stay whole, and one that a
    spreadsheet would round (over 15 digits, or like 12e34) gets the apostrophe too.
    """
    columns = []
    for name, dtype in frame.schema.items():
        column = frame[name]
        if isinstance(dtype, pl.List | pl.Struct | pl.Array):
            texts = [
                None if value is None else json.dumps(_listed(value), ensure_ascii=False, default=str)
                for value in column
            ]
            column = pl.Series(name, texts, dtype=pl.String)
        elif isinstance(dtype, pl.Datetime):
            column = column.dt.strftime(
                "%Y-%m-%dT%H:%M:%SZ" if dtype.time_zone == "UTC" else "%Y-%m-%dT%H:%M:%S%:z"
            )
        columns.append(column)
    whole = pl.DataFrame(columns)
    texts_of = [name for name, dtype in whole.schema.items() if dtype in (pl.String, pl.Categorical, pl.Enum)]
    return whole.with_columns(_safe(name) for name in texts_of)


def _safe(name: str) -> pl.Expr:
    text = pl.col(name).cast(pl.String)
    folded = text.str.slice(0, 64).str.replace_many(["＝", "＋", "－", "＠"], ["=", "+", "-", "@"])
    risky = folded.str.contains(_RUNS) | folded.str.contains(r"^[\r\t]") | text.str.contains(_NUMBER_LIKE)
    return pl.when(risky).then(pl.lit("'") + text).otherwise(text).alias(name)


def _listed(value: object) -> object:
    return value.to_list() if isinstance(value, pl.Series) else value
