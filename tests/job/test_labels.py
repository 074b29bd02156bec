"""Labels from the command line: out to a file, in again, and every fault in one sentence."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from records import Label
from store.labels import LabelBook
from store.tables import rows_frame
from tests.command import assert_plain, run
from topics import Topic

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)


def test_labels_move_from_one_store_to_another(tmp_path: Path, topic: Topic) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    rows = [Label("k1", topic.primary_target.id, "ana", "favor", NOW), Label("k2", topic.primary_target.id, "bea", "unsure", NOW)]  # fmt: skip
    LabelBook(one / "store", topic.id).add_labels(rows_frame("labels", rows))
    file = tmp_path / "out" / "labels.csv"
    assert_plain(run(one, "labels", "export", "--out", str(file)), 0, "2 labels")
    assert_plain(run(other, "labels", "import", str(file)), 0, "2 labels, 2 of them new")
    assert_plain(run(other, "labels", "import", str(file)), 0, "0 of them new")
    assert LabelBook(other / "store", topic.id).read_labels().height == 2


def test_file_with_a_fault_is_one_sentence_and_nothing_of_any_file_is_kept(
    tmp_path: Path, topic: Topic
) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    head = "text_key,target,analyst,label\n"
    good.write_text(f"{head}k1,{topic.primary_target.id},ana,favor\n", encoding="utf-8")
    bad.write_text(f"{head}k1,{topic.primary_target.id},ana,pro\n", encoding="utf-8")
    home = tmp_path / "var"
    assert_plain(run(home, "labels", "import", str(good), str(bad)), 1, "bad.csv, line 2", "'pro'")
    assert LabelBook(home / "store", topic.id).read_labels().is_empty()


@pytest.mark.parametrize("arguments", [["import", "no-such.csv"], ["export", "--out", "."]])
def test_file_that_cannot_be_had_is_named(tmp_path: Path, arguments: list[str]) -> None:
    assert_plain(run(tmp_path / "var", "labels", *arguments), 1, arguments[-1])
