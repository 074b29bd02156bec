"""Which stretches of time a search has yet to be asked for, where one answer holds only so many items.

A stretch whose answer is full is asked again in halves. What a run does not get to stays for the next one, so that a
first run over a year begins with the newest days and works its way back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

Span = tuple[float, float]
"""From and to, in epoch seconds."""


@dataclass(frozen=True, slots=True)
class Windows:
    """What one search has been asked for: `start` to `end` in epoch seconds, but for what is `open`, oldest first."""

    start: float
    end: float
    open: tuple[Span, ...] = ()

    @classmethod
    def of(cls, stored: Any) -> Windows | None:
        """Return what a cursor holds, or None for anything else."""
        try:
            start, end, spans = stored
            return cls(float(start), float(end), tuple((float(a), float(b)) for a, b in spans))
        except (TypeError, ValueError):
            return None

    def as_cursor(self) -> list[Any]:
        """Return the JSON form."""
        return [self.start, self.end, [list(span) for span in self.open]]

    def newest(self) -> Span | None:
        """Return the newest open stretch, or None when all is read."""
        return self.open[-1] if self.open else None

    def read(self, span: Span, halves: tuple[Span, ...] = ()) -> Windows:
        """Return the windows after an answer for `span`; `halves` of it are to be asked for again."""
        left = [one for one in self.open if one != span]
        return replace(self, open=tuple(sorted({*left, *halves})))

    def cut(self, at: float) -> Windows:
        """Return the windows with the stretches across an instant cut there."""
        spans: set[Span] = set()
        for start, end in self.open:
            spans |= {(start, at), (at, end)} if start < at < end else {(start, end)}
        return replace(self, open=tuple(sorted(spans)))


def opened(before: Windows | None, start: float, now: float, overlap: float, recent: float) -> Windows:
    """Return the windows of a new run: what was left, what came since (and `overlap` before), and an earlier start.

    A later start leaves no gap: the run goes back to where the last one ended. A first run's stretch is cut `recent`
    seconds before now: a source may refuse to go back further.
    """
    if before is None or before.end <= before.start:
        return Windows(start, now, ((start, now),) if start < now else ()).cut(now - recent)
    spans = {*before.open}
    if start < before.start:
        spans.add((start, before.start))
    if now > before.end:
        spans.add((max(before.end - overlap, min(start, before.start)), now))
    return Windows(min(start, before.start), max(now, before.end), tuple(sorted(spans)))


def halves(span: Span, least: float) -> tuple[Span, ...]:
    """Return the two halves of a stretch, cut at a multiple of `least` seconds; none when it is too short to cut."""
    start, end = span
    if end - start <= least:
        return ()
    middle = (start + end) / 2 // least * least
    if middle <= start:
        middle += least
    return ((start, middle), (middle, end)) if middle < end else ()


def windows_of(stored: Any) -> dict[str, Windows]:
    """Return the windows of each search in a cursor; what is damaged is left out and read again."""
    if not isinstance(stored, Mapping):
        return {}
    found = {str(name): Windows.of(value) for name, value in stored.items()}
    return {name: value for name, value in found.items() if value is not None}
