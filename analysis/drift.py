"""Which fields a source sends that we do not know, and which of them it never sent before."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

DRIFT_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "name": pl.String(),
    "n_items": pl.Int64(),
    "is_new": pl.Boolean(),
}


def unknown_names(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return the unknown fields of each source's last run, new ones first: source, name, n_items, is_new.

    `receipts`: source, started_at, n_got, receipt (JSON text), in any order. A name is new when no earlier run met it;
    where no earlier run gave anything there is nothing to compare with, and no name is new.
    """
    rows = []
    for (source,), runs in receipts.sort("started_at").group_by("source", maintain_order=True):
        *earlier, last = [fields_in(text) for text in runs["receipt"]]
        known = set().union(*earlier)
        compared = bool(runs["n_got"][:-1].sum())
        found = [(name, n, compared and name not in known) for name, n in last.items()]
        for name, n, is_new in sorted(found, key=lambda field: (not field[2], -field[1], field[0])):
            rows.append({"source": source, "name": name, "n_items": n, "is_new": is_new})
    return pl.DataFrame(rows, schema=DRIFT_SCHEMA)


def fields_in(receipt: str | None) -> dict[str, int]:
    """Return the unknown fields of a receipt and how many items had each; none where the text holds no such thing."""
    try:
        whole: Any = json.loads(receipt or "{}")
    except ValueError:
        return {}
    fields = whole.get("unknown_fields") if isinstance(whole, Mapping) else None
    return {str(name): int(n) for name, n in fields.items()} if isinstance(fields, Mapping) else {}
