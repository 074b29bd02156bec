"""Rows of an archive in JSON: a list, an object that holds one, or JSON Lines. No network here."""

from __future__ import annotations

import io
import json
import re
import reprlib
from collections.abc import Iterable, Iterator
from typing import Any

from collectors.errors import Malformed
from collectors.known_posts import key_of
from collectors.officials_layout import BreaksOff, Refused, Row, field_of

LOOKED_AT = 20
"""Lines of which one must be an object, where an archive that begins like one is no whole JSON."""

_BLANKS = re.compile(r"[ \t\r\n]*")
_AROUND = "\ufeff \t\r\n\x00"
_LONGEST_INTEGER = 40  # digits; Python refuses to read one of thousands


def rows_of_list(text: str) -> Iterator[Row]:
    """Yield the values of a JSON list, decoding one at a time; raises BreaksOff."""
    at = _after_blanks(text, text.index("[") + 1)
    n_rows = 0
    while text[at : at + 1] != "]":
        try:
            value, at = _JSON.raw_decode(text, at)
        except (ValueError, RecursionError):
            raise BreaksOff(n_rows) from None
        n_rows += 1
        yield _row(value)
        at = _after_blanks(text, at)
        if text[at : at + 1] == ",":
            at = _after_blanks(text, at + 1)
        elif text[at : at + 1] != "]":
            raise BreaksOff(n_rows)


def are_lines(head: str) -> bool:
    """Return whether the beginning of an archive is JSON Lines: an object in the first line, and more below it."""
    first, _, below = head.partition("\n")
    return bool(below.strip()) and _is_object(first)


def rows_of_lines(lines: Iterable[str]) -> Iterator[Row]:
    """Yield one row a line that is not blank."""
    for line in lines:
        bare = line.strip(_AROUND)
        if not bare:
            continue
        try:
            yield _row(_value(bare))
        except ValueError:
            yield Refused("a line that is no JSON", key_of(bare))


def rows_of_object(text: str, text_field: str, records: str) -> Iterator[Row]:
    """Yield the rows of the list in field `records` of an object, or the object where it is a row; raises Malformed."""
    try:
        whole = _value(text.strip(_AROUND))
    except ValueError:
        if not any(map(_is_object, text.split("\n", LOOKED_AT)[:LOOKED_AT])):
            raise Malformed("the archive is not whole JSON") from None
        yield from rows_of_lines(io.StringIO(text))  # JSON Lines whose first one is broken
        return
    rows = field_of(whole, records)
    if not records and field_of(whole, text_field) is not None:
        rows = [whole]
    if not isinstance(rows, list):
        lists = [name for name, value in whole.items() if isinstance(value, list)]
        named = f"one of {', '.join(lists[:5])}" if lists else "none of its fields is one"
        raise Malformed(
            f"the archive is a JSON object; say in the topic which field is the list (records): {named}"
        )
    yield from map(_row, rows)


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) <= _LONGEST_INTEGER else digits


_JSON = json.JSONDecoder(strict=False, parse_int=_integer, parse_constant=lambda _: None)
"""Takes bare line ends within a text, an integer of any length, and `NaN` for nothing."""


def _value(text: str) -> Any:
    """Return a JSON value; raises ValueError."""
    try:
        return _JSON.decode(text)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _is_object(line: str) -> bool:
    try:
        return isinstance(_value(line), dict)
    except ValueError:
        return False


def _row(value: Any) -> Row:
    if isinstance(value, dict):
        return value
    return Refused(f"not a row but {type(value).__name__}", key_of(reprlib.repr(value)))


def _after_blanks(text: str, at: int) -> int:
    found = _BLANKS.match(text, at)
    return found.end() if found else at
