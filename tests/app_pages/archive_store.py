"""A store that holds the archive which ships with the default topic, read by the product's own collectors."""

from __future__ import annotations

import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from analysis.daily import daily_cells
from collectors.archive import ArchiveCollector
from collectors.contract import Collector, Request
from collectors.run import collect
from collectors.simulated import SimulatedCollector
from records import STANCES, Post, Reading
from settings import Settings
from store.tables import rows_frame
from store.writer import Store
from tests.collectors.fake_source import Sink
from topics import load_topic

TOPIC = load_topic("us-el-salvador")
NOW = datetime.now(UTC).replace(microsecond=0)
REVISION = "made-1"


def make_archive_store(
    home: Path, posts: list[Post] | None = None, labels: tuple[str, ...] = STANCES, archive: bool = True
) -> None:
    """Publish a store below `home/store` with the archive's statements and events, and the simulated posts or `posts`.

    Readings are made up: every text is on topic, its label drawn from `labels` by its id.
    """
    batches = _batches(ArchiveCollector()) if archive else []
    statements = [s for batch in batches for s in batch.statements]
    events = [e for batch in batches for e in batch.events]
    if posts is None:
        posts = [p for batch in _batches(SimulatedCollector()) for p in batch.posts]
    store = Store(home / "store", TOPIC.id)
    ids = [row.id for row in (*posts, *statements)]
    readings = [_reading(row_id, labels) for row_id in ids]
    with store.lock("made for a test"):
        for name, rows in (("posts", posts), ("statements", statements)):
            keys = [row.id for row in rows]
            store.upsert_rows(name, rows_frame(name, rows, text_key=keys, context_key=""))
        store.upsert_rows("events", rows_frame("events", events))
        store.upsert_rows("readings", rows_frame("readings", readings))
        units = store.units([t.id for t in TOPIC.targets], REVISION).collect()
        store.replace_rows("daily", daily_cells(units, TOPIC.zone))
        store.publish(NOW, revision=REVISION)


def make_posts(first: date, counts: list[int]) -> list[Post]:
    """Return so many collected posts a day from `first` on, at noon in the topic's zone, each of its own voice."""
    made = []
    for offset, n in enumerate(counts):
        at = datetime.combine(first + timedelta(days=offset), datetime.min.time(), ZoneInfo(TOPIC.zone))
        for turn in range(n):
            key = f"reddit:{offset}-{turn}"
            made.append(
                Post(
                    key,
                    "reddit",
                    f"Text {key}.",
                    NOW,
                    (at + timedelta(hours=12)).astimezone(UTC),
                    author_key=key,
                )
            )
    return made


def _batches(collector: Collector) -> list:
    sink = Sink()
    collect(collector, Request(TOPIC, Settings(salt="a test's salt", _env_file=None), NOW), sink)
    return sink.batches


def _reading(row_id: str, labels: tuple[str, ...]) -> Reading:
    label = labels[zlib.crc32(row_id.encode()) % len(labels)]
    values = {name: 0.9 if name == label else 0.05 for name in STANCES}
    return Reading(row_id, "", TOPIC.primary_target.id, REVISION, **values, relevance=0.9, label=label)
