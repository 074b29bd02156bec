"""What is tried again, how often, and how long is waited in between."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from collectors.budget import Budget, StopSign
from collectors.contract import SourceLog
from collectors.errors import RateLimited, SourceError, Stopped, Unreachable
from collectors.retry import (
    LONGEST_BACKOFF,
    LONGEST_WAIT,
    MOST_TRIES,
    WorthRetry,
    backoff,
    limit_reset,
    retry_after,
    with_retries,
)
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.replay import Answer, Replay
from tests.collectors.web_loopback import Clock, in_turn

pytest_plugins = ["tests.collectors.loopback_fixtures"]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def failing(n_times: int, wait: float | None = None, least: float = 0.0) -> Callable[[], str]:
    """A call that fails so many times, then answers."""
    left = [n_times]

    def call() -> str:
        left[0] -= 1
        if left[0] >= 0:
            raise WorthRetry(Unreachable("away"), wait, least)
        return "here"

    return call


def log_with(clock: Clock, seconds: float = 1e9) -> SourceLog:
    return SourceLog(budget=Budget(seconds, clock=clock, sleep=clock.sleep))


def test_backoff_doubles_up_to_a_limit() -> None:
    longest = [backoff(n, lambda: 1.0) for n in range(1, 9)]
    assert longest == [1, 2, 4, 8, 16, LONGEST_BACKOFF, LONGEST_BACKOFF, LONGEST_BACKOFF]


def test_jitter_spreads_clients_over_the_whole_backoff() -> None:
    dice = [random.Random(seed) for seed in range(200)]
    for n_tries in (1, 3, 6):
        waits = [backoff(n_tries, die.random) for die in dice]
        longest = backoff(n_tries, lambda: 1.0)
        assert 0 <= min(waits) < 0.1 * longest and 0.9 * longest < max(waits) <= longest
        assert 0.4 * longest < sum(waits) / len(waits) < 0.6 * longest
        assert len(set(waits)) == len(waits)


def test_waits_grow_and_are_counted(clock: Clock) -> None:
    log = log_with(clock)
    assert with_retries(failing(MOST_TRIES - 1), log, jitter=lambda: 0.5) == "here"
    assert clock.slept == [0.5, 1.0, 2.0]
    assert (log.n_retries, log.waited) == (3, 3.5)


def test_last_fault_goes_up_when_all_tries_are_used(clock: Clock) -> None:
    log = log_with(clock)
    with pytest.raises(Unreachable, match="away"):
        with_retries(failing(MOST_TRIES), log, jitter=lambda: 0.5)
    assert log.n_retries == MOST_TRIES - 1


def test_what_the_server_asks_for_comes_before_the_backoff(clock: Clock) -> None:
    with_retries(failing(2, wait=7.0), log_with(clock), jitter=lambda: 1.0)
    with_retries(failing(1, wait=0.0, least=1.0), log_with(clock), jitter=lambda: 1.0)
    assert clock.slept == [7.0, 7.0, 1.0]


@pytest.mark.parametrize(("wait", "seconds"), [(LONGEST_WAIT + 1, 1e9), (30.0, 29.0)])
def test_too_long_a_wait_is_not_waited(clock: Clock, wait: float, seconds: float) -> None:
    with pytest.raises(Unreachable):
        with_retries(failing(1, wait=wait), log_with(clock, seconds))
    assert clock.slept == []


def test_request_to_stop_ends_a_wait_at_once() -> None:
    stop = StopSign()
    log = SourceLog(budget=Budget(stop=stop))
    threading.Timer(0.1, stop.set).start()
    began = time.monotonic()
    with pytest.raises(Stopped):
        with_retries(failing(1, wait=50.0), log)
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("120", 120.0), (" 7 ", 7.0), ("0", 0.0), ("Sun, 01 Mar 2026 12:01:30 GMT", 90.0), ("Sun, 01 Mar 2026 12:01:30 -0600", 21690.0),
     ("Sunday, 01-Mar-26 12:01:30 GMT", 90.0), ("Sun Mar  1 12:01:30 2026", 90.0), ("Sun, 01 Mar 2026 11:00:00 GMT", 0.0),
     ("", None), ("-1", None), ("1.5", None), ("soon", None), ("Sun, 99 Mar 2026 12:00:00 GMT", None), ("٣", None)],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(stated: str, seconds: float | None) -> None:
    assert retry_after(stated, NOW) == seconds


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [("1772366460", 60.0), ("2026-03-01T12:01:00.000Z", 60.0), ("2026-03-01T12:01:00", 60.0), ("45", 45.0), ("1600000000", 0.0),
     ("", None), ("later", None)],
)  # fmt: skip
def test_rate_limits_end_is_read_in_three_spellings(stated: str, seconds: float | None) -> None:
    assert limit_reset({"ratelimit-reset": stated}, NOW) == seconds
    assert limit_reset({"x-ratelimit-reset": stated}, NOW) == seconds


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 406, 407, 409, 410, 413, 422, 451])
def test_refusal_is_not_tried_again(fetcher: Fetcher, clock: Clock, status: int) -> None:
    refused = Answer(status, headers={"Retry-After": "1"})
    with Replay(lambda ask: refused) as server, pytest.raises(SourceError):
        fetcher.fetch_json(server.url)
    assert (len(server.asked), clock.slept, fetcher.log.n_retries) == (1, [], 0)
    assert dict(fetcher.log.faults) == {f"status {status}": 1}


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 520])
def test_passing_fault_is_mended_and_counted(fetcher: Fetcher, clock: Clock, status: int) -> None:
    with Replay(in_turn(Answer(status), Answer(status), Answer(200, "[1]"))) as server:
        assert fetcher.fetch_json(server.url) == [1]
    assert dict(fetcher.log.faults) == {f"status {status}": 2}
    assert (fetcher.log.n_requests, fetcher.log.n_retries, len(clock.slept)) == (3, 2, 2)
    assert fetcher.log.waited == pytest.approx(sum(clock.slept))


def test_429_without_retry_after_is_never_asked_again_at_once(settings: Settings, clock: Clock) -> None:
    fetcher = Fetcher(settings, pause=0.0, sleep=clock.sleep, clock=clock, jitter=lambda: 0.0)
    with Replay(in_turn(Answer(429), Answer(429), Answer(200, "ok"))) as server:
        fetcher.fetch(server.url)
    assert clock.slept == [1.0, 1.0]


def test_date_that_has_passed_is_no_leave_to_hurry(fetcher: Fetcher, clock: Clock) -> None:
    past = format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True)
    with Replay(in_turn(Answer(503, headers={"Retry-After": past}), Answer(200, "ok"))) as server:
        assert fetcher.fetch(server.url).content == b"ok"
    assert clock.slept == [0.25]


def test_host_that_failed_for_good_gets_one_try_until_it_answers(fetcher: Fetcher) -> None:
    down = [Answer(500)] * (MOST_TRIES + 1)
    with Replay(in_turn(*down, Answer(200, "ok"), Answer(500), Answer(200, "ok"))) as server:
        for _ in range(2):
            with pytest.raises(Unreachable):
                fetcher.fetch(server.url)
        assert len(server.asked) == MOST_TRIES + 1
        assert fetcher.fetch(server.url).content == fetcher.fetch(server.url).content == b"ok"


def test_wait_for_one_request_holds_back_the_hosts_others(settings: Settings, clock: Clock) -> None:
    fetcher = Fetcher(settings, pause=0.0, sleep=clock.sleep, clock=clock, jitter=lambda: 0.0)
    with Replay(in_turn(Answer(429, headers={"Retry-After": "300"}), Answer(200, "ok"))) as server:
        with pytest.raises(RateLimited):
            fetcher.fetch(server.url)
        with pytest.raises(RateLimited, match="longer than this run can"):
            fetcher.fetch(server.url)
        clock.now += 301
        assert fetcher.fetch(server.url).content == b"ok"
    assert len(server.asked) == 2
