"""What was read before is asked for again: edits, deletions and gaps, through the real praw."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.reddit_memory
from collectors.reddit_memory import Memory
from tests.collectors.fake_reddit import FakeReddit, as_json, comment, listing, submission
from tests.collectors.reddit_loopback import NOW, ReadReddit, pages_of, posts
from tests.collectors.replay import Answer

pytest_plugins = ["tests.collectors.loopback_fixtures"]

HOUR_AGO = NOW.timestamp() - 3600


def thread_with(fake: FakeReddit, *comments: Any, **changes: Any) -> None:
    """One thread on the topic, whose number of comments stays as it is whatever happens to them."""
    fake.listings["news"] = [submission("a", **{"title": "CECOT", "num_comments": 9, **changes})]
    fake.trees["a"] = list(comments)


def said(id_: str, body: str, parent: str = "t3_a", *replies: Any, **more: Any) -> Any:
    return comment(id_, body, parent, "t3_a", replies, **{"created_utc": HOUR_AGO, **more})


def asked_again(fake: FakeReddit) -> list[list[str]]:
    """The names in each look-up of the last run."""
    asked = fake.replay.asked  # type: ignore[attr-defined]
    return [ask.query["id"].split(",") for ask in asked if ask.path.rstrip("/") == "/api/info"]


def test_a_deleted_comment_that_vanished_from_its_tree_becomes_a_tombstone(
    fake: FakeReddit, read: ReadReddit
) -> None:
    thread_with(fake, said("c1", "One."), said("c2", "Two."))
    _, first = read()
    thread_with(fake, said("c1", "One."))
    receipt, second = read(cursor=first.cursor)
    gone = posts(second)["reddit:t1_c2"]
    assert (gone.state, gone.text, receipt.n_tombstone) == ("deleted", "", 1)
    assert gone.posted_at == datetime.fromtimestamp(HOUR_AGO, UTC)
    read(cursor=second.cursor)
    assert "t1_c2" not in [name for names in asked_again(fake) for name in names]


@pytest.mark.parametrize(("body", "state"), [("[deleted]", "deleted"), ("[removed]", "removed")])
def test_a_comment_taken_away_above_a_reply_leaves_no_word_in_the_replys_context(
    fake: FakeReddit, read: ReadReddit, body: str, state: str
) -> None:
    reply = said("c2", "No.", "t1_c1")
    thread_with(fake, said("c1", "A planted secret.", "t3_a", reply))
    _, first = read()
    assert posts(first)["reddit:t1_c2"].context == "A planted secret."
    thread_with(fake, said("c1", body, "t3_a", reply, author=None))
    _, second = read(cursor=first.cursor)
    assert posts(second)["reddit:t1_c1"].state == state
    assert posts(second)["reddit:t1_c2"].context == "CECOT"
    assert "planted secret" not in repr(second.batches)


def test_an_edited_comment_has_its_new_words_and_its_old_context(fake: FakeReddit, read: ReadReddit) -> None:
    old = said("c0", "It is a gulag.", "t3_a", said("c1", "I agree.", "t1_c0"))
    thread_with(fake, old)
    _, first = read()
    thread_with(
        fake, said("c0", "It is a gulag.", "t3_a", said("c1", "I disagree.", "t1_c0", edited=HOUR_AGO))
    )
    _, second = read(cursor=first.cursor)
    before, after = posts(first)["reddit:t1_c1"], posts(second)["reddit:t1_c1"]
    assert (before.text, after.text) == ("I agree.", "I disagree.")
    assert after.context == before.context == "It is a gulag."
    assert after.kind == "reply"


def test_an_edited_comment_in_a_thread_that_cannot_be_read_again_is_still_seen(
    fake: FakeReddit, read: ReadReddit
) -> None:
    thread_with(fake, said("c1", "Yes."))
    _, first = read()
    thread_with(fake, said("c1", "No."))
    fake.overrides["/comments/a"] = fake.overrides["/comments/a/"] = Answer(403, "{}")
    _, second = read(cursor=first.cursor)
    assert (posts(second)["reddit:t1_c1"].text, posts(second)["reddit:t1_c1"].context) == ("No.", "CECOT")


def test_an_edit_that_leaves_the_topic_replaces_the_old_words(fake: FakeReddit, read: ReadReddit) -> None:
    thread_with(fake, title="What now?", selftext="CECOT is a disgrace.", num_comments=0)
    _, first = read()
    thread_with(fake, title="What now?", selftext="I take it back.", num_comments=0)
    _, second = read(cursor=first.cursor)
    assert posts(second)["reddit:t3_a"].text == "What now?\n\nI take it back."


def test_an_edited_post_has_its_comments_read_with_the_new_words(fake: FakeReddit, read: ReadReddit) -> None:
    thread_with(fake, said("c1", "Yes."), selftext="It is good.")
    _, first = read()
    thread_with(fake, said("c1", "Yes."), selftext="It is bad.")
    _, second = read(cursor=first.cursor)
    assert posts(second)["reddit:t1_c1"].context == "CECOT\n\nIt is bad."


def test_a_post_that_does_not_come_back_at_all_becomes_a_tombstone(
    fake: FakeReddit, read: ReadReddit
) -> None:
    thread_with(fake, created_utc=HOUR_AGO, num_comments=0)
    _, first = read()
    fake.listings["news"] = []
    _, second = read(cursor=first.cursor)
    assert posts(second)["reddit:t3_a"].state == "deleted"
    assert second.cursor["communities"]["news"]["threads"] == {}


def test_unchanged_comments_are_asked_for_in_hundreds_and_not_given_again(
    fake: FakeReddit, read: ReadReddit
) -> None:
    thread_with(fake, *(said(f"c{n}", f"Number {n}.") for n in range(150)))
    _, first = read()
    receipt, second = read(cursor=first.cursor)
    assert sorted(map(len, asked_again(fake))) == [50, 100]
    assert set(posts(second)) == {"reddit:t3_a"}
    assert receipt.n_got == 1


def test_a_comment_older_than_the_window_is_not_asked_for(fake: FakeReddit, read: ReadReddit) -> None:
    old = NOW.timestamp() - timedelta(days=8).total_seconds()
    thread_with(fake, said("c1", "One.", created_utc=old), said("c2", "Two."), created_utc=old)
    _, first = read()
    fake.trees["a"] = [said("c2", "Two.")]
    _, second = read(cursor=first.cursor)
    assert [name for names in asked_again(fake) for name in names] == ["t1_c2"]
    assert "reddit:t1_c1" not in posts(second)


def test_an_answer_that_lacks_most_of_many_things_deletes_nothing(fake: FakeReddit, read: ReadReddit) -> None:
    thread_with(fake, *(said(f"c{n}", f"Number {n}.") for n in range(30)))
    _, first = read()
    fake.overrides["/api/info"] = fake.overrides["/api/info/"] = as_json(listing([]))
    receipt, second = read(cursor=first.cursor)
    assert (receipt.n_tombstone, receipt.state) == (0, "partial")
    assert "left 30 of 30 known things out" in receipt.places[0].detail
    assert len(second.cursor["communities"]["news"]["comments"]) == 30


def test_what_praw_cannot_read_is_not_taken_for_deleted(fake: FakeReddit, read: ReadReddit) -> None:
    thread_with(fake, said("c1", "One."))
    _, first = read()
    broken = {"kind": "t1", "data": {"name": "t1_c1", "body": "One.", "replies": 7}}
    fake.overrides["/api/info"] = fake.overrides["/api/info/"] = as_json(listing([broken]))
    receipt, _ = read(cursor=first.cursor)
    assert (receipt.n_tombstone, receipt.n_quarantined) == (0, 1)


def test_the_memory_of_a_community_is_bounded(
    fake: FakeReddit, read: ReadReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.reddit_memory, "MAX_COMMENTS", 2)
    thread_with(fake, *(said(f"c{n}", f"Number {n}.", created_utc=HOUR_AGO + n) for n in range(5)))
    _, sink = read()
    kept = sink.cursor["communities"]["news"]
    assert set(kept["comments"]) == {"t1_c3", "t1_c4"}
    assert Memory.of(kept).as_cursor(NOW.timestamp()) == kept


@pytest.mark.parametrize("since_hours", [None, 200, 30, 5])
def test_a_later_since_leaves_no_gap_behind_the_last_run(
    fake: FakeReddit, read: ReadReddit, since_hours: int | None
) -> None:
    everything = pages_of(100, oldest_hours=100)  # one an hour
    fake.listings["news"] = everything[60:]
    _, first = read(since=NOW - timedelta(hours=300))
    fake.listings["news"] = everything
    since = None if since_hours is None else NOW - timedelta(hours=since_hours)
    _, second = read(cursor=first.cursor, since=since)
    _, third = read(cursor=second.cursor, since=NOW - timedelta(hours=300))
    seen = set(posts(first)) | set(posts(second)) | set(posts(third))
    assert seen == {f"reddit:t3_p{n}" for n in range(100)}
