"""A post deleted at its source is nowhere on disk after the run, and nothing is purged without a reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from job.outcome import COMPLETE, Outcome
from job.plan import Plan
from job.report import Reporter
from job.run import run_job
from records import Event, Post, Statement
from settings import Settings
from store.errors import StoreError
from store.writer import Store, Tidied
from tests.job.made_sources import NOW, Given, GivenArchive
from topics import Topic

SECRET = "the xylophone of the deal"
PARENT = Post("reddit:1", "reddit", SECRET, NOW, NOW, lang="en", author_key="a")
CHILD = Post(
    "reddit:2", "reddit", "I agree", NOW, NOW, kind="comment", lang="en", parent_id="reddit:1", context=SECRET
)
OTHER = Post("reddit:3", "reddit", "Something else", NOW, NOW, lang="en")
GONE = replace(PARENT, text="", state="deleted")

pytestmark = pytest.mark.usefixtures("neutral_model")


@pytest.fixture
def store(settings: Settings, topic: Topic) -> Store:
    return Store(settings.store_root(), topic.id)


def go(settings: Settings, topic: Topic, quiet: Reporter, source: Given, days: int = 0) -> Outcome:
    return run_job(settings, topic, Plan([source], NOW + timedelta(days=days)), quiet)


def holders(folder: Path, words: str) -> list[str]:
    """The files that hold the words, as bytes or inside a parquet file of any version."""
    found = []
    for path in folder.rglob("*"):
        if not path.is_file():
            continue
        held = words.encode() in path.read_bytes() or json.dumps(words)[1:-1].encode() in path.read_bytes()
        if path.suffix == ".parquet" and not held:
            rows = pl.read_parquet(path, hive_partitioning=False)
            held = any(words in json.dumps(row, default=str) for row in rows.iter_rows(named=True))
        if held:
            found.append(str(path.relative_to(folder)))
    return found


def test_deleted_text_is_nowhere_on_disk_after_the_run(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    go(settings, topic, quiet, Given(PARENT, CHILD, OTHER))
    assert len(holders(store.folder, SECRET)) >= 2
    go(settings, topic, quiet, Given(GONE), days=1)
    assert holders(store.folder, SECRET) == []
    posts = {row["id"]: row for row in store.read("posts").collect().iter_rows(named=True)}
    assert posts["reddit:1"]["state"] == "deleted"
    assert (posts["reddit:2"]["text"], posts["reddit:2"]["context"], posts["reddit:2"]["context_key"]) == (
        "I agree", "", "",
    )  # fmt: skip
    assert store.read("raw").collect()["id"].to_list() == ["reddit:3"]
    assert not store.purge_due()


def test_answer_that_still_carries_the_deleted_text_is_stored_without_it(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    go(settings, topic, quiet, Given(PARENT, OTHER))
    go(settings, topic, quiet, Given(GONE), days=1)
    go(settings, topic, quiet, Given(CHILD), days=2)
    assert store.read("posts").filter(pl.col("id") == "reddit:2").collect()["context"].to_list() == [""]
    assert holders(store.folder, SECRET) == []


def test_tombstone_of_an_unknown_post_is_counted_and_not_kept(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    outcome = go(settings, topic, quiet, Given(GONE, OTHER))
    assert outcome.receipts[0].n_tombstone == 1
    assert store.read("posts").collect()["id"].to_list() == ["reddit:3"]
    assert store.read("raw").collect()["id"].to_list() == ["reddit:3"]


def test_old_tombstone_does_not_purge_again(
    settings: Settings, topic: Topic, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    purges = []
    compact = Store.compact

    def watched(self: Store, now: datetime, purge: bool = False) -> Tidied:
        purges.append(purge)
        return compact(self, now, purge=purge)

    monkeypatch.setattr(Store, "compact", watched)
    go(settings, topic, quiet, Given(PARENT, CHILD))
    for days in (1, 2, 3):
        go(settings, topic, quiet, Given(GONE, replace(CHILD, context="")), days=days)
    assert purges == [False, True, False, False]


def test_run_that_dies_before_publishing_leaves_the_purge_to_the_next(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    go(settings, topic, quiet, Given(PARENT, OTHER))
    with monkeypatch.context() as patched:

        def refuse(*_: object, **__: object) -> int:
            raise StoreError("the disk is full")

        patched.setattr("job.run.publish", refuse)
        with pytest.raises(StoreError):
            go(settings, topic, quiet, Given(GONE), days=1)
    assert store.purge_due() and holders(store.folder, SECRET)
    go(settings, topic, quiet, Given(OTHER), days=2)
    assert not store.purge_due() and holders(store.folder, SECRET) == []


def test_refused_item_leaves_quarantine_when_it_parses(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    go(settings, topic, quiet, Given("reddit:1", "reddit:9"))
    assert set(store.read("quarantine").collect()["id"]) == {"reddit:1", "reddit:9"}
    go(settings, topic, quiet, Given(PARENT), days=1)
    assert store.read("quarantine").collect()["id"].to_list() == ["reddit:9"]


def archive(*numbers: int) -> GivenArchive:
    said = [Statement(f"archive:{n}", "archive", f"Words {n}", NOW, NOW, lang="en") for n in numbers]
    dated = [Event(f"archive:event:{n}", NOW.date(), f"Event {n}", f"Hecho {n}") for n in numbers]
    return GivenArchive(*said, *dated)


def test_what_left_the_archive_leaves_the_store(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    go(settings, topic, quiet, Given(PARENT))
    go(settings, topic, quiet, archive(1, 2))
    assert go(settings, topic, quiet, archive(2), days=1).exit_status == COMPLETE
    assert store.read("statements").collect()["id"].to_list() == ["archive:2"]
    assert store.read("events").collect()["id"].to_list() == ["archive:event:2"]
    assert store.read("posts").collect()["id"].to_list() == ["reddit:1"]


def test_archive_read_in_part_removes_nothing(
    settings: Settings, topic: Topic, quiet: Reporter, store: Store
) -> None:
    go(settings, topic, quiet, archive(1, 2))
    given = archive(2)
    broken = GivenArchive(*given.records, RuntimeError("cut short"))
    go(settings, topic, quiet, broken, days=1)
    window = Plan([archive(2)], NOW + timedelta(days=2), since=NOW - timedelta(days=1))
    run_job(settings, topic, window, quiet)
    assert store.read("statements").collect().height == 2
