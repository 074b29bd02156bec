"""Runs the command line as a person does: in a process of its own, with its exit status and its words."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REFRESH = (sys.executable, "refresh.py")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the variables of a machine with a home of its own, none of the developer's settings, and `more`."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith("POSTURA_")}
    return {**plain, "POSTURA_HOME": str(home), "POSTURA_SALT": "a test's salt", **more}


def run(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Return the ended process of `refresh.py` with these arguments; `more` are variables."""
    return run_with(home, *arguments, env=environment(home, **more))


def run_with(
    home: Path, *arguments: str, before: Sequence[str] = (), **options: Any
) -> subprocess.CompletedProcess[str]:
    """Return the ended process, started with these options of `subprocess.run`, by the program `before` if any."""
    given = {"env": environment(home), "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.run(
        [*before, *REFRESH, *arguments], cwd=ROOT, text=True, timeout=300, check=False, **given
    )


def assert_plain(result: subprocess.CompletedProcess[str], status: int, *words: str) -> None:
    """Assert the exit status, that these words were said, and no traceback."""
    said = (result.stdout or "") + (result.stderr or "")
    assert result.returncode == status, said
    assert "Traceback" not in said and "panicked" not in said and "Errno" not in said, said
    for word in words:
        assert word in said, said
