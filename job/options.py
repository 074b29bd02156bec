"""What the command line asks for, checked before anything is done; each fault is a UsageError."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from collectors.contract import Collector
from collectors.files_format import FORMATS
from job.cluster import EngineError, require_ray
from job.collect import UnknownSource, chosen_collectors
from topics import Topic
from topics.nearest import did_you_mean

ENGINES = ("local", "ray")


class UsageError(Exception):
    """The command line asks for something that cannot be; nothing was done."""


def sources_named(only: str) -> list[Collector]:
    """Return the collectors that a comma-separated list names, each once; all of them for an empty list."""
    names = list(dict.fromkeys(name.strip() for name in only.split(",")))
    try:
        return chosen_collectors(names)
    except UnknownSource as error:
        wrong = next(name for name in names if name and name not in error.known)
        raise UsageError(f"{error}{did_you_mean(wrong, error.known)}") from error


def first_day(text: str, topic: Topic, now: datetime) -> datetime | None:
    """Return the instant (UTC) at which a day begins in the topic's zone; None where none was given."""
    if not text:
        return None
    zone = ZoneInfo(topic.zone)
    try:
        day = date.fromisoformat(text.strip())
        begins = datetime.combine(day, time(), zone)
        since = begins.astimezone(UTC)
    except (ValueError, OverflowError):
        raise UsageError(f"--since: expected a day such as 2025-02-01, got {text!r}") from None
    if since > now:
        raise UsageError(
            f"--since: {day} has not begun in {topic.zone} yet; give a day up to {now.astimezone(zone).date()}"
        )
    return since


def checked_engine(name: str) -> str:
    """Return the engine's name, when it can be used on this machine."""
    if name not in ENGINES:
        raise UsageError(
            f"--engine: expected {' or '.join(ENGINES)}, got {name!r}{did_you_mean(name, ENGINES)}"
        )
    if name == "ray":
        try:
            require_ray()  # before anything is collected
        except EngineError as error:
            raise UsageError(str(error)) from error
    return name


def checked_files(files: Sequence[Path]) -> tuple[Path, ...]:
    """Return the files to import, when each of them is there and can be read more than once."""
    missing = [str(file) for file in files if not _exists(file)]
    if missing:
        raise UsageError(f"import: there is no file {', '.join(missing)}; nothing was imported")
    for file in files:
        if file.is_dir():
            example = file / "*.csv"
            raise UsageError(
                f"import: {file} is a folder; name the files in it, such as {example}; nothing was imported"
            )
        if not file.is_file():
            raise UsageError(
                f"import: {file} is a device or a pipe; save it as a file first; nothing was imported"
            )
    return tuple(files)


def checked_format(name: str) -> str:
    """Return the format's name, when files of that format can be read."""
    if name not in ("auto", *FORMATS):
        raise UsageError(
            f"--format: expected auto or one of {', '.join(FORMATS)}, got {name!r}{did_you_mean(name, FORMATS)}"
        )
    return name


def _exists(file: Path) -> bool:
    try:
        return file.exists()
    except OSError:  # a name too long for the disk, a folder that may not be entered
        return False
