"""When a host may be asked: the pause between two requests, the wait that it asked for, and whether anybody answers."""

from __future__ import annotations

import threading
from collections.abc import Callable

from collectors.contract import SourceLog
from collectors.errors import RateLimited, Unreachable
from collectors.retry import LONGEST_WAIT, MOST_TRIES

_DOWN_AFTER = 4
"""Hosts that timed out while nobody answered: then the network is down, and no further host is asked."""


class Turns:
    """What one run knows of its hosts. Safe to share between threads.

    `pause` is the least number of seconds between two requests to one host.
    """

    def __init__(self, log: SourceLog, pause: float, clock: Callable[[], float]) -> None:
        self.pause = pause
        self._log, self._clock = log, clock
        self._lock = threading.Lock()
        self._next_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._timed_out: set[str] = set()
        self._failing: set[str] = set()  # hosts whose last request failed for good, all tries used
        self.somebody_answered = False

    def wait(self, host: str) -> None:
        """Wait until this host may be asked again; raises at once when it, or the whole network, is known to be shut."""
        self._log.check()
        with self._lock:
            now = self._clock()
            if self._closed_until.get(host, now) > now:
                raise RateLimited(f"{host}: asked us to wait longer than this run can")
            if not self.somebody_answered and len(self._timed_out) >= _DOWN_AFTER:
                raise Unreachable(f"{host}: not asked, because nothing on the network answers")
            turn = max(now, self._next_at.get(host, now))
            self._next_at[host] = turn + self.pause
        if turn > now:
            self._log.pause(turn - now)

    def heed(self, host: str, wait: float) -> None:
        """Let nobody ask this host before it allows it; for longer than a run waits, nobody asks it any more."""
        with self._lock:
            until = self._clock() + wait
            self._next_at[host] = max(self._next_at.get(host, until), until)
            if wait > min(LONGEST_WAIT, self._log.budget.seconds_left):
                self._closed_until[host] = until

    def most_tries(self, host: str) -> int:
        """Return how often a request is tried: once where the host failed for good, until it answers again."""
        with self._lock:
            return 1 if host in self._failing else MOST_TRIES

    def note_end(self, host: str, *, failed: bool) -> None:
        """Note whether a request, with all its tries, failed for good."""
        with self._lock:
            (self._failing.add if failed else self._failing.discard)(host)

    def note_silence(self, host: str) -> None:
        """Note that a host, or the name server that should know it, did not answer in time."""
        with self._lock:
            self._timed_out.add(host)
