from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.export import safe_cells


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "\n=1", "＝1+1", "=cmd|' /C calc'!A0"]
)
def test_cell_that_a_spreadsheet_would_run_is_prefixed(cell: str) -> None:
    assert safe_cells(pl.DataFrame({"text": [cell]}))["text"].to_list() == ["'" + cell]


@pytest.mark.parametrize("cell", ["", "reddit:t3_1abc", "a=b", "no - yes", "¿=?", "'=1", "3,5", "2025-02-03"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cells(pl.DataFrame({"text": [cell]}))["text"].to_list() == [cell]


@pytest.mark.parametrize("key", ["1912345678901234561", "123456789012e345", "12E3"])
def test_ids_that_a_spreadsheet_would_round_are_kept_as_text(key: str) -> None:
    assert safe_cells(pl.DataFrame({"text_key": [key]}))["text_key"].to_list() == ["'" + key]


def test_numbers_times_lists_and_nothing_become_plain_cells() -> None:
    frame = pl.DataFrame(
        {
            "share": [-0.5, None],
            "at": [datetime(2025, 2, 4, 5, 30, tzinfo=UTC), None],
            "flags": [["undated", "=x"], None],
            "simulated": [True, False],
            "text": [None, "x"],
        }
    )
    safe = safe_cells(frame)
    assert safe["share"].to_list() == [-0.5, None]
    assert safe["at"].to_list() == ["2025-02-04T05:30:00Z", None]
    assert safe["flags"].to_list() == ['["undated", "=x"]', None]
    assert safe["text"].to_list() == [None, "x"]
    assert safe.write_csv().splitlines()[0] == "share,at,flags,simulated,text"


def test_empty_frame_stays_empty() -> None:
    assert safe_cells(pl.DataFrame(schema={"text": pl.String, "flags": pl.List(pl.String)})).is_empty()


@pytest.mark.parametrize("before", ["\x1f", "\x0b", "\x7f", "\u200b", "\ufeff", "\u3000 "])
def test_sign_behind_what_a_spreadsheet_drops_is_no_formula(before: str) -> None:
    assert safe_cells(pl.DataFrame({"text": [f"{before}=1+1"]}))["text"].to_list() == [f"'{before}=1+1"]


@given(
    st.lists(
        st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
        max_size=5,
    )
)
def test_no_cell_of_a_written_file_begins_a_formula(cells: list[str]) -> None:
    written = safe_cells(pl.DataFrame({"text": cells}, schema={"text": pl.String})).write_csv()
    rows = list(csv.reader(io.StringIO(written, newline="")))[1:]
    for row in rows:
        assert not row or not row[0].lstrip().startswith(("=", "+", "-", "@"))
    kept = [row[0] if row else "" for row in rows]
    assert [cell.removeprefix("'") for cell in kept] == [cell.removeprefix("'") for cell in cells]
