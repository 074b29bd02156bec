"""What became of kept posts: edits and deletions are noticed, and nothing is purged because one instance lacks it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.collectors.fake_mastodon import NAME, NOW, FakeInstance, as_json, status
from tests.collectors.mastodon_loopback import ReadMastodon, posts_of
from tests.collectors.replay import Answer, Sink

pytest_plugins = ["tests.collectors.mastodon_fixtures"]
HOUR = timedelta(hours=1)
LATER = NOW + timedelta(days=2)


def kept(instance: FakeInstance, read_mastodon: ReadMastodon, n: int = 3) -> Sink:
    """A run that keeps n posts, written in the hours before NOW."""
    instance.timelines["cecot"] = [status(str(k), f"CECOT {k} #CECOT", NOW - k * HOUR) for k in range(n)]
    receipt, sink = read_mastodon()
    assert receipt.n_kept == n
    # Two days on, one more post carries the timeline forward: the kept ones are behind the overlap.
    instance.timelines["cecot"].append(status("late", "CECOT tarde #CECOT", LATER - HOUR))
    _, sink = read_mastodon(now=LATER, cursor=sink.cursor)
    return sink


@pytest.mark.parametrize("gives_batches", [True, False])
def test_a_deleted_post_is_a_tombstone_once(
    instance: FakeInstance, read_mastodon: ReadMastodon, gives_batches: bool
) -> None:
    instance.gives_batches = gives_batches
    sink = kept(instance, read_mastodon)
    gone = instance.timelines["cecot"].pop(1)
    receipt, after = read_mastodon(now=LATER + HOUR, cursor=sink.cursor)
    dead = [post for post in posts_of(after) if post.state == "deleted"]
    assert (receipt.state, receipt.n_tombstone, [post.text for post in dead]) == ("complete", 1, [""])
    assert dead[0].posted_at == NOW - HOUR and NAME not in repr(dead)
    assert gone["content"] not in repr(after.batches)
    again, _ = read_mastodon(now=LATER + 2 * HOUR, cursor=after.cursor)
    assert again.n_tombstone == 0


def test_an_edited_post_has_its_new_words_even_off_the_topic(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    sink = kept(instance, read_mastodon)
    edited = instance.timelines["cecot"].pop(0)
    instance.others = [
        {**edited, "content": "<p>Me equivoqué</p>", "tags": [], "edited_at": "2025-02-06T00:00:00Z"}
    ]
    receipt, after = read_mastodon(now=LATER + HOUR, cursor=sink.cursor)
    changed = [post for post in posts_of(after) if post.text == "Me equivoqué"]
    assert (len(changed), receipt.n_tombstone) == (1, 0)
    assert "edited" in changed[0].flags
    again, quiet = read_mastodon(now=LATER + 2 * HOUR, cursor=after.cursor)
    assert "Me equivoqué" not in {post.text for post in posts_of(quiet)} and again.n_tombstone == 0


def test_an_edit_within_the_overlap_is_seen_in_the_timeline(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    instance.timelines["cecot"] = [status("1", "CECOT #CECOT")]
    _, sink = read_mastodon()
    instance.timelines["cecot"][0]["content"] = "<p>CECOT, corregido</p>"
    _, after = read_mastodon(now=NOW + HOUR, cursor=sink.cursor)
    assert [post.text for post in posts_of(after)] == ["CECOT, corregido"]


def test_a_deleted_parent_leaves_the_context_of_its_reply(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    parent = status("p", "Palabras de otra persona sobre Bukele", NOW - 9 * HOUR)
    instance.others = [parent]
    instance.timelines["cecot"] = [status("1", "No #CECOT", NOW - HOUR, in_reply_to_id=parent["id"])]
    _, sink = read_mastodon()
    assert posts_of(sink)[0].context
    instance.others = []
    _, after = read_mastodon(now=NOW + HOUR, cursor=sink.cursor)
    assert [post.context for post in posts_of(after)] == [""]


def test_a_post_that_another_instance_still_has_stays(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    other = FakeInstance()
    shared = status("1", "CECOT #CECOT", NOW - HOUR)
    instance.timelines["cecot"], other.timelines["cecot"] = [shared], [shared]
    _, sink = read_mastodon(other)
    late = status("late", "CECOT tarde #CECOT", LATER - HOUR)
    instance.timelines["cecot"], other.timelines["cecot"] = [late], [shared, late]
    receipt, sink = read_mastodon(other, now=LATER, cursor=sink.cursor)
    receipt, sink = read_mastodon(other, now=LATER + HOUR, cursor=sink.cursor)
    assert receipt.n_tombstone == 0
    other.timelines["cecot"] = [late]
    receipt, _ = read_mastodon(other, now=LATER + 2 * HOUR, cursor=sink.cursor)
    assert receipt.n_tombstone == 1


@pytest.mark.parametrize(
    "answer",
    [Answer(503), Answer(403, "<html>no</html>"), Answer(404, "<html>gone fishing</html>"), as_json({})],
)
def test_nothing_is_deleted_because_an_instance_is_down(
    instance: FakeInstance, read_mastodon: ReadMastodon, answer: Answer
) -> None:
    sink = kept(instance, read_mastodon)
    instance.overrides["/api/v1/statuses"] = [answer]
    for one in instance.timelines["cecot"]:
        instance.overrides[f"/api/v1/statuses/{one['id']}"] = [answer]
    receipt, after = read_mastodon(now=LATER + HOUR, cursor=sink.cursor)
    assert (receipt.n_tombstone, receipt.state) == (0, "partial")
    assert len(after.cursor["posts"]) == 4
    instance.overrides["/api/v1/timelines/tag/cecot"] = [Answer(503)]
    receipt, _ = read_mastodon(now=LATER + 2 * HOUR, cursor=after.cursor)
    assert receipt.n_tombstone == 0


def test_an_answer_that_lacks_most_posts_deletes_none(
    instance: FakeInstance, read_mastodon: ReadMastodon
) -> None:
    sink = kept(instance, read_mastodon, n=15)
    instance.overrides["/api/v1/statuses"] = [as_json([])]
    receipt, _ = read_mastodon(now=LATER + HOUR, cursor=sink.cursor)
    assert (receipt.n_tombstone, receipt.state) == (0, "partial")
    assert "left 15 of 15 kept posts out" in receipt.detail


def test_an_earlier_window_is_read_anew(instance: FakeInstance, read_mastodon: ReadMastodon) -> None:
    instance.timelines["cecot"] = [status(str(k), f"CECOT {k} #CECOT", NOW - k * 24 * HOUR) for k in range(5)]
    near, sink = read_mastodon(since=NOW - timedelta(days=1, hours=1))
    far, _ = read_mastodon(since=NOW - timedelta(days=30), cursor=sink.cursor)
    assert (near.n_kept, far.n_kept) == (2, 5)
