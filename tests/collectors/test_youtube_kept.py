"""What the next run of YouTube does: it goes on where the last one stopped, and notices edits and deletions."""

from __future__ import annotations

import pytest

import collectors.youtube_reading
import collectors.youtube_search
from tests.collectors.fake_youtube import (
    COMMENTS_OFF,
    HOUR,
    NOW,
    FakeYoutube,
    ReadYoutube,
    comment,
    posts_of,
    video_id,
)

pytest_plugins = ["tests.collectors.youtube_fixtures"]


def test_a_rerun_asks_only_for_videos_with_new_comments(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    tube.found["cecot"] = [tube.add(1, comment("c1", "CECOT uno")), tube.add(2, comment("c2", "CECOT dos"))]
    _, sink = read_youtube()
    tube.asked.clear()
    tube.threads[video_id(2)].append(comment("c3", "CECOT tres", NOW + HOUR))
    receipt, again = read_youtube(now=NOW + 2 * HOUR, cursor=sink.cursor)
    assert [call["videoId"] for call in tube.calls("commentThreads")] == [video_id(2)]
    assert tube.calls("search")[0]["publishedAfter"] == "2025-02-05T00:00:00Z"
    assert set(posts_of(again)) == {"CECOT dos", "CECOT tres"}
    assert receipt.state == "complete"
    idle, _ = read_youtube(now=NOW + 3 * HOUR, cursor=again.cursor)
    assert (idle.state, idle.n_got, idle.n_requests) == ("complete", 0, 3)


def test_a_rerun_of_a_long_video_stops_behind_the_week_before(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.page = 10
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}", NOW - n * 24 * HOUR) for n in range(60)))
    _, sink = read_youtube(videos=[id_])
    tube.asked.clear()
    tube.threads[id_].append(comment("new", "CECOT nuevo", NOW + HOUR))
    receipt, again = read_youtube(videos=[id_], now=NOW + 2 * HOUR, cursor=sink.cursor)
    assert "CECOT nuevo" in posts_of(again)
    assert len(tube.calls("commentThreads")) == 2 and receipt.state == "complete"


def test_edits_and_deletions_are_noticed(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    id_ = tube.add(1, comment("c1", "CECOT uno"), comment("c2", "CECOT dos"), comment("c3", "CECOT tres"))
    tube.replies["c2"] = [comment("c2.1", "de acuerdo", parent="c2")]
    _, sink = read_youtube(videos=[id_])
    tube.threads[id_] = [comment("c1", "ya no"), comment("c3", "CECOT tres")]
    tube.replies["other"] = tube.replies.pop("c2")
    receipt, again = read_youtube(videos=[id_], now=NOW + HOUR, cursor=sink.cursor)
    posts = {post.id: post for post in again.all("posts")}
    assert posts["youtube:c1"].text == "ya no"
    assert (posts["youtube:c2"].state, posts["youtube:c2"].text) == ("deleted", "")
    assert posts["youtube:c2.1"].context == ""
    assert receipt.n_tombstone == 1


def test_a_page_that_is_not_known_any_more_is_begun_anew(
    tube: FakeYoutube, read_youtube: ReadYoutube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.youtube_reading, "MOST_PAGES", 2)
    tube.page = 10
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}", NOW - n * HOUR) for n in range(30)))
    first, sink = read_youtube(videos=[id_])
    assert (first.state, first.n_kept) == ("partial", 20) and "next run goes on" in first.detail
    tube.stale = {"P20"}
    second, sink = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + HOUR)
    assert second.n_kept == 20
    tube.stale = set()
    third, _ = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + 2 * HOUR)
    assert (third.state, third.n_kept) == ("complete", 10)


def test_a_run_that_is_cut_short_keeps_what_it_read(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    tube.page = 5
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}", NOW - n * HOUR) for n in range(12)))
    first, sink = read_youtube(videos=[id_], n_requests=3)
    assert (first.state, first.n_kept) == ("partial", 6)
    second, again = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + HOUR)
    ids = {post.id for post in (*sink.all("posts"), *again.all("posts"))}
    assert (len(ids), second.state) == (12, "complete")


