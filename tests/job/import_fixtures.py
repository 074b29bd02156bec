"""What an import shows before it keeps anything, for tests."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from job.importing import confirmed_plan
from job.plan import Plan
from settings import Settings
from tests.collectors.imported import NOW
from topics import Topic

Previewed = Callable[..., tuple[Plan | None, list[str]]]


@pytest.fixture
def put(tmp_path: Path) -> Callable[[str, str | bytes], Path]:
    """Write a file to import and return its path."""

    def write(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def preview(topic: Topic, settings: Settings) -> Previewed:
    """Return the plan of an import and the lines that a log gets to see before it."""

    def show(*files: Path, **options: Any) -> tuple[Plan | None, list[str]]:
        shown = io.StringIO()
        console = Console(file=shown, highlight=False, soft_wrap=True)
        plan = confirmed_plan(settings, topic, files, now=NOW, console=console, **options)
        return plan, shown.getvalue().splitlines()

    return show
