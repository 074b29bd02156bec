"""Fixtures of the sources' tests: files to import, and what came of importing them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.contract import Request
from collectors.files import FilesCollector
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_source import Sink
from tests.collectors.imported import NOW, Imported, Importer
from topics import Topic


@pytest.fixture
def bring(topic: Topic, settings: Settings) -> Importer:
    """Import files by path and return what came of it."""

    def run(*paths: Path, file_format: str = "auto") -> Imported:
        sink = Sink()
        request = Request(topic, settings, NOW, files=paths, file_format=file_format)
        return Imported(collect(FilesCollector(), request, sink), sink)

    return run


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file below the test's folder and return its path."""

    def put(name: str, content: str | bytes, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding, "surrogatepass"))
        return path

    return put
