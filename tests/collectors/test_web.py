"""Fetching from hostile territory: sizes, times, waits, what is sent and what is said."""

from __future__ import annotations

import gzip
import socket
import threading
import zlib
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from collectors.errors import Blocked, Gone, Malformed, RateLimited, SourceError, Unreachable
from collectors.retry import MOST_TRIES
from collectors.web import MAX_REDIRECTS, Fetcher
from settings import Settings
from tests.collectors.replay import Answer, Ask, Replay
from tests.collectors.web_loopback import Clock, in_turn, name_with

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def test_redirects_are_followed_up_to_a_limit(fetcher: Fetcher) -> None:
    def hop(ask: Ask) -> Answer:
        n = int(ask.path.strip("/"))
        return Answer(301, headers={"Location": f"/{n - 1}"}) if n else Answer(200, "there")

    with Replay(hop) as server:
        assert fetcher.fetch(f"{server.url}/{MAX_REDIRECTS}").content == b"there"
        with pytest.raises(Blocked, match="redirects"):
            fetcher.fetch(f"{server.url}/{MAX_REDIRECTS + 1}")


def test_a_redirect_without_an_address_is_malformed(fetcher: Fetcher) -> None:
    with Replay(lambda ask: Answer(302)) as server, pytest.raises(Malformed):
        fetcher.fetch(server.url)


def test_an_answer_over_the_size_limit_is_cut_short(settings: Settings) -> None:
    small = settings.model_copy(update={"max_bytes": 10_000})
    fetcher = Fetcher(small, pause=0)
    with (
        Replay(lambda ask: Answer(200, b"x" * 5_000_000)) as server,
        pytest.raises(Malformed, match="larger than"),
    ):
        fetcher.fetch(server.url)
    assert fetcher.n_bytes < 1_000_000


def test_a_small_answer_that_unpacks_to_gigabytes_is_refused(fetcher: Fetcher) -> None:
    bomb = gzip.compress(b"\0" * 100_000_000)
    with (
        Replay(lambda ask: Answer(200, bomb, {"Content-Encoding": "gzip"})) as server,
        pytest.raises(Malformed, match="larger than"),
    ):
        fetcher.fetch(server.url)


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "gzip, deflate"])
def test_a_packing_that_was_not_asked_for_is_refused(fetcher: Fetcher, encoding: str) -> None:
    with (
        Replay(lambda ask: Answer(200, gzip.compress(b"x"), {"Content-Encoding": encoding})) as server,
        pytest.raises(Malformed, match="not asked for"),
    ):
        fetcher.fetch(server.url)


@pytest.mark.parametrize(
    ("encoding", "body"),
    [("gzip", gzip.compress(b"hola", mtime=0)), ("deflate", zlib.compress(b"hola")), ("deflate", zlib.compress(b"hola", wbits=-15)),
     ("identity", b"hola"), ("", b"hola")],
)  # fmt: skip
def test_packed_answers_are_unpacked(fetcher: Fetcher, encoding: str, body: bytes) -> None:
    with Replay(lambda ask: Answer(200, body, {"Content-Encoding": encoding} if encoding else {})) as server:
        assert fetcher.fetch(server.url).content == b"hola"


def test_a_damaged_packing_is_malformed(fetcher: Fetcher) -> None:
    with (
        Replay(lambda ask: Answer(200, b"not gzip at all", {"Content-Encoding": "gzip"})) as server,
        pytest.raises(Malformed, match="unpacked"),
    ):
        fetcher.fetch(server.url)


def test_a_server_error_is_tried_once_more(fetcher: Fetcher, clock: Clock) -> None:
    with Replay(in_turn(Answer(503), Answer(200, "ok"))) as server:
        assert fetcher.fetch(server.url).content == b"ok"
        assert len(server.asked) == 2
    assert len(clock.slept) == 1


def test_a_lasting_server_error_is_unreachable_after_all_tries(fetcher: Fetcher, clock: Clock) -> None:
    with Replay(lambda ask: Answer(502)) as server, pytest.raises(Unreachable, match="502"):
        fetcher.fetch(server.url)
    assert len(server.asked) == MOST_TRIES
    assert len(clock.slept) == MOST_TRIES - 1
    assert clock.slept == sorted(clock.slept)  # the fixture's jitter stands still: only the backoff grows


