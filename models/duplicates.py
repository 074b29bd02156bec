"""Keys under which copies of one text meet: reposts, crossposts and wire stories are classified once."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b

HANDLE = r"@\w[\w.\-]*(?:@\w[\w.\-]*)?"
"""A handle as platforms write it: a name, a domain (Bluesky), or a name at a domain (Mastodon)."""

_URL = re.compile(r"(?:https?://|www\.)\S+")
_REPOST = re.compile(rf"(?:rt {HANDLE} ?:? ?|(?:via|vía|h/t) {HANDLE} ?: ?)+")
_CREDIT = re.compile(rf" ?[-–—|(\[]? ?(?<!\w)(?:via|vía|h/t|cc) {HANDLE} ?[)\]]?$")
_LONGEST_CREDIT = 160
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe0e\ufe0f\ufeff]")
_QUOTES = {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‘": "'", "’": "'", "…": "..."}
_QUOTED = re.compile(f"[{''.join(_QUOTES)}]")


def text_key(text: str) -> str:
    """Return 16 hex digits, equal for texts that differ only in case, width, spacing, addresses or repost marks.

    Accents count, since they can carry meaning. A text that is nothing but an address keeps it, so that two
    different links are two texts.
    """
    return blake2b(normal_form(text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def context_key(context: str) -> str:
    """Return the key of the parent's text, or an empty string where there is none."""
    return text_key(context) if context.strip() else ""


def normal_form(text: str) -> str:
    """Return what of a text its key depends on; texts with one key have one normal form."""
    folded = text.lower() if text.isascii() else _folded(text)
    bare = " ".join(_URL.sub(" ", folded).split())
    if repost := _REPOST.match(bare):
        bare = bare[repost.end() :]
    # only the end is searched, or a text full of blanks or of credits would take hours
    while "@" in bare and (credit := _CREDIT.search(bare, max(0, len(bare) - _LONGEST_CREDIT))):
        bare = bare[: credit.start()]
    return bare.strip() or " ".join(folded.split())


def _folded(text: str) -> str:
    wide = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))
    return _QUOTED.sub(lambda sign: _QUOTES[sign[0]], wide).casefold()
