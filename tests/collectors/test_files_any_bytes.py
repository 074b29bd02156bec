"""Whatever bytes a file holds, an import ends with a receipt that adds up, and no row is lost without a count."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collectors.files_times import read_time
from tests.collectors.imported import Importer

relaxed = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
NAMES = st.sampled_from(
    ["a.csv", "a.tsv", "a.jsonl", "a.json", "a.txt", "a.html", "a.parquet", "a.xlsx", "a.pdf", "a.zst", "a"]
)
CELL = st.text(st.characters(codec="utf-8"), max_size=40)
VALUE = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), CELL, st.lists(CELL, max_size=2))


@relaxed
@given(NAMES, st.binary(max_size=400))
def test_any_bytes(bring: Importer, tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    receipt = bring(path).receipt
    assert receipt.state != "failed", receipt.detail


@relaxed
@given(st.text(st.sampled_from('",;\t|\n\r\x00 aé1'), max_size=200))
def test_any_quotation_marks_and_delimiters(bring: Importer, tmp_path: Path, body: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,text,date\nabcdef1,CECOT,2025-02-03\n{body}", encoding="utf-8", newline="")
    got = bring(path)
    assert got.receipt.state in {"complete", "partial"}, got.receipt.detail
    assert "files:abcdef1" in got.ids


@relaxed
@given(st.lists(st.dictionaries(st.sampled_from(["id", "text", "title", "date", "author", "url", "lang", "parent_id",
    "kind", "outlet", "context", "platform", "crosspost_parent_list", "data"]), VALUE), max_size=5))  # fmt: skip
def test_any_json_values(bring: Importer, tmp_path: Path, rows: list[dict[str, object]]) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        "\n".join(json.dumps(row) for row in [{"id": "abcdef0x", "text": "CECOT"}, *rows]), encoding="utf-8"
    )
    got = bring(path)
    assert got.receipt.state in {"complete", "partial"}, got.receipt.detail
    assert not any("parser failed" in reason for reason in got.reasons), got.reasons


@relaxed
@given(st.one_of(VALUE, st.datetimes().map(str), st.dates().map(lambda day: day.strftime("%d/%m/%Y"))))
def test_any_stated_time_is_aware_or_none(stated: object) -> None:
    at = read_time(stated, ZoneInfo("America/El_Salvador"))
    assert at is None or (isinstance(at, datetime) and at.utcoffset() == datetime.now(UTC).utcoffset())