def test_a_cut_answer_is_tried_once_more_and_never_used(fetcher: Fetcher) -> None:
    with Replay(in_turn(Answer(200, "half of", cut=True), Answer(200, "whole"))) as server:
        assert fetcher.fetch(server.url).content == b"whole"
    with (
        Replay(lambda ask: Answer(200, "half of", cut=True)) as server,
        pytest.raises(Unreachable, match="cut off"),
    ):
        fetcher.fetch(server.url)


def test_a_slow_server_times_out(settings: Settings) -> None:
    hasty = settings.model_copy(update={"timeout_seconds": 0.2})
    with (
        Replay(lambda ask: Answer(200, "late", delay=1.0)) as server,
        pytest.raises(Unreachable, match="in time"),
    ):
        Fetcher(hasty, pause=0, sleep=lambda _: None).fetch(server.url)
    assert len(server.asked) == 1  # nobody has answered yet: a dead network is not asked twice


def test_a_time_out_is_tried_once_more_once_somebody_answered(settings: Settings) -> None:
    hasty = settings.model_copy(update={"timeout_seconds": 1.0})
    with Replay(
        in_turn(Answer(200, "first"), Answer(200, "late", delay=2.0), Answer(200, "third"))
    ) as server:
        fetcher = Fetcher(hasty, pause=0, sleep=lambda _: None)
        assert fetcher.fetch(server.url).content == b"first"
        assert fetcher.fetch(server.url).content == b"third"


def test_retry_after_is_obeyed(fetcher: Fetcher, clock: Clock) -> None:
    with Replay(in_turn(Answer(429, headers={"Retry-After": "7"}), Answer(200, "ok"))) as server:
        assert fetcher.fetch(server.url).content == b"ok"
    assert clock.slept == [7.0]


def test_retry_after_as_a_date_is_obeyed(fetcher: Fetcher, clock: Clock) -> None:
    at = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    with Replay(in_turn(Answer(503, headers={"Retry-After": at}), Answer(200, "ok"))) as server:
        assert fetcher.fetch(server.url).content == b"ok"
    assert 17 <= clock.slept[0] <= 20


def test_a_long_retry_after_shuts_the_host_for_the_run(fetcher: Fetcher, clock: Clock) -> None:
    with Replay(lambda ask: Answer(429, headers={"Retry-After": "3600"})) as server:
        for path in ("/a", "/b"):
            with pytest.raises(RateLimited):
                fetcher.fetch(server.url + path)
    assert server.paths() == ["/a"]
    assert clock.slept == []


@pytest.mark.parametrize("stated", ["soon", "-5", "1e9", "99999999999999999999", "Mon, 99 Foo 2025"])
def test_an_unreadable_retry_after_is_no_crash(fetcher: Fetcher, stated: str) -> None:
    with (
        Replay(lambda ask: Answer(429, headers={"Retry-After": stated})) as server,
        pytest.raises(RateLimited),
    ):
        fetcher.fetch(server.url)


@pytest.mark.parametrize(
    ("status", "error"),
    [(404, Gone), (410, Gone), (401, Blocked), (402, Blocked), (403, Blocked), (451, Blocked), (400, Blocked),
     (500, Unreachable), (408, Unreachable), (429, RateLimited), (599, Unreachable)],
)  # fmt: skip
def test_statuses_become_named_errors(fetcher: Fetcher, status: int, error: type[SourceError]) -> None:
    with Replay(lambda ask: Answer(status)) as server, pytest.raises(error, match=str(status)):
        fetcher.fetch(server.url)


def test_a_robot_check_is_blocked_and_not_tried_again(fetcher: Fetcher) -> None:
    with (
        Replay(lambda ask: Answer(503, headers={"cf-mitigated": "challenge"})) as server,
        pytest.raises(Blocked, match="browser"),
    ):
        fetcher.fetch(server.url)
    assert len(server.asked) == 1


def test_one_host_is_asked_once_a_second(settings: Settings, clock: Clock) -> None:
    fetcher = Fetcher(settings, sleep=clock.sleep, clock=clock)
    with Replay(lambda ask: Answer(200, "ok")) as server:
        for _ in range(3):
            fetcher.fetch(server.url)
    assert clock.slept == [1.0, 1.0]


