"""Keys under which copies of one text meet: reposts, crossposts and wire stories are classified once."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

_URL = re.compile(r"(?:https?://|www\.)\S+")
_RT = re.compile(r"^(?:\s*rt\s+@\w+\s*:?)+")
_VIA = re.compile(r"(?:\s*[-–—|(]?\s*\b(?:via|vía|h/t|cc)\s+@\w+\s*\)?)+\s*$")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_SPACE = re.compile(r"\s+")
_QUOTES = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "…": "..."})


def text_key(text: str) -> str:
    """Return 16 hex digits, equal for texts that differ only in case, width, spacing, addresses or repost marks.

    Accents count, since they can carry meaning. A text that is nothing but an address keeps it, so that two
    different links are two texts.
    """
    return blake2b(_normal(text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def context_key(context: str) -> str:
    """Return the key of the parent's text, or an empty string where there is none."""
    return text_key(context) if context.strip() else ""


def _normal(text: str) -> str:
    folded = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_QUOTES).casefold()
    bare = _URL.sub(" ", folded)
    bare = _VIA.sub("", _RT.sub("", bare).rstrip())
    bare = _SPACE.sub(" ", bare).strip()
    return bare or _SPACE.sub(" ", folded).strip()
