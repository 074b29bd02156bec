"""YouTube against a loopback server: what is asked, what a comment becomes, what a refusal means, where the key is not."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from collectors.contract import Request
from collectors.run import collect
from collectors.youtube import YoutubeCollector
from settings import Settings
from tests.collectors.fake_youtube import (
    BAD_KEY,
    HOUR,
    KEY,
    NOW,
    FakeYoutube,
    ReadYoutube,
    as_json,
    comment,
    posts_of,
    refusal,
    states_of,
    video_id,
)
from tests.collectors.replay import Answer, Replay, Sink, topic_with
from topics import Topic

pytest_plugins = ["tests.collectors.youtube_fixtures"]


def test_comments_and_replies_are_kept_without_names(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    id_ = tube.add(1, comment("c1", "No al trato"), comment("c2", "Sí, adelante", NOW - 2 * HOUR))
    tube.replies["c1"] = [comment("c1.r1", "De acuerdo", parent="c1")]
    tube.found["cecot"] = [id_]
    receipt, sink = read_youtube()
    assert (receipt.state, receipt.n_kept, receipt.asked) == ("complete", 3, ("cecot",))
    top, reply = posts_of(sink)["No al trato"], posts_of(sink)["De acuerdo"]
    assert (top.id, top.kind, top.posted_at, top.flags) == ("youtube:c1", "comment", NOW - HOUR, ())
    assert (top.context, top.place) == ("El CECOT por dentro", f"video {id_}")
    assert top.url == f"https://www.youtube.com/watch?v={id_}&lc=c1"
    assert (reply.kind, reply.parent_id, reply.context) == ("reply", "youtube:c1", "No al trato")
    assert len(str(reply.author_key)) == 16
    assert not receipt.unknown_fields


def test_an_empty_answer_is_complete(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    receipt, sink = read_youtube()
    assert (receipt.state, receipt.n_got) == ("complete", 0)
    assert sink.cursor["quota"] == {"day": "2025-02-05", "units": 0, "searches": 1}
    assert tube.calls("search")[0]["publishedAfter"] == "2025-01-20T06:00:00Z"


def test_pages_and_long_threads_are_followed(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    tube.page = 10
    id_ = tube.add(1, *(comment(f"c{n}", f"CECOT {n}", NOW - n * HOUR) for n in range(25)))
    tube.replies["c3"] = [comment(f"c3.{n}", f"respuesta {n}", parent="c3") for n in range(33)]
    receipt, sink = read_youtube(videos=[id_])
    assert (receipt.state, receipt.n_kept) == ("complete", 58)
    assert len(tube.calls("commentThreads")) == 3
    assert sink.cursor["quota"]["units"] == 1 + 3 + 4 == receipt.n_requests


def test_two_of_sixteen_videos_without_comments_are_skipped_and_recorded(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.found["cecot"] = [tube.add(n, comment(f"c{n}", f"CECOT {n}")) for n in range(16)]
    tube.off = {video_id(3), video_id(11)}
    receipt, _ = read_youtube()
    assert (receipt.state, receipt.n_kept) == ("complete", 14)
    assert receipt.skipped == {"videos whose comments are turned off": 2}
    off = [place.name for place in receipt.places if place.detail == "comments are turned off"]
    assert off == [f"video {video_id(3)}", f"video {video_id(11)}"]


def test_a_quota_that_is_used_up_before_anything_is_the_source_s_state(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.add(1, comment("c1", "CECOT"))
    tube.most = 0
    receipt, _ = read_youtube(videos=[video_id(1)])
    assert receipt.state == "rate_limited" and "midnight in California" in receipt.detail


def test_our_own_allowance_ends_the_run_before_the_platform_s(
    tube: FakeYoutube, read_youtube: ReadYoutube
) -> None:
    tube.found["cecot"] = [tube.add(n, comment(f"c{n}", f"CECOT {n}")) for n in range(5)]
    receipt, sink = read_youtube(given={"youtube_units": 3})
    assert (receipt.state, receipt.n_kept) == ("partial", 2)
    assert "POSTURA_YOUTUBE_UNITS" in receipt.detail
    same_day, _ = read_youtube(given={"youtube_units": 3}, cursor=sink.cursor, now=NOW + HOUR)
    assert same_day.n_requests <= 1 and same_day.state == "partial"
    next_day, _ = read_youtube(cursor=sink.cursor, now=NOW + 20 * HOUR)
    assert (next_day.state, next_day.n_kept) == ("complete", 3)


def test_a_refused_key_says_what_to_do(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    receipt, _ = read_youtube(key="another-planted-key")
    assert receipt.state == "auth" and "YOUTUBE_API_KEY" in receipt.detail
    tube.faults = lambda _: refusal(403, "accessNotConfigured", "usageLimits")
    receipt, _ = read_youtube()
    assert receipt.state == "auth" and "enable it" in receipt.detail
    assert BAD_KEY.status == 400  # Google answers a wrong key so, and not with 401


def test_a_wall_in_front_is_no_wrong_key(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    tube.faults = lambda _: Answer(403, "<html>no</html>", {"Content-Type": "text/html"})
    receipt, _ = read_youtube()
    assert receipt.state == "blocked"


def test_without_a_key_or_anything_to_look_for_the_source_says_what_to_do(
    topic: Topic, settings: Settings
) -> None:
    here, nothing = (
        topic_with(topic, sources={"youtube": {"queries": ["cecot"]}}),
        topic_with(topic, sources={}),
    )
    keyed = settings.model_copy(update={"youtube_api_key": SecretStr(KEY)})
    for asked, said in (
        (Request(here, settings, NOW), "Google Cloud console"),
        (Request(nothing, keyed, NOW), "[sources.youtube]"),
    ):
        receipt = collect(YoutubeCollector(), asked, Sink())
        assert (receipt.state, receipt.n_requests) == ("not_configured", 0) and said in receipt.detail
    assert YoutubeCollector().missing_setting(keyed, here) is None


@pytest.mark.parametrize(
    "broken",
    [
        None,
        7,
        {"id": "x"},
        {"id": None, "snippet": {}},
        comment("c9", "", textOriginal=None, textDisplay=4),
        comment("c9", ""),
    ],
)
def test_a_broken_comment_costs_itself_alone(
    tube: FakeYoutube, read_youtube: ReadYoutube, broken: Any
) -> None:
    id_ = tube.add(1, comment("c1", "CECOT uno"), broken, comment("c2", "CECOT dos"))
    receipt, _ = read_youtube(videos=[id_])
    assert (receipt.state, receipt.n_kept, receipt.n_quarantined) == ("complete", 2, 1)


def test_odd_comments_are_read_as_far_as_they_can_be(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    odd = [
        comment("c1", "CECOT \ud83d \x00"),
        comment("c2", "CECOT ayer", publishedAt="ayer", updatedAt="ayer"),
        comment("c3", "CECOT anónimo", authorChannelId=None, authorChannelUrl=None, authorDisplayName=None),
        comment("c4", "CECOT nuevo", brandNew=1),
        comment("c5", "CECOT corregido", updatedAt="2025-02-05T11:30:00Z"),
    ]
    receipt, sink = read_youtube(videos=[tube.add(1, *odd)])
    posts = posts_of(sink)
    assert (receipt.state, receipt.n_kept) == ("complete", 5)
    assert posts["CECOT ayer"].flags == ("undated",)
    assert posts["CECOT anónimo"].author_key is None
    assert posts["CECOT corregido"].flags == ("edited",)
    assert receipt.unknown_fields == {"snippet.brandNew": 1}


def test_html_in_place_of_json_is_one_video_s_fault(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    videos = [tube.add(1, comment("c1", "CECOT uno")), tube.add(2, comment("c2", "CECOT dos"))]
    tube.faults = lambda ask: Answer(200, "<html>") if ask.query.get("videoId") == video_id(1) else None
    receipt, _ = read_youtube(videos=videos)
    assert (receipt.state, receipt.n_kept) == ("partial", 1)
    assert states_of(receipt)[f"video {video_id(1)}"] == "malformed"


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, KEY, "global"),
        refusal(403, "quotaExceeded", message=KEY),
        as_json({"error": {"status": KEY, "errors": [{"reason": KEY}], "message": KEY}}, 400),
        Answer(403, f"<html>{KEY}</html>"),
        Answer(200, f"<html>{KEY}</html>"),
        as_json({"items": [{"id": {"videoId": KEY}, "snippet": {"title": KEY}}]}),
        as_json({"items": KEY}),
        Answer(302, headers={"Location": f"http://169.254.169.254/?key={KEY}"}),
        Answer(503, KEY, {"Retry-After": KEY}),
    ],
)
def test_a_server_that_echoes_the_key_puts_it_nowhere(
    tube: FakeYoutube, read_youtube: ReadYoutube, answer: Answer
) -> None:
    tube.faults = lambda _: answer
    receipt, _ = read_youtube()  # which looks for the key in all that is left
    assert receipt.detail


def test_a_redirect_is_given_no_key(tube: FakeYoutube, read_youtube: ReadYoutube) -> None:
    with Replay(lambda _: as_json({"items": []})) as other:
        tube.faults = lambda ask: Answer(302, headers={"Location": f"{other.url}{ask.path}"})
        receipt, _ = read_youtube()
    assert receipt.state == "complete" and other.asked
    assert not any(KEY in repr(ask) for ask in other.asked)
    assert all(KEY in ask.headers.values() for ask in tube.asked)


@pytest.mark.parametrize(
    "text", ["hola \ud83d", "\x00CECOT", "The US will pay $6 million, about $20,000 per inmate"]
)
def test_any_text_survives(tube: FakeYoutube, read_youtube: ReadYoutube, text: str) -> None:
    _, sink = read_youtube(videos=[tube.add(1, comment("c1", text))])
    assert list(posts_of(sink)) == [text.replace("\ud83d", "\ufffd").replace("\x00", "\ufffd")]