def test_a_quota_that_ends_in_the_middle_loses_nothing_and_the_next_run_goes_on(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.page = 5
    tube.found["cecot"] = [
        tube.add(v, *(comment(f"v{v}c{n}", f"CECOT {v} {n}", NOW - n * HOUR) for n in range(12)))
        for v in range(4)
    ]
    tube.most = 7  # a search, the videos, three pages of the first, two of the second
    first, sink = read_youtube()
    assert (first.state, first.n_kept) == ("partial", 12 + 10)
    assert "quotaExceeded" in first.detail and "quotaExceeded" in first.places[-1].detail
    assert "2 more videos are left" in first.places[-1].detail
    assert sink.cursor["videos"][video_id(1)][4] == "P10"
    tube.most, tube.asked = 10**6, []
    second, again = read_youtube(now=NOW + 24 * HOUR, cursor=sink.cursor)
    threads = tube.calls("commentThreads")
    assert (threads[0]["videoId"], threads[0]["pageToken"]) == (video_id(1), "P10")
    assert len(threads) == 1 + 3 + 3
    assert second.state == "complete"
    ids = [post.id for post in (*sink.all("posts"), *again.all("posts"))]
    assert len(ids) == len(set(ids)) == 48


def test_what_came_on_top_while_a_reading_was_cut_short_is_read_afterwards(
    tube: FakeYoutube, read_youtube: ReadYoutube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.youtube_reading, "MOST_PAGES", 2)
    tube.page = 10
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}", NOW - n * 24 * HOUR) for n in range(30)))
    _, sink = read_youtube(videos=[id_])
    tube.threads[id_].append(comment("top", "CECOT arriba", NOW + HOUR))
    tube.threads[id_].remove(tube.threads[id_][0])  # so that the number of comments is what it was
    second, sink = read_youtube(videos=[id_], now=NOW + 2 * HOUR, cursor=sink.cursor)
    assert second.state == "complete" and "CECOT arriba" not in posts_of(sink)
    third, after = read_youtube(videos=[id_], now=NOW + 3 * HOUR, cursor=sink.cursor)
    assert third.state == "complete" and "CECOT arriba" in posts_of(after)
    tube.asked.clear()
    read_youtube(videos=[id_], now=NOW + 4 * HOUR, cursor=after.cursor)
    assert not tube.calls("commentThreads")


def test_a_comment_that_has_a_whole_call_refused_is_found_by_halves(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}") for n in range(60)))
    _, sink = read_youtube(videos=[id_])
    tube.threads[id_] = [one for one in tube.threads[id_] if one["id"] != "c7"]
    tube.refuses = {"c7"}
    tube.asked.clear()
    receipt, after = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + HOUR)
    assert (receipt.state, receipt.n_tombstone) == ("complete", 1)
    assert [post.id for post in after.all("posts") if post.state == "deleted"] == ["youtube:c7"]
    assert len([call for call in tube.calls("comments") if "id" in call]) < 15


def test_an_answer_that_lacks_most_comments_or_refuses_them_all_deletes_none(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}") for n in range(80)))
    _, sink = read_youtube(videos=[id_])
    kept = tube.threads[id_]
    tube.threads[id_] = []
    lacking, _ = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + HOUR)
    assert (lacking.state, lacking.n_tombstone) == ("partial", 0) and "left 80 of 80" in lacking.detail
    tube.threads[id_], tube.refuses = kept, {one["id"] for one in kept}
    refused, after = read_youtube(videos=[id_], cursor=sink.cursor, now=NOW + HOUR)
    assert (refused.state, refused.n_tombstone) == ("partial", 0)
    assert len((after.cursor or sink.cursor)["kept"]["comments"]) == 80


def test_comments_that_are_turned_off_later_are_removed(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    ids = [tube.add(n, comment(f"c{n}", f"CECOT {n}")) for n in range(3)]
    _, sink = read_youtube(videos=ids)
    tube.faults = lambda ask: COMMENTS_OFF if "c1" in ask.query.get("id", "").split(",") else None
    _, after = read_youtube(videos=ids, cursor=sink.cursor, now=NOW + HOUR)
    assert [post.id for post in after.all("posts") if post.state == "deleted"] == ["youtube:c1"]
