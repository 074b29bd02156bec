"""What can go wrong with a store, each with one plain sentence for the person who runs it."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from deltalake.exceptions import DeltaError

_SYSTEM = re.compile(r"([A-Z][\w ,'/-]+) \(os error \d+\)")
_FAULTS = (DeltaError, pl.exceptions.PolarsError, OSError)


class StoreError(Exception):
    """The store cannot be used as asked; the message says what, where and what to do."""


class StoreBusy(StoreError):
    """Another refresh holds the store; the message names its owner, machine and age."""


@contextmanager
def plain_errors(doing: str, path: Path, remedy: str) -> Iterator[None]:
    """Turn an engine's fault into a StoreError: `<path>: <doing> failed (<first line of the reason>); <remedy>`."""
    try:
        yield
    except StoreError:
        raise
    except BaseException as fault:
        if not (is_of_the_engine(fault) or isinstance(fault, ValueError)):
            raise
        raise StoreError(f"{path}: {doing} failed ({first_line(fault)}); {remedy}") from fault


def is_of_the_engine(fault: BaseException) -> bool:
    """Return whether a fault came from the tables' engine or the disk below it."""
    # an engine that meets a damaged file may panic, and a panic is no Exception
    return isinstance(fault, _FAULTS) or type(fault).__name__ == "PanicException"


def remedy_for(fault: OSError) -> str:
    """Return what to do about a file that cannot be read or written."""
    if fault.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "free some disk, then run it again"
    if fault.errno in (errno.ENOTDIR, errno.EISDIR, errno.EEXIST):
        return "something else stands where it must be: move that away, then run it again"
    return "check the folder's rights and the disk, then run it again"


def first_line(fault: BaseException) -> str:
    """Return why: the system's reason if the message names one, else its first line (at most 200 characters), or the
    class of a fault without a message."""
    said = str(fault).strip()
    system = _SYSTEM.search(said)
    if isinstance(fault, OSError) and fault.strerror:
        return fault.strerror
    if system:
        return system[1]
    return said.splitlines()[0][:200] if said else type(fault).__name__
