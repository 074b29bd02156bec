"""Starts a command line of ours and waits until it answers requests to stop."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def start_answering(command: Sequence[str], env: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
    """Return the running program, as soon as it has put its own answer to SIGTERM in place (proc(5): SigCgt)."""
    if not Path("/proc/self/status").exists():
        pytest.skip("this system does not say which signals a process catches")
    job = subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    patience = time.monotonic() + 60
    while not _catches(job.pid, signal.SIGTERM):
        assert job.poll() is None, "it ended before it could be stopped"
        assert time.monotonic() < patience, "it never answered to SIGTERM"
        time.sleep(0.001)
    return job


def _catches(pid: int, number: signal.Signals) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    except OSError:
        return False
    caught = next((line for line in status.splitlines() if line.startswith("SigCgt:")), "SigCgt: 0")
    return bool(int(caught.split()[1], 16) >> (number - 1) & 1)
