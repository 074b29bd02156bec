from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from app_pages import load
from topics import TopicError
from topics.loader import FOLDER

EVENT = {"id": "e1", "on": "2025-02-03", "title": {"en": "One", "es": "Uno"}, "url": "https://a.example/1"}


@pytest.fixture
def own_topic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The default topic's file beside an archive of one event."""
    text = (FOLDER / "us-el-salvador.toml").read_text(encoding="utf-8")
    folder = tmp_path / "archive" / "us-el-salvador"
    folder.mkdir(parents=True)
    (folder / "events.jsonl").write_text(json.dumps(EVENT) + "\n", encoding="utf-8")
    monkeypatch.setattr(load, "ROOT", tmp_path)
    monkeypatch.setattr("topics.loader.ROOT", tmp_path)
    path = tmp_path / "us-el-salvador.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_event_added_to_the_archive_is_seen_without_touching_the_topic_file(own_topic: Path) -> None:
    before = load.read_topic(str(own_topic))
    assert "e1" in [event.id for event in before.events]
    assert load.read_topic(str(own_topic)) is before  # nothing changed: not read again
    events = own_topic.parent / "archive" / "us-el-salvador" / "events.jsonl"
    events.write_text("\n".join(json.dumps({**EVENT, "id": name}) for name in ("e1", "e2")), encoding="utf-8")
    later = own_topic.stat().st_mtime + 60
    os.utime(events, (later, later))
    assert "e2" in [event.id for event in load.read_topic(str(own_topic)).events]


def test_newest_change_is_that_of_any_file_and_a_missing_folder_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "en.jsonl").write_text("", encoding="utf-8")
    os.utime(tmp_path / "deep" / "en.jsonl", (4e9, 4e9))
    assert load.newest_change(tmp_path) == 4e9
    assert load.newest_change(tmp_path / "none") == 0.0


def test_faulty_topic_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    path.write_text("archive = [", encoding="utf-8")
    with pytest.raises(TopicError, match=r"bad\.toml"):
        load.read_topic(str(path))
