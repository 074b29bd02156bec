"""What the job says while it works: progress on a terminal, plain lines in a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from collectors.run import SourceRun
from job.progress import Bars, Board, Lines
from job.receipts import receipt_line
from records import Receipt

T = TypeVar("T")


class Reporter:
    """Says each step to a console. Nothing that it prints is markup: a source's words are shown as they are."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)

    def line(self, text: str) -> None:
        """Print one line literally."""
        self.console.print(text, markup=False)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show a spinner on a terminal while a step runs; print nothing in a log."""
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(title.replace("[", "\\[")):
            yield

    def track(self, chunks: Sequence[T], title: str) -> Iterable[T]:
        """Return the chunks, with a progress bar on a terminal and one line in a log."""
        if self.console.is_terminal:
            return track(chunks, description=title, console=self.console)
        if chunks:
            self.line(f"{title} …")
        return chunks

    def board(self, runs: Sequence[SourceRun]) -> Board:
        """Return what shows how far the sources are: bars on a terminal, a line a minute in a log."""
        return Bars(self.console, runs) if self.console.is_terminal else Lines(self.console, runs)

    def receipt(self, receipt: Receipt) -> None:
        """Print how one source fared."""
        self.line(receipt_line(receipt))
