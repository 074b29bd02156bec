"""Which texts are copies of one another but for small changes: sets of word shingles and their likeness (Broder 1997).

Two texts are copies when the Jaccard similarity of their sets of three-word shingles is THRESHOLD or more; under SHORT
words only the same words in the same order are a copy. Under GUARDED words a text's numbers and the words that turn its
meaning round are part of each shingle, so that a text and its denial, or one with other figures, have none in common.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from models.duplicates import HANDLE, normal_form

Shingles = npt.NDArray[np.uint64]
"""A text's set of shingles as 64-bit hashes, sorted; the same on every machine."""

THRESHOLD = 0.7
"""The least Jaccard similarity of two copies. One word replaced in the middle of 19 keeps 14 of 20."""

SHORT = 12
"""A text of fewer words has too few shingles to be compared: its copies have exactly its words, accents included."""

GUARDED = 60
"""A text of fewer words is a copy only of one with the same numbers and turning words."""

_MENTION = re.compile(rf"(?<![\w@]){HANDLE}")
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ACCENT = re.compile("[\u0300-\u036f]+")
_TURNING = re.compile(
    r"(?<!\S)(?:\S*\d\S*"
    r"|not|no|never|nor|none|nobody|nothing|neither|without|against|cannot|hardly|yes|\S+n't"
    r"|(?:ai|are|ca|could|did|do|does|had|has|have|is|should|was|were|wo|would)nt"
    r"|nunca|jamas|ni|nadie|nada|sin|tampoco|contra|ningun\w*"
    r"|true|false|fake|right|wrong|good|bad|(?:un)?fair|verdad\w*|mentira\w*|fals[oa]s?|buen[oa]?s?|mal[oa]?s?"
    r"|(?:in)?just[oa]s?|(?:un|il?)?legal\w*|(?:un|in)?constitu[ct]ional\w*"
    r"|support\w*|oppos\w*|reject\w*|accept\w*|prais\w*|condemn\w*|favou?r\w*"
    r"|apoy\w*|rechaz\w*|acept\w*|conden\w*|celebr\w*)(?!\S)"
)
_FIRST, _SECOND, _THIRD = (
    np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9)
)
"""The place of a word in its shingle: any odd numbers would do."""


def words_of(text: str) -> list[str]:
    """Return a text's words in lower case: no addresses, repost marks, mentions, emoji or punctuation.

    From SHORT words on they are without accents, which many leave out. A text without any word is one: its normal form.
    """
    normal = normal_form(text)
    words: list[str] = _WORD.findall(_MENTION.sub(" ", normal) if "@" in normal else normal) or [normal]
    if len(words) < SHORT or normal.isascii():
        return words
    return _ACCENT.sub("", unicodedata.normalize("NFD", " ".join(words))).split(" ")


def shingles(text: str) -> Shingles:
    """Return a text's set of shingles: of three words each, or the whole of it where it has fewer than SHORT words."""
    words = words_of(text)
    if len(words) < SHORT:
        return np.array([_hashed(" ".join(words))], dtype=np.uint64)
    hashes = np.fromiter(map(_hashed, words), dtype=np.uint64, count=len(words))
    marks = np.uint64(_hashed(_turning(words)))
    return np.unique(marks ^ (hashes[:-2] * _FIRST + hashes[1:-1] * _SECOND + hashes[2:] * _THIRD))


def similarity(one: Shingles, other: Shingles) -> float:
    """Return the Jaccard similarity of two sets of shingles, 0 to 1."""
    return float(similarities(one, [other])[0])


def similarities(one: Shingles, others: Sequence[Shingles]) -> npt.NDArray[np.float64]:
    """Return the Jaccard similarity of a set of shingles to each of the others (at least one), in their order."""
    sizes = np.array([other.size for other in others])
    common = np.add.reduceat(np.isin(np.concatenate(others), one).astype(np.int64), sizes.cumsum() - sizes)
    found: npt.NDArray[np.float64] = common / (one.size + sizes - common)
    return found


def _turning(words: Sequence[str]) -> str:
    """Return the numbers and turning words of a guarded text, in alphabetical order; of a longer one, nothing."""
    return " ".join(sorted(_TURNING.findall(" ".join(words)))) if len(words) < GUARDED else ""


@lru_cache(maxsize=1 << 17)
def _hashed(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "replace"), digest_size=8).digest(), "little")
