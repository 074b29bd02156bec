"""A run over a damaged store ends before it asks anybody, with one sentence, and the store stays as it was."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from collectors.contract import RawItem, Request, SourceLog
from job.export import export_tables
from job.outcome import FAILED
from job.plan import Plan
from job.report import Reporter
from job.run import run_job
from job.status import read_status
from records import Post
from settings import Settings
from store.errors import StoreError
from store.queries import read_last_run
from terminal.faults import explained
from tests.command import assert_plain, run
from tests.job.made_sources import NOW, Given
from topics import Topic

POST = Post("reddit:1", "reddit", "CECOT", NOW, NOW, lang="en")

pytestmark = pytest.mark.usefixtures("neutral_model")


class Unasked(Given):
    """A source that must not be asked."""

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        raise AssertionError("a source was asked")


@pytest.fixture
def tables(settings: Settings, topic: Topic, quiet: Reporter) -> Path:
    """The folder of the tables of a store with one post, published."""
    run_job(settings, topic, Plan([Given(POST)], NOW), quiet)
    return settings.store_root() / topic.id / "tables"


def lose_log(table: Path) -> None:
    shutil.rmtree(table / "_delta_log")


def spoil_data(table: Path) -> None:
    for file in table.glob("*.parquet"):
        file.write_bytes(b"PAR1" + b"\x00" * (file.stat().st_size - 8) + b"PAR1")


def content_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("table", "damage", "said"),
    [
        ("posts", lose_log, "log is gone"),
        ("receipts", shutil.rmtree, "the table is gone"),
        ("posts", shutil.rmtree, "the table is gone"),
    ],
)
def test_run_over_a_table_that_lost_a_part_asks_nobody_and_changes_nothing(
    settings: Settings,
    topic: Topic,
    quiet: Reporter,
    tables: Path,
    table: str,
    damage: Callable[[Path], None],
    said: str,
) -> None:
    damage(tables / table)
    before = content_of(tables)
    with pytest.raises(StoreError, match=rf"tables/{table}.*{said}") as refusal:
        run_job(settings, topic, Plan([Unasked(POST)], NOW + timedelta(days=1)), quiet)
    assert explained(refusal.value) == (FAILED, str(refusal.value))
    assert content_of(tables) == before
    note = read_last_run(settings.store_root(), topic.id)
    assert note is not None and (note.exit_status, note.message) == (FAILED, str(refusal.value))


def test_run_names_the_table_whose_data_cannot_be_read(
    settings: Settings, topic: Topic, quiet: Reporter, tables: Path
) -> None:
    spoil_data(tables / "readings")
    more = Post("reddit:2", "reddit", "Sobre el CECOT", NOW, NOW, lang="es")
    with pytest.raises(StoreError, match=r"tables/readings: the data file .* cannot be read"):
        run_job(settings, topic, Plan([Given(POST, more)], NOW + timedelta(days=1)), quiet)
    note = read_last_run(settings.store_root(), topic.id)
    assert note is not None and "tables/readings" in note.message and "fault of ours" not in note.message
    kept = pl.read_parquet(tables / "posts" / "*.parquet")
    assert "reddit:2" in set(kept["id"]), "what was collected is kept"


def test_commands_that_read_say_the_same(
    settings: Settings, topic: Topic, tables: Path, tmp_path: Path
) -> None:
    lose_log(tables / "posts")
    for ask in (
        lambda: read_status(settings, topic, NOW),
        lambda: export_tables(settings, topic, tmp_path / "out"),
    ):
        with pytest.raises(StoreError, match=r"tables/posts/_delta_log: the table's log is gone"):
            ask()
    assert_plain(run(settings.home, "status"), FAILED, "tables/posts", "log is gone", "from a backup")
    assert_plain(
        run(settings.home, "--only", "archive"), FAILED, "tables/posts", "log is gone", "still there"
    )
