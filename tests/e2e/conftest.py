"""A served dashboard on a made store, and a real browser to look at it. Skips with a reason where there is no browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.app_pages.made_store import make_store

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "e2e-shots"


def chromium_path() -> str | None:
    """Return where Debian's (or another) Chromium is, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """Serve the dashboard on a free port against the store below `home`; yields its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "dashboard.py", "--server.port", str(port)]
    log = (home / "served.log").open("w+", encoding="utf-8")
    env = {**os.environ, "POSTURA_HOME": str(home), "POSTURA_TOPIC": "us-el-salvador"}
    process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/_stcore/health", process)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=20)
        log.close()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(240):
        if process.poll() is not None:
            pytest.fail(f"the dashboard stopped while starting (exit {process.returncode})")
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the dashboard did not start within a minute")


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A headless Chromium that lives as long as the session."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(
            executable_path=path, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def app(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard on a full made store: only simulated posts, and statements."""
    home = tmp_path_factory.mktemp("home")
    make_store(home, per_day=30)
    with served(home) as address:
        yield address


@pytest.fixture(scope="session")
def live_app(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard whose store has imported posts, is two days old, and had a source fail."""
    from datetime import timedelta

    from tests.app_pages.made_store import NOW

    home = tmp_path_factory.mktemp("live")
    make_store(home, live=True, per_day=24, published_at=NOW - timedelta(hours=50), failed=("news",))
    with served(home) as address:
        yield address


@pytest.fixture(scope="session")
def empty_app(browser: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a dashboard without a store."""
    with served(tmp_path_factory.mktemp("empty")) as address:
        yield address


@pytest.fixture(scope="session")
def shots() -> Path:
    """The folder that screenshots go to; git ignores it."""
    SHOTS.mkdir(exist_ok=True)
    return SHOTS
