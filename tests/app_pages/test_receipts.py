from __future__ import annotations

import json
from datetime import UTC, datetime

from app_pages.receipts import cursor_rows, losses, receipts_json, whole_receipt
from job.receipts import receipt_json
from records import Place, Receipt

RECEIPT = Receipt(
    "news", "partial", "one feed", datetime(2025, 3, 1, tzinfo=UTC), 1.5, n_got=4, n_kept=4, places=(Place("a", "gone", "404", 0),),
    asked=("cecot",), faults={"status 503": 2, "time-out": 7}, skipped={"older": 3}, quarantined={"no text": 1},
    cursor_before={"a": "1", "b": "2"}, cursor_after={"a": "1", "b": {"etag": "x" * 900}, "c": 3},
)  # fmt: skip


def test_stored_receipt_comes_back_whole() -> None:
    whole = whole_receipt({"run_id": "r1", "source": "news", "n_got": 4, "receipt": receipt_json(RECEIPT)})
    assert whole["asked"] == ["cecot"] and whole["places"][0]["detail"] == "404" and whole["run_id"] == "r1"
    assert losses(whole) == [
        ("faults", "time-out", 7), ("faults", "status 503", 2), ("skipped", "older", 3), ("quarantined", "no text", 1),
    ]  # fmt: skip


def test_cursor_parts_that_moved_come_first_and_long_ones_are_cut() -> None:
    rows = cursor_rows(whole_receipt({"receipt": receipt_json(RECEIPT)}))
    assert [row[0] for row in rows] == ["b", "c", "a"]
    assert rows[1] == ("c", "", "3") and len(rows[0][2]) < 310 and rows[0][2].endswith("…")


def test_receipt_of_an_older_version_is_its_columns() -> None:
    for text in ("{}", "not json", None):
        whole = whole_receipt({"source": "news", "n_got": 4, "receipt": text})
        assert whole["n_got"] == 4 and losses(whole) == [] and cursor_rows(whole) == []


def test_download_is_json_in_the_order_given() -> None:
    rows = [{"run_id": name, "started_at": RECEIPT.started_at, "receipt": "{}"} for name in ("r2", "r1")]
    found = json.loads(receipts_json(rows))
    assert [run["run_id"] for run in found] == ["r2", "r1"]
    assert found[0]["started_at"] == "2025-03-01T00:00:00+00:00"
