"""Topic files: found, read, and refused with one plain sentence that names file, key and what was expected."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from topics.faults import first_fault
from topics.model import Topic
from topics.nearest import did_you_mean
from topics.parts import TopicEvent

Model = TypeVar("Model", Topic, TopicEvent)

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "topics"


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
    if not _is_file(path):
        names = topic_names()
        meant = did_you_mean(given, names) if is_name else ""
        raise TopicError(
            f"{_shown(given)}: expected the name of a topic or the path of a topic file; "
            f"known topics: {', '.join(names) or 'none'}{meant}"
        )
    return path


def _shown(given: str) -> str:
    return f"{given[:80]}…" if len(given) > 80 else given or "''"


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a name too long for the disk, a folder that may not be entered
        return False


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
        raise TopicError(f"{where}: {first_fault(error, model)}") from error
