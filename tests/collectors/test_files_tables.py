"""How tables are read: delimiters, encodings, layout, JSON; one bad row costs no other."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.collectors.imported import BIG, HEADER, Importer


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_every_delimiter_in_every_encoding(
    bring: Importer, write: Any, delimiter: str, encoding: str, line_end: str
) -> None:
    rows = [
        ["id", "texto", "fecha"],
        [BIG, f'El CECOT, "megacárcel"; según él{delimiter} ñandú', "2025-02-03T10:00:00Z"],
    ]
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    got = bring(write("posts.csv", out.getvalue(), encoding))
    assert got.post.text == rows[1][1]
    assert got.post.id == f"files:{BIG}"
    assert got.post.posted_at == datetime(2025, 2, 3, 10, tzinfo=UTC)


def test_a_mark_before_the_first_header_does_not_hide_the_column(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", "\ufefftext,id\nNo al CECOT,abcdefg1\n"))
    assert (got.post.text, got.post.id) == ("No al CECOT", "files:abcdefg1")


def test_a_field_over_131072_characters_is_read_whole(bring: Importer, write: Any) -> None:
    text = "CECOT " + "y más " * 40_000
    got = bring(write("a.csv", f'{HEADER}\n{BIG},"{text}",2025-02-03,x\n{BIG[:-1]}2,CECOT,2025-02-03,x\n'))
    assert [len(post.text) for post in got.posts] == [len(text.strip()), 5]


def test_a_row_without_a_time_is_undated_and_never_now(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", f"{HEADER}\n{BIG},No al CECOT,,x\n"))
    assert (got.post.posted_at, got.post.flags) == (None, ("undated",))


def test_a_line_break_within_a_cell_stays(bring: Importer, write: Any) -> None:
    got = bring(
        write("a.csv", f'{HEADER}\n{BIG},"No al CECOT.\nNunca.",2025-02-03,x\n{BIG[:-1]}2,,2025-02-03,x\n')
    )
    assert got.post.text == "No al CECOT.\nNunca."
    assert got.reasons == ["a.csv line 4: the row has no text"]


@pytest.mark.parametrize("last", [True, False])
def test_a_quotation_mark_that_is_never_closed_costs_no_other_row(
    bring: Importer, write: Any, last: bool
) -> None:
    rows = "".join(f"{BIG[:-2]}{number:02d},2025-02-03,CECOT {number}\n" for number in range(20))
    broken = f'{BIG[:-2]}99,2025-02-03,"CECOT sin cierre\n' if last else f'"{BIG[:-2]}99,2025-02-03,CECOT\n'
    got = bring(write("a.csv", f"id,date,text\n{broken}{rows}"))
    assert [post.text for post in got.posts if post.text.split()[-1].isdigit()] == [
        f"CECOT {n}" for n in range(20)
    ]
    assert got.receipt.n_got == 21


def test_a_row_with_too_many_cells_is_quarantined_with_the_way_out(bring: Importer, write: Any) -> None:
    got = bring(
        write("a.csv", f"{HEADER}\n{BIG},No, al CECOT,2025-02-03,x\n{BIG[:-1]}2,CECOT,2025-02-03,x\n")
    )
    assert len(got.posts) == 1
    assert "a.csv line 2: 5 cells where the header has 4" in got.reasons[0]
    assert "quotation marks" in got.reasons[0]


def test_a_table_of_one_column_may_hold_commas(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", "texto\nNo, nunca, al CECOT\nSí; pero CECOT no\n"))
    assert [post.text for post in got.posts] == ["No, nunca, al CECOT", "Sí; pero CECOT no"]


@pytest.mark.parametrize("preamble", ["sep=;\n", "Report:;Monthly\nFrom;2025-02-01\n\n"])
def test_lines_before_the_header_are_passed_over(bring: Importer, write: Any, preamble: str) -> None:
    got = bring(
        write("a.csv", f"{preamble}Date;Full Text;Url\n2025-02-03;No al CECOT;https://example.org/1\n")
    )
    assert (got.post.text, got.post.url) == ("No al CECOT", "https://example.org/1")


def test_a_few_broken_bytes_do_not_spoil_the_accents_of_the_rest(bring: Importer, write: Any) -> None:
    good = "".join(f"{BIG[:-2]}{number:02d},ñandú áéí CECOT,,\n" for number in range(40))
    got = bring(write("a.csv", f"{HEADER}\n{good}".encode() + f"{BIG[:-2]}77,CECOT ".encode() + b"\xff,,\n"))
    assert {post.text for post in got.posts} == {"ñandú áéí CECOT", "CECOT \ufffd"}


def test_a_table_that_is_named_txt_is_read_as_a_table(bring: Importer, write: Any) -> None:
    got = bring(write("export.txt", f"id\ttext\tdate\n{BIG}\tNo al CECOT\t2025-02-03\n"))
    assert got.post.text == "No al CECOT"


def test_a_broken_line_costs_only_itself(bring: Importer, write: Any) -> None:
    lines = [
        '{"id": "abcdef1", "text": "CECOT uno"}',
        "",
        '{"id": "abcdef2", ',
        '["CECOT"]',
        '{"id": "abcdef3", "text": "CECOT dos"}',
    ]
    got = bring(write("a.ndjson", "\n".join(lines)))
    assert got.ids == ["files:abcdef1", "files:abcdef3"]
    assert [reason.split(":")[0] for reason in got.reasons] == ["a.ndjson line 3", "a.ndjson line 4"]
    assert (
        json.loads(got.quarantined[0].payload)["cells"] == {}
    )  # a line that cannot be taken apart may hold a name


def test_a_row_without_its_text_among_others_is_quarantined(bring: Importer, write: Any) -> None:
    lines = ['{"id": "abcdef1", "text": "CECOT"}', '{"id": "abcdef2"}', '{"id": "abcdef3", "text": null}']
    got = bring(write("a.jsonl", "\n".join(lines)))
    assert got.receipt.n_quarantined == 2
    assert got.reasons == ["a.jsonl line 2: the row has no text", "a.jsonl line 3: the row has no text"]


@pytest.mark.parametrize(
    "value",
    [
        [{"id": "abcdef1", "text": "No al CECOT"}],
        {"data": [{"id": "abcdef1", "text": "No al CECOT"}]},
        {"meta": {"n": 1}, "posts": [{"id": "abcdef1", "body": "No al CECOT"}]},
        {"id": "abcdef1", "text": "No al CECOT", "replies": [{"x": 1}]},
        {
            "kind": "Listing",
            "data": {"children": [{"kind": "t1", "data": {"id": "abcdef1", "body": "No al CECOT"}}]},
        },
        [{"id": "abcdef1", "text": ["No ", {"type": "bold", "text": "al"}, " CECOT"]}],
        [{"id": "abcdef1", "content": "<p>No al <b>CECOT</b></p>"}],
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_items_are_found_in_the_usual_json(
    bring: Importer, write: Any, value: object, indent: int | None
) -> None:
    got = bring(write("a.json", json.dumps(value, indent=indent)))
    assert (got.post.id, got.post.text) == ("files:abcdef1", "No al CECOT")


def test_json_lines_under_the_name_json(bring: Importer, write: Any) -> None:
    rows = [{"id": f"abcdef{n}", "text": "CECOT", "user": {"screen_name": "a_b_c_d_e"}} for n in range(3)]
    got = bring(write("a.json", "\n".join(map(json.dumps, rows))))
    assert got.receipt.n_kept == 3
    assert all(post.author_key for post in got.posts)
    assert "a_b_c_d_e" not in repr(got.posts)
