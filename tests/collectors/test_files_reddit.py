"""Dumps of Reddit: both kinds, any window, what is deleted, what is broken; nobody's name is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import zstandard

from collectors.files_reddit import OFF_TOPIC
from tests.collectors.imported import Importer

CREATED = 1738591200  # 3 February 2025, 14:00 UTC
Dump = Callable[..., Path]


def submission(name: str, title: str, **more: Any) -> dict[str, Any]:
    return {
        "id": name, "title": title, "selftext": "", "author": "made_up_author", "subreddit": "ElSalvador",
        "created_utc": CREATED, "is_self": True, "permalink": f"/r/ElSalvador/comments/{name}/some_title/", **more,
    }  # fmt: skip


def comment(name: str, body: str, above: str = "t3_p0", **more: Any) -> dict[str, Any]:
    return {
        "id": name, "body": body, "author": "made_up_author", "subreddit": "ElSalvador", "created_utc": CREATED + 60,
        "link_id": above, "parent_id": above, "permalink": f"/r/ElSalvador/comments/p0/some_title/{name}/", **more,
    }  # fmt: skip


def lines_of(things: Iterable[dict[str, Any] | str]) -> bytes:
    return b"".join(
        (thing if isinstance(thing, str) else json.dumps(thing)).encode() + b"\n" for thing in things
    )


@pytest.fixture
def dump(tmp_path: Path) -> Dump:
    """Write things as a dump with a window of 2**`window` bytes, streamed as the archives are, and return its path."""

    def put(name: str, *things: dict[str, Any] | str, window: int = 27) -> Path:
        parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window)
        path = tmp_path / name
        with (
            path.open("wb") as out,
            zstandard.ZstdCompressor(compression_params=parameters).stream_writer(out) as packed,
        ):
            packed.write(lines_of(things))
        return path

    return put


def with_window(path: Path, window: int) -> Path:
    """Return the dump after its header was made to ask for a window of 2**`window` bytes (RFC 8878, 3.1.1.1.2)."""
    content = bytearray(path.read_bytes())
    assert not content[4] & 0b0010_0000, "a single segment has no window"
    content[5] = (window - 10) << 3
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("window", [27, 31])
def test_submissions_and_comments_of_a_dump_with_a_long_window(
    bring: Importer, dump: Dump, window: int
) -> None:
    posts = dump("RS_2025-02.zst", submission("p1", "Bukele offers the CECOT", selftext="Really?"))
    answers = dump(
        "RC_2025-02.zst",
        comment("c1", "I am against it.", "t3_p1"),
        comment("c2", "Me too.", "t3_p1", parent_id="t1_c1"),
        comment("c3", "About football.", "t3_other"),
    )
    for path in (answers, posts):
        with_window(path, window)
        assert zstandard.get_frame_parameters(path.read_bytes()).window_size == 2**window
    got = bring(answers, posts)
    assert (got.receipt.state, got.receipt.n_kept, got.receipt.skipped) == ("complete", 3, {OFF_TOPIC: 1})
    post, answer, reply = got.posts
    assert (post.id, post.text, post.kind) == (
        "reddit:t3_p1",
        "Bukele offers the CECOT\n\nReally?",
        "post",
    )
    assert (answer.id, answer.parent_id, answer.kind) == ("reddit:t1_c1", "reddit:t3_p1", "comment")
    assert answer.context == post.text, "the submissions are read first, whatever order the files came in"
    assert (reply.kind, reply.context) == ("reply", "I am against it.")
    assert (post.source, post.place, post.url) == (
        "reddit",
        "r/ElSalvador",
        "https://www.reddit.com/r/ElSalvador/comments/p1/some_title/",
    )
    assert post.posted_at == datetime(2025, 2, 3, 14, tzinfo=UTC)


def test_the_author_is_a_key_that_depends_on_the_salt(bring: Importer, dump: Dump, settings: Any) -> None:
    got = bring(dump("RC_a.zst", comment("c1", "No al CECOT", author="NameToHide")))
    assert got.post.author_key == settings.author_key("reddit", "NameToHide")
    other = settings.model_copy(update={"salt": type(settings.salt)("another salt")})
    assert got.post.author_key != other.author_key("reddit", "NameToHide")
    assert "nametohide" not in repr((got.posts, got.raws, got.quarantined, got.receipt)).casefold()


def test_what_was_deleted_is_a_tombstone_where_it_could_be_in_the_store(bring: Importer, dump: Dump) -> None:
    got = bring(
        dump(
            "RS_a.zst",
            submission("p1", "The CECOT deal", selftext="[removed]", removed_by_category="moderator"),
            submission("p2", "[deleted by user]", author="[deleted]", selftext="[deleted]"),
            submission("p3", "A cat", selftext="[deleted]", subreddit="cats"),
        ),
        dump(
            "RC_a.zst",
            comment("c1", "[deleted]", author="[deleted]"),
            comment("c2", "[removed]", subreddit="cats"),
            comment("c3", "No al CECOT"),
            comment("c4", "[removed]", subreddit="cats", parent_id="t1_c3"),
        ),
    )
    assert {post.id: post.state for post in got.posts} == {
        "reddit:t3_p1": "removed",
        "reddit:t3_p2": "deleted",
        "reddit:t1_c1": "deleted",
        "reddit:t1_c3": "live",
        "reddit:t1_c4": "removed",
    }
    assert got.receipt.n_tombstone == 4
    assert got.receipt.skipped == {OFF_TOPIC: 2}
    for post in got.posts:
        assert post.state == "live" or (post.text, post.context, post.url, post.author_key) == (
            "",
            "",
            "",
            None,
        )


def test_what_was_read_of_a_dump_that_breaks_off_is_kept(bring: Importer, dump: Dump) -> None:
    whole = dump("RC_a.zst", *(comment(f"c{n}", f"No al CECOT {n * 7919 % 1013}") for n in range(10_000)))
    content = whole.read_bytes()
    assert len(content) > 30_000
    whole.write_bytes(content[: len(content) // 2])
    got = bring(whole)
    assert got.receipt.state == "partial"
    assert "breaks off before its end; download it again" in got.receipt.detail
    assert 1_000 < got.receipt.n_kept < 10_000
    assert got.receipt.n_quarantined == 0, "half a line is no row"
    assert [post.id for post in got.posts] == [f"reddit:t1_c{n}" for n in range(got.receipt.n_kept)]


def test_what_was_read_before_damage_is_kept(bring: Importer, dump: Dump) -> None:
    path = dump("RC_a.zst", *(comment(f"c{n}", f"No al CECOT {n * 7919 % 1013}") for n in range(10_000)))
    content = bytearray(path.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 2000] = bytes(2000)
    path.write_bytes(content)
    got = bring(path)
    assert got.receipt.state == "partial"
    assert "damaged" in got.receipt.detail
    assert got.receipt.n_kept > 100


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "c9", "body": "No al CEC', "not JSON"),
        ("[1, 2]", "neither a submission nor a comment"),
        ('"CECOT"', "neither a submission nor a comment"),
        ('{"body": "No al CECOT", "link_id": "t3_p0"}', "neither a submission nor a comment"),
        (json.dumps(comment("c9", "No al CECOT", link_id=["t3_p0"])), "neither a submission nor a comment"),
        (json.dumps(comment("c9", "CECOT " * 50_000)), "characters"),
    ],
)
def test_a_broken_line_is_quarantined_and_costs_no_other(
    bring: Importer, dump: Dump, line: str, said: str
) -> None:
    got = bring(dump("RC_a.zst", comment("c1", "No al CECOT"), line, comment("c2", "Sí al CECOT")))
    assert [post.id for post in got.posts] == ["reddit:t1_c1", "reddit:t1_c2"]
    assert got.receipt.state == "partial"
    (reason,) = got.reasons
    assert reason.startswith("RC_a.zst line 2: ") and said in reason
    assert "CEC" not in got.quarantined[0].payload, "nothing of a broken line is kept: it may name its author"


def test_odd_values_in_a_line_cost_nothing(bring: Importer, dump: Dump) -> None:
    got = bring(
        dump(
            "RC_a.zst",
            comment("c1", "No al CECOT", parent_id={}),
            comment("c2", "No al CECOT", created_utc="never"),
            comment("c3", "No al CECOT", author=None),
            comment("c4", "No al CECOT \ud83d"),
        )
    )
    assert got.receipt.n_kept == 4 and got.receipt.state == "complete"
    assert [post.flags for post in got.posts] == [(), ("undated",), (), ()]
    assert "\ud83d" not in got.posts[3].text


def test_a_dump_of_several_frames_is_read_to_its_end(bring: Importer, dump: Dump) -> None:
    first, second = dump("a.zst", comment("c1", "No al CECOT")), dump("b.zst", comment("c2", "No al CECOT"))
    both = first.with_name("RC_both.zst")
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert bring(both).ids == ["reddit:t1_c1", "reddit:t1_c2"]


def test_an_unpacked_dump_is_read_as_the_packed_one(bring: Importer, write: Any) -> None:
    got = bring(write("RC_2025-02", lines_of([comment("c1", "No al CECOT")])))
    assert got.ids == ["reddit:t1_c1"]


def test_the_same_thing_twice_is_counted_once(bring: Importer, dump: Dump) -> None:
    got = bring(dump("RC_a.zst", comment("c1", "No al CECOT"), comment("c1", "No al CECOT")))
    assert (got.receipt.n_kept, got.receipt.n_known) == (1, 1)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (bytes(range(256)) * 20, "RC_a.zst is binary, not text; it cannot be read"),
        (b"\x1f\x8b\x08\x00" + bytes(200), "gunzip"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "is not packed with Zstandard"),
        (b"404 page not found", "is not packed with Zstandard"),
        (b"", "RC_a.zst is empty"),
    ],
)
def test_a_file_that_is_no_dump_is_refused_with_a_sentence(
    bring: Importer, write: Any, content: bytes, said: str
) -> None:
    got = bring(write("RC_a.zst", content))
    assert (got.receipt.state, got.receipt.n_got) == ("malformed", 0)
    assert said in got.receipt.detail
    assert "\n" not in got.receipt.detail


def test_a_packed_file_of_something_else_is_refused(bring: Importer, tmp_path: Path) -> None:
    path = tmp_path / "RC_a.zst"
    path.write_bytes(zstandard.compress(bytes(range(256)) * 100))
    got = bring(path)
    assert (got.receipt.state, got.receipt.n_got) == ("malformed", 0)
    assert "RC_a.zst holds a file that cannot be read" in got.receipt.detail


def test_a_window_beyond_the_archives_own_is_refused_with_the_way_out(bring: Importer, dump: Dump) -> None:
    got = bring(with_window(dump("RC_a.zst", comment("c1", "No al CECOT")), 40))
    assert (got.receipt.state, got.receipt.n_got) == ("malformed", 0)
    assert "zstd -d" in got.receipt.detail
