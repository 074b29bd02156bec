"""Cells of an imported row that give away who wrote it: addresses, ids and places that hold the author's name."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

from collectors.files_cells import cell_text, digest

_STATUS = re.compile(
    r"https?://(?:www\.|mobile\.|m\.)?(?:twitter|x)\.com/(?:i/web|[^/?#]+)/status(?:es)?/(\d+)", re.IGNORECASE
)
_BETWEEN = re.compile(r"[\W_]+")
_ASCII_BETWEEN = bytes(code for code in range(128) if not chr(code).isalnum())
_SHORT = 4
"""Letters below which a name is looked for as a word of its own: `x` stands in every address of X."""


def values_without_name(values: dict[str, Any], author: str) -> dict[str, Any]:
    """Return a row's cells by role without what names its author, for a row of no public actor.

    The address of a post on X leads there without the handle; any other address with the author's name in it is left
    out, and so is such a place. An id that is an address is replaced by its digest, as its parent's is. A title that a
    tool made of the author and the text (`Name (@handle): text`) begins with the text.
    """
    kept = dict(values)
    address = address_of(values)
    if status := _STATUS.match(address):
        kept["url"] = f"https://x.com/i/status/{status[1]}"
    elif _names(unquote(address), author) and not _is_outlet(values, author):
        kept.pop("url", None)
    place = cell_text(values["place"]) if "place" in values else ""
    if _names(place, author) and not _is_outlet(values, author):
        del kept["place"]
    if title := values.get("title"):
        head, colon, rest = cell_text(title).partition(":")
        if colon and not values.get("outlet") and _names(head, author):
            kept["title"] = rest.strip()
    for role in ("id", "parent_id"):
        if role in values and (given := cell_text(values[role])).startswith(("http://", "https://")):
            kept[role] = f"address-{digest(given)}"
    return kept


def address_of(values: dict[str, Any]) -> str:
    """Return the row's address, or "" for what is none."""
    url = cell_text(values.get("url"))
    if url.startswith("/r/"):
        return f"https://www.reddit.com{url}"
    return url if url.startswith(("http://", "https://")) else ""


def _names(text: str, author: str) -> bool:
    """Return whether a text holds the author's name, however its parts are joined."""
    name = _letters(author) if text else ""
    if not name or author.casefold() in ("[deleted]", "[removed]"):
        return False
    if len(name) < _SHORT:
        return name in _BETWEEN.split(text.casefold())
    return name in _letters(text)


def _is_outlet(values: dict[str, Any], author: str) -> bool:
    """Return whether the row's author is the outlet itself, whose name its addresses may hold."""
    outlet, name = _letters(cell_text(values.get("outlet"))), _letters(author)
    return bool(outlet and name) and (outlet in name or name in outlet)


def _letters(text: str) -> str:
    folded = text.casefold()
    if folded.isascii():
        return folded.encode().translate(None, _ASCII_BETWEEN).decode()  # several times as fast
    return _BETWEEN.sub("", folded)
