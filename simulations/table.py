"""The rows that every simulation returns, and the table that they make in docs/method.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

ROW_SCHEMA: dict[str, pl.DataType] = {
    "simulation": pl.String(),
    "case": pl.String(),
    "method": pl.String(),
    "runs": pl.Int64(),
    **{name: pl.Float64() for name in ("coverage", "bias_pts", "width_pts", "power", "false_alarms")},
}
"""What a simulation says of one method in one case: the share (0-1) of intervals that held the truth, the mean error and the mean
width of the interval in points, the shares of effects found and of false alarms. Null where it says nothing."""

HEADS = {
    "simulation": "simulation",
    "case": "case",
    "method": "method",
    "runs": "runs",
    "coverage": "coverage",
    "bias_pts": "bias, points",
    "width_pts": "width, points",
    "power": "power",
    "false_alarms": "false alarms",
}
BEGIN, END = "<!-- simulations: begin -->", "<!-- simulations: end -->"
_SHARES = ("coverage", "power", "false_alarms")


def rows(found: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Return what a simulation found as a frame with the columns of ROW_SCHEMA; what a row leaves out is null."""
    return pl.DataFrame([{name: row.get(name) for name in ROW_SCHEMA} for row in found], schema=ROW_SCHEMA)


def markdown(frame: pl.DataFrame) -> str:
    """Return the rows as a Markdown table, without the columns about which no row says anything."""
    names = [name for name in ROW_SCHEMA if frame[name].drop_nulls().len()]
    lines = [" | ".join(HEADS[name] for name in names), " | ".join("---" for _ in names)]
    lines += [" | ".join(_said(name, row[name]) for name in names) for row in frame.to_dicts()]
    return "\n".join(f"| {line} |" for line in lines)


def replaced(document: str, table: str) -> str:
    """Return the document with the table between its two marks; raises ValueError where it lacks one of them."""
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(
            f"the document has no block between {BEGIN} and {END}; put both lines where the table goes"
        )
    return f"{before}{BEGIN}\n{table}\n{END}{after}"


def _said(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _SHARES:
        return f"{100 * value:.1f} %"
    return f"{value:.2f}" if isinstance(value, float) else str(value)
