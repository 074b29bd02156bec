"""A readable copy of a text whose UTF-8 was once read as Windows-1252, of the same length, so that offsets hold."""

from __future__ import annotations

import re

import ftfy.bad_codecs  # registers the codec that also knows the five bytes that Windows-1252 leaves out

_BROKEN = re.compile(
    "[ÂÃ][\u0080-\u00bf\u0152-\u0178\u2013-\u203a€™]|â[\u0080€][\u0080-\u00bf\u0152-\u0178\u02c6\u02dc\u2013-\u203a€™]"
)
_OPENING = frozenset("“‘«¿¡„")
FILLER = "\u02d1"
"""Stands for what a repaired letter no longer needs; a letter itself, so that a word stays one word."""

ftfy.bad_codecs.ok()


def same_length_copy(text: str) -> str:
    """Return `text` with letters and quotation marks repaired and the places that they took filled up."""
    return _BROKEN.sub(_mend, text) if "Ã" in text or "â" in text or "Â" in text else text


def _mend(match: re.Match[str]) -> str:
    broken = match.group()
    try:
        mended = broken.encode("sloppy-windows-1252").decode("utf-8")
    except UnicodeError:
        return broken
    missing = len(broken) - len(mended)
    if mended.isalpha():
        return mended + FILLER * missing
    return " " * missing + mended if mended in _OPENING else mended + " " * missing
