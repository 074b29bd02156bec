"""When `refresh.py import` asks a person, and when it does not: on real pseudo-terminals."""

from __future__ import annotations

import io
import os
import pty
import select
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.command import REFRESH, ROOT, environment

if TYPE_CHECKING:  # loaded by pytest as a plugin, below
    from tests.job.import_fixtures import Previewed

pytest_plugins = ["tests.job.import_fixtures"]

QUESTION = "[y/N]"


def at_terminal(home: Path, *arguments: str, answer: bytes) -> tuple[int, str]:
    """Return the exit status and what a terminal showed, the question (if any) answered with these bytes."""
    ours, theirs = pty.openpty()
    job = subprocess.Popen(
        [*REFRESH, *arguments], cwd=ROOT, env=environment(home, COLUMNS="160", TERM="dumb"),
        stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
    )  # fmt: skip
    os.close(theirs)
    shown, answered, patience = b"", False, time.monotonic() + 120
    try:
        while time.monotonic() < patience:
            if not select.select([ours], [], [], 1)[0]:
                continue
            try:
                more = os.read(ours, 65_536)
            except OSError:  # Linux says so when the other end is closed
                break
            if not more:
                break
            shown += more
            if QUESTION.encode() in shown and not answered:
                answered = bool(os.write(ours, answer))
        return job.wait(10), shown.decode()
    finally:
        job.kill()
        job.wait()
        os.close(ours)


def test_at_a_terminal_a_no_imports_nothing(tmp_path: Path, put: Any) -> None:
    home = tmp_path / "var"
    status, shown = at_terminal(home, "import", str(put("a.csv", "text\nCECOT\n")), answer=b"n\n")
    assert "Import this file? [y/N]" in shown and "taken for" in shown
    assert (status, "nothing was imported, as you answered" in shown) == (1, True), shown
    assert not (home / "store").exists()


@pytest.fixture
def sit_down(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Put this process at a terminal on which a person has typed something, from the call in the test on."""
    ours, theirs = pty.openpty()
    with (
        open(ours, "w", encoding="utf-8") as person,
        open(theirs, encoding="utf-8") as keys,
        open(os.dup(theirs), "w", encoding="utf-8") as screen,
    ):

        def type_in(answer: str) -> None:
            monkeypatch.setattr("sys.stdin", keys)
            monkeypatch.setattr("sys.stdout", screen)
            person.write(answer)
            person.flush()

        yield type_in
        monkeypatch.undo()


@pytest.mark.parametrize(
    ("answer", "imports"),
    [("y\n", True), ("Yes\n", True), ("sí\n", True), ("n\n", False), ("\n", False), ("what?\n", False), ("\x04", False)],
)  # fmt: skip
def test_only_a_yes_imports(
    preview: Previewed, put: Any, sit_down: Callable[[str], None], answer: str, imports: bool
) -> None:
    sit_down(answer)
    plan, lines = preview(put("a.csv", "text\nCECOT\n"))
    assert (plan is not None) == imports
    assert lines, "what is asked about is shown before"


def test_yes_beforehand_is_not_asked_again(
    preview: Previewed, put: Any, sit_down: Callable[[str], None]
) -> None:
    sit_down("n\n")
    plan, _ = preview(put("a.csv", "text\nCECOT\n"), yes=True)
    assert plan is not None


def test_a_question_that_nobody_would_see_is_not_asked(
    preview: Previewed, put: Any, sit_down: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    sit_down("n\n")
    monkeypatch.setattr("sys.stdout", io.StringIO())
    plan, _ = preview(put("a.csv", "text\nCECOT\n"))
    assert plan is not None


def test_where_nothing_can_be_imported_nothing_is_asked(
    preview: Previewed, put: Any, sit_down: Callable[[str], None]
) -> None:
    sit_down("n\n")
    plan, lines = preview(put("a.csv", "likes\n3\n"))
    assert plan is not None, "the job itself then says it, with its exit status"
    assert "cannot be imported" in lines[0]
