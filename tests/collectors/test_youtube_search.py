"""Which videos YouTube is asked for: searches by stretches of time, uploads, listed ones, and what the quota leaves."""

from __future__ import annotations

from datetime import timedelta

import pytest

import collectors.youtube_reading
import collectors.youtube_search
from tests.collectors.fake_youtube import (
    CHANNEL,
    HOUR,
    NOW,
    FakeYoutube,
    ReadYoutube,
    comment,
    posts_of,
    states_of,
    video_id,
)

pytest_plugins = ["tests.collectors.youtube_fixtures"]


def test_only_videos_on_the_topic_are_read_and_listed_ones_always(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.found["cecot"] = [tube.add(1, comment("c1", "hola"), title="Receta de pupusas")]
    listed = tube.add(2, comment("c2", "hola"), comment("c3", "¿Y el CECOT?"), title="Noticias")
    receipt, sink = read_youtube("cecot", videos=[listed, video_id(9)])
    assert list(posts_of(sink)) == ["¿Y el CECOT?"]
    assert receipt.n_off_topic == 1
    assert receipt.skipped == {"videos that do not mention the topic": 1}
    assert states_of(receipt)[f"video {video_id(9)}"] == "gone"


def test_the_uploads_of_a_channel_are_read(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    tube.uploads = [
        tube.add(1, comment("c1", "uno")),
        tube.add(2, comment("c2", "dos"), at=NOW - timedelta(days=90)),
    ]
    receipt, sink = read_youtube(channels=[CHANNEL, "UC" + "z" * 22])
    assert list(posts_of(sink)) == ["uno"]
    assert states_of(receipt)["channel UC" + "z" * 22] == "gone"


def test_searches_that_are_used_up_leave_the_known_videos_to_be_read(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.found["cecot"] = [tube.add(1, comment("c1", "CECOT uno"))]
    receipt, sink = read_youtube("cecot", "bukele", "deportados", given={"youtube_searches": 1})
    assert (receipt.state, receipt.n_kept, len(tube.calls("search"))) == ("partial", 1, 1)
    assert states_of(receipt)["search deportados"] == "partial"
    assert set(sink.cursor["searched"]) == {"search cecot"}


def test_what_a_search_found_is_not_lost_when_the_next_call_fails(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.found["cecot"] = [tube.add(1, comment("c1", "CECOT uno"))]
    tube.most = 1
    first, sink = read_youtube()
    assert (first.state, first.n_got, sink.cursor["searched"]) == ("partial", 0, {})
    tube.most = 10**6
    second, _ = read_youtube(cursor=sink.cursor, now=NOW + 24 * HOUR)
    assert (second.state, second.n_kept) == ("complete", 1)


def test_more_videos_than_a_search_gives_are_asked_for_by_stretches_of_time(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.many(150)  # 12 and a half days, in a window of 16
    receipt, sink = read_youtube()
    assert (receipt.state, receipt.n_kept) == ("complete", 150)
    asked = [(call["publishedAfter"], call["publishedBefore"]) for call in tube.calls("search")]
    assert asked[0] == ("2025-01-20T06:00:00Z", "2025-02-05T12:00:00Z")
    assert len(set(asked)) == 5
    (start, end, left) = sink.cursor["searched"]["search cecot"]
    assert (end - start, left) == (16 * 86_400 + 6 * 3600, [])


def test_a_long_past_is_searched_run_by_run_new_days_first(
    tube: FakeYoutube, read_youtube: ReadYoutube, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collectors.youtube_search, "MOST_SPANS", 2)
    ids = tube.many(180)
    first, sink = read_youtube()
    assert first.state == "partial" and "older days" in first.detail and 0 < first.n_kept < 180
    assert {post.place for post in sink.all("posts")} == {f"video {id_}" for id_ in ids[: first.n_kept]}
    n_kept, cursor = first.n_kept, sink.cursor
    for run in range(1, 9):
        receipt, sink = read_youtube(now=NOW + run * HOUR, cursor=cursor)
        n_kept, cursor = n_kept + receipt.n_kept, sink.cursor
        if receipt.state == "complete":
            break
    assert (receipt.state, n_kept) == ("complete", 180)


def test_a_day_with_more_videos_than_a_search_gives_is_said(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.many(130, step=timedelta(minutes=5))
    receipt, _ = read_youtube(since=NOW - timedelta(days=1))
    assert receipt.state == "possibly_truncated" and "1 days had more" in receipt.detail


def test_an_earlier_window_is_searched_and_a_later_one_leaves_no_gap(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.many(40, step=timedelta(hours=6))
    near, sink = read_youtube(since=NOW - timedelta(days=2))
    assert near.n_kept == 8
    far, sink = read_youtube(cursor=sink.cursor, now=NOW + HOUR)
    assert far.n_kept == 32
    tube.found["cecot"].append(tube.add(90, comment("late", "CECOT"), at=NOW + 3 * HOUR))
    late, _ = read_youtube(cursor=sink.cursor, now=NOW + timedelta(days=9), since=NOW + timedelta(days=8))
    assert (late.state, late.n_kept) == ("complete", 1)


def test_a_channel_with_many_uploads_is_read_down_to_the_last_run(
    tube: FakeYoutube, read_youtube: ReadYoutube, monkeypatch: pytest.MonkeyPatch
) -> None:
    tube.page = 5
    tube.uploads = tube.many(30)
    first, sink = read_youtube(channels=[CHANNEL])
    assert (first.state, first.n_kept) == ("complete", 30)
    tube.asked.clear()
    tube.uploads.insert(0, tube.add(99, comment("new", "CECOT"), at=NOW + HOUR))
    second, _ = read_youtube(channels=[CHANNEL], cursor=sink.cursor, now=NOW + 2 * HOUR)
    assert (second.n_kept, len(tube.calls("playlistItems"))) == (1, 3)
    monkeypatch.setattr(collectors.youtube_search, "MOST_UPLOADS", 2)
    cut, _ = read_youtube(channels=[CHANNEL])
    assert cut.state == "possibly_truncated"


def test_what_is_searched_for_no_more_is_forgotten(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    _, sink = read_youtube("cecot", "bukele")
    _, after = read_youtube("bukele", cursor=sink.cursor, now=NOW + HOUR)
    assert set(after.cursor["searched"]) == {"search bukele"}
