"""What the command line asks for is checked before anything is done."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from job.options import UsageError, checked_files, first_day, sources_named
from topics import Topic

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)  # still the first of March in El Salvador


def test_first_day_begins_in_the_topics_zone(topic: Topic) -> None:
    assert first_day("", topic, NOW) is None
    assert first_day(" 2026-03-01 ", topic, NOW) == datetime(2026, 3, 1, 6, tzinfo=UTC)


def test_day_that_has_not_begun_there_is_refused(topic: Topic) -> None:
    with pytest.raises(
        UsageError, match=r"2026-03-02 has not begun in America/El_Salvador yet; .* 2026-03-01"
    ):
        first_day("2026-03-02", topic, NOW)


@pytest.mark.parametrize(
    "given", ["0001-01-01", "2025-02-30", "03/02/2025", "yesterday", "2025-02-01T10:00", "٢"]
)
def test_what_is_no_day_is_refused(topic: Topic, given: str) -> None:
    eastern = topic.model_copy(
        update={"zone": "Asia/Tokyo"}
    )  # where the first day began before any day there is
    with pytest.raises(UsageError, match="--since: expected a day such as 2025-02-01"):
        first_day(given, eastern, NOW)


def test_source_named_twice_is_asked_once_and_a_misspelt_one_is_told_apart() -> None:
    assert [collector.name for collector in sources_named("archive, archive,,")] == ["archive"]
    assert len(sources_named("")) > 3
    with pytest.raises(UsageError, match=r"no source nwes; known sources: archive.*; did you mean news\?"):
        sources_named("archive,nwes")


def test_only_files_that_can_be_read_twice_are_imported(tmp_path: Path) -> None:
    file, pipe = tmp_path / "a.csv", tmp_path / "pipe"
    file.write_text("text\n")
    os.mkfifo(pipe)
    assert checked_files([file]) == (file,)
    for given, said in (
        (tmp_path, "is a folder; name the files in it, such as"),
        (pipe, "is a device or a pipe; save it as a file first"),
        (tmp_path / "none.csv", "there is no file"),
        (Path("x" * 5000), "there is no file"),
    ):
        with pytest.raises(UsageError, match=said):
            checked_files([file, given])
