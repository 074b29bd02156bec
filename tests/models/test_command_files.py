"""What a clumsy user names with --in and --out, for both command lines of the models."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from models import stance_files, statement_files
from models.command_files import OutputError, written_whole
from tests.stopping import start_answering

ROOT = Path(__file__).resolve().parents[2]
MODULES = ("models.stance", "models.statements")
Main = Callable[[list[str]], int]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "in.jsonl"
    line = json.dumps({"text": "“It is a deal,” Rubio said.", "target": "The deal should go ahead"})
    path.write_text(line + "\n", encoding="utf-8")
    return path


def refused(main: Main, source: Path, out: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Return the one sentence with which status 2 was given, having changed nothing beside the input."""
    before = sorted(out.parent.iterdir()) if out.parent.is_dir() else []
    assert main(["--in", str(source), "--out", str(out)]) == 2
    said = capsys.readouterr().err
    assert len(said.strip().splitlines()) == 1 and "Errno" not in said and ".tmp" not in said
    assert (sorted(out.parent.iterdir()) if out.parent.is_dir() else []) == before
    return said


@pytest.mark.parametrize("main", [stance_files.main, statement_files.main])
def test_wrong_places_are_named_with_what_to_do(
    main: Main, rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = tmp_path / "folder", tmp_path / "out.jsonl"
    folder.mkdir()
    assert "is a folder; name a file in it with --out" in refused(main, rows, folder, capsys)
    assert "is a folder; name a file with --in" in refused(main, folder, out, capsys)
    assert "No such file; name an existing one" in refused(main, tmp_path / "none.jsonl", out, capsys)
    assert "does not exist; make it first" in refused(main, rows, tmp_path / "no" / "out.jsonl", capsys)


@pytest.mark.parametrize("main", [stance_files.main, statement_files.main])
def test_full_disk_is_one_sentence_and_status_one(
    main: Main, rows: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "full.jsonl"
    out.symlink_to("/dev/full")
    assert main(["--in", str(rows), "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "full.jsonl: cannot be written (No space left on device); free some disk" in said
    assert len(said.strip().splitlines()) == 1


def test_half_written_result_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "result.jsonl"
    path.write_text("old")
    with pytest.raises(OutputError, match="No space left"), written_whole(path) as out:
        out.write("new")
        raise OSError(28, "No space left on device")
    assert path.read_text() == "old" and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("module", MODULES)
def test_result_may_go_down_a_pipe(module: str, rows: Path) -> None:
    command = [sys.executable, "-m", module, "--in", str(rows), "--out", "/dev/stdout"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[0])
    assert Path("/dev/stdout").is_symlink() or not Path("/dev/stdout").is_file()


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("asking", [signal.SIGINT, signal.SIGTERM])
def test_request_to_stop_at_any_moment_is_one_sentence(
    module: str, asking: signal.Signals, rows: Path, tmp_path: Path
) -> None:
    many = tmp_path / "many.jsonl"
    many.write_text(
        "".join(rows.read_text(encoding="utf-8").replace("deal,", f"deal {i},") for i in range(20_000))
    )
    command = [sys.executable, "-m", module, "--in", str(many), "--out", str(tmp_path / "out.jsonl")]
    for delay in (0, 0.3, 1.0, 2.5):
        job = start_answering(command)
        time.sleep(delay)
        job.send_signal(asking)
        said = "".join(job.communicate(timeout=60))
        assert (job.returncode, "stopped" in said, "Traceback" in said) == (1, True, False), (delay, said)
        assert len(said.strip().splitlines()) == 1, said
        assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "many.jsonl"]


@pytest.mark.parametrize("module", MODULES)
def test_python_without_the_packages_says_what_to_run(module: str) -> None:
    bare = [sys.executable, "-S", "-E", "-m", module, "--in", "x", "--out", "y"]
    done = subprocess.run(
        bare, cwd=ROOT, capture_output=True, text=True, env={"PATH": os.environ["PATH"]}, timeout=60
    )
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "not installed here" in done.stderr and "make run" in done.stderr
