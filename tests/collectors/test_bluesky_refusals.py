"""What a refusal of Bluesky's is called, what is tried again, and what of it the next run makes up for."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collectors.bluesky import BlueskyCollector
from collectors.contract import Request
from collectors.run import collect
from settings import Settings
from tests.collectors.bluesky_loopback import ReadBluesky, posts_of, states_of
from tests.collectors.fake_bluesky import DID, HTML_403, NOW, FakeBluesky, as_json, refusal, view
from tests.collectors.faults import thrown
from tests.collectors.replay import Answer, Sink
from topics import Topic

pytest_plugins = ["tests.collectors.bluesky_fixtures"]
HOUR = timedelta(hours=1)
SIGN_IN, RENEWAL = "com.atproto.server.createSession", "com.atproto.server.refreshSession"
SEARCH = "app.bsky.feed.searchPosts"
PASS = Answer(0)
"""Stands in a row of prepared answers for the server's own."""


def test_a_search_that_is_not_understood_leaves_the_others(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    pds.overrides[SEARCH] = [refusal("BadQueryString")]
    pds.found["cecot"] = [view("1", "CECOT")]
    receipt, _ = read_bluesky("(((", "cecot")
    assert (states_of(receipt), receipt.state, receipt.n_kept) == (["malformed", "complete"], "partial", 1)


def test_without_keys_the_source_says_what_to_do(topic: Topic, settings: Settings) -> None:
    receipt = collect(BlueskyCollector(), Request(topic, settings, NOW), Sink())
    assert receipt.state == "not_configured"
    assert "BLUESKY_APP_PASSWORD" in receipt.detail and "App passwords" in receipt.detail


def test_a_wall_is_no_wrong_password(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.overrides[SEARCH] = [HTML_403]
    receipt, _ = read_bluesky("cecot", "bukele")
    assert (receipt.state, states_of(receipt)) == ("blocked", ["blocked", "blocked"])
    assert "BLUESKY_SERVER" in receipt.detail or "BLUESKY_SERVER" in receipt.places[0].detail
    pds.overrides[SIGN_IN] = [HTML_403]
    assert read_bluesky()[0].state == "blocked"


@pytest.mark.parametrize(
    ("answer", "state", "word"),
    [
        (PASS, "auth", "App passwords"),
        (refusal("AuthFactorTokenRequired", 401), "auth", "code by mail"),
        (refusal("AccountTakedown", 401), "auth", "suspended"),
        (refusal("InvalidRequest", 400), "auth", "BLUESKY_HANDLE"),
        (refusal("RateLimitExceeded", 429, **{"ratelimit-reset": "9999999999"}), "rate_limited", ""),
        (Answer(404, "<html>"), "gone", "BLUESKY_SERVER"),
        (as_json({"did": DID}), "malformed", "session"),
        (as_json(["x"]), "malformed", "session"),
    ],
)
def test_a_refused_sign_in_is_a_named_state(
    pds: FakeBluesky, read_bluesky: ReadBluesky, answer: Answer, state: str, word: str
) -> None:
    pds.overrides[SIGN_IN] = [answer]
    receipt, _ = read_bluesky(password="another-password")
    assert (receipt.state, receipt.n_got) == (state, 0)
    assert word in receipt.detail and "another-password" not in repr(receipt)


def test_a_session_that_expires_in_the_middle_is_renewed_once(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(150)]
    pds.overrides[SEARCH] = [PASS, refusal("ExpiredToken", 400)]
    receipt, _ = read_bluesky()
    assert (receipt.state, receipt.n_kept, pds.n_sessions) == ("complete", 150, 2)
    pds.overrides[SEARCH] = [PASS, refusal("ExpiredToken", 401), refusal("ExpiredToken", 401)]
    cut, _ = read_bluesky()
    assert (cut.state, cut.n_kept) == ("auth", 100)


def test_a_refused_renewal_signs_in_anew(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view("1", "CECOT")]
    pds.overrides = {SEARCH: [refusal("ExpiredToken")], RENEWAL: [refusal("ExpiredToken")]}
    receipt, _ = read_bluesky()
    assert (receipt.state, receipt.n_kept, pds.n_sessions) == ("complete", 1, 2)


def test_a_rate_limit_is_waited_for_or_ends_the_run_with_what_it_has(
    pds: FakeBluesky, read_bluesky: ReadBluesky, bluesky_waits: list[float]
) -> None:
    soon = str(int(datetime.now(UTC).timestamp()) + 40)
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(150)]
    pds.overrides[SEARCH] = [PASS, refusal("RateLimitExceeded", 429, **{"ratelimit-reset": soon})]
    receipt, _ = read_bluesky()
    assert (receipt.state, receipt.n_kept) == ("complete", 150)
    assert 30 < max(bluesky_waits) <= 40
    pds.overrides[SEARCH] = [PASS, refusal("RateLimitExceeded", 429, **{"ratelimit-reset": "9999999999"})]
    cut, sink = read_bluesky("cecot", "bukele")
    assert (cut.state, states_of(cut), cut.n_kept) == ("partial", ["rate_limited", "rate_limited"], 100)
    rest, _ = read_bluesky("cecot", "bukele", cursor=sink.cursor, now=NOW + HOUR)
    assert rest.state == "complete" and rest.n_kept >= 50


def test_passing_faults_are_mended_and_on_the_receipt(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(150)]
    html = Answer(200, "<!DOCTYPE html>", {"Content-Type": "text/html"})
    pds.overrides[SEARCH] = [Answer(502), html, PASS, Answer(200, '{"posts": [{"uri', cut=True), PASS]
    pds.overrides[SIGN_IN] = [Answer(500)]
    receipt, _ = read_bluesky()
    assert (receipt.state, receipt.n_kept, receipt.n_got) == ("complete", 150, 150)
    assert receipt.n_retries == sum(receipt.faults.values()) == 4


def test_one_search_that_fails_for_good_keeps_the_others_and_its_own_pages(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(150)]
    pds.found["bukele"] = [view("b", "Bukele y los deportados")]
    pds.overrides[SEARCH] = [PASS, *[Answer(503)] * 4]
    receipt, sink = read_bluesky("cecot", "bukele")
    assert (states_of(receipt), receipt.n_kept) == (["unreachable", "complete"], 101)
    rest, again = read_bluesky("cecot", "bukele", cursor=sink.cursor)
    assert (rest.state, len(set(posts_of(sink)) | set(posts_of(again)))) == ("complete", 151)


@pytest.mark.parametrize("answer", [as_json([]), as_json({"posts": 5}), Answer(200, "{")])
def test_an_answer_of_another_shape_is_malformed(
    pds: FakeBluesky, read_bluesky: ReadBluesky, answer: Answer
) -> None:
    pds.overrides[SEARCH] = [answer] * 4
    assert read_bluesky()[0].state == "malformed"


def test_a_server_that_repeats_its_page_is_left(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    page = as_json({"posts": [view("1", "CECOT")], "cursor": "again"})
    pds.overrides[SEARCH] = [page] * 60
    receipt, _ = read_bluesky()
    assert (receipt.n_kept, len(pds.searches("cecot"))) == (1, 2)


def test_a_server_that_does_not_heed_the_window_is_left_behind_its_start(
    pds: FakeBluesky, read_bluesky: ReadBluesky
) -> None:
    pages = [
        as_json(
            {
                "posts": [view(f"{n}-{k}", f"CECOT {n} {k}", NOW - n * 24 * HOUR) for k in range(3)],
                "cursor": str(n),
            }
        )
        for n in range(30)
    ]
    pds.overrides[SEARCH] = pages
    receipt, _ = read_bluesky(since=NOW - 3 * 24 * HOUR)
    assert (receipt.state, receipt.n_kept, len(pds.searches("cecot"))) == ("complete", 15, 5)


@pytest.mark.parametrize("seed", range(6))
def test_nothing_is_lost_or_doubled_among_faults(
    pds: FakeBluesky, read_bluesky: ReadBluesky, seed: int
) -> None:
    pds.page = 20
    pds.faults = thrown(seed, (0.10, refusal("ExpiredToken", 400)))
    pds.found["cecot"] = [view(f"c{n}", f"CECOT {n}", NOW - n * HOUR) for n in range(200)]
    pds.found["bukele"] = [view(f"b{n}", f"Bukele y los deportados {n}", NOW - n * HOUR) for n in range(100)]
    kept: list[str] = []
    cursor: dict[str, Any] = {}
    for _ in range(12):
        receipt, sink = read_bluesky("cecot", "bukele", cursor=cursor)
        cursor = sink.cursor or cursor
        kept += [post.id for post in sink.all("posts")]
        assert receipt.n_tombstone == receipt.n_quarantined == 0
        assert receipt.faults or receipt.state == "complete"
        if receipt.state == "complete":
            break
    assert receipt.state == "complete"
    assert len(set(kept)) == 300


def test_a_budget_that_is_used_up_keeps_what_was_read(pds: FakeBluesky, read_bluesky: ReadBluesky) -> None:
    pds.found["cecot"] = [view(str(n), f"CECOT {n}", NOW - n * HOUR) for n in range(350)]
    receipt, sink = read_bluesky("cecot", "bukele", n_requests=3)
    assert (receipt.state, states_of(receipt)) == ("partial", ["partial"]) and 100 <= receipt.n_kept < 350
    assert "POSTURA_SOURCE_REQUESTS" in receipt.detail
    rest, again = read_bluesky("cecot", "bukele", cursor=sink.cursor)
    assert rest.state == "complete"
    assert len(set(posts_of(sink)) | set(posts_of(again))) == 350
