"""Fixtures that every test folder shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from settings import Settings
from topics import Topic, load_topic

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The evaluation folder beside the project; tests that need it skip where it is absent."""
    folder = ROOT.parent / "shared"
    if not (folder / "README.md").exists():
        pytest.skip("the evaluation folder ../shared is not here")
    return folder


@pytest.fixture(scope="session")
def topic() -> Topic:
    """The topic that ships with the product."""
    return load_topic("us-el-salvador")


@pytest.fixture
def tmp_store_root(tmp_path: Path) -> Path:
    """An empty folder for stores."""
    root = tmp_path / "store"
    root.mkdir()
    return root


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a machine with no key, whose home is a temporary folder, allowed to reach the loopback server."""
    return Settings(home=tmp_path / "var", allow_loopback=True, salt="a test's salt", _env_file=None)
