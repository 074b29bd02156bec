"""Every run that held the store leaves a note of how it ended."""

from __future__ import annotations

from datetime import timedelta

import pytest

from job.outcome import COMPLETE, FAILED, PARTIAL
from job.plan import Plan
from job.report import Reporter
from job.run import run_job
from job.status import read_status, status_json, status_lines
from models.stance import ModelError
from records import Post
from settings import Settings
from store.errors import StoreBusy, StoreError
from store.queries import read_last_run
from store.writer import Store
from tests.job.made_sources import NOW, Given
from topics import Topic

POST = Post("reddit:1", "reddit", "CECOT", NOW, NOW, lang="en")

pytestmark = pytest.mark.usefixtures("neutral_model")


def test_complete_and_partial_runs_are_noted(settings: Settings, topic: Topic, quiet: Reporter) -> None:
    assert read_last_run(settings.store_root(), topic.id) is None
    run_job(settings, topic, Plan([Given(POST)], NOW), quiet)
    note = read_last_run(settings.store_root(), topic.id)
    assert note is not None and (note.exit_status, note.version, note.started_at) == (COMPLETE, 1, NOW)
    assert note.ended_at >= NOW and note.ended_at.utcoffset() == timedelta(0)
    run_job(settings, topic, Plan([Given(POST, RuntimeError("cut"))], NOW + timedelta(days=1)), quiet)
    note = read_last_run(settings.store_root(), topic.id)
    assert note is not None and note.exit_status == PARTIAL and "reddit" in note.message


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ModelError("the weights are damaged"), "the weights are damaged"),
        (StoreError("the disk is full"), "the disk is full"),
        (KeyboardInterrupt(), "stopped; what was read so far is kept"),
        (ZeroDivisionError("by zero"), "ZeroDivisionError"),
    ],
)
def test_failed_run_is_noted_and_status_tells_it(
    settings: Settings,
    topic: Topic,
    quiet: Reporter,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    words: str,
) -> None:
    run_job(settings, topic, Plan([Given(POST)], NOW), quiet)

    def fail(*_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr("job.run.publish", fail)
    later = NOW + timedelta(days=1)
    with pytest.raises(type(error)):
        run_job(settings, topic, Plan([Given(POST)], later), quiet)
    note = read_last_run(settings.store_root(), topic.id)
    assert note is not None and (note.exit_status, note.started_at, note.version) == (FAILED, later, 1)
    assert words in note.message
    status = read_status(settings, topic, later)
    assert any("failed (exit status 1)" in line and words in line for line in status_lines(status))
    assert '"exit_status": 1' in status_json(status)


def test_status_tells_of_a_first_run_that_failed(
    settings: Settings, topic: Topic, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> int:
        raise StoreError("the disk is full")

    monkeypatch.setattr("job.run.publish", fail)
    with pytest.raises(StoreError):
        run_job(settings, topic, Plan([Given(POST)], NOW), quiet)
    said = "\n".join(status_lines(read_status(settings, topic, NOW)))
    assert "nothing published yet" in said and "the disk is full" in said


def test_run_that_finds_the_store_busy_leaves_the_note_alone(
    settings: Settings, topic: Topic, quiet: Reporter
) -> None:
    run_job(settings, topic, Plan([Given(POST)], NOW), quiet)
    before = read_last_run(settings.store_root(), topic.id)
    with Store(settings.store_root(), topic.id).lock("another"), pytest.raises(StoreBusy):
        run_job(settings, topic, Plan([Given(POST)], NOW + timedelta(days=1)), quiet)
    assert read_last_run(settings.store_root(), topic.id) == before


def test_damaged_note_is_no_note(settings: Settings, topic: Topic, quiet: Reporter) -> None:
    run_job(settings, topic, Plan([Given(POST)], NOW), quiet)
    (settings.store_root() / topic.id / "last_run.json").write_text('{"started_at": ', encoding="utf-8")
    assert read_last_run(settings.store_root(), topic.id) is None
