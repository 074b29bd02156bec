"""How a command line of ours meets its terminal: asked to stop, its output closed, the disk of its log full.

Imports nothing of ours and nothing slow, so that it is in charge before anything slow is imported.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import io
import os
import select
import signal
import sys
import time
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

FAILED = 1
"""Exit status of a program that was stopped, or whose output could not be written."""

_UNSUCCESSFUL = (1, 2)

_ASKING = ("SIGINT", "SIGTERM", "SIGHUP")
"""Ctrl-C, the request to end that a service manager sends, and the terminal that was closed."""

_ONE_REQUEST_SECONDS = 3
"""Requests to stop within this time are one: Ctrl-C pressed twice, or a closed terminal that sends two signals."""

_NOBODY_READS = {errno.EPIPE, errno.EIO, errno.EBADF}
"""Faults of an output whose reader has gone (`| head -1`, a closed terminal): no fault of the program."""

_name = "postura"
_ours: list[int] = []
_asked_at = 0.0


def take_charge(name: str) -> None:
    """Answer requests to stop with one sentence from here on, and let no output that cannot be written end us.

    Call it first, before anything slow is imported. A signal that is ignored (`nohup`) stays ignored.
    """
    global _name
    _name = name
    _fill_gaps()
    sys.stdout, sys.stderr = _steady(1, sys.stdout), _steady(2, sys.stderr)
    for number in (getattr(signal, asking, None) for asking in _ASKING):
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN:
            signal.signal(number, _end_at_once)
            _ours.append(number)


def require(*packages: str) -> None:
    """End with one sentence where this Python is too old, or packages are missing: the wrong Python runs us."""
    remedy = "run `make run` once, then start it with .venv/bin/python"
    if sys.version_info < (3, 11):  # noqa: UP036 - this very file also loads in the Python that is too old
        say_fault(f"Python 3.11 or newer is needed, this is {sys.version.split()[0]}: {remedy}")
        sys.exit(FAILED)
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        say_fault(f"not installed here: {', '.join(missing)}; {remedy}")
        sys.exit(FAILED)


def interrupt_work() -> None:
    """Let a request to stop raise KeyboardInterrupt from here on: something may have to be put in order first."""
    for number in _ours:
        signal.signal(number, _interrupt)


def stop_asked() -> bool:
    """Return whether a request to stop came; an engine may have turned the interrupt into a fault of its own."""
    return _asked_at > 0


def say_fault(sentence: str) -> None:
    """Print one sentence to the standard error, with the program's name before it."""
    print(f"{_name}: {sentence}", file=sys.stderr)


def run(main: Callable[[], int | None]) -> int:
    """Run a command line; return the exit status to end with. No traceback reaches the user."""
    try:
        status = main() or 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else FAILED if end.code else 0
    except BaseException as error:
        from terminal.faults import explained

        status, sentence = explained(error)
        say_fault("stopped; run it again" if stop_asked() else sentence)
    return final_status(status)


def final_status(status: int) -> int:
    """Return the exit status to end with: a success becomes FAILED when what was said could not be written."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if not isinstance(raw, _Steady) or raw.fault is None:
        return status
    say_fault(f"the output could not be written ({raw.fault.strerror}): free some disk, or send it elsewhere")
    return status if status in _UNSUCCESSFUL else FAILED


class _Steady(io.FileIO):
    """An output that goes on when it cannot be written: the rest is dropped, and `fault` says why."""

    fault: OSError | None = None

    def write(self, data: Any, /) -> int:
        size = memoryview(data).nbytes
        try:
            written = super().write(data)
            while written is None:  # an output that does not wait, such as a shared terminal: we do
                select.select([], [self], [], 1)
                written = super().write(data)
        except OSError as fault:
            if fault.errno not in _NOBODY_READS:
                self.fault = fault
            return size
        return written


def _steady(number: int, stream: Any) -> io.TextIOWrapper:
    """Return a text stream over a file descriptor that raises for no character and no fault of its output."""
    encoding = getattr(stream, "encoding", None) or "utf-8"
    out = io.BufferedWriter(_Steady(number, "w", closefd=False))
    return io.TextIOWrapper(out, encoding=encoding, errors="backslashreplace", line_buffering=True)


def _fill_gaps() -> None:
    """Open the standard streams that the caller has closed (`>&-`), or the first files we open would take their place."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest number that is free: this one


def _end_at_once(_number: int, _frame: FrameType | None) -> NoReturn:
    with contextlib.suppress(OSError):
        os.write(2, f"{_name}: stopped; nothing was changed\n".encode())
    os._exit(FAILED)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    global _asked_at
    now = time.monotonic()
    if _asked_at and now - _asked_at < _ONE_REQUEST_SECONDS:
        return
    _asked_at = now
    raise KeyboardInterrupt
