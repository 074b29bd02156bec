"""The step that clusters copies, killed after any of its writes and run again: the same clusters as if undisturbed."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import polars as pl
import pytest

from job.cluster_texts import cluster_texts
from job.frames import post_rows
from job.report import Reporter
from records import Post
from store.writer import Store

ROOT = Path(__file__).resolve().parents[2]
NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
WORDS = [f"z{a}{b}" for a in "abcdefgh" for b in "abcde"]
STEP = """
import os, signal, sys
from pathlib import Path
from rich.console import Console
from job import cluster_texts as step
from job.report import Reporter
from store.writer import Store

step.CHUNK, left = 4, int(sys.argv[2])

def deadly(write):
    def written(*args):
        global left
        write(*args)
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
    return written

Store.upsert_rows, Store.delete_rows = deadly(Store.upsert_rows), deadly(Store.delete_rows)
step.cluster_texts(Store(Path(sys.argv[1]), "t"), Reporter(Console(quiet=True)))
"""


def killed_after(root: Path, n_writes: int) -> bool:
    """Run the step in a process that dies after so many writes; returns whether it died before its end."""
    ended = subprocess.run(
        [sys.executable, "-c", STEP, str(root), str(n_writes)], cwd=ROOT, capture_output=True, text=True
    )
    assert ended.returncode in (0, -signal.SIGKILL), ended.stderr
    return ended.returncode != 0


def copy(n: int, state: str = "live") -> Post:
    """Return a post of a chain: each is a copy of the next one, and in the end of none of the first."""
    text = " ".join(["y" + word for word in WORDS[: 2 * n]] + WORDS[2 * n :]) if state == "live" else ""
    return Post(f"reddit:{n}", "reddit", text, NOW, NOW, lang="en", state=state)  # type: ignore[arg-type]


def clusters(root: Path) -> pl.DataFrame:
    return Store(root, "t").read("clusters").sort("text_key").collect()


@pytest.fixture
def due(tmp_path: Path, quiet: Reporter) -> Path:
    """A store with work of every kind: clusters that a text has left, that new ones join to one, and new ones alone."""
    root = tmp_path / "due"
    store = Store(root, "t")
    store.upsert_rows("posts", post_rows([copy(n) for n in (0, 1, 2, 3, 8, 9, 17, 18)]))
    cluster_texts(store, quiet)
    assert clusters(root)["cluster_key"].n_unique() == 3
    store.upsert_rows("posts", post_rows([copy(1, "deleted")] + [copy(n) for n in (4, 5, 6, 7, 14, 15)]))
    return root


def test_killed_after_any_write_and_run_again_equals_undisturbed(
    tmp_path: Path, due: Path, quiet: Reporter
) -> None:
    calm = tmp_path / "calm"
    shutil.copytree(due, calm)
    cluster_texts(Store(calm, "t"), quiet)
    expected = clusters(calm)
    assert expected.height == 13 and 1 < expected["cluster_key"].n_unique() < 6
    n_unfinished = 0
    for n_writes in count(1):
        root = tmp_path / f"killed-{n_writes}"
        shutil.copytree(due, root)
        if not killed_after(root, n_writes):
            break
        n_unfinished += not clusters(root).equals(expected)
        cluster_texts(Store(root, "t"), quiet)
        assert clusters(root).equals(expected), n_writes
        assert cluster_texts(Store(root, "t"), quiet) == 0
    assert n_unfinished >= 3
