"""The known word that a misspelt one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def nearest(given: str, known: Iterable[str]) -> str | None:
    """Return the known word most like `given`, whatever its capitals, or None where none is much like it."""
    by_folded = {word.casefold(): word for word in known}
    found = get_close_matches(given.strip().casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else None


def did_you_mean(given: str, known: Iterable[str]) -> str:
    """Return `; did you mean <word>?`, or nothing where no known word is much like `given`."""
    word = nearest(given, known)
    return f"; did you mean {word}?" if word else ""
