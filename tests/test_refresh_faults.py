"""What a machine does to a run: outputs that cannot be written, full disks, missing rights, odd settings."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from store.queries import read_published
from store.writer import Store
from terminal.faults import EXIT_STATUS, explained
from tests.command import REFRESH, ROOT, assert_plain, environment, run, run_with

TOPIC = "us-el-salvador"


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(
        "Rubio praised the agreement.\n\n“It is a generous offer,” Marco Rubio said.\n", encoding="utf-8"
    )
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a published store; tests that change it copy it."""
    home = tmp_path_factory.mktemp("stored") / "var"
    assert_plain(run(home, "--only", "archive"), 0)
    return home


@pytest.fixture
def home(stored: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(stored, tmp_path / "var"))


def published(home: Path) -> int:
    found = read_published(home / "store", TOPIC)
    return found.version if found else 0


def test_reader_that_leaves_does_not_stop_the_job(home: Path, article: Path) -> None:
    job = subprocess.Popen(
        [*REFRESH, "import", str(article)],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert job.stdout is not None and job.stderr is not None
    job.stdout.close()  # as `| head -1` does
    complaint = job.stderr.read().decode()
    assert (job.wait(timeout=120), complaint) == (0, "")
    assert published(home) == 2


@pytest.mark.parametrize("arguments", [("status",), ("status", "--json"), ("--help",), ("export", "--help")])
def test_reader_that_leaves_early_sees_no_traceback(stored: Path, arguments: tuple[str, ...]) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        said = run_with(stored, *arguments, stdout=write)
    finally:
        os.close(write)
    assert (said.returncode, said.stderr) == (0, "")


@pytest.mark.parametrize("arguments", [("status",), ("status", "--json"), ("--help",)])
def test_output_on_a_full_disk_is_one_sentence(stored: Path, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        said = run_with(stored, *arguments, stdout=full)
    assert_plain(said, 1, "the output could not be written (No space left on device)")
    assert len(said.stderr.strip().splitlines()) == 1


def test_job_whose_log_disk_is_full_does_its_work_and_says_so(home: Path, article: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:
        said = run_with(home, "import", str(article), stdout=full)
    assert_plain(said, 1, "the output could not be written")
    assert published(home) == 2


def test_job_without_any_output_does_its_work(home: Path, article: Path) -> None:
    command = " ".join([*REFRESH, "import", str(article), "<&- >&- 2>&-"])
    assert subprocess.run(command, shell=True, cwd=ROOT, env=environment(home), timeout=120).returncode == 0
    assert published(home) == 2
    assert_plain(run(home, "status"), 0, "version 2")


def test_output_that_knows_no_accents_stops_nothing(home: Path) -> None:
    said = run(home, "status", PYTHONIOENCODING="ascii", LC_ALL="C")
    assert_plain(said, 0, "version 1")


def limit_files() -> None:
    """Let no file of this process grow beyond 20,000 bytes: each write beyond it fails, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


def test_disk_that_fills_during_a_run_loses_nothing(home: Path, article: Path, tmp_path: Path) -> None:
    fresh = tmp_path / "fresh"
    said = run_with(fresh, "--only", "archive,simulated", preexec_fn=limit_files)
    assert_plain(said, 1, "File too large", "free some disk")
    assert published(fresh) == 0
    assert_plain(run(fresh, "--only", "archive"), 0, "version 1 published")
    said = run_with(home, "export", "--out", str(tmp_path / "out"), preexec_fn=limit_files)
    assert_plain(said, 1, "out: cannot be written (File too large)", "--out")
    assert not list((tmp_path / "out").iterdir())


def test_full_disk_before_the_first_byte_is_one_sentence(tmp_path: Path) -> None:
    def no_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    said = run_with(tmp_path / "var", "--only", "archive", preexec_fn=no_files)
    assert_plain(said, 1, "refresh.lock", "File too large", "free some disk")
    unsalted = environment(tmp_path / "var")
    del unsalted["POSTURA_SALT"]
    said = run_with(tmp_path / "var", "--only", "archive", preexec_fn=no_files, env=unsalted)
    assert_plain(said, 2, "salt", "File too large")
    assert_plain(run_with(tmp_path / "var", "--only", "archive", env=unsalted), 0)


def test_export_into_a_file_or_below_one_says_so(stored: Path, article: Path) -> None:
    assert_plain(run(stored, "export", "--out", str(article)), 1, "is a file; name a folder with --out")
    assert_plain(run(stored, "export", "--out", str(article / "out")), 1, "Not a directory", "--out")
    assert_plain(run(stored, "export", "--out", "/proc/nothing/out"), 1, "cannot be written (No such file")


def as_a_guest(home: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run bound to the rights that files state; root, who is not, gives that up first."""
    bound = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    if bound and shutil.which("setpriv") is None:
        pytest.skip("root may read and write everything, and setpriv is not here to give that up")
    return run_with(home, *arguments, before=bound, env=environment(home, **more))


def test_home_that_may_only_be_read_says_so(home: Path) -> None:
    folder = home / "store" / TOPIC
    folder.chmod(0o555)
    assert_plain(as_a_guest(home, "status"), 0, "version 1")
    assert_plain(as_a_guest(home, "--only", "archive"), 1, "refresh.lock", "Permission denied", "rights")
    assert_plain(as_a_guest(home, "export", "--out", str(folder / "out")), 1, "Permission denied", "--out")
    home.chmod(0o555)
    said = as_a_guest(home, "--only", "archive", POSTURA_SALT="")
    assert_plain(said, 2, "salt", "Permission denied", "POSTURA_SALT")
    (folder / "published.json").chmod(0o000)
    said = as_a_guest(home, "status")
    assert_plain(said, 1, "published.json: cannot be read (Permission denied)")
    assert said.stderr.count("published.json") == 1
    home.chmod(0o755)
    folder.chmod(0o755)


def test_home_below_a_file_is_a_settings_fault(article: Path) -> None:
    for arguments in (("status",), ("--only", "archive"), ("export", "--out", "x")):
        said = run(article / "var", *arguments)
        assert_plain(said, 2, "POSTURA_HOME", "article.txt is a file")
        assert str(said.stderr).count("article.txt") == 2


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"POSTURA_TIMEOUT_SECONDS": "-1"}, ["POSTURA_TIMEOUT_SECONDS", "above 0"]),
        ({"POSTURA_MAX_BYTES": "lots"}, ["POSTURA_MAX_BYTES", "whole number"]),
        ({"POSTURA_SALT": "   "}, ["POSTURA_SALT", "blanks"]),
        ({"POSTURA_TOPIC": "atlantis"}, ["atlantis", "known topics"]),
    ],
)
def test_bad_setting_is_refused_before_anything_is_read(
    tmp_path: Path, variables: dict[str, str], words: list[str]
) -> None:
    assert_plain(run(tmp_path / "var", "--only", "archive", **variables), 2, *words)
    assert not (tmp_path / "var").exists()


