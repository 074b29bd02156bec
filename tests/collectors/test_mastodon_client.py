"""Mastodon.py in hostile territory: its requests end where ours may, and its faults are named states."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from typing import Any

import pytest
import requests
from mastodon import Mastodon
from pydantic import SecretStr

from collectors.errors import Blocked, Malformed, NotConfigured, SourceError, Unreachable
from collectors.mastodon_client import asked, connect, host_of, tokens_of
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.fake_mastodon import as_json, status
from tests.collectors.replay import Answer, Ask, Replay

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def client_of(server: Replay, settings: Settings, fetcher: Fetcher, token: str | None = None) -> Mastodon:
    return connect(server.url, token, settings, fetcher)


def timeline(client: Mastodon) -> list[Any]:
    return asked(lambda: list(client.timeline_hashtag("cecot")), "an.example", with_token=False)


def serving(answer: Answer) -> Callable[[Ask], Answer]:
    return lambda ask: answer if "timelines" in ask.path else Answer(404)


@pytest.mark.parametrize(
    "target",
    ["http://169.254.169.254/latest/meta-data", "http://10.0.0.1/", "file:///etc/passwd", "http://[::1]:25/"],
)
def test_a_redirect_into_a_private_network_is_not_followed(
    settings: Settings, fetcher: Fetcher, target: str
) -> None:
    with Replay(serving(Answer(302, headers={"Location": target}))) as server, pytest.raises(Blocked):
        timeline(client_of(server, settings, fetcher))


def test_a_private_instance_is_refused_without_the_tests_own_setting(settings: Settings) -> None:
    shut = settings.model_copy(update={"allow_loopback": False})
    with Replay(serving(as_json([]))) as server:
        with pytest.raises(Blocked):
            timeline(client_of(server, shut, Fetcher(shut)))
        assert server.asked == []


def test_a_token_goes_to_its_own_instance_alone(settings: Settings, fetcher: Fetcher) -> None:
    with (
        Replay(lambda ask: as_json([])) as elsewhere,
        Replay(serving(Answer(302, headers={"Location": f"{elsewhere.url}/api"}))) as server,
    ):
        timeline(client_of(server, settings, fetcher, "planted-token"))
    assert server.asked[-1].headers["authorization"] == "Bearer planted-token"
    assert elsewhere.asked and "authorization" not in elsewhere.asked[-1].headers


def test_a_huge_answer_is_cut_short(settings: Settings) -> None:
    small = settings.model_copy(update={"max_bytes": 50_000})
    bomb = Answer(200, gzip.compress(b"[" + b" " * 50_000_000 + b"]"), {"Content-Encoding": "gzip"})
    with Replay(serving(bomb)) as server, pytest.raises(Malformed, match="larger"):
        timeline(client_of(server, small, Fetcher(small)))


def test_a_slow_answer_is_given_up(settings: Settings, fetcher: Fetcher) -> None:
    hasty = settings.model_copy(update={"timeout_seconds": 0.2})
    slow = serving(Answer(200, "[]", delay=1.0))
    with Replay(slow) as server, pytest.raises(Unreachable):
        timeline(client_of(server, hasty, Fetcher(hasty, sleep=lambda seconds: None)))


def test_nothing_but_reading_is_done(settings: Settings, fetcher: Fetcher) -> None:
    with Replay(lambda ask: as_json({})) as server:
        client = client_of(server, settings, fetcher)
        with pytest.raises(Malformed, match="GET"):
            asked(lambda: client.status_post("hello"), "an.example", with_token=False)
        assert server.asked == []


def test_no_proxy_and_no_other_scheme_is_used(
    settings: Settings, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with Replay(serving(as_json([status("1", "a")]))) as server:
        client = client_of(server, settings, fetcher)
        assert timeline(client)[0]["uri"].endswith("/1")
    with pytest.raises(requests.exceptions.InvalidSchema):
        client.session.get("file:///etc/passwd")


def test_the_program_names_itself_and_keeps_no_cookie(settings: Settings, fetcher: Fetcher) -> None:
    answer = as_json([], **{"Set-Cookie": "session=1; Path=/"})
    with Replay(serving(answer)) as server:
        client = client_of(server, settings, fetcher)
        timeline(client)
        timeline(client)
    assert all(ask.headers["user-agent"] == settings.user_agent for ask in server.asked)
    assert all("cookie" not in ask.headers for ask in server.asked)


def test_errors_hold_no_word_of_the_answer(settings: Settings, fetcher: Fetcher) -> None:
    refusal = as_json({"error": "planted <b>words</b> of the server"}, 403)
    with Replay(serving(refusal)) as server, pytest.raises(SourceError) as caught:
        timeline(client_of(server, settings, fetcher, "planted-token"))
    assert "planted" not in str(caught.value)


def test_tokens_are_read_by_instance_and_never_repeated(settings: Settings) -> None:
    def given(text: str) -> Settings:
        return settings.model_copy(update={"mastodon_tokens": SecretStr(text)})

    assert tokens_of(settings) == {}
    assert tokens_of(given("a.example=T-1, https://B.example/=T=2")) == {
        "a.example": "T-1",
        "b.example": "T=2",
    }
    assert host_of("https://Mastodon.Social/") == "mastodon.social"
    for wrong in (
        "T-1",
        "a.example=",
        "=T-1",
        "a.example=Ñ",
        "a.example=T-1 b.example=T-2",
        "a.example=T\n1",
    ):
        with pytest.raises(NotConfigured) as caught:
            tokens_of(given(wrong))
        assert wrong not in str(caught.value) and "MASTODON_TOKENS" in str(caught.value)
