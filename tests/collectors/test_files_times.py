"""Times of imports: one aware UTC type, and undated where no time can be believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from tests.collectors.imported import BIG, HEADER, Importer


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2025-02-03T23:30:00-06:00", "2025-02-04T05:30:00+00:00"),
        ("2025-02-03T23:30:00Z", "2025-02-03T23:30:00+00:00"),
        ("2025-02-03 23:30:00", "2025-02-03T23:30:00+00:00"),  # no zone: UTC
        ("2025-02-03", "2025-02-03T18:00:00+00:00"),  # a day: noon in San Salvador
        ("2025/2/3 9:05", "2025-02-03T09:05:00+00:00"),
        ("1738618200", "2025-02-03T21:30:00+00:00"),
        ("1738618200.0", "2025-02-03T21:30:00+00:00"),
        ("1738618200000", "2025-02-03T21:30:00+00:00"),
        ("Mon, 03 Feb 2025 21:00:00 GMT", "2025-02-03T21:00:00+00:00"),
        ("Mon Feb 03 21:00:00 +0000 2025", "2025-02-03T21:00:00+00:00"),
        ("03/02/2025", "2025-02-03T18:00:00+00:00"),  # the day first
        ("3.2.2025, 9:15 p. m.", "2025-02-03T21:15:00+00:00"),
        ("3 de febrero de 2025, 21:15", "2025-02-03T21:15:00+00:00"),
        ("lunes 3 de feb. de 2025", "2025-02-03T18:00:00+00:00"),
        ("February 3rd, 2025 11:30 PM EST", "2025-02-04T04:30:00+00:00"),
        ("45691", "2025-02-03T18:00:00+00:00"),  # a spreadsheet's day
        ("20250203", "2025-02-03T18:00:00+00:00"),
    ],
)
def test_times_are_read_into_aware_utc(bring: Importer, write: Any, stated: str, expected: str) -> None:
    post = bring(write("a.csv", f'{HEADER}\n{BIG},CECOT,"{stated}",x\n')).post
    assert post.posted_at is not None
    assert post.posted_at.isoformat() == expected
    assert post.posted_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "stated",
    ["hoy", "2025", "feb 2025", "30/02/2025", "2025-13-45", "nan", "2031-01-01", "1969-12-31", "99999999999999999999",
     "3 feb 2025 10:00 XYZ", "12:30", "-5", "0", "1e400", "ayer a las 3"],
)  # fmt: skip
def test_what_is_no_believable_time_is_undated(bring: Importer, write: Any, stated: str) -> None:
    post = bring(write("a.csv", f'{HEADER}\n{BIG},CECOT,"{stated}",x\n')).post
    assert (post.posted_at, post.flags) == (None, ("undated",))


def test_a_column_that_can_only_be_month_first_is_read_so(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", f"{HEADER}\n{BIG},CECOT,02/03/2025,x\n{BIG[:-1]}2,CECOT,02/13/2025,x\n"))
    assert [str(post.posted_at)[:10] for post in got.posts] == ["2025-02-03", "2025-02-13"]


def test_day_and_hour_may_stand_in_two_columns(bring: Importer, write: Any) -> None:
    post = bring(write("a.csv", f"id,texto,fecha,hora\n{BIG},CECOT,03/02/2025,21:15\n")).post
    assert post.posted_at == datetime(2025, 2, 3, 21, 15, tzinfo=UTC)


def test_naive_and_aware_times_of_one_table_can_be_compared(bring: Importer, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    when = datetime(2025, 2, 3, 21, 30)
    frame = {
        "id": [BIG, BIG[:-1] + "2"],
        "text": ["CECOT a", "CECOT b"],
        "created_at": [when, None],
        "aware": [when.replace(tzinfo=UTC)] * 2,
    }
    pl.DataFrame(frame).write_parquet(path)
    naive = bring(path)
    pl.DataFrame(frame).drop("created_at").rename({"aware": "created_at"}).write_parquet(path)
    aware = bring(path)
    assert naive.posts[0].posted_at == aware.posts[0].posted_at == when.replace(tzinfo=UTC)
    assert naive.receipt.newest_at == aware.receipt.newest_at
