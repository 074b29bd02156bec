"""Reading communities through the real praw: what is listed, what is new, what could not be seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.reddit_community
from tests.collectors.fake_reddit import FakeReddit, as_json, comment, listing, submission
from tests.collectors.reddit_loopback import FEB_3, NOW, ReadReddit, pages_of, places, posts
from tests.collectors.replay import Answer

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def test_submissions_and_comments_become_posts(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = [
        submission("a", "CECOT flights resume", "Three planes left.", num_comments=3),
        submission("b", "A recipe"),
    ]
    reply = comment("c2", "No, it is not.", "t1_c1", "t3_a")
    fake.trees["a"] = [
        comment("c1", "This is right.", "t3_a", "t3_a", [reply]),
        comment("c3", "See r/ElSalvador", "t3_a", "t3_a"),
    ]
    receipt, sink = read()

    kept = posts(sink)
    assert set(kept) == {"reddit:t3_a", "reddit:t1_c1", "reddit:t1_c2", "reddit:t1_c3"}
    post, first, second = kept["reddit:t3_a"], kept["reddit:t1_c1"], kept["reddit:t1_c2"]
    assert post.text == "CECOT flights resume\n\nThree planes left."
    assert post.posted_at == datetime.fromtimestamp(FEB_3, UTC)
    assert (post.kind, post.place, post.url) == (
        "post",
        "r/news",
        "https://www.reddit.com/r/news/comments/a/slug/",
    )
    assert (first.kind, first.parent_id, first.context) == ("comment", "reddit:t3_a", post.text)
    assert (second.kind, second.parent_id, second.context) == ("reply", "reddit:t1_c1", "This is right.")
    assert (receipt.state, receipt.n_off_topic) == ("complete", 1)
    assert receipt.n_requests == len(fake.replay.asked)  # type: ignore[attr-defined]
    assert receipt.n_bytes > 0


def test_search_finds_what_new_does_not_show(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = [submission("a", "CECOT today")]
    fake.found["news"] = [
        submission("a", "CECOT today"),
        submission("old", "CECOT last week", created_utc=FEB_3 - 600_000),
    ]
    receipt, sink = read(queries=("CECOT",))
    assert set(posts(sink)) == {"reddit:t3_a", "reddit:t3_old"}
    assert receipt.n_known == 1
    (asked,) = [ask for ask in fake.replay.asked if "search" in ask.path]  # type: ignore[attr-defined]
    assert (asked.query["q"], asked.query["sort"], asked.query["restrict_sr"]) == ("CECOT", "new", "True")


def test_folded_comments_are_opened_up_to_a_limit_and_the_rest_is_said(
    fake: FakeReddit, read: ReadReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.reddit_community, "MORE_REQUESTS", 1)
    fake.listings["news"] = [submission("a", "CECOT", num_comments=9)]

    def folded(ids: str, n: int) -> dict[str, Any]:
        children = ids.split(",")
        return {
            "kind": "more",
            "data": {
                "count": n,
                "children": children,
                "id": children[0],
                "name": f"t1_{children[0]}",
                "parent_id": "t3_a",
            },
        }

    fake.trees["a"] = [comment("c1", "One.", "t3_a", "t3_a"), folded("c2,c3", 2), folded("c9", 1)]
    fake.more["c2,c3"] = [comment("c2", "Two.", "t3_a", "t3_a"), comment("c3", "Three.", "t1_c2", "t3_a")]
    receipt, sink = read()
    assert {"reddit:t1_c1", "reddit:t1_c2", "reddit:t1_c3"} < set(posts(sink))
    assert posts(sink)["reddit:t1_c3"].context == "Two."
    assert "1 folded comments were not opened" in receipt.places[0].detail


def test_a_full_listing_that_does_not_reach_the_windows_start_is_possibly_truncated(
    fake: FakeReddit, read: ReadReddit
) -> None:
    fake.listings["news"] = pages_of(1000, oldest_hours=20)
    receipt, sink = read(since=NOW - timedelta(hours=48))
    assert len(posts(sink)) == 1000
    assert (receipt.state, places(receipt)) == ("possibly_truncated", {"r/news": "possibly_truncated"})
    assert "2025-02-04" in receipt.places[0].detail


@pytest.mark.parametrize(("n", "window_hours"), [(1000, 10), (999, 48), (100, 48), (0, 48)])
def test_a_listing_that_reaches_the_windows_start_or_its_own_end_is_complete(
    fake: FakeReddit, read: ReadReddit, n: int, window_hours: int
) -> None:
    fake.listings["news"] = pages_of(n, oldest_hours=20)
    receipt, _ = read(since=NOW - timedelta(hours=window_hours))
    assert receipt.state == "complete"


def test_a_busy_community_read_up_to_the_last_run_is_complete(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = pages_of(1000, oldest_hours=30)
    before = {
        "communities": {"news": {"newest": NOW.timestamp() - 3600, "since": FEB_3 - 10**7, "threads": {}}}
    }
    receipt, _ = read(cursor=before)
    assert receipt.state == "complete"
    assert receipt.n_got < 1000


def test_the_next_run_reads_only_what_is_new(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = pages_of(300, oldest_hours=200)
    first, sink = read()
    fake.listings["news"] = [
        submission("fresh", "CECOT fresh", created_utc=NOW.timestamp() - 60),
        *fake.listings["news"],
    ]
    second, later = read(cursor=sink.cursor)
    assert (first.n_got, first.state) == (300, "complete")
    assert fake.replay.paths().count("/r/news/new") == 1  # type: ignore[attr-defined]
    assert second.n_requests <= 6
    assert "reddit:t3_fresh" in posts(later)
    assert later.cursor["communities"]["news"]["newest"] == NOW.timestamp() - 60


def test_an_earlier_window_is_read_in_full_again(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = pages_of(200, oldest_hours=200)
    _, sink = read(since=NOW - timedelta(hours=20))
    receipt, _ = read(cursor=sink.cursor, since=NOW - timedelta(hours=300))
    assert receipt.n_got == 200


def test_a_thread_is_read_again_only_when_its_comments_change(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = [submission("a", "CECOT", num_comments=1)]
    fake.trees["a"] = [comment("c1", "One.", "t3_a", "t3_a")]
    _, first = read()
    _, second = read(cursor=first.cursor)
    assert not any(path.startswith("/comments/") for path in fake.replay.paths())  # type: ignore[attr-defined]
    fake.listings["news"] = [submission("a", "CECOT", num_comments=2)]
    fake.trees["a"] = [comment("c1", "One.", "t3_a", "t3_a"), comment("c2", "Two.", "t3_a", "t3_a")]
    _, third = read(cursor=second.cursor)
    assert "reddit:t1_c2" in posts(third)


def test_more_threads_than_one_run_reads_are_taken_up_by_the_next(
    fake: FakeReddit, read: ReadReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.reddit_community, "THREADS_READ", 2)
    fake.listings["news"] = pages_of(5, oldest_hours=300)
    for number, thing in enumerate(fake.listings["news"]):
        thing["data"]["num_comments"] = 1
        fake.trees[f"p{number}"] = [comment(f"c{number}", "Yes.", f"t3_p{number}", f"t3_p{number}")]
    found: list[str] = []
    cursor: dict[str, Any] = {}
    for state in ("partial", "partial", "complete"):
        receipt, sink = read(cursor=cursor)
        assert receipt.state == state
        found += sorted(id_ for id_ in posts(sink) if id_.startswith("reddit:t1"))
        cursor = sink.cursor
    assert found == [f"reddit:t1_c{number}" for number in range(5)]


def test_thread_that_cannot_be_read_makes_its_community_partial_and_the_next_run_reads_it(
    fake: FakeReddit, read: ReadReddit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.retry._FIRST_BACKOFF", 0.01)
    fake.listings["news"] = [submission(name, "CECOT", num_comments=1) for name in ("a", "b")]
    fake.trees = {name: [comment(f"c{name}", "Yes.", f"t3_{name}", f"t3_{name}")] for name in ("a", "b")}
    fake.overrides["/comments/a/"] = Answer(200, "<!DOCTYPE html><p>Please wait</p>")
    receipt, sink = read()
    assert (receipt.state, places(receipt)) == ("partial", {"r/news": "partial"})
    assert "the comments of one post could not be read (malformed)" in receipt.detail
    assert set(posts(sink)) == {"reddit:t3_a", "reddit:t3_b", "reddit:t1_cb"}
    del fake.overrides["/comments/a/"]
    healed, more = read(cursor=sink.cursor)
    assert healed.state == "complete" and "reddit:t1_ca" in posts(more)


def test_a_known_thread_that_no_listing_shows_is_looked_up_for_deletion(
    fake: FakeReddit, read: ReadReddit
) -> None:
    day_ago = NOW.timestamp() - 86_400
    fake.listings["news"] = [
        submission("new", "Weather", created_utc=NOW.timestamp() - 60),
        submission("a", "CECOT", created_utc=day_ago),
    ]
    _, first = read()
    fake.listings["news"] = fake.listings["news"][:1]
    fake.found["elsewhere"] = [
        submission("a", "[deleted by user]", "[removed]", author=None, created_utc=day_ago)
    ]
    _, second = read(cursor=first.cursor)
    assert posts(second)["reddit:t3_a"].state == "removed"


def test_one_unreadable_thing_among_many_is_quarantined_with_its_raw_form(
    fake: FakeReddit, read: ReadReddit
) -> None:
    good = pages_of(99, 10)
    bad = {"kind": "t3", "data": {"title": "CECOT without an id", "author": "named_person", "name": "t3_bad"}}
    fake.listings["news"] = [*good[:50], bad, *good[50:]]
    receipt, sink = read()
    assert (receipt.n_kept, receipt.n_quarantined) == (99, 1)
    (refused,) = sink.all("quarantined")
    assert "CECOT without an id" in refused.payload
    assert "named_person" not in refused.payload


@pytest.mark.parametrize(
    "odd",
    [{"kind": "t9", "data": {"id": "z", "name": "t9_z"}}, {"kind": "t5", "data": {"id": "z", "display_name": "ElSalvador", "name": "t5_z"}},
     {"kind": "more", "data": {"count": 0, "children": [], "id": "_", "name": "t1__", "parent_id": "t3_a"}}, None, "text",
     {"kind": "t3", "data": None}, {"kind": "t1", "data": {"id": "q", "replies": 7, "body": "x"}}],
)  # fmt: skip
def test_things_of_an_unknown_kind_cost_no_other_thing(fake: FakeReddit, read: ReadReddit, odd: Any) -> None:
    fake.overrides["/r/news/new"] = as_json(
        listing([submission("a", "CECOT"), odd, submission("b", "CECOT too")])
    )
    receipt, sink = read()
    assert {"reddit:t3_a", "reddit:t3_b"} == set(posts(sink))
    assert receipt.n_got == 3


def test_a_future_time_does_not_move_the_cursor_past_now(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = [submission("a", "CECOT", created_utc=4102444800.0)]
    _, sink = read()
    assert sink.cursor["communities"]["news"]["newest"] <= NOW.timestamp() + 86_400
