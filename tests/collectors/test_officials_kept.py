"""What the next run does: nothing where nothing changed, edits and deletions where they are, and no gap between windows."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from collectors.officials_memory import ArchiveRead, archives_of
from records import Post
from tests.collectors.fake_archive import DAY, NOW, Host, ReadArchive, row, texts_of
from tests.collectors.replay import Answer, Sink

pytest_plugins = ["tests.collectors.officials_fixtures"]
LATER = NOW + DAY


def many(*numbers: int, text: str = "CECOT {}") -> list[dict[str, Any]]:
    return [row(n, text.format(n), NOW - n * DAY) for n in numbers]


def served(host: Host, *rows: dict[str, Any]) -> None:
    host.body = json.dumps(rows)


def gone_in(sink: Sink) -> list[str]:
    posts: list[Post] = sink.all("posts")
    assert all((post.state, post.text) == ("deleted", "") for post in posts)
    return [post.id.rsplit("000", 1)[1] for post in posts]


def test_an_archive_that_did_not_change_is_not_sent_again(host: Host, read_archive: ReadArchive) -> None:
    served(host, *many(*range(1, 41)))
    first, sink = read_archive()
    assert first.n_kept == 40
    idle, again = read_archive(cursor=sink.cursor, now=LATER)
    assert (idle.state, idle.n_got, idle.detail) == ("complete", 0, "nothing new since the last run")
    assert again.batches == []


def test_an_archive_without_conditions_that_did_not_change_gives_nothing(
    host: Host, read_archive: ReadArchive
) -> None:
    body = json.dumps([*many(*range(1, 41)), *many(*range(41, 61), text="Taxes {}")])
    host.answers["/posts"] = Answer(200, body)
    first, sink = read_archive()
    assert (first.n_kept, first.n_off_topic) == (40, 20)
    idle, again = read_archive(cursor=sink.cursor, now=LATER)
    assert (idle.state, idle.n_got, idle.skipped) == ("complete", 0, {"rows read before": 60})
    assert again.batches == []


def test_a_last_modified_is_asked_with(host: Host, read_archive: ReadArchive) -> None:
    stamp = "Sun, 20 Apr 2025 11:00:00 GMT"
    host.answers["/posts"] = Answer(200, json.dumps(many(1)), {"Last-Modified": stamp})
    _, sink = read_archive()
    read_archive(cursor=sink.cursor, now=LATER)
    assert [ask.headers.get("if-modified-since") for ask in host.asked] == [None, stamp]


def test_new_edited_and_deleted_rows_are_noticed_whatever_their_age(
    host: Host, read_archive: ReadArchive
) -> None:
    served(host, *many(*range(1, 61)), row(90, "The oldest", NOW - 90 * DAY))
    _, sink = read_archive()
    rest = many(*(n for n in range(1, 61) if n not in (20, 55, 57)))
    edited = row(55, "Something else", NOW - 55 * DAY)
    served(host, row(0, "CECOT new", NOW), *rest, edited, row(90, "The oldest", NOW - 90 * DAY))
    receipt, after = read_archive(cursor=sink.cursor, now=LATER)
    assert (receipt.state, receipt.n_got, receipt.n_tombstone) == ("complete", 4, 2)
    assert texts_of(after) == ["CECOT new", "Something else"]
    assert gone_in(after) == ["20", "57"]
    assert after.all("posts")[0].posted_at == NOW - 20 * DAY
    idle, _ = read_archive(cursor=after.cursor, now=LATER + DAY)
    assert idle.n_got == 0


def test_a_row_that_is_edited_into_the_topic_is_kept(host: Host, read_archive: ReadArchive) -> None:
    served(host, *many(1, 2), row(30, "Taxes", NOW - 30 * DAY))
    _, sink = read_archive()
    served(host, *many(1, 2), row(30, "Taxes and CECOT", NOW - 30 * DAY))
    _, after = read_archive(cursor=sink.cursor, now=LATER)
    assert texts_of(after) == ["Taxes and CECOT"]


def test_rows_that_are_marked_emptied_or_turned_into_reposts_are_gone(
    host: Host, read_archive: ReadArchive
) -> None:
    columns = {"deleted": "isDeleted"}
    served(host, *(row(n, f"CECOT {n}", created_at=None, isDeleted="f") for n in (1, 2, 3, 4)))
    _, sink = read_archive(columns=columns)
    served(
        host,
        row(1, "CECOT 1", created_at=None, isDeleted="t"),
        row(2, "", created_at=None),
        row(3, "RT @somebody CECOT", created_at=None),
        row(4, "CECOT 4", created_at=None, isDeleted="f"),
    )
    receipt, after = read_archive(columns=columns, cursor=sink.cursor, now=LATER)
    assert (gone_in(after), receipt.n_got) == (["1", "2", "3"], 3)
    assert {post.flags for post in after.all("posts")} == {("undated",)}


def test_an_archive_that_holds_only_the_latest_rows_deletes_none(
    host: Host, read_archive: ReadArchive
) -> None:
    served(host, *many(3, 4, 5, 6))
    _, sink = read_archive()
    served(host, *many(1, 2, 3, 4))
    receipt, after = read_archive(cursor=sink.cursor, now=LATER)
    assert (receipt.n_tombstone, texts_of(after)) == (0, ["CECOT 1", "CECOT 2"])
    assert len(after.cursor["archives"]["posts"]["rows"]) == 6


@pytest.mark.parametrize("rows", [many(1, 2, 30), []])
def test_an_archive_that_lacks_most_rows_is_doubted_and_asked_for_again(
    host: Host, read_archive: ReadArchive, rows: list[dict[str, Any]]
) -> None:
    served(host, *many(*range(1, 31)))
    _, sink = read_archive()
    cursor = sink.cursor
    served(host, *rows)
    for hours in (12, 36, 60):
        receipt, sink = read_archive(cursor=cursor, now=NOW + timedelta(hours=hours))
        cursor = sink.cursor or cursor
        assert (receipt.state, receipt.n_tombstone) == ("partial", 0)
    assert ("30 statements" if not rows else "lacks 27 of 30") in receipt.detail
    late, after = read_archive(cursor=cursor, now=NOW + timedelta(days=4))
    if rows:
        assert (late.state, late.n_tombstone) == ("complete", 27)
    else:
        assert (late.state, late.n_tombstone) == ("partial", 0)
    served(host, *many(*range(1, 31)))
    healed, last = read_archive(cursor=after.cursor or cursor, now=NOW + timedelta(days=5))
    assert healed.state == "complete"
    assert len(last.cursor["archives"]["posts"]["rows"]) == 30


def test_another_mapping_reads_everything_anew(host: Host, read_archive: ReadArchive) -> None:
    served(host, *(row(n, f"CECOT {n}", NOW - n * DAY, link=f"https://b.example/{n}") for n in range(1, 21)))
    _, sink = read_archive()
    remapped, after = read_archive(cursor=sink.cursor, now=LATER, columns={"url": "link"})
    assert (remapped.n_kept, remapped.n_tombstone) == (20, 0)
    assert after.all("statements")[0].url == "https://b.example/1"
    by_text, last = read_archive(
        cursor=after.cursor, now=LATER + DAY, columns={"url": "link", "id": "content"}
    )
    assert (by_text.state, by_text.n_kept, by_text.n_tombstone) == ("complete", 20, 20)
    assert len(last.cursor["archives"]["posts"]["rows"]) == 20


def test_an_earlier_window_is_read_and_a_later_one_leaves_no_gap(
    host: Host, read_archive: ReadArchive
) -> None:
    served(host, *many(*range(1, 31)))
    near, sink = read_archive(since=NOW - timedelta(days=3, hours=1))
    assert near.n_kept == 3
    far, sink = read_archive(since=NOW - timedelta(days=20, hours=1), cursor=sink.cursor, now=LATER)
    assert (far.n_kept, far.skipped["rows read before"]) == (17, 3)
    served(host, *many(*range(-10, 31)))
    late, after = read_archive(since=NOW + 8 * DAY, cursor=sink.cursor, now=NOW + 10 * DAY)
    assert late.n_kept == 11
    assert len(after.cursor["archives"]["posts"]["rows"]) == 31


def test_an_id_that_comes_twice_is_one_statement_on_every_run(host: Host, read_archive: ReadArchive) -> None:
    served(host, row(1, "CECOT one"), row(1, "CECOT other"))
    first, sink = read_archive()
    assert (first.n_got, first.skipped, texts_of(sink)) == (1, {"rows that came twice": 1}, ["CECOT one"])
    host.answers["/posts"] = Answer(200, host.body)
    again, _ = read_archive(cursor=sink.cursor, now=LATER)
    assert again.n_got == 0


def test_a_run_that_is_cut_short_is_read_again(host: Host, read_archive: ReadArchive) -> None:
    served(host, *many(*range(1, 31)))
    first, sink = read_archive(n_requests=1)
    assert first.state == "partial" and sink.cursor == {}
    second, _ = read_archive(cursor=sink.cursor)
    assert (second.state, second.n_kept) == ("complete", 30)


def test_one_archive_s_fault_leaves_what_is_known_of_it(host: Host, read_archive: ReadArchive) -> None:
    served(host, *many(*range(1, 5)))
    _, sink = read_archive("a", "b")
    host.answers["/a"] = Answer(404)
    receipt, after = read_archive("a", "b", cursor=sink.cursor, now=LATER)
    assert [place.state for place in receipt.places] == ["gone", "complete"]
    assert after.batches == []  # the cursor stays as it was
    del host.answers["/a"]
    healed, _ = read_archive("a", "b", cursor=sink.cursor, now=LATER)
    assert (healed.state, healed.n_got) == ("complete", 0)


@pytest.mark.parametrize(
    "cursor",
    [
        {},
        {"archives": 7},
        {"archives": {"posts": None}},
        {"archives": {"posts": {"mark": "x"}}},
        {"archives": {"posts": {**ArchiveRead().as_cursor(), "rows": {"1": 2}}}},
    ],
)
def test_a_damaged_cursor_is_read_anew(host: Host, read_archive: ReadArchive, cursor: dict[str, Any]) -> None:
    assert archives_of(cursor) == {}
    served(host, *many(1))
    receipt, _ = read_archive(cursor=cursor)
    assert (receipt.state, receipt.n_kept) == ("complete", 1)
