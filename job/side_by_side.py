"""Sources read side by side: one thread each, receipts in the order of the plan, and an end that keeps what was read.

Threads and not processes: a source waits for its network, and parsing is short. The threads are daemons, because a
source may hang in a call that nothing can end; what it had read is delivered all the same, and its late items are not
taken.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress

from collectors.budget import StopSign
from collectors.run import SourceRun
from records import Receipt
from store.errors import StoreError

STOP_GRACE = 5.0
"""Seconds that sources have to end by themselves when the run is asked to stop."""

_TICK = 0.2

Ended = Callable[[int, Receipt], None]


class SideBySide:
    """The sources of one run. `receipts` holds one a source, None for one that has not ended yet."""

    def __init__(self, runs: Sequence[SourceRun], stop: StopSign, overtime: float) -> None:
        """`overtime`: seconds beyond its budget after which a source that does not end is left behind."""
        self.runs = runs
        self.receipts: list[Receipt | None] = [None] * len(runs)
        self._stop = stop
        self._overtime = overtime
        self._over_since: dict[int, float] = {}
        self._ends: queue.SimpleQueue[tuple[int, Receipt | BaseException]] = queue.SimpleQueue()

    def read_all(self, ended: Ended, tick: Callable[[], None]) -> None:
        """Read every source to its end; calls `ended` for each in the order in which they end, `tick` in between.

        A fault of the sink goes up once the other sources have ended. So does Ctrl-C: every source has then delivered
        what it read, and `receipts` says so, and why the run ended.
        """
        try:
            for index in range(len(self.runs)):
                name = f"postura-{self.runs[index].collector.name}"
                threading.Thread(target=self._read, args=(index,), daemon=True, name=name).start()
            while self._open:
                self._take(ended, _TICK)
                self._leave_behind(ended)
                tick()
        except BaseException as fault:
            self._end(ended, None if isinstance(fault, KeyboardInterrupt | SystemExit) else _why(fault))
            raise

    @property
    def _open(self) -> list[int]:
        return [index for index, receipt in enumerate(self.receipts) if receipt is None]

    def _read(self, index: int) -> None:
        try:
            self._ends.put((index, self.runs[index].collect()))
        except BaseException as fault:
            self._ends.put((index, fault))

    def _take(self, ended: Ended, seconds: float) -> None:
        """Take what came to an end within so many seconds; raises what ended it, if that was a fault of ours."""
        with suppress(queue.Empty):
            index, result = self._ends.get(timeout=seconds)
            if self.receipts[index] is not None:
                return  # left behind, and ended after all
            if isinstance(result, BaseException):
                with suppress(Exception):  # what is told is the first fault
                    self._abandon(index, "it ended on a fault of ours", ended)
                raise result
            self.receipts[index] = result
            ended(index, result)

    def _leave_behind(self, ended: Ended) -> None:
        """Take the receipts of sources that hang, beyond the end of their budget, in a call that nothing can end."""
        now = time.monotonic()
        for index in self._open:
            if self.runs[index].log.budget.seconds_left > 0:
                continue
            if now - self._over_since.setdefault(index, now) > self._overtime:
                self._abandon(index, "it did not end when its time was over", ended)

    def _end(self, ended: Ended, why: str | None) -> None:
        """Ask the sources to stop, wait a little, and leave behind those that do not; a fault of one hides no other's."""
        self._stop.give(why)
        patience = time.monotonic() + STOP_GRACE
        while self._open and (left := patience - time.monotonic()) > 0:
            with suppress(Exception):
                self._take(ended, left)
        for index in self._open:
            with suppress(Exception):  # what ends the run is raised already
                self._abandon(index, self._stop.why, ended)

    def _abandon(self, index: int, why: str, ended: Ended) -> None:
        receipt = self.runs[index].abandon(why)
        self.receipts[index] = receipt
        ended(index, receipt)


def _why(fault: BaseException) -> str:
    """Return why sources end that had no fault of their own."""
    if isinstance(fault, StoreError):
        return f"ended with the run, whose store failed ({fault})"
    return f"ended with the run, on a fault of ours ({type(fault).__name__}: {fault})"
