"""A run that is asked to stop, at any moment and by any of the three requests, ends in one sentence and in order."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.writer import Store
from tests.command import REFRESH, ROOT, assert_plain, environment, run
from tests.stopping import start_answering

TOPIC = "us-el-salvador"
JOB = (*REFRESH, "--only", "archive,simulated")
REQUESTS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def wait_for(job: subprocess.Popen[str], there: Path) -> None:
    patience = time.monotonic() + 240
    while not there.exists():
        assert job.poll() is None and time.monotonic() < patience, f"{there} did not come"
        time.sleep(0.01)


@pytest.fixture(autouse=True)
def hangup_is_heard() -> Iterator[None]:
    """A suite that was itself started with nohup hands its deafness on to the jobs that it starts."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize(
    ("asking", "delay"),
    [
        (signal.SIGINT, 0),
        (signal.SIGINT, 0.2),
        (signal.SIGINT, 0.8),
        (signal.SIGTERM, 0.1),
        (signal.SIGHUP, 0.4),
    ],
)
def test_stop_in_the_first_second_is_one_sentence(
    tmp_path: Path, asking: signal.Signals, delay: float
) -> None:
    job = start_answering(JOB, environment(tmp_path / "var"))
    time.sleep(delay)
    job.send_signal(asking)
    said, complaint = job.communicate(timeout=120)
    assert_plain(subprocess.CompletedProcess(JOB, job.returncode, said, complaint), 1, "stopped")
    assert len(complaint.strip().splitlines()) == 1
    assert not (tmp_path / "var" / "store" / TOPIC / "refresh.lock").exists()


@pytest.mark.parametrize("asking", REQUESTS)
def test_stop_in_the_middle_releases_the_lock(tmp_path: Path, asking: signal.Signals) -> None:
    home = tmp_path / "var"
    job = start_answering(JOB, environment(home))
    wait_for(job, home / "store" / TOPIC / "tables" / "readings" / "_delta_log")
    job.send_signal(asking)
    job.send_signal(signal.SIGINT)  # pressed twice: the second must not disturb the putting in order
    complaint = job.communicate(timeout=120)[1]
    assert (job.returncode, complaint) == (
        1,
        "postura: stopped; what was read so far is kept, run again to go on\n",
    )
    with Store(home / "store", TOPIC).lock("the next run"):
        pass


def test_job_started_with_nohup_outlives_its_terminal(tmp_path: Path) -> None:
    home = tmp_path / "var"
    job = start_answering(("nohup", *REFRESH, "--only", "archive"), environment(home))
    job.send_signal(signal.SIGHUP)
    job.communicate(timeout=120)
    assert job.returncode == 0
    assert Store(home / "store", TOPIC).read("readings").collect().height > 0


def test_closed_terminal_neither_stops_the_sentence_nor_leaves_a_lock(tmp_path: Path) -> None:
    """The terminal sends SIGHUP and takes no output any more."""
    home = tmp_path / "var"
    ours, theirs = os.openpty()
    job = subprocess.Popen(JOB, cwd=ROOT, env=environment(home), stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    patience = time.monotonic() + 120
    while not (home / "store" / TOPIC / "tables" / "posts" / "_delta_log").exists():
        assert job.poll() is None and time.monotonic() < patience
        time.sleep(0.01)
    os.close(ours)
    job.send_signal(signal.SIGHUP)
    assert job.wait(timeout=120) == 1
    assert not (home / "store" / TOPIC / "refresh.lock").exists()
    assert_plain(run(home, "--only", "archive"), 0, "published")
