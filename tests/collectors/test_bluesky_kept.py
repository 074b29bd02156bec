"""What became of kept posts on Bluesky: deletions are noticed, and nothing is purged for a fault."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.collectors.bluesky_loopback import ReadBluesky
from tests.collectors.fake_bluesky import DID, HTML_403, NOW, FakeBluesky, as_json, reply_to, view
from tests.collectors.replay import Answer, Sink

pytest_plugins = ["tests.collectors.bluesky_fixtures"]
HOUR = timedelta(hours=1)
POSTS = "app.bsky.feed.getPosts"
LATER = NOW + timedelta(days=2)


def kept(pds: FakeBluesky, read_bluesky: ReadBluesky, n: int = 3) -> Sink:
    pds.found["cecot"] = [view(str(k), f"CECOT {k}", NOW - (20 + k) * HOUR) for k in range(n)]
    receipt, sink = read_bluesky()
    assert receipt.n_kept == n
    return sink


def test_a_deleted_post_is_a_tombstone_once(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    sink = kept(pds, read_bluesky)
    pds.found["cecot"].pop(1)
    receipt, after = read_bluesky(now=LATER, cursor=sink.cursor)
    dead = after.all("posts")
    assert (receipt.state, receipt.n_tombstone, [post.state for post in dead]) == ("complete", 1, ["deleted"])
    assert (dead[0].text, dead[0].url, dead[0].author_key, dead[0].posted_at) == (
        "",
        "",
        None,
        NOW - 21 * HOUR,
    )
    assert "CECOT 1" not in repr(after.batches)
    again, _ = read_bluesky(now=LATER + HOUR, cursor=after.cursor)
    assert again.n_got == 0


def test_a_kept_post_whose_author_hides_now_is_removed(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    sink = kept(pds, read_bluesky)
    pds.found["cecot"][0]["author"] = {"did": DID, "labels": [{"val": "!no-unauthenticated"}]}
    receipt, after = read_bluesky(now=LATER, cursor=sink.cursor)
    assert [post.state for post in after.all("posts")] == ["removed"]
    assert receipt.n_tombstone == 1


@pytest.mark.parametrize("now", [NOW + HOUR, LATER])
def test_a_deleted_parent_leaves_the_context_of_its_reply(
    pds: FakeBluesky, read_bluesky: ReadBluesky, now: Any
) -> None:
    parent = view("p", "Palabras de otra persona", NOW - 9 * HOUR)
    pds.others = [parent]
    pds.found["cecot"] = [view("1", "CECOT no", NOW - HOUR, record=reply_to(parent))]
    _, sink = read_bluesky()
    assert [post.context for post in sink.all("posts")] == ["Palabras de otra persona"]
    pds.others = []
    _, after = read_bluesky(now=now, cursor=sink.cursor)
    assert [(post.text, post.context) for post in after.all("posts")] == [("CECOT no", "")]


@pytest.mark.parametrize("answer", [Answer(503), HTML_403, as_json({"posts": None}), as_json([])])
def test_nothing_is_deleted_because_the_server_fails(
    pds: FakeBluesky, read_bluesky: ReadBluesky, answer: Answer
) -> None:
    sink = kept(pds, read_bluesky)
    pds.overrides[POSTS] = [answer] * 4
    receipt, after = read_bluesky(now=LATER, cursor=sink.cursor)
    assert (receipt.n_tombstone, receipt.state) == (0, "partial")
    assert len((after.cursor or sink.cursor)["kept"]["posts"]) == 3


def test_an_answer_that_lacks_most_posts_deletes_none(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    sink = kept(pds, read_bluesky, n=15)
    pds.overrides[POSTS] = [as_json({"posts": []})]
    receipt, _ = read_bluesky(now=LATER, cursor=sink.cursor)
    assert (receipt.n_tombstone, receipt.state) == (0, "partial")


def test_posts_are_not_asked_for_after_a_week(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    sink = kept(pds, read_bluesky)
    pds.found["cecot"] = []
    receipt, after = read_bluesky(now=NOW + timedelta(days=8), cursor=sink.cursor)
    assert (receipt.n_tombstone, after.cursor["kept"]["posts"]) == (0, {})


def test_the_cursor_tells_no_account_on_a_receipt(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    sink = kept(pds, read_bluesky)
    receipt, _ = read_bluesky(now=LATER, cursor=sink.cursor)
    assert DID in repr(sink.cursor)
    assert DID not in repr(receipt)
