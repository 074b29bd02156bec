"""What is wrong with a topic file, in one plain sentence: key, what was expected, what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from topics.nearest import nearest

_EXPECTED = {
    "missing": "a value",
    "string_type": "a text",
    "string_too_short": "a text that is not empty",
    "tuple_type": "a list",
    "list_type": "a list",
    "too_short": "at least one entry",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "dict_type": "a table",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "date_type": "a day such as 2025-02-03",
    "date_parsing": "a day such as 2025-02-03",
    "date_from_datetime_parsing": "a day such as 2025-02-03",
    "date_from_datetime_inexact": "a day such as 2025-02-03",
}
_PATTERNS = {
    "^[a-z0-9]": "an id of lower-case letters, digits, - and _",
    "^https?": "an address that begins with https://",
    "^(https?://)?[A-Za-z0-9.-]": "the name of a server such as mastodon.social",
    "^[A-Za-z0-9_-]{11}": "the 11 characters of a video behind watch?v=",
    "^[A-Z]{2}:": "an edition such as US:en or MX:es-419",
    "^[A-Za-z][A-Za-z0-9_]": "the name of a channel as in t.me/NAME",
    "^UC": "the number of a channel, 24 characters that begin with UC",
    "^(https?": "an address that begins with https://, or nothing",
}


def first_fault(error: ValidationError, model: type[BaseModel]) -> str:
    """Return a fault as `key path: expected ..., found ...`: the first misspelt key, else the first of any kind.

    A misspelt key is also a missing one; the misspelling is what helps.
    """
    faults = error.errors()
    fault = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    path = _key_path(fault["loc"])
    kind, found = fault["type"], fault.get("input")
    if kind == "value_error":
        said = str(fault["ctx"]["error"])
        return f"{path}: {said}" if path else said
    if kind == "extra_forbidden":
        meant = nearest(str(fault["loc"][-1]), _known_keys(model, fault["loc"][:-1]))
        return f"{path}: this key is not known; " + (
            f"did you mean {meant}?" if meant else "check its spelling or remove it"
        )
    if kind == "missing":
        return f"{path}: expected a value, found none"
    return f"{path or 'file'}: expected {_expected(fault)}, found {_shortened(found)}"


def _expected(fault: Any) -> str:
    kind, context = fault["type"], fault.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return next(
            (said for start, said in _PATTERNS.items() if context["pattern"].startswith(start)),
            "another form",
        )
    if kind in {"literal_error", "enum"}:
        return f"one of {context['expected']}"
    return _EXPECTED.get(kind, fault["msg"])


def _key_path(location: tuple[int | str, ...]) -> str:
    path = ""
    for part in location:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else part
    return path


def _shortened(found: object) -> str:
    said = repr(found)
    return said if len(said) <= 60 else said[:57] + "..."


def _known_keys(model: type[BaseModel], location: tuple[int | str, ...]) -> list[str]:
    """Return the keys that the table at a location of the file may have."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = next(_models_in(model.model_fields[part].annotation), model)
    return list(model.model_fields)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)
