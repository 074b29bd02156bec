"""The command line as a person uses it: in a process of its own, with its exit status and its words."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

from store.schema import TABLES
from store.writer import Store
from tests.command import REFRESH, ROOT, assert_plain, environment, run

ARTICLE = """title: A rented prison
date: 2025-02-04
lang: en
publisher: Example Herald
url: https://example.org/rented-prison

Marco Rubio praised the agreement with El Salvador on deported gang members. “It is a generous offer,” Rubio said.

Manuel Flores of the FMLN rejected the agreement. He said that it would turn the country into a warehouse for prisoners.
"""


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article.txt"
    path.write_text(ARTICLE, encoding="utf-8")
    return path


def test_import_then_status_then_export(tmp_path: Path, article: Path) -> None:
    home = tmp_path / "var"
    assert_plain(run(home, "import", str(article)), 0, "1 kept", "published")
    said = run(home, "status", "--json")
    assert said.returncode == 0
    status = json.loads(said.stdout)
    assert status["version"] == 1
    assert status["sources"][0]["source"] == "files"
    assert [place["state"] for place in status["sources"][0]["places"]] == ["complete"]
    assert status["last_run"]["exit_status"] == 0 and status["last_run"]["version"] == 1
    out = tmp_path / "out"
    assert_plain(run(home, "export", "--out", str(out)), 0, "statements.csv")
    statements = pl.read_csv(out / "statements.csv")
    assert {"marco-rubio", "manuel-flores"} <= set(statements["actor_id"].drop_nulls())
    assert "simulated" in statements.columns
    assert (out / "method.md").read_text(encoding="utf-8").startswith("# ")


def test_status_without_a_store_says_what_to_run(tmp_path: Path) -> None:
    assert_plain(run(tmp_path / "var", "status"), 0, "nothing published yet")


def test_export_without_a_store_fails_plainly(tmp_path: Path) -> None:
    assert_plain(run(tmp_path / "var", "export", "--out", str(tmp_path / "out")), 1, "nothing is published")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--only", "tiktok"], ["no source tiktok", "archive"]),
        (["--only", "archive,redit"], ["no source redit", "did you mean reddit?"]),
        (["--since", "2999-01-01"], ["--since", "2999-01-01", "has not begun"]),
        (["--topic", "us-el-salvado"], ["did you mean us-el-salvador?"]),
        (["import", "x" * 5000], ["there is no file"]),
        (["import", "--format", "cvs", "README.md"], ["--format", "did you mean csv?"]),
        (["stauts"], ["stauts"]),
        (["--since", "yesterday"], ["--since", "2025-02-01"]),
        (["--engine", "abacus"], ["local or ray"]),
        (["--topic", "atlantis"], ["atlantis", "us-el-salvador"]),
        (["import", "no-such-file.csv"], ["no-such-file.csv"]),
        (["--nonsense"], ["--nonsense"]),
        (["import", "--format", "xml", "README.md"], ["--format", "parquet", "xml"]),
        (["--only", "archive", "import", "posts.csv"], ["--only", "not for `import`"]),
        (["--engine", "local", "status"], ["--engine", "not for `status`"]),
    ],
)
def test_usage_errors_are_one_sentence_and_status_two(
    tmp_path: Path, arguments: list[str], words: list[str]
) -> None:
    assert_plain(run(tmp_path / "var", *arguments), 2, *words)


def test_ray_that_is_not_there_is_said_before_anything_is_collected(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['ray'] = None\n", encoding="utf-8")
    home = tmp_path / "var"
    result = run(home, "--only", "archive", "--engine", "ray", PYTHONPATH=str(tmp_path))
    assert_plain(result, 2, "pip install ray")
    assert not home.exists()


def test_topic_before_a_command_is_heeded(tmp_path: Path) -> None:
    assert_plain(run(tmp_path / "var", "--topic", "atlantis", "status"), 2, "atlantis")


def test_broken_topic_file_names_file_and_key(tmp_path: Path) -> None:
    text = (ROOT / "topics" / "us-el-salvador.toml").read_text(encoding="utf-8")
    broken = tmp_path / "broken.toml"
    broken.write_text(text.replace('zone = "America/El_Salvador"', 'zone = "Moon/Tycho"'), encoding="utf-8")
    assert_plain(run(tmp_path / "var", "--topic", str(broken)), 2, "broken.toml", "zone", "Moon/Tycho")


def test_table_without_a_text_column_names_its_columns(tmp_path: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert_plain(run(tmp_path / "var", "import", str(table)), 1, "text", "a, b")


def test_good_file_beside_a_bad_one_is_kept_and_the_run_is_partial(tmp_path: Path, article: Path) -> None:
    table = tmp_path / "numbers.csv"
    table.write_text("a,b\n1,2\n", encoding="utf-8")
    assert_plain(run(tmp_path / "var", "import", str(table), str(article)), 3, "1 kept")


def test_store_of_a_newer_version_is_left_alone(tmp_path: Path, article: Path) -> None:
    home = tmp_path / "var"
    run(home, "import", str(article))
    pointer = next(home.rglob("published.json"))
    content = json.loads(pointer.read_text(encoding="utf-8"))
    pointer.write_text(json.dumps(content | {"schema": 999}), encoding="utf-8")
    before = pointer.read_bytes()
    for arguments in (["import", str(article)], ["status"], ["export", "--out", str(tmp_path / "out")]):
        assert_plain(run(home, *arguments), 1, "newer")
    assert pointer.read_bytes() == before


def test_missing_weights_keep_what_was_collected(tmp_path: Path, article: Path) -> None:
    home = tmp_path / "var"
    result = run(home, "import", str(article), POSTURA_STANCE_MODEL=str(tmp_path / "nowhere"))
    assert_plain(result, 1, "nowhere", "what was collected is kept")
    store = Store(home / "store", "us-el-salvador")
    assert store.read("articles").collect().height == 1
    assert_plain(run(home, "import", str(article)), 0, "published")


def start(home: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*REFRESH, "--only", "archive,simulated"],
        cwd=ROOT,
        env=environment(home),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def end_when(job: subprocess.Popen[bytes], there: Path, how: signal.Signals) -> str:
    """Send the signal once `there` exists, while the job still runs; returns what it said on stderr."""
    patience = time.monotonic() + 240
    while not there.exists():
        assert job.poll() is None, f"the job ended before {there.name} was there"
        assert time.monotonic() < patience, f"{there} did not come"
        time.sleep(0.02)
    assert job.poll() is None, "the job had ended before it could be stopped"
    job.send_signal(how)
    return job.communicate(timeout=120)[1].decode()


def all_rows(home: Path) -> dict[str, pl.DataFrame]:
    """Every table but the receipts, without clock times, sorted."""
    store = Store(home / "store", "us-el-salvador")
    found = {}
    for name in TABLES:
        if name == "receipts":
            continue
        frame = store.read(name).collect().drop("seen_at", "updated_at", strict=False)
        found[name] = frame.sort([c for c, t in frame.schema.items() if not isinstance(t, pl.List)])
    return found


def test_killed_run_then_rerun_equals_an_undisturbed_run(tmp_path: Path) -> None:
    calm, harsh = tmp_path / "calm", tmp_path / "harsh"
    assert run(calm, "--only", "archive,simulated").returncode == 0
    tables = harsh / "store" / "us-el-salvador" / "tables"
    for name in ("posts", "readings"):
        job = start(harsh)
        end_when(job, tables / name / "_delta_log", signal.SIGKILL)
        assert job.returncode == -signal.SIGKILL
    assert_plain(run(harsh, "--only", "archive,simulated"), 0)
    one, two = all_rows(calm), all_rows(harsh)
    assert one["readings"].height > 0 and one["posts"].height > 0
    for name, frame in one.items():
        assert frame.equals(two[name]), name


def test_request_to_end_keeps_what_was_read_and_is_noted(tmp_path: Path) -> None:
    home = tmp_path / "var"
    job = start(home)
    said = end_when(
        job, home / "store" / "us-el-salvador" / "tables" / "posts" / "_delta_log", signal.SIGTERM
    )
    assert job.returncode == 1, said
    assert "what was read so far is kept" in said and "Traceback" not in said
    store = Store(home / "store", "us-el-salvador")
    assert store.read("posts").collect().height > 0
    last = json.loads(run(home, "status", "--json").stdout)["last_run"]
    assert last["exit_status"] == 1 and "stopped" in last["message"]
    with store.lock("the next run"):
        pass


def test_help_and_status_load_nothing_slow(tmp_path: Path, article: Path) -> None:
    """They answer in about half a second on a quiet machine; a clock would fail on a busy one."""
    home = tmp_path / "var"
    assert_plain(run(home, "import", str(article)), 0)
    slow = ["openvino", "transformers", "lingua", "httpx", "praw", "trafilatura", "scipy", "streamlit"]
    for arguments, unwanted in ((["--help"], [*slow, "polars", "pydantic"]), (["status", "--json"], slow)):
        script = (
            f"import sys; sys.argv = ['refresh.py', *{arguments}]\nimport refresh\n"
            f"try:\n    refresh.app()\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
            f"print(sorted(set({unwanted}) & set(sys.modules)), file=sys.stderr)"
        )
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=ROOT, env=environment(home), capture_output=True, text=True, timeout=120
        )
        assert (done.returncode, done.stderr) == (0, "[]\n"), done.stdout
