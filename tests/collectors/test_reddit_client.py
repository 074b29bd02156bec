"""Every way in which Reddit can refuse, stall or answer nonsense, through the real praw."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from collectors.contract import Request
from collectors.reddit import RedditCollector
from collectors.reddit_client import RedditKeys, reddit_keys
from collectors.retry import MOST_TRIES
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_reddit import FakeReddit, as_json, listing, submission
from tests.collectors.reddit_loopback import FEB_3, NOW, ReadReddit, pages_of, places, posts, refusal
from tests.collectors.replay import Answer, Replay, Sink, topic_with
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def test_a_used_up_rate_limit_waits_and_a_429_keeps_what_was_read(
    fake: FakeReddit, read: ReadReddit, slept: list[float]
) -> None:
    limits = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "0", "x-ratelimit-used": "600"}
    page = pages_of(100, 10)
    fake.overrides["/r/news/new"] = [
        as_json(listing(page, after="t3_p99"), **limits),
        *[Answer(429, "slow down", limits)] * MOST_TRIES,
    ]
    before = {"communities": {"news": {"newest": FEB_3 - 50_000, "since": 0.0, "threads": {}}}}
    receipt, sink = read("news", "politics", cursor=before, since=datetime(2025, 1, 1, tzinfo=UTC))
    assert len(posts(sink)) == 100
    assert max(slept) > 0.9
    assert receipt.state == "partial"
    assert places(receipt) == {"r/news": "rate_limited", "r/politics": "rate_limited"}
    assert (receipt.n_retries, receipt.faults) == (MOST_TRIES - 1, {"status 429": MOST_TRIES})
    assert receipt.waited >= MOST_TRIES - 1
    assert sink.cursor == before


def test_a_rate_limit_that_lasts_too_long_ends_the_run_without_sleeping_it_off(
    fake: FakeReddit, read: ReadReddit, slept: list[float]
) -> None:
    limits = {"x-ratelimit-remaining": "0.0", "x-ratelimit-reset": "540", "x-ratelimit-used": "600"}
    fake.overrides["/r/news/new"] = as_json(listing(pages_of(100, 10), after="t3_p99"), **limits)
    receipt, sink = read()
    assert len(posts(sink)) == 100
    assert sum(slept) < 5
    assert places(receipt) == {"r/news": "rate_limited"}


@pytest.mark.parametrize(
    "headers",
    [
        {"x-ratelimit-remaining": "10"},
        {"x-ratelimit-remaining": "ten", "x-ratelimit-used": "1", "x-ratelimit-reset": "5"},
        {"x-ratelimit-remaining": "9.5", "x-ratelimit-used": "1.5", "x-ratelimit-reset": "5.5"},
        {"x-ratelimit-remaining": "nan", "x-ratelimit-used": "", "x-ratelimit-reset": "-1"},
        {"x-ratelimit-reset": "x"},
    ],
)
def test_odd_rate_limit_headers_are_no_crash(
    fake: FakeReddit, read: ReadReddit, headers: dict[str, str]
) -> None:
    fake.overrides["/r/news/new"] = as_json(listing([submission("a", "CECOT")]), **headers)
    receipt, sink = read()
    assert (receipt.state, len(posts(sink))) == ("complete", 1)


@pytest.mark.parametrize("retry_after", ["", "30", "Wed, 05 Feb 2025 12:00:00 GMT", "later"])
def test_a_429_with_any_retry_after_is_rate_limited(
    fake: FakeReddit, read: ReadReddit, retry_after: str
) -> None:
    fake.overrides["/r/news/new"] = Answer(429, "", {"Retry-After": retry_after} if retry_after else {})
    receipt, _ = read()
    assert receipt.state == "rate_limited"


INVALID = {"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'}
EXPIRED = Answer(401, "<html>401</html>", {"Content-Type": "text/html", **INVALID})


def test_an_expired_token_is_renewed_once_and_the_run_goes_on(fake: FakeReddit, read: ReadReddit) -> None:
    fake.listings["news"] = [submission("a", "CECOT")]
    fake.overrides["/r/news/new"] = [EXPIRED]
    receipt, sink = read()
    assert (receipt.state, len(posts(sink)), fake.n_tokens) == ("complete", 1, 2)


@pytest.mark.parametrize(
    "headers",
    [INVALID, {}, {"www-authenticate": "Basic"}, {"www-authenticate": 'Bearer realm="x", error="other"'}],
)
def test_a_token_that_stays_refused_is_auth_after_one_renewal(
    fake: FakeReddit, read: ReadReddit, headers: dict[str, str]
) -> None:
    fake.listings["politics"] = [submission("a", "CECOT")]
    fake.overrides["/r/news/new"] = Answer(401, "<html>401</html>", {"Content-Type": "text/html", **headers})
    receipt, _ = read("news", "politics")
    assert receipt.state == "auth"
    assert "REDDIT_CLIENT_ID" in receipt.detail
    assert fake.n_tokens == 2
    assert fake.replay.paths().count("/r/news/new") == 2  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(401, '{"message": "Unauthorized", "error": 401}'), "auth"),
        (as_json({"error": "unsupported_grant_type"}), "auth"),
        (Answer(200, "<html>maintenance</html>"), "malformed"),
        (Answer(403, "<html>blocked</html>"), "blocked"),
        (Answer(429, ""), "rate_limited"),
        (Answer(503, ""), "unreachable"),
        (as_json([]), "malformed"),
    ],
)
def test_a_sign_in_that_fails_names_its_state(
    fake: FakeReddit, read: ReadReddit, answer: Answer, state: str
) -> None:
    fake.overrides["/api/v1/access_token"] = answer
    receipt, _ = read()
    assert receipt.state == state
    assert receipt.n_got == 0


@pytest.mark.parametrize(
    ("answer", "state", "word"),
    [
        (refusal(403, "private"), "blocked", "private"),
        (refusal(403, "gated"), "blocked", "gated"),
        (refusal(403, "quarantined"), "blocked", "quarantined"),
        (Answer(302, "", {"Location": "https://www.reddit.com/subreddits/search?q=bad"}), "gone", "banned"),
        (Answer(302, "", {"Location": "/subreddits/search.json"}), "gone", "banned"),
        (refusal(404, "banned"), "gone", "banned"),
        (refusal(404), "gone", "does not exist"),
        (refusal(403), "blocked", "403"),
        (refusal(403, "some_new_reason"), "blocked", "403"),
        (Answer(403, "<html>Blocked by network security</html>"), "blocked", "403"),
        (Answer(403, "x", {"www-authenticate": 'Basic realm="x"'}), "blocked", "403"),
        (refusal(451), "blocked", "legal"),
        (Answer(302, "", {"Location": "https://www.reddit.com/login/?dest=x"}), "blocked", "sign-in"),
        (Answer(302, ""), "gone", "search"),
        (Answer(200, "<html>hello</html>"), "malformed", "JSON"),
        (Answer(200, ""), "malformed", "shape"),
        (as_json({"message": "what"}), "malformed", "shape"),
        (as_json([1, 2, 3]), "malformed", "shape"),
        (as_json(7), "malformed", "shape"),
        (Answer(400, "Bad Request", {"Content-Type": "text/plain"}), "malformed", "understand"),
        (Answer(415, "<html>"), "malformed", "shape"),
        (Answer(502, ""), "unreachable", "502"),
    ],
)
def test_one_communitys_fault_has_its_name_and_the_others_go_on(
    fake: FakeReddit, read: ReadReddit, answer: Answer, state: str, word: str
) -> None:
    fake.listings["good"] = [submission("a", "CECOT")]
    fake.overrides["/r/bad/new"] = answer
    receipt, sink = read("bad", "good")
    assert places(receipt) == {"r/bad": state, "r/good": "complete"}
    assert word in receipt.places[0].detail
    assert receipt.state == "partial"
    assert len(posts(sink)) == 1


def test_a_server_error_is_tried_once_more(fake: FakeReddit, read: ReadReddit, slept: list[float]) -> None:
    fake.listings["news"] = [submission("a", "CECOT")]
    fake.overrides["/r/news/new"] = [Answer(503)]
    receipt, sink = read()
    assert (receipt.state, len(posts(sink))) == ("complete", 1)
    assert len(slept) == 1


def test_without_a_connection_the_rest_is_not_asked(
    reddit_at: Any, fake: FakeReddit, topic: Topic, keyed: Settings
) -> None:
    with Replay(fake) as server:
        collector = reddit_at(server)
    names = [f"c{n}" for n in range(30)]
    request = Request(topic_with(topic, sources={"reddit": {"communities": names}}), keyed, NOW)
    receipt = collect(collector, request, Sink())
    assert receipt.state == "unreachable"
    assert len(receipt.places) == 30
    assert receipt.n_requests <= 3
    assert receipt.seconds < 10


def test_an_interrupted_reading_does_not_move_the_cursor(fake: FakeReddit, read: ReadReddit) -> None:
    fake.overrides["/r/news/new"] = [
        as_json(listing(pages_of(100, 10), after="t3_p99")),
        refusal(403, "private"),
    ]
    receipt, sink = read()
    assert (receipt.n_got, receipt.state) == (100, "partial")
    assert sink.cursor == {"communities": {}}


def test_keys_and_tokens_show_nowhere(
    fake: FakeReddit, read: ReadReddit, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    fake.overrides["/r/news/new"] = EXPIRED
    receipt, sink = read()
    told = f"{receipt}{sink.batches}{caplog.text}"
    assert receipt.state == "auth"
    assert not any(
        secret in told for secret in ("planted-client-id", "planted-client-secret", "token1", "token2")
    )


def test_without_keys_the_source_says_why_it_is_off_and_offers_import(
    topic: Topic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDDIT_CLIENT_ID", raising=False)
    monkeypatch.setenv("REDDIT_CLIENT_SECRET", " ")
    settings = Settings(home=tmp_path, _env_file=None)
    assert reddit_keys(settings) is None
    receipt = collect(RedditCollector(), Request(topic, settings, NOW), Sink())
    assert receipt.state == "not_configured"
    for word in ("REDDIT_CLIENT_ID", "approved", "refresh.py import"):
        assert word in receipt.detail


def test_keys_are_taken_from_the_environment_or_from_env_file_and_show_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REDDIT_CLIENT_ID", raising=False)
    monkeypatch.delenv("REDDIT_CLIENT_SECRET", raising=False)
    file = tmp_path / ".env"
    file.write_text("REDDIT_CLIENT_ID=planted-id\nREDDIT_CLIENT_SECRET=planted-secret\n")
    from_file = Settings(home=tmp_path, _env_file=file)
    assert reddit_keys(from_file) == RedditKeys("planted-id", "planted-secret")
    monkeypatch.setenv("REDDIT_CLIENT_ID", "planted-other")
    from_both = Settings(home=tmp_path, _env_file=file)
    assert reddit_keys(from_both) == RedditKeys("planted-other", "planted-secret")
    assert "planted" not in f"{from_both!r} {from_both} {reddit_keys(from_both)!r}"


def test_a_praw_ini_in_the_working_folder_cannot_send_the_keys_elsewhere(
    fake: FakeReddit, read: ReadReddit, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Replay(lambda ask: Answer(500)) as thief:
        (tmp_path / "praw.ini").write_text(
            f"[DEFAULT]\noauth_url={thief.url}\nreddit_url={thief.url}\nusername=x\npassword=y\n"
        )
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("praw.config.Config.CONFIG", None)
        monkeypatch.setenv("PRAW_ALLOW_ENDPOINT_OVERRIDE", "1")
        fake.listings["news"] = [submission("a", "CECOT")]
        receipt, _ = read()
    monkeypatch.setattr("praw.config.Config.CONFIG", None)
    assert receipt.state == "complete"
    assert thief.asked == []
