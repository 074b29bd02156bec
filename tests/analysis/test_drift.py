from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from analysis.drift import DRIFT_SCHEMA, unknown_names


def receipts(*runs: tuple[int, dict[str, int] | str], source: str = "mastodon") -> pl.DataFrame:
    """Daily runs: what each gave, and the unknown fields on its receipt (or the receipt's text)."""
    at = datetime(2025, 3, 1, tzinfo=UTC)
    rows = [
        (source, at + timedelta(days=n), got, fields if isinstance(fields, str) else json.dumps({"unknown_fields": fields}))
        for n, (got, fields) in enumerate(runs)
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "source": pl.String,
        "started_at": pl.Datetime("us", "UTC"),
        "n_got": pl.Int64,
        "receipt": pl.String,
    }
    return pl.DataFrame(rows, schema=schema, orient="row").sample(fraction=1, shuffle=True, seed=1)


def test_names_that_no_earlier_run_met_are_new_and_come_first() -> None:
    found = unknown_names(receipts((9, {"a": 9}), (4, {}), (7, {"a": 7, "b": 2})))
    assert found.rows() == [("mastodon", "b", 2, True), ("mastodon", "a", 7, False)]


def test_first_run_that_gave_anything_has_nothing_to_compare_with() -> None:
    assert not unknown_names(receipts((9, {"a": 9})))["is_new"].any()
    assert not unknown_names(receipts((0, {}), (9, {"a": 9})))["is_new"].any()


def test_only_the_last_run_counts_and_old_receipts_are_no_fault() -> None:
    assert unknown_names(receipts((9, {"a": 9}), (9, {}))).is_empty()
    odd = unknown_names(receipts((9, "{}"), (9, "not json"), (9, '["x"]'), (9, {"a": 1})))
    assert odd.rows() == [("mastodon", "a", 1, True)]
    assert unknown_names(receipts()).schema == pl.Schema(DRIFT_SCHEMA)
