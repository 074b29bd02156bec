"""What may stand on a receipt: no secret of the owner's, and of a long cursor only its outline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote, quote_plus

from pydantic import SecretStr

from records import Place, clean_text
from settings import Settings

HIDDEN = "***"
_SHORTEST = 4  # a secret of fewer characters would hide half of every sentence
_MOST_ENTRIES = 20
_DEEPEST = 4
_SECRET_NAME = re.compile(
    r"token|secret|passw|jwt|session|api_?key|credential|authoriz|cookie", re.IGNORECASE
)
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"\d+")


class Redactor:
    """Hides the owner's secrets in what the outside world is shown: receipts, reasons, the raw form of refused items."""

    def __init__(self, settings: Settings) -> None:
        known = sorted(_secrets_of(settings), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, known))) if known else None

    def text(self, text: str) -> str:
        """Return the text as it may be kept: storable, and without a secret."""
        cleaned = clean_text(text)
        return self._pattern.sub(HIDDEN, cleaned) if self._pattern else cleaned

    def texts(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the texts without secrets."""
        return tuple(self.text(text) for text in texts)

    def counts(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Return counts, most frequent first, without a secret in their names."""
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return {self.text(name): n for name, n in ordered}

    def places(self, places: Sequence[Place]) -> tuple[Place, ...]:
        """Return places without a secret in their names and details."""
        return tuple(
            replace(place, name=self.text(place.name), detail=self.text(place.detail)) for place in places
        )

    def outline(self, cursor: Any, depth: int = 0) -> Any:
        """Return a cursor's outline: what is longer than 20 entries or deeper than 4 levels is told by its length."""
        match cursor:
            case Mapping() if len(cursor) > _MOST_ENTRIES or depth >= _DEEPEST:
                return {"entries": len(cursor)}
            case Mapping():
                return {
                    self.text(str(name)): HIDDEN
                    if _SECRET_NAME.search(str(name))
                    else self.outline(value, depth + 1)
                    for name, value in cursor.items()
                }
            case str():
                return self.text(cursor[:200])
            case list() | tuple() if len(cursor) > _MOST_ENTRIES or depth >= _DEEPEST:
                return {"entries": len(cursor)}
            case list() | tuple():
                return [self.outline(value, depth + 1) for value in cursor]
            case None | bool() | int() | float():
                return cursor
        return self.text(repr(cursor)[:200])


def kind_of_reason(reason: str) -> str:
    """Return a reason without what differs from item to item (numbers, quoted words), so that reasons can be counted."""
    return " ".join(_NUMBER.sub("#", _QUOTED.sub("…", reason)).split())[:120]


def _secrets_of(settings: Settings) -> set[str]:
    """Return the values of the secret settings (of a list `host=token, host=token` each token), also as in an address."""
    found = set()
    for name, described in type(settings).model_fields.items():
        value = getattr(settings, name)
        if isinstance(value, SecretStr):
            found.add(value.get_secret_value())
        elif isinstance(value, str) and described.repr is False:
            found.add(value)
    found |= {part.partition("=")[2].strip() for value in found for part in value.split(",")}
    long_enough = {value for value in found if len(value.strip()) >= _SHORTEST}
    return {form for value in long_enough for form in (value, quote(value, safe=""), quote_plus(value))}
