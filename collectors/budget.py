"""What one source may spend in a run: seconds, requests and bytes, and whether the run was asked to stop.

The clock and the way to sleep can be given, so that tests need no real time.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from collectors.errors import OutOfBudget, Stopped


class StopSign(threading.Event):
    """The sign, shared by all sources of a run, that the run is to end; `why` becomes part of each receipt."""

    def __init__(self) -> None:
        super().__init__()
        self.why = "stopped on request"

    def give(self, why: str | None = None) -> None:
        """Let every source end, for this reason: as it was asked, where none is given."""
        self.why = why or self.why
        self.set()


class Budget:
    """The limits of one source. Without arguments there is none but `stop`."""

    def __init__(
        self,
        seconds: float = math.inf,
        *,
        n_requests: float = math.inf,
        n_bytes: float = math.inf,
        run_ends: float = math.inf,
        stop: StopSign | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """`seconds` count from now; `run_ends` is an instant of `clock` that is shared by all sources of a run."""
        self.stop = stop or StopSign()
        self._clock = clock
        self._sleep = sleep or self.stop.wait  # a sleep that ends when the run is asked to stop
        self._seconds = seconds
        self._ends = clock() + seconds
        self._run_ends = run_ends
        self._n_requests = n_requests
        self._n_bytes = n_bytes

    @property
    def seconds_left(self) -> float:
        """Seconds until the source's or the run's time is over; 0 when it is or the run was asked to stop."""
        if self.stop.is_set():
            return 0.0
        return max(0.0, min(self._ends, self._run_ends) - self._clock())

    def check(self, n_requests: int = 0, n_bytes: int = 0) -> None:
        """Raise Stopped or OutOfBudget when the source must not go on, having spent this much."""
        if self.stop.is_set():
            raise Stopped(self.stop.why)
        now = self._clock()
        if now >= self._run_ends:
            raise OutOfBudget("the time of the whole run is over (POSTURA_RUN_SECONDS)")
        if now >= self._ends:
            raise OutOfBudget(f"its {self._seconds:g} seconds are over (POSTURA_SOURCE_SECONDS)")
        if n_requests >= self._n_requests:
            raise OutOfBudget(f"its {self._n_requests:g} requests are used up (POSTURA_SOURCE_REQUESTS)")
        if n_bytes >= self._n_bytes:
            raise OutOfBudget(f"its {self._n_bytes / 1e6:g} MB are used up (POSTURA_SOURCE_BYTES)")

    def sleep(self, seconds: float) -> None:
        """Sleep, but no longer than until the run is asked to stop; raises Stopped then."""
        if seconds > 0:
            self._sleep(seconds)
        if self.stop.is_set():
            raise Stopped(self.stop.why)
