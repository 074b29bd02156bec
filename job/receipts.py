"""A receipt in full, as JSON for the store, and in one line for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime

from records import Receipt

HELP = {
    "not_configured": "off",
    "auth": "its key was refused",
    "rate_limited": "asked us to slow down",
    "blocked": "refuses this client",
    "gone": "no longer there",
    "malformed": "gave something unreadable",
    "unreachable": "could not be reached",
    "silent": "gave nothing where it used to give",
    "possibly_truncated": "may have given less than there is",
}


def receipt_json(receipt: Receipt) -> str:
    """Return the whole receipt as JSON; instants are ISO 8601 in UTC."""
    return json.dumps(asdict(receipt), default=_iso, ensure_ascii=False)


def receipt_line(receipt: Receipt) -> str:
    """Return how one source fared in one line, with counts that add up."""
    state = receipt.state.replace("_", " ")
    meaning = f" ({HELP[receipt.state]})" if receipt.state in HELP else ""
    went = _listed(
        (receipt.n_kept, "kept"),
        (receipt.n_tombstone, "unavailable"),
        (receipt.n_off_topic, "off topic"),
        (receipt.n_quarantined, "quarantined"),
        (receipt.n_known, "seen twice"),
    )
    parts = [f"{receipt.n_got} read, {went}" if went else ""]
    if receipt.n_retries:
        parts.append(f"{receipt.n_retries} {'retry' if receipt.n_retries == 1 else 'retries'}")
    if receipt.waited >= 0.05:
        parts.append(f"waited {receipt.waited:.1f} s")
    if receipt.faults:
        parts.append(f"faults: {_counted(receipt.faults)}")
    if receipt.state != "not_configured":
        parts.append(f"{receipt.seconds:.1f} s")
    said = ", ".join(part for part in parts if part)
    counts = f": {said}" if said else ""
    detail = f" - {receipt.detail}" if receipt.detail else ""
    return f"{receipt.source:<11} {state}{meaning}{counts}{detail}"


def _listed(*counts: tuple[int, str]) -> str:
    return ", ".join(f"{count} {name}" for count, name in counts if count)


def _counted(counts: Mapping[str, int], most: int = 4) -> str:
    """Return "status 503 (4), time-out (1)"; of many the first ones, which are the most frequent."""
    named = ", ".join(f"{name} ({n})" for name, n in list(counts.items())[:most])
    return f"{named} and {len(counts) - most} other kinds" if len(counts) > most else named


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
