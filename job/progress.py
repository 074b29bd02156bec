"""How far the sources are: a bar for each on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from collectors.run import SourceRun
from records import Receipt

EVERY_SECONDS = 60.0
"""Between two lines in a log that say which sources are still being read."""


class Board(Protocol):
    """Shows how far the sources are while a `with` block runs."""

    def __enter__(self) -> Board: ...
    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def tick(self) -> None:
        """Show the newest counts."""

    def ended(self, index: int, receipt: Receipt) -> None:
        """Show that a source has ended."""


class Bars:
    """One bar a source, by the places that were read where it is known how many there are."""

    def __init__(self, console: Console, runs: Sequence[SourceRun]) -> None:
        self._runs = runs
        self._progress = Progress(
            SpinnerColumn(finished_text=" "),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            TextColumn("{task.fields[counts]}", markup=False),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            refresh_per_second=4,
        )
        self._tasks: list[TaskID] = []

    def __enter__(self) -> Bars:
        width = max((len(run.collector.title) for run in self._runs), default=0)
        for run in self._runs:
            title = run.collector.title.ljust(width)
            self._tasks.append(self._progress.add_task(title, total=None, counts=""))
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def tick(self) -> None:
        """Show the newest counts."""
        for run, task in zip(self._runs, self._tasks, strict=True):
            if self._progress.tasks[task].finished:
                continue
            n_places = run.log.n_places
            if n_places:
                done = min(len(run.log.places), n_places - 1)  # the last bit is the end of the source
                self._progress.update(task, counts=counts_of(run), total=n_places, completed=done)
            else:
                self._progress.update(task, counts=counts_of(run))

    def ended(self, index: int, receipt: Receipt) -> None:
        """Show the state in which a source ended."""
        counts = f"{receipt.state.replace('_', ' ')}, {receipt.n_got} read"
        self._progress.update(self._tasks[index], counts=counts, total=1, completed=1)


class Lines:
    """For a log: nothing at first, then every minute one line about the sources that are still being read."""

    def __init__(
        self, console: Console, runs: Sequence[SourceRun], every_seconds: float = EVERY_SECONDS
    ) -> None:
        self._console = console
        self._open = dict(enumerate(runs))
        self._every = every_seconds
        self._said_at = time.monotonic()

    def __enter__(self) -> Lines:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing to end."""

    def tick(self) -> None:
        """Print which sources are still being read, once the time for it has come."""
        now = time.monotonic()
        if self._open and now - self._said_at >= self._every:
            self._said_at = now
            named = "; ".join(f"{run.collector.name} ({counts_of(run)})" for run in self._open.values())
            self._console.print(f"Still reading: {named}", markup=False)

    def ended(self, index: int, receipt: Receipt) -> None:
        """Take a source from the list."""
        self._open.pop(index, None)


def counts_of(run: SourceRun) -> str:
    """Return how far a source is: "340 read, 12 of 20 places, 3 retries"."""
    log = run.log
    parts = [f"{run.tally.got} read"]
    if log.n_places:
        parts.append(f"{len(log.places)} of {log.n_places} places")
    if log.n_retries:
        parts.append(f"{log.n_retries} retries")
    return ", ".join(parts)
