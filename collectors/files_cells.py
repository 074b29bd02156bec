"""One cell of an import: as JSON can hold it, as text, as an id, as a language."""

from __future__ import annotations

import hashlib
import html
import re
from datetime import date, datetime
from typing import Any

from records import clean_text

_NOTHING = {"", "nan", "null", "none", "n/a", "<na>"}
_LONGEST_NOTHING = max(map(len, _NOTHING))
_ROUNDED = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE]\+\d+")  # a spreadsheet writes the plus; `12e5678` is an id
_TAGGED = re.compile(r"\s*<(?:p|div|span)\b[^>]*>", re.IGNORECASE)
_LANGUAGES = {
    "en": "en", "eng": "en", "english": "en", "ingles": "en", "inglés": "en",
    "es": "es", "spa": "es", "spanish": "es", "español": "es", "espanol": "es", "castellano": "es",
}  # fmt: skip


def plain_cell(cell: object) -> Any:
    """Return a cell as JSON can hold it; times as ISO 8601, a float without a fraction that is exact as an integer."""
    match cell:
        case None | bool() | str() | int():
            return cell
        case float():
            if cell != cell:
                return None
            return int(cell) if cell == cell // 1 and abs(cell) <= 2**53 else cell
        case datetime() | date():
            return cell.isoformat()
        case list():
            return [plain_cell(one) for one in cell]
        case dict():
            return {str(key): plain_cell(one) for key, one in cell.items()}
    return str(cell)


def cell_text(value: object) -> str:
    """Return a cell as storable text without blanks around it; "" for every way to write nothing."""
    match value:
        case str():
            text = clean_text(value).strip()
            return "" if len(text) <= _LONGEST_NOTHING and text.casefold() in _NOTHING else text
        case None | bool():
            return ""
        case list():
            return "".join(part if isinstance(part, str) else cell_text(part) for part in value)
        case dict():
            return cell_text(value.get("text"))
    return cell_text(str(value))


def cell_body(value: object) -> str:
    """Return a text cell as written, or, where a network gives it as HTML, what a reader of that page sees."""
    text = cell_text(value)
    if not _TAGGED.match(text):
        return text
    broken = re.sub(r"<br\s*/?>|</p>\s*", "\n", text, flags=re.IGNORECASE)
    return clean_text(html.unescape(re.sub(r"<[^>]+>", "", broken)).strip())


def digest(*parts: str) -> str:
    """Return 16 hex digits that stand for these texts in this order."""
    return hashlib.blake2b("\x00".join(parts).encode(errors="replace"), digest_size=8).hexdigest()


def was_rounded(value: object) -> bool:
    """Return whether an id has lost digits: written with an exponent, or held as a number that is not exact."""
    if isinstance(value, float):
        return abs(value) > 2**53 or value != int(value)
    text = str(value)
    return "+" in text and bool(_ROUNDED.fullmatch(cell_text(value)))


def read_language(stated: object) -> str:
    """Return `en` or `es`, `other` for another language that is named, `unknown` for none or for several."""
    text = cell_text(stated).casefold()
    if not text or "," in text or text in {"und", "unknown", "zxx", "qme", "qht"}:
        return "unknown"
    return _LANGUAGES.get(text) or _LANGUAGES.get(re.split(r"[-_]", text)[0], "other")
