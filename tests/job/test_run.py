"""The job's steps on real stores, with the archive and small files as input and the bundled classifier."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from collectors.contract import Collector
from collectors.registry import all_collectors
from job.plan import Plan
from job.report import Reporter
from job.run import run_job
from settings import Settings
from store.queries import latest_statements, read_published, search_posts
from store.writer import Store
from topics import Topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ROWS = [
    {
        "id": "1",
        "text": "The El Salvador prison deal is a disgrace, stop the deportation flights to CECOT now.",
        "created_at": "2025-02-03T23:30:00-06:00",
    },
    {
        "id": "2",
        "text": "Excelente acuerdo: que los pandilleros deportados se queden en el CECOT.",
        "created_at": "2025-02-04T10:00:00Z",
    },
    {"id": "3", "text": "My cat likes the new sofa.", "created_at": "2025-02-04T10:00:00Z"},
    {"id": "4", "text": "", "created_at": "2025-02-04T10:00:00Z"},
]


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in ROWS), encoding="utf-8")
    return path


def plan(*names: str, files: tuple[Path, ...] = (), now: datetime = NOW) -> Plan:
    known = all_collectors()
    return Plan(collectors=[known[name] for name in names], now=now, files=files)


def tables(settings: Settings, topic: Topic) -> dict[str, pl.DataFrame]:
    """Every row of the store but its clock times, sorted."""
    store = Store(settings.store_root(), topic.id)
    found = {}
    for name in ("posts", "articles", "statements", "events", "readings", "daily", "quarantine"):
        frame = store.read(name).collect()
        frame = frame.drop([c for c in ("seen_at", "updated_at") if c in frame.columns])
        found[name] = frame.sort([c for c, t in frame.schema.items() if not isinstance(t, pl.List)])
    return found


def test_imported_rows_are_counted_read_and_published(
    settings: Settings, topic: Topic, table: Path, quiet: Reporter
) -> None:
    outcome = run_job(settings, topic, plan("files", files=(table,)), quiet)
    receipt = outcome.receipts[0]
    assert (receipt.n_got, receipt.n_kept, receipt.n_off_topic, receipt.n_quarantined) == (4, 2, 1, 1)
    assert outcome.n_read == 2 * len(topic.targets)
    published = read_published(settings.store_root(), topic.id)
    assert published is not None
    posts, n_total = search_posts(published, target=topic.primary_target.id)
    assert n_total == 2
    assert set(posts["label"]) <= {"favor", "against", "neutral", "unclear"}
    assert posts["favor"].null_count() == 0


def test_day_is_cut_in_the_topics_zone(
    settings: Settings, topic: Topic, table: Path, quiet: Reporter
) -> None:
    run_job(settings, topic, plan("files", files=(table,)), quiet)
    daily = tables(settings, topic)["daily"]
    assert sorted({day.isoformat() for day in daily["on"]}) == ["2025-02-03", "2025-02-04"]


def test_rerun_with_nothing_new_changes_no_row_and_makes_no_reading(
    settings: Settings, topic: Topic, table: Path, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_job(settings, topic, plan("archive", "files", files=(table,)), quiet)
    before = tables(settings, topic)

    def refuse(*_: object) -> None:
        raise AssertionError("the classifier was loaded with nothing to read")

    monkeypatch.setattr("models.stance.StanceClassifier.from_pretrained", refuse)
    again = run_job(
        settings, topic, plan("archive", "files", files=(table,), now=NOW + timedelta(days=1)), quiet
    )
    assert (again.n_read, again.n_split) == (0, 0)
    after = tables(settings, topic)
    for name, frame in before.items():
        assert frame.equals(after[name]), name


def test_switching_simulated_posts_off_removes_them(
    settings: Settings, topic: Topic, quiet: Reporter
) -> None:
    few = topic.model_copy(update={"targets": topic.targets[:1]})
    run_job(settings, few, plan("simulated", "archive"), quiet)
    store = Store(settings.store_root(), topic.id)
    assert store.read("posts").filter(pl.col("simulated")).collect().height > 0
    sources = few.sources.model_copy(
        update={"simulated": few.sources.simulated.model_copy(update={"enabled": False})}
    )
    run_job(settings, few.model_copy(update={"sources": sources}), plan("simulated", "archive"), quiet)
    assert store.read("posts").filter(pl.col("simulated")).collect().height == 0
    assert store.read("daily").filter(pl.col("simulated")).collect().height == 0
    assert store.read("statements").collect().height > 0


def test_revised_article_replaces_its_statements(
    settings: Settings, topic: Topic, tmp_path: Path, quiet: Reporter
) -> None:
    page = tmp_path / "story.txt"
    head = "title: A deal\ndate: 2025-02-04\nlang: en\nurl: https://example.org/story\n\n"
    page.write_text(
        head + 'Marco Rubio praised the deal. "It is an offer of friendship," Rubio said.\n', encoding="utf-8"
    )
    run_job(settings, topic, plan("files", files=(page,)), quiet)
    first = latest_statements_of(settings, topic)
    page.write_text(
        head + 'Manuel Flores criticized the deal. "It is a humiliation," Flores said.\n', encoding="utf-8"
    )
    run_job(settings, topic, plan("files", files=(page,)), quiet)
    second = latest_statements_of(settings, topic)
    assert "marco-rubio" in set(first["actor_id"])
    assert "marco-rubio" not in set(second["actor_id"])
    assert "manuel-flores" in set(second["actor_id"])


def latest_statements_of(settings: Settings, topic: Topic) -> pl.DataFrame:
    published = read_published(settings.store_root(), topic.id)
    assert published is not None
    return latest_statements(published, target=topic.primary_target.id, limit=50)


def test_every_registered_source_is_a_collector() -> None:
    assert all(isinstance(source, Collector) for source in all_collectors().values())
