"""The files of a command line: checked before the work begins, written whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


class InputError(Exception):
    """What was asked for cannot be done; the message is one plain sentence: what, where, what to do."""


class OutputError(Exception):
    """The result cannot be written; the message is one plain sentence: what, where, what to do."""


def check_places(source: Path, result: Path) -> None:
    """Raise InputError unless `source` is a file that can be read and `result` can be written."""
    if source.is_dir():
        raise InputError(f"{source}: is a folder; name a file with --in")
    if not source.exists():
        raise InputError(f"{source}: No such file; name an existing one with --in")
    if result.is_dir():
        raise InputError(
            f"{result}: is a folder; name a file in it with --out, such as {result / 'result.jsonl'}"
        )
    if not result.parent.is_dir():
        raise InputError(f"{result}: the folder {result.parent} does not exist; make it first")
    if not os.access(result if result.exists() else result.parent, os.W_OK):
        raise InputError(f"{result}: may not be written; choose another place with --out")


def unreadable(path: Path, fault: OSError) -> InputError:
    """Return the error for a file that is there and cannot be read."""
    return InputError(f"{path}: cannot be read ({fault.strerror or fault}); check its rights")


@contextmanager
def written_whole(path: Path) -> Iterator[TextIO]:
    """Give a file to write to that takes the place of `path` in one step; raises OutputError.

    A device or a pipe, such as /dev/stdout, is written as it is: it must not be replaced.
    """
    in_place = path.exists() and not path.is_file()
    part = path if in_place else path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with part.open("w", encoding="utf-8", newline="\n") as out:
            yield out
        if not in_place:
            part.replace(path)
    except OSError as fault:
        raise OutputError(
            f"{path}: cannot be written ({fault.strerror or fault}); free some disk, or choose another place with --out"
        ) from fault
    finally:
        if not in_place:
            with suppress(OSError):
                part.unlink(missing_ok=True)
