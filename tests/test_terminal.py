"""Outputs that wait, close or fill up, and requests to stop that come in twos."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

import terminal
from terminal import _interrupt, _steady

ROOT = Path(__file__).resolve().parents[1]


def test_output_that_does_not_wait_loses_nothing() -> None:
    read, write = os.pipe()
    os.set_blocking(write, False)
    out, received = _steady(write, None), bytearray()

    def drain() -> None:
        time.sleep(0.2)  # until the pipe is full
        while chunk := os.read(read, 65_536):
            received.extend(chunk)

    reader = threading.Thread(target=drain)
    reader.start()
    for number in range(20_000):
        out.write(f"line {number} of a long listing\n")
    out.flush()
    os.close(write)
    reader.join()
    assert received.decode().splitlines()[-1] == "line 19999 of a long listing"
    assert received.count(b"\n") == 20_000


def test_reader_that_left_is_no_fault_and_a_full_disk_is_one() -> None:
    read, write = os.pipe()
    os.close(read)
    for number, expected in ((write, None), (os.open("/dev/full", os.O_WRONLY), "No space left on device")):
        out = _steady(number, None)
        out.write("a line\n")
        out.flush()
        fault = out.buffer.raw.fault  # type: ignore[attr-defined]
        assert (fault.strerror if fault else None) == expected
        os.close(number)


def test_half_a_character_is_written_as_what_it_is() -> None:
    read, write = os.pipe()
    out = _steady(write, None)
    print("bad\udcff.csv ñ 🤡", file=out)
    assert os.read(read, 100).decode() == "bad\\udcff.csv ñ 🤡\n"
    os.close(read)
    os.close(write)


def test_two_requests_at_once_are_one_and_a_later_one_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_asked_at", 0.0)
    assert not terminal.stop_asked()
    with pytest.raises(KeyboardInterrupt):
        _interrupt(signal.SIGHUP, None)
    _interrupt(signal.SIGTERM, None)
    assert terminal.stop_asked()
    monkeypatch.setattr(terminal, "_asked_at", time.monotonic() - 10)
    with pytest.raises(KeyboardInterrupt):
        _interrupt(signal.SIGINT, None)


def run_main(body: str) -> subprocess.CompletedProcess[str]:
    script = (
        "import terminal\nterminal.take_charge('postura')\nterminal.interrupt_work()\n"
        f"def main():\n    {body}\nraise SystemExit(terminal.run(main))\n"
    )
    return subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ("return 3", 3, ""),
        ("return None", 0, ""),
        ("raise SystemExit", 0, ""),
        ("raise SystemExit('words')", 1, ""),
        ("raise OSError(28, 'No space left on device', 'x.csv')", 1, "x.csv: No space left on device; check"),
        ("raise MemoryError", 1, "too little free memory"),
        ("1 / 0", 1, "a fault of ours ended it (ZeroDivisionError: division by zero"),
        (
            "import os, signal; os.kill(os.getpid(), signal.SIGTERM); import time; time.sleep(9)",
            1,
            "stopped; run it again",
        ),
    ],
)
def test_whatever_ends_a_program_is_a_status_and_one_sentence(body: str, status: int, said: str) -> None:
    done = run_main(body)
    assert done.returncode == status, done.stderr
    assert said in done.stderr and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == bool(said)
