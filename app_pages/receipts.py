"""Receipts as they were written: whole again from the store's JSON, told apart into what a table can show."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

LOSSES = ("faults", "skipped", "quarantined")
MAX_CELL = 300


def whole_receipt(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a receipt in full; of a run of an older version, which stored none, the columns that there are."""
    columns = {name: value for name, value in row.items() if name not in ("receipt", "run_id")}
    try:
        stored = json.loads(row.get("receipt") or "{}")
    except ValueError:
        stored = {}
    return {"run_id": row.get("run_id"), **columns, **(stored if isinstance(stored, Mapping) else {})}


def receipts_json(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return receipts in full as a JSON list, in the order given; instants are ISO 8601 in UTC."""
    return json.dumps([whole_receipt(row) for row in rows], default=_plain, ensure_ascii=False, indent=1)


def losses(receipt: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return (what, reason, times) for each fault, each thing skipped and each item quarantined, most frequent first."""
    found = []
    for what in LOSSES:
        counts = receipt.get(what) or {}
        found += [
            (what, str(reason), int(n)) for reason, n in sorted(counts.items(), key=lambda item: -item[1])
        ]
    return found


def cursor_rows(receipt: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return (name, before, after) for each part of the cursor, those that the run moved first; "" where it was not."""
    before, after = receipt.get("cursor_before") or {}, receipt.get("cursor_after") or {}
    rows = [(str(name), _cell(before, name), _cell(after, name)) for name in {**before, **after}]
    return sorted(rows, key=lambda row: (row[1] == row[2], row[0]))


def _cell(cursor: Mapping[str, Any], name: str) -> str:
    if name not in cursor:
        return ""
    value = cursor[name]
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=_plain)
    return text if len(text) <= MAX_CELL else f"{text[:MAX_CELL]}…"


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
