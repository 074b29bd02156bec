"""Keeps the engine's own outcry off the terminal: it prints a panic's stack before the fault reaches us as an error."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_STDERR = 2
_LAST_WORDS = 0.1
"""Seconds in which the engine's threads may still complain after a fault."""

_lock = threading.Lock()
_inside = 0
_kept = -1


@contextmanager
def hushed() -> Iterator[None]:
    """Send what native code prints to the standard error nowhere, until the block ends in every thread."""
    _begin()
    try:
        yield
    except BaseException:
        time.sleep(_LAST_WORDS)
        raise
    finally:
        _end()


def _begin() -> None:
    global _inside, _kept
    with _lock:
        _inside += 1
        if _inside > 1:
            return
        try:
            if sys.stderr is not None:
                sys.stderr.flush()
            _kept = os.dup(_STDERR)
            nowhere = os.open(os.devnull, os.O_WRONLY)
        except (OSError, ValueError):
            return  # closed, or no more files may be opened: then it may cry out
        os.dup2(nowhere, _STDERR)
        os.close(nowhere)


def _end() -> None:
    global _inside, _kept
    with _lock:
        _inside -= 1
        if _inside or _kept < 0:
            return
        os.dup2(_kept, _STDERR)
        os.close(_kept)
        _kept = -1
