"""What the job says while it works: progress on a terminal, plain lines in a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import track

from records import Receipt

T = TypeVar("T")

HELP = {
    "not_configured": "off",
    "auth": "its key was refused",
    "rate_limited": "asked us to slow down",
    "blocked": "refuses this client",
    "gone": "no longer there",
    "malformed": "gave something unreadable",
    "unreachable": "could not be reached",
    "possibly_truncated": "may have given less than there is",
}


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

    def receipt(self, receipt: Receipt) -> None:
        """Print how one source fared, with counts that add up."""
        state = receipt.state.replace("_", " ")
        meaning = f" ({HELP[receipt.state]})" if receipt.state in HELP else ""
        parts = [
            f"{count} {name}"
            for count, name in (
                (receipt.n_kept, "kept"),
                (receipt.n_tombstone, "unavailable"),
                (receipt.n_off_topic, "off topic"),
                (receipt.n_quarantined, "quarantined"),
                (receipt.n_known, "seen twice"),
            )
            if count
        ]
        counts = f": {receipt.n_got} read, {', '.join(parts)}" if parts else ""
        detail = f" - {receipt.detail}" if receipt.detail else ""
        self.line(f"{receipt.source:<10} {state}{meaning}{counts}, {receipt.seconds:.1f} s{detail}")
