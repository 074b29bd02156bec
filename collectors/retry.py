"""Trying again what a second try may mend: exponential backoff with full jitter, `Retry-After` before all else.

The loop is ours and not tenacity's or stamina's: what is worth a try, what the server asked for, the source's budget, a
sleep that Ctrl-C ends and the counts on the receipt would all be callbacks into theirs, for the ten lines of `with_retries`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from collectors.contract import SourceLog
from collectors.errors import SourceError

MOST_TRIES = 4
LONGEST_WAIT = 60.0
"""Seconds of `Retry-After` that a run waits for; a longer one ends the host for this run."""

LONGEST_BACKOFF = 20.0
_FIRST_BACKOFF = 1.0

Result = TypeVar("Result")


class WorthRetry(Exception):
    """A fault that another try may mend: a time-out, a cut connection, 408, 429, 5xx.

    `wait` is what the server asked for, in seconds; `least` a bound below which no try is made.
    """

    def __init__(self, fault: SourceError, wait: float | None = None, least: float = 0.0) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.wait = wait
        self.least = least


def with_retries(
    call: Callable[[], Result],
    log: SourceLog,
    *,
    jitter: Callable[[], float] = random.random,
    most_tries: int = MOST_TRIES,
) -> Result:
    """Return what `call` returns, calling it again after a WorthRetry; raises the fault of the last one.

    Does not wait where the wait is longer than LONGEST_WAIT or than what is left of the source's time.
    """
    n_tries = 0
    while True:
        try:
            return call()
        except WorthRetry as error:
            n_tries += 1
            wait = error.wait or backoff(n_tries, jitter)  # a date that has passed is no leave to hurry
            wait = max(wait, error.least)
            if n_tries >= most_tries or wait > min(LONGEST_WAIT, log.budget.seconds_left):
                raise error.fault from error
        log.wait(wait)
        log.note_retry()


def backoff(n_tries: int, jitter: Callable[[], float] = random.random) -> float:
    """Return the seconds to wait after so many failed tries: full jitter, so that clients do not return together."""
    return jitter() * min(LONGEST_BACKOFF, _FIRST_BACKOFF * 2 ** (n_tries - 1))


def wait_asked_for(status: int, headers: Mapping[str, str]) -> float | None:
    """Return the seconds that a refusal asks us to wait, or None where it asks for nothing; header names are lower case."""
    wait = retry_after(headers.get("retry-after", ""))
    return limit_reset(headers) if wait is None and status == 429 else wait


def retry_after(stated: str, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or a date, RFC 9110), or None."""
    stated = stated.strip()
    if stated.isascii() and stated.isdigit():
        return float(min(int(stated[:9]), 10**8))
    try:
        at = parsedate_to_datetime(stated)
        aware = at if at.tzinfo else at.replace(tzinfo=UTC)
        return max(0.0, (aware - (now or datetime.now(UTC))).total_seconds())
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def limit_reset(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds until a rate limit is lifted, or None; header names are lower case.

    `RateLimit-Reset` is an instant in epoch seconds (Bluesky), an ISO time (Mastodon) or a number of seconds, as it was
    drafted. It stands in every answer, so that it says something about a refusal (429) alone.
    """
    stated = (headers.get("ratelimit-reset") or headers.get("x-ratelimit-reset") or "").strip()
    at = now or datetime.now(UTC)
    if stated.isascii() and stated.isdigit():
        seconds = float(stated[:12])
        return max(0.0, seconds - at.timestamp()) if seconds > 1e9 else seconds
    try:
        reset = datetime.fromisoformat(stated)
        return max(0.0, ((reset if reset.tzinfo else reset.replace(tzinfo=UTC)) - at).total_seconds())
    except ValueError:
        return None
