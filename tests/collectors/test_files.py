"""Imported files as a source: what cannot be read gets a sentence, large tables are streamed, the folder is followed."""

from __future__ import annotations

import json
import os
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from collectors.contract import Request
from collectors.files import FilesCollector
from collectors.run import collect
from settings import Settings
from tests.collectors.fake_source import Sink
from tests.collectors.imported import BIG, HEADER, NOW, Imported, Importer
from topics import Topic


def test_each_unreadable_file_gets_a_sentence_and_the_rest_go_on(
    bring: Importer, write: Any, tmp_path: Path
) -> None:
    (tmp_path / "folder").mkdir()
    bad = {
        tmp_path / "missing.csv": "does not exist",
        tmp_path / "folder": "is a folder",
        write("empty.csv", ""): "is empty",
        write("blank.csv", "\n  \n"): "is empty",
        write("noise.csv", bytes(range(256)) * 20): "is binary",
        write("sheet.csv", b"PK\x03\x04" + b"x" * 100): "save the sheet as CSV",
        write("dump.jsonl", b"\x28\xb5\x2f\xfd" + b"x" * 100): "zstd -d",
        write("page.csv", "<!DOCTYPE html><html><body>Log in</body></html>"): "is an HTML page",
        write("a.parquet", "id,text\n1,CECOT\n"): "is not a Parquet file",
        write("b.parquet", b"PAR1" + b"x" * 100): "cannot be read as Parquet",
        write("c.json", '{"id": '): "is not JSON",
        write("d.jsonl", "no json at all\nnone\n"): "not JSON",
    }
    got = bring(*bad, write("good.csv", "text\nNo al CECOT\n"))
    assert got.post.text == "No al CECOT"
    assert got.receipt.state == "partial"
    details = {place.name: place.detail for place in got.receipt.places}
    for path, said in bad.items():
        assert said in details[path.name], details[path.name]
        assert "\n" not in details[path.name] and "Traceback" not in details[path.name]
    assert got.receipt.n_got == got.receipt.n_kept == 1


def test_one_bad_file_alone_is_the_state_and_its_sentence_the_detail(bring: Importer, tmp_path: Path) -> None:
    got = bring(tmp_path / "missing.csv")
    assert got.receipt.state == "gone"
    assert got.receipt.detail == f"{tmp_path / 'missing.csv'} does not exist; check the spelling of its path"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(bring: Importer, write: Any) -> None:
    path = write("a.csv", "text\nCECOT\n")
    path.chmod(0)
    got = bring(path)
    assert (got.receipt.state, "may not be read" in got.receipt.detail) == ("blocked", True)


def test_a_header_alone_is_complete_and_says_so(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", HEADER + "\n"))
    assert (got.receipt.state, got.receipt.detail) == ("complete", "a.csv holds no rows")


def test_an_unknown_format_is_refused_with_the_known_ones(bring: Importer, write: Any) -> None:
    got = bring(write("a.csv", "text\nCECOT\n"), file_format="docx")
    assert got.receipt.state == "malformed"
    assert "jsonl" in got.receipt.detail


def test_a_stated_format_overrides_the_name(bring: Importer, write: Any) -> None:
    assert bring(write("data.dat", f"{HEADER}\n{BIG},CECOT,,\n"), file_format="csv").receipt.n_kept == 1


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_large_tables_are_streamed(topic: Topic, settings: Settings, tmp_path: Path, name: str) -> None:
    path, filler = tmp_path / name, "x" * 10_000
    with path.open("w", encoding="utf-8") as out:
        out.write("id,text\n" if name.endswith("csv") else "")
        for number in range(3_000):
            row = {"id": f"abcdef{number}", "text": f"nada {filler}"}
            out.write(f"{row['id']},{row['text']}\n" if name.endswith("csv") else json.dumps(row) + "\n")
    assert path.stat().st_size > 30_000_000
    tracemalloc.start()
    receipt = collect(FilesCollector(), Request(topic, settings, NOW, files=(path,)), Sink())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (receipt.n_got, receipt.n_off_topic) == (3_000, 3_000)
    assert peak < 15_000_000


@pytest.fixture
def daily(topic: Topic, settings: Settings, tmp_path: Path) -> Callable[..., Imported]:
    """Run the daily job's `files` source over a folder, with the cursor of the run before."""
    folder = tmp_path / "inbox"

    def run(cursor: dict[str, Any] | None = None, named: str | None = str(folder)) -> Imported:
        sources = topic.sources.model_copy(
            update={"files": topic.sources.files.model_copy(update={"folder": named})}
        )
        request = Request(topic.model_copy(update={"sources": sources}), settings, NOW, cursor=cursor or {})
        sink = Sink()
        return Imported(collect(FilesCollector(), request, sink), sink)

    return run


def test_without_an_import_folder_the_source_is_not_configured(daily: Callable[..., Imported]) -> None:
    unnamed, absent = daily(named=None), daily()
    assert (unnamed.receipt.state, absent.receipt.state) == ("not_configured", "not_configured")
    assert unnamed.receipt.detail.startswith("no import folder")
    assert "does not exist" in absent.receipt.detail


def test_the_folder_gives_what_is_new_or_changed(daily: Callable[..., Imported], write: Any) -> None:
    write("inbox/a.csv", "id,text\nabcdef1,CECOT uno\n")
    write("inbox/sub/b.txt", "title: Nota\n\nEl CECOT.")
    write("inbox/.hidden.csv", "id,text\nabcdef9,CECOT\n")
    first = daily()
    assert (first.receipt.state, first.receipt.n_kept) == ("complete", 2)
    second = daily(first.cursor)
    assert (second.receipt.state, second.receipt.n_got) == ("complete", 0)
    write("inbox/a.csv", "id,text\nabcdef1,CECOT uno\nabcdef2,CECOT dos\n")
    third = daily(first.cursor)
    assert sorted(third.ids) == ["files:abcdef1", "files:abcdef2"]


def test_a_broken_file_in_the_folder_is_tried_again(daily: Callable[..., Imported], write: Any) -> None:
    write("inbox/a.csv", "likes\n3\n")
    write("inbox/b.csv", "text\nNo al CECOT\n")
    first = daily()
    assert first.receipt.state == "partial"
    assert list(first.cursor["files"]) == ["b.csv"]
    write("inbox/a.csv", "text\nFuera el CECOT\n")
    assert daily(first.cursor).post.text == "Fuera el CECOT"


def test_named_files_leave_the_folders_cursor_alone(topic: Topic, settings: Settings, write: Any) -> None:
    cursor, sink = {"files": {"a.csv": "1-2"}}, Sink()
    request = Request(topic, settings, NOW, cursor=cursor, files=(write("x.csv", "text\nCECOT\n"),))
    collect(FilesCollector(), request, sink)
    assert sink.batches[-1].cursor["files"] == cursor["files"]
