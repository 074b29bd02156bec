"""Files that were imported before and have not changed are not read a second time."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from collectors import files_again
from collectors.contract import Request
from collectors.files import FilesCollector
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_source import Sink
from tests.collectors.imported import NOW, Imported
from topics import Topic

TABLE = "id,text,author\nabcdef1,CECOT uno,ana\nabcdef2,CECOT dos,eva\n"

Again = Callable[..., Imported]


@pytest.fixture
def bring_with(topic: Topic, settings: Settings) -> Again:
    """Import files with what an earlier import left; `changed` are fields of the request."""

    def run(cursor: dict[str, Any], *paths: Path, **changed: Any) -> Imported:
        sink = Sink()
        given = {"topic": topic, "settings": settings, "now": NOW, **changed}
        kept = json.loads(json.dumps(cursor, sort_keys=True))  # as the store keeps it
        return Imported(collect(FilesCollector(), Request(cursor=kept, files=paths, **given), sink), sink)

    return run


def test_the_same_file_is_named_and_not_read(bring_with: Again, write: Any) -> None:
    path = write("a.csv", TABLE)
    first = bring_with({}, path)
    assert first.receipt.n_kept == 2
    second = bring_with(first.cursor, path, now=NOW + timedelta(days=3))
    assert (second.receipt.state, second.receipt.n_got) == ("complete", 0)
    assert "a.csv: imported on 2026-06-01 and not changed since" in second.receipt.detail


@pytest.mark.parametrize(
    "change", ["content", "name", "together", "again", "format", "columns", "topic", "salt", "reader"]
)
def test_whatever_may_give_other_posts_has_the_file_read(
    bring_with: Again,
    write: Any,
    topic: Topic,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
) -> None:
    path = write("a.csv", TABLE)
    first = bring_with({}, path)
    paths, changed = [path], {}
    match change:
        case "content":
            write("a.csv", TABLE.replace("dos", "tres"))
        case "name":
            paths = [path.rename(path.with_name("b.csv"))]
        case "together":
            paths.append(write("b.csv", TABLE))
        case "again":
            changed = {"again": True}
        case "format":
            changed = {"file_format": "csv"}
        case "columns":
            changed = {"columns": {"author": ""}}
        case "topic":
            keywords = topic.keywords.model_copy(update={"exclude": ("cecot uno",)})
            changed = {"topic": topic.model_copy(update={"keywords": keywords})}
        case "salt":
            changed = {"settings": settings.model_copy(update={"salt": SecretStr("another")})}
        case "reader":
            monkeypatch.setattr(files_again, "READER_REVISION", "another")
    assert bring_with(first.cursor, *paths, **changed).receipt.n_got > 0


def test_a_file_with_refused_rows_is_read_and_told_again(bring_with: Again, write: Any) -> None:
    path = write("a.csv", TABLE + "1.91E+18,CECOT,eva\n")
    first = bring_with({}, path)
    second = bring_with(first.cursor, path)
    assert first.receipt.state == second.receipt.state == "partial"
    assert second.receipt.n_quarantined == 1


def test_an_import_that_was_not_read_to_its_end_is_not_remembered(bring_with: Again, write: Any) -> None:
    whole, missing = write("a.csv", TABLE), write("gone.csv", TABLE)
    missing.unlink()
    first = bring_with({}, whole, missing)
    assert (first.receipt.state, first.receipt.n_kept) == ("partial", 2)
    write("gone.csv", TABLE.replace("abcdef", "fedcba"))
    assert bring_with(first.cursor, whole, missing).receipt.n_kept == 4


def test_the_oldest_imports_are_forgotten(
    bring_with: Again, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_again, "MOST_REMEMBERED", 2)
    paths = [write(f"{name}.csv", TABLE.replace("uno", name)) for name in ("x", "y", "z")]
    cursor: dict[str, Any] = {}
    for day, path in enumerate(paths):
        cursor = bring_with(cursor, path, now=NOW + timedelta(days=day)).cursor
    assert [bring_with(cursor, path).receipt.n_got for path in paths] == [2, 0, 0]
