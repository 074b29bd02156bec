"""What can go wrong with a store, each with one plain sentence for the person who runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from deltalake.exceptions import DeltaError

_FAULTS = (DeltaError, pl.exceptions.PolarsError, OSError, ValueError)


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
        # an engine that meets a damaged file may panic, and a panic is no Exception
        if not isinstance(fault, _FAULTS) and type(fault).__name__ != "PanicException":
            raise
        raise StoreError(f"{path}: {doing} failed ({first_line(fault)}); {remedy}") from fault


def first_line(fault: BaseException) -> str:
    """Return the first line of an exception's message, at most 200 characters, or its class name."""
    lines = str(fault).strip().splitlines()
    return lines[0][:200] if lines else type(fault).__name__