def test_damaged_salt_is_refused_before_anything_is_read(tmp_path: Path, article: Path) -> None:
    home = tmp_path / "var"
    home.mkdir()
    (home / "salt").write_bytes(b"short")
    assert_plain(run(home, "import", str(article), POSTURA_SALT=""), 2, "salt", "damaged", "POSTURA_SALT")
    assert [path.name for path in home.iterdir()] == ["salt"]


def test_misspelt_variable_is_mentioned_and_harms_nothing(stored: Path) -> None:
    said = run(stored, "status", "--json", POSTURA_HOEM="/data")
    assert said.returncode == 0 and json.loads(said.stdout)["version"] == 1
    assert (
        said.stderr == "postura: POSTURA_HOEM is no setting and changes nothing; did you mean POSTURA_HOME?\n"
    )


@pytest.mark.parametrize("named", ["folder", "file"])
def test_named_model_that_is_none_says_so_and_keeps_what_was_collected(
    tmp_path: Path, article: Path, named: str
) -> None:
    model = tmp_path / "model"
    model.mkdir() if named == "folder" else model.write_text("weights")
    said = run(tmp_path / "var", "import", str(article), POSTURA_STANCE_MODEL=str(model))
    assert_plain(said, 1, "model.xml" if named == "folder" else "is a file", "what was collected is kept")
    last = json.loads(run(tmp_path / "var", "status", "--json").stdout)["last_run"]
    assert last["exit_status"] == 1 and "what was collected is kept" in last["message"]


def test_damaged_table_is_one_sentence_without_the_engines_outcry(home: Path, article: Path) -> None:
    for part in (home / "store" / TOPIC / "tables" / "statements").glob("*.parquet"):
        part.write_bytes(b"PAR1" + b"\x00" * (part.stat().st_size - 8) + b"PAR1")
    for arguments in (("status",), ("export", "--out", str(home / "out")), ("import", str(article))):
        said = run(home, *arguments)
        assert_plain(said, 1, "restore the store from a backup")
        assert len(said.stderr.strip().splitlines()) == 1


def test_second_run_names_the_first_and_changes_nothing(home: Path, article: Path) -> None:
    with Store(home / "store", TOPIC).lock("the morning job"):
        said = run(home, "import", str(article))
        assert_plain(said, 1, "another refresh is running", "the morning job", str(os.getpid()))
    assert published(home) == 1
    assert json.loads(run(home, "status", "--json").stdout)["last_run"]["exit_status"] == 0


def test_lock_of_a_dead_process_is_taken_over(home: Path, article: Path) -> None:
    gone = subprocess.run(["true"], check=True)
    assert gone.returncode == 0
    lock = {"owner": "refresh of yesterday", "pid": 2**22 + 7, "since": datetime.now(UTC).isoformat()}
    (home / "store" / TOPIC / "refresh.lock").write_text(json.dumps(lock))
    assert_plain(run(home, "import", str(article)), 0, "version 2 published")


def test_each_of_our_errors_has_its_exit_status() -> None:
    for name, status in EXIT_STATUS.items():
        module, _, kind = name.rpartition(".")
        error = getattr(__import__(module, fromlist=[kind]), kind)
        assert f"{error.__module__}.{error.__qualname__}" == name
        assert explained(error("said plainly")) == (status, "said plainly")


def test_fault_of_ours_names_the_place_in_one_line() -> None:
    try:
        raise RuntimeError("two\nlines")
    except RuntimeError as error:
        status, sentence = explained(error)
    assert (
        status == 1
        and "RuntimeError: two lines; at tests/test_refresh_faults.py:" in sentence
        and "\n" not in sentence
    )
    assert explained(PermissionError(13, "Permission denied", "a.txt"))[1].startswith(
        "a.txt: Permission denied;"
    )
    assert "not installed here: polars" in explained(ModuleNotFoundError("no polars", name="polars"))[1]
    assert "not installed" not in explained(ModuleNotFoundError("no file", name="store.gone"))[1]
