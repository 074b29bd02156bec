"""Topic files: found, read, and refused with one plain sentence that names file, key and what was expected."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from topics.model import Topic
from topics.parts import TopicEvent

Model = TypeVar("Model", Topic, TopicEvent)

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "topics"

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
    "^(https?": "an address that begins with https://, or nothing",
}


class TopicError(Exception):
    """A topic cannot be used; the message is one sentence: file, key, what was expected and what was found."""


def topic_names() -> tuple[str, ...]:
    """Return the names of the topics that ship with the product, in alphabetical order."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.toml")))


def load_topic(name_or_path: str | Path) -> Topic:
    """Return a topic by its name in `topics/` or by the path of its file, with the events of its archive.

    Raises TopicError.
    """
    path = _find_file(name_or_path)
    table = _read_toml(path)
    topic = _validated(Topic, table, path.name)
    if (
        topic.id != path.stem
    ):  # the store's folder has the id's name: a copied file would share its model's store
        raise TopicError(f"{path.name}: id: expected {path.stem!r}, as the file is named, found {topic.id!r}")
    if topic.archive is None:
        return topic
    folder = ROOT / topic.archive
    if not folder.is_dir():
        raise TopicError(
            f"{path.name}: archive: expected a folder of the repository, found {topic.archive!r}"
        )
    archived = _read_events(folder / "events.jsonl")
    if not archived:
        return topic
    inline = table.get("events", [])
    return _validated(Topic, {**table, "events": [*inline, *archived]}, path.name)


def _find_file(name_or_path: str | Path) -> Path:
    given = str(name_or_path)
    is_name = (
        isinstance(name_or_path, str)
        and not given.endswith(".toml")
        and "/" not in given
        and "\\" not in given
    )
    path = FOLDER / f"{given}.toml" if is_name else Path(name_or_path)
    if not path.is_file():
        known = ", ".join(topic_names()) or "none"
        raise TopicError(
            f"{given}: expected the name of a topic or the path of a topic file; known topics: {known}"
        )
    return path


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise TopicError(
            f"{path.name}: the file cannot be read ({error.strerror}); check its rights"
        ) from error
    except UnicodeDecodeError as error:
        raise TopicError(
            f"{path.name}: expected UTF-8, found another encoding at byte {error.start}; save it as UTF-8"
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise TopicError(f"{path.name}: expected valid TOML, found a fault: {error}") from error


def _read_events(path: Path) -> list[dict[str, Any]]:
    """Return the events of an archive as tables that are each valid; a missing file has none."""
    if not path.exists():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise TopicError(f"{path.name}: expected a readable UTF-8 file, found: {error}") from error
    events = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path.name} line {number}"
        try:
            table = json.loads(line)
        except json.JSONDecodeError as error:
            raise TopicError(f"{where}: expected a JSON object, found a fault: {error.msg}") from error
        _validated(TopicEvent, table, where)
        events.append(table)
    return events


def _validated(model: type[Model], table: object, where: str) -> Model:
    try:
        return model.model_validate(table)
    except ValidationError as error:
        raise TopicError(f"{where}: {_first_fault(error)}") from error


def _first_fault(error: ValidationError) -> str:
    """Return the first fault as `key path: expected ..., found ...`."""
    fault = error.errors()[0]
    path = _key_path(fault["loc"])
    kind, found = fault["type"], fault.get("input")
    if kind == "value_error":
        said = str(fault["ctx"]["error"])
        return f"{path}: {said}" if path else said
    if kind == "extra_forbidden":
        return f"{path}: this key is not known; check its spelling or remove it"
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