def test_hosts_do_not_wait_for_each_other(settings: Settings, clock: Clock) -> None:
    fetcher = Fetcher(settings, sleep=clock.sleep, clock=clock, lookup=name_with("127.0.0.1"))
    with Replay(lambda ask: Answer(200, "ok")) as server:
        port = server.url.rsplit(":", 1)[1]
        for host in ("one.example", "two.example"):
            fetcher.fetch(f"http://{host}:{port}/")
    assert clock.slept == []


def test_threads_share_one_hosts_pause(settings: Settings) -> None:
    slept: list[float] = []
    fetcher = Fetcher(settings, sleep=slept.append, clock=lambda: 5.0)
    with Replay(lambda ask: Answer(200, "ok")) as server:
        threads = [threading.Thread(target=fetcher.fetch, args=(server.url,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(slept) == [1.0, 2.0, 3.0]


def test_conditional_requests_give_a_page_that_says_nothing_changed(fetcher: Fetcher) -> None:
    def handle(ask: Ask) -> Answer:
        if ask.headers.get("if-none-match") == '"v1"' and ask.headers.get("if-modified-since") == "yesterday":
            return Answer(304)
        return Answer(200, "body", {"ETag": '"v1"', "Last-Modified": "yesterday"})

    with Replay(handle) as server:
        first = fetcher.fetch(server.url)
        again = fetcher.fetch(server.url, etag=first.etag, modified=first.modified)
    assert (first.status, first.not_modified, again.not_modified) == (200, False, True)


def test_requests_say_who_asks_and_how_to_reach_them(settings: Settings) -> None:
    named = settings.model_copy(update={"contact": "desk@example.org"})
    with Replay(lambda ask: Answer(200, "ok")) as server:
        Fetcher(named, pause=0).fetch(server.url)
    assert server.asked[0].headers["user-agent"] == "Postura/0.1 (+desk@example.org)"


def test_without_a_contact_requests_name_the_program_alone(settings: Settings) -> None:
    with Replay(lambda ask: Answer(200, "ok")) as server:
        Fetcher(settings.model_copy(update={"contact": " "}), pause=0).fetch(server.url)
    assert server.asked[0].headers["user-agent"] == "Postura/0.1"


def test_cookies_are_not_sent_back(fetcher: Fetcher) -> None:
    with Replay(lambda ask: Answer(200, "ok", {"Set-Cookie": "track=1; Path=/"})) as server:
        fetcher.fetch(server.url)
        fetcher.fetch(server.url)
    assert all("cookie" not in ask.headers for ask in server.asked)


def test_messages_hold_no_password_and_no_query(fetcher: Fetcher) -> None:
    with Replay(lambda ask: Answer(403)) as server:
        with pytest.raises(Blocked) as refused:
            fetcher.fetch(server.url + "/feed?apikey=planted-secret")
        with pytest.raises(Blocked) as with_password:
            fetcher.fetch(server.url.replace("//", "//user:planted-secret@"))
    assert "planted-secret" not in f"{refused.value}{with_password.value}"


def test_a_proxy_of_the_environment_does_not_see_the_request(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        Replay(lambda ask: Answer(200, "proxied")) as proxy,
        Replay(lambda ask: Answer(200, "direct")) as server,
    ):
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert Fetcher(settings, pause=0).fetch(server.url).content == b"direct"
    assert proxy.asked == []


def test_a_refused_connection_is_unreachable_and_not_tried_again(fetcher: Fetcher, clock: Clock) -> None:
    with Replay(lambda ask: Answer()) as server:
        closed = server.url
    with pytest.raises(Unreachable, match="no connection"):
        fetcher.fetch(closed)
    assert clock.slept == []


def test_a_name_that_does_not_resolve_is_unreachable_and_not_tried_again(settings: Settings) -> None:
    n_lookups = 0

    def unknown(host: str, port: int, **_: Any) -> Any:
        nonlocal n_lookups
        n_lookups += 1
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(Unreachable, match="cannot be resolved"):
        Fetcher(settings, pause=0, lookup=unknown).fetch("http://nowhere.example/")
    assert n_lookups == 1
