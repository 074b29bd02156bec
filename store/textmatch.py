"""A search text as a pattern that finds it literally, whatever the case and accents on either side."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import polars as pl

LONGEST = 200
"""A longer search text is cut: nobody types one, and the pattern stays small."""


def literal_pattern(text: str) -> str:
    """Return a regular expression (Rust's `regex` syntax) that finds `text`, blanks around it aside.

    A letter stands for itself with any accent, composed or combining (Unicode NFD), upper or lower case; a run of white
    space stands for any white space. Everything else stands for itself.
    """
    words = text.strip()[:LONGEST].split()
    return r"(?i)" + r"\s+".join("".join(_pattern(character) for character in word) for word in words)


def _pattern(character: str) -> str:
    if unicodedata.combining(character):
        return ""
    if not character.isalpha():
        return pl.escape_regex(character)
    base = _base(character)
    return f"[{character}{base}{_accented().get(base.lower(), '')}]\\p{{M}}*"


def _base(character: str) -> str:
    """Return the letter without its accents; a letter that does not come apart into one and accents is its own base."""
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else character


@lru_cache(maxsize=1)
def _accented() -> dict[str, str]:
    """Return, for each lower-case Latin letter, its accented forms (Latin-1 to Latin Extended Additional)."""
    found: dict[str, str] = {}
    for point in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        character = chr(point)
        base = _base(character).lower()
        if base != character.lower():
            found[base] = found.get(base, "") + character
    return found
