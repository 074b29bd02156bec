"""JSON Lines, streamed, and JSON arrays or objects, read whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from collectors.errors import Malformed
from collectors.files_columns import find_columns
from collectors.files_layout import Row
from collectors.files_lines import LONGEST_LINE, text_lines
from collectors.files_text import Sniffed

MAX_JSON = 300_000_000
"""Bytes of a JSON array, which is read whole; JSON Lines has no such bound."""


def read_lines(file: Sniffed) -> Iterator[Row]:
    """Yield one row a line that is not blank."""
    with file.open() as stream:
        for line, text in enumerate(text_lines(stream), start=1):
            bare = text.strip("\ufeff \t\r\n\x00")
            if len(text) > LONGEST_LINE:
                yield Row(line, {}, f"the line is longer than {LONGEST_LINE:,} characters")
            elif bare:
                yield _row_of_text(line, bare)


def _row_of_text(line: int, text: str) -> Row:
    try:
        return _row_of_value(line, json.loads(text))
    except (ValueError, RecursionError) as error:
        return Row(line, {"line": text}, f"not JSON ({error})")


def _row_of_value(line: int, value: object) -> Row:
    if not isinstance(value, dict):
        return Row(line, {"value": value}, f"expected a JSON object, found a {type(value).__name__}")
    return Row(line, flat_cells(value))


def read_json(file: Sniffed) -> Iterator[Row]:
    """Yield the items of a JSON value; raises Malformed for one that is too large or no JSON."""
    with file.open() as stream:
        text = "" if file.n_bytes > MAX_JSON else stream.read(MAX_JSON + 1).lstrip("\ufeff")
    if file.n_bytes > MAX_JSON or len(text) > MAX_JSON:
        raise Malformed(
            f"{file.path.name} is too large to be read as one JSON value; save it as JSON Lines (.jsonl)"
        )
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        if str(error).startswith("Extra data"):  # JSON Lines under another name
            yield from read_lines(file)
            return
        raise Malformed(f"{file.path.name} is not JSON ({error})") from error
    for number, item in enumerate(_items_of(value), start=1):
        yield _row_of_value(number, item)


def _items_of(value: object) -> list[Any]:
    """Return the items of a JSON value: of a list, or of an object's longest list of objects, or the object itself."""
    if isinstance(value, list):
        return value
    if not isinstance(value, dict):
        return [value]
    inner = value.get("data")
    if isinstance(inner, dict) and isinstance(inner.get("children"), list):  # a Reddit listing
        return inner["children"]
    lists = [
        one
        for one in value.values()
        if isinstance(one, list) and one and all(isinstance(x, dict) for x in one)
    ]
    return max(lists, key=len) if lists and "text" not in find_columns(value) else [value]


def flat_cells(value: dict[str, Any]) -> dict[str, Any]:
    """Return an object with the members of its inner objects beside its own, as `user.name`; Reddit's wrap comes off.

    So does the wrap of Zeeschuimer, in which 4CAT's captures come: what it adds itself is the id and the platform.
    """
    inner = value.get("data")
    if isinstance(inner, dict) and value.get("kind") in {"t1", "t3"}:
        value = inner
    elif isinstance(inner, dict) and "source_platform" in value and "item_id" in value:
        value = {"platform": value["source_platform"], "id": value["item_id"], **inner}
    cells: dict[str, Any] = {}
    for name, cell in value.items():
        if isinstance(cell, dict):
            cells.update({f"{name}.{key}": deep for key, deep in cell.items()})
        else:
            cells[name] = cell
    return cells
