"""The engine's outcry stays off the terminal, and our own words do not."""

from __future__ import annotations

import os
import resource
import threading
from pathlib import Path

import pytest

from store.delta import append
from store.errors import StoreError, first_line
from store.hush import hushed
from store.schema import TABLES
from store.tables import rows_frame


def test_nothing_is_heard_inside_and_everything_after(capfd: pytest.CaptureFixture[str]) -> None:
    with hushed():
        os.write(2, b"a panic\n")
        with hushed():
            os.write(2, b"another\n")
        os.write(2, b"and the rest\n")
    os.write(2, b"our words\n")
    assert capfd.readouterr().err == "our words\n"


def test_fault_inside_gives_the_terminal_back(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(RuntimeError), hushed():
        raise RuntimeError
    os.write(2, b"our words\n")
    assert capfd.readouterr().err == "our words\n"


def test_threads_that_come_and_go_leave_it_as_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    def many() -> None:
        for _ in range(200):
            with hushed():
                os.write(2, b"a panic\n")

    threads = [threading.Thread(target=many) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"our words\n")
    assert capfd.readouterr().err == "our words\n"


def test_writing_to_a_full_disk_is_one_sentence(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """No file may grow beyond a few bytes, which fails a write as a full disk does."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, before[1]))
    try:
        with pytest.raises(
            StoreError, match=r"events: writing the table failed \(File too large\)"
        ) as refusal:
            append(tmp_path / "events", TABLES["events"], rows_frame("events", [{"id": "a"}]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "\n" not in str(refusal.value)
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (OSError(28, "No space left on device", "a.csv"), "No space left on device"),
        (OSError("No space left on device (os error 28)"), "No space left on device"),
        (
            ValueError("Generic error\n  cause: Unable to copy: File too large (os error 27)"),
            "File too large",
        ),
        (ValueError("first line\nsecond"), "first line"),
        (KeyError(), "KeyError"),
    ],
)
def test_reason_is_the_systems_where_it_names_one(fault: Exception, said: str) -> None:
    assert first_line(fault) == said
