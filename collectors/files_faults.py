"""What can be wrong with a file or a row of it, where more than one reader says so."""

from __future__ import annotations

from typing import ClassVar

from collectors.errors import SourceError
from records import SourceState

MAX_TEXT = 250_000
"""Characters of one text. What is longer is no post or article but a file in a cell, and takes minutes to classify."""


class CutOff(SourceError):
    """A file breaks off before its end; what was read before is kept."""

    state: ClassVar[SourceState] = "partial"


class Refusals:
    """The rows of one file that were refused: how many, and the first reasons in full."""

    shown = 5

    def __init__(self, file: str) -> None:
        self._file = file
        self._n = 0
        self._first: list[str] = []

    def note(self, reason: str) -> None:
        """Count one refused row."""
        self._n += 1
        if len(self._first) < self.shown:
            self._first.append(reason.removeprefix(f"{self._file}: ").removeprefix(f"{self._file} "))

    def sentence(self, n_read: int) -> str:
        """Return what was refused and why, or "" when nothing was."""
        if not self._n:
            return ""
        if n_read == 1:
            return f"{self._file} was refused: {self._first[0]}"
        more = f"; and {self._n - len(self._first)} more" if self._n > len(self._first) else ""
        return f"{self._file}: {self._n} of {n_read} were refused: {'; '.join(self._first)}{more}"


def too_long(what: str, n: int) -> str:
    """Return the reason for refusing a text of `n` characters."""
    return f"the {what} has {n:,} characters; more than {MAX_TEXT:,} are not read as one text, split it or leave it out"
