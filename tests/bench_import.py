"""`python -m tests.bench_import [POSTS]`: an export of posts is imported, and imported again, by the real command.

Model work is left aside: a stand-in for the classifier reads every text at once. All else is the command's own work:
start-up, preview, parsing, languages, keys, the store, near-duplicates, the daily table, publishing. Nothing here is a
test.
"""

from __future__ import annotations

import functools
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from settings import ROOT
from tests.bench_posts import POSTS, write_export

STORED = "read, parse, store"
STEPS = {
    "collect_sources": STORED,
    "cluster_texts": "near-duplicates",
    "read_texts": "a stand-in reads",
    "publish": "daily table, publish",
}
_FIGURES = "BENCH_FIGURES"  # names the file into which the child writes its figures


@dataclass(frozen=True, slots=True)
class Imported:
    """The figures of one import: each step's seconds, and the process's peak memory (MB) at the step's end."""

    seconds: dict[str, float]
    peak_mb: dict[str, float]
    n_kept: int
    whole_seconds: float  # of the process, start-up included

    @property
    def whole_peak_mb(self) -> float:
        """The peak memory of the whole process, in MB."""
        return max(self.peak_mb.values())


def bench_import(n: int = POSTS) -> None:
    """Import one export of `n` distinct posts, and the same file again, each in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        path, home = Path(folder) / "posts.jsonl", Path(folder) / "home"
        write_export(path, n)
        size = path.stat().st_size / 1e6
        found = import_in_child(home, [path])
        again = _rerun(home, path)
    print(f"import of {found.n_kept:,} distinct posts, {size:,.0f} MB, by step:", flush=True)
    for step, seconds in {**found.seconds, "the whole command": found.whole_seconds}.items():
        print(f"  {step:<22} {seconds:>7.1f} s {n / seconds:>10,.0f} posts/s", flush=True)
    print(f"  {'the same file again':<22} {again:>7.1f} s", flush=True)
    print(f"  {'peak memory':<22} {found.whole_peak_mb:>7,.0f} MB", flush=True)


def import_in_child(home: Path, files: Sequence[Path]) -> Imported:
    """Run `refresh.py import FILES --yes` without the classifier, in a process of its own."""
    figures = home.with_suffix(".json")
    child = [sys.executable, "-m", "tests.bench_import", "--import", *map(str, files)]
    began = time.perf_counter()
    _run(child, home, {_FIGURES: str(figures)})
    whole = time.perf_counter() - began
    return Imported(**json.loads(figures.read_text(encoding="utf-8")), whole_seconds=whole)


def _rerun(home: Path, path: Path) -> float:
    began = time.perf_counter()
    _run([sys.executable, "refresh.py", "import", str(path), "--yes"], home, {})
    return time.perf_counter() - began


def _run(command: list[str], home: Path, more: dict[str, str]) -> None:
    ours = {"POSTURA_HOME": str(home), "POSTURA_SALT": "bench", **more}
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, **ours}, stdout=subprocess.DEVNULL)


def _import(files: Sequence[str]) -> int:
    """Run the command in this process, and leave each step's seconds and peak memory; returns the exit status."""
    import job.run
    import refresh
    from job.classify import LocalModel
    from models.stance import Prediction

    def predict(self: LocalModel, texts: list[str], targets: list[str], contexts: list[str]) -> Any:
        return [Prediction(0.2, 0.2, 0.6, "neutral", 0.9)] * len(texts)

    LocalModel.predict = predict  # type: ignore[method-assign]
    seconds: dict[str, float] = {}
    peaks: dict[str, float] = {}
    receipts: list[Any] = []

    def timed(title: str, step: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(step)
        def run(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            found = step(*given, **named)
            seconds[title], peaks[title] = time.perf_counter() - began, _peak_mb()
            receipts.extend(found if title == STORED else ())
            return found

        return run

    for name, title in STEPS.items():
        setattr(job.run, name, timed(title, getattr(job.run, name)))
    status = refresh.app(["import", *files, "--yes"], standalone_mode=False)
    n_kept = sum(receipt.n_kept for receipt in receipts)
    figures = {"seconds": seconds, "peak_mb": peaks, "n_kept": n_kept}
    Path(os.environ[_FIGURES]).write_text(json.dumps(figures), encoding="utf-8")
    return int(status or 0)


def _peak_mb() -> float:
    """Return this process's peak memory in MB."""
    # Not getrusage: on Linux its peak also counts the process that started this one.
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def main(arguments: list[str]) -> int:
    """Run the bench, or, in the process that it starts, the import alone."""
    if arguments[:1] == ["--import"]:
        return _import(arguments[1:])
    bench_import(*map(int, arguments))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
