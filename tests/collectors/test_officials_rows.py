"""The forms that archives come in: JSON lists and lines, tables, their encodings, and how each one breaks off."""

from __future__ import annotations

import json
from typing import Any

import pytest

from collectors.errors import Malformed
from collectors.officials_layout import BreaksOff, Refused, field_of, has_field
from collectors.officials_rows import encoding_of, read_rows
from tests.collectors.fake_archive import DAY, NOW, Host, ReadArchive, row

pytest_plugins = ["tests.collectors.officials_fixtures"]
WORDS = "El CECOT, ¡ya!"
TABLE = (
    f'id,created_at,content,url\n114000000000000001,2025-04-19T12:00:00Z,"{WORDS}",https://social.example/1\n'
)
PRETTY = json.dumps({"posts": [row(1, WORDS)]}, indent=2, ensure_ascii=False)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps([row(1, WORDS)], ensure_ascii=False),
        json.dumps([row(1, WORDS)], indent=4),
        "\ufeff" + json.dumps([row(1, WORDS)]),
        json.dumps([row(1, WORDS)], ensure_ascii=False).encode("utf-16"),
        json.dumps([row(1, WORDS)], ensure_ascii=False).encode("cp1252"),
        json.dumps([row(1, WORDS)])[:-1] + ' , {"id": ' + "9" * 6000 + ', "content": "Taxes", "created_at": NaN}]',
        json.dumps(row(1, WORDS)) + "\n",
        "\n".join(json.dumps(row(n, text)) for n, text in ((1, WORDS), (2, "Nada"))),
        "\ufeff" + "\r\n\r\n".join(json.dumps(row(n, text)) for n, text in ((1, WORDS), (2, "Nada"))),
        TABLE,
        TABLE + "\n\n",
        TABLE.replace("\n", "\r\n"),
        "\n" + TABLE,
        TABLE.encode("utf-8-sig"),
        f"content;id;created_at;\n{WORDS};114000000000000001;2025-04-19 12:00:00 UTC;\n",
        f"id\tcontent\tcreated_at\n114000000000000001\t{WORDS}\t1745064000\n".encode("cp1252"),
        f'\tid\tcontent\tcreated_at\n0\t114000000000000001\t"{WORDS}"\t1745064000\n',
        f"id|content|created_at\n114000000000000001|{WORDS}|1745064000\n".encode("utf-16"),
        TABLE + f'114000000000000002,2025-04-19T12:00:00Z,"{"x" * 200_000}",\n',
    ],
)  # fmt: skip
def test_an_archive_is_told_by_what_it_holds(
    host: Host, read_archive: ReadArchive, body: bytes | str
) -> None:
    host.body = body
    receipt, sink = read_archive()
    (said,) = sink.all("statements")
    assert (receipt.state, said.text, said.posted_at) == ("complete", WORDS, NOW - DAY)
    assert said.id == "officials:posts:114000000000000001"


def test_an_empty_list_is_complete(read_archive: ReadArchive) -> None:
    receipt, _ = read_archive()
    assert (receipt.state, receipt.n_got) == ("complete", 0)


def rows_of(text: str, **given: Any) -> list[Any]:
    return list(read_rows(text.encode(), "content", **given))


def test_a_broken_line_costs_itself_alone_even_the_first() -> None:
    one, two = ({"content": f"CECOT {n}"} for n in (1, 2))
    found = rows_of("\n".join(['{"content": "CEC', json.dumps(one), "7", json.dumps(two), '{"content": "C']))
    assert [kept for kept in found if isinstance(kept, dict)] == [one, two]
    assert [odd.reason for odd in found if isinstance(odd, Refused)] == [
        "a line that is no JSON",
        "not a row but int",
        "a line that is no JSON",
    ]
    assert "CEC" not in repr([odd for odd in found if isinstance(odd, Refused)])


def test_a_row_with_more_cells_than_the_header_costs_itself_alone() -> None:
    found = rows_of("id,content\n1,CECOT, of course\n2,CECOT\n3,CECOT,,\n")
    assert [isinstance(one, Refused) for one in found] == [True, False, False]
    assert found[1:] == [{"id": "2", "content": "CECOT"}, {"id": "3", "content": "CECOT"}]


@pytest.mark.parametrize(
    ("text", "n_rows"),
    [
        ('[{"content": "a"}, {"content": "b"}, {"cont', 2),
        ('[{"content": "a"}, {"content": "b"}', 2),
        ('[{"content": "a"}, {"content": "b"} {"content": "c"}]', 2),
        ('[{"content": "a"},', 1),
        ("id,content\n1,a\n2,b\n3,\"and so", 2),
        ('id,content\n1,"a"\n2,"b\nc","d\n', 1),
        ('id,content\n1,a\n2,"' + "x" * 8_100_000 + '"\n', 1),
    ],
)  # fmt: skip
def test_an_archive_that_breaks_off_gives_the_rows_before_it(text: str, n_rows: int) -> None:
    found = []
    with pytest.raises(BreaksOff, match=f"after {n_rows} rows"):
        for one in read_rows(text.encode(), "content"):
            found.append(one)
    assert len(found) == n_rows


@pytest.mark.parametrize("n_rows", [3, 50])
def test_an_archive_that_breaks_off_is_partial_and_read_again(
    host: Host, read_archive: ReadArchive, n_rows: int
) -> None:
    whole = json.dumps([row(n, f"CECOT {n}") for n in range(n_rows)])
    host.body = whole[:-20]
    first, sink = read_archive()
    assert (first.state, first.n_kept) == ("partial", n_rows - 1) and "breaks off" in first.detail
    assert sink.cursor == {}
    host.body = whole
    second, _ = read_archive(cursor=sink.cursor)
    assert (second.state, second.n_kept) == ("complete", n_rows)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (b"plain", "utf-8"),
        ("¡Año nuevo!".encode(), "utf-8"),
        ("¡Año nuevo!".encode("cp1252"), "cp1252"),
        ("¡Año nuevo!".encode() * 9 + b"\xe9", "utf-8"),
        ("\ufeffAño".encode(), "utf-8-sig"),
        ("Año".encode("utf-16"), "utf-16"),
    ],
)
def test_an_encoding_is_told_by_its_mark_or_by_most_letters(content: bytes, encoding: str) -> None:
    assert encoding_of(content) == encoding


def test_fields_are_found_within_others_and_by_their_whole_name() -> None:
    one = {"a": {"b": 1, "c": None}, "a.d": 2}
    assert (field_of(one, "a.b"), field_of(one, "a.d"), field_of(one, "a.x"), field_of(one, "")) == (1, 2, None, None)  # fmt: skip
    assert (has_field(one, "a.c"), has_field(one, "a.x"), has_field(one, ""), has_field(7, "a")) == (
        True,
        False,
        False,
        False,
    )


@pytest.mark.parametrize("text", ["<html>", "\n <!doctype html>", "<?xml version='1.0'?>"])
def test_a_page_is_no_archive(text: str) -> None:
    with pytest.raises(Malformed, match="web page"):
        rows_of(text)
