"""The whole job: collect, split, classify, publish. Every step can be killed and run again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analysis.daily import daily_cells
from collectors.contract import Collector
from job.classify import classify_texts, local_engine, reading_revision, unread_texts
from job.collect import collect_sources, remove_simulated
from job.frames import receipt_rows
from job.report import Reporter
from job.split import split_articles
from models.stance import StanceClassifier, model_revision
from records import Receipt
from settings import Settings
from store.writer import Store
from topics import Topic

COMPLETE, FAILED, USAGE, PARTIAL = 0, 1, 2, 3
"""Exit statuses of the job."""

FINE = {"complete", "not_configured"}
"""States that leave a run complete: a source nobody has set up is no failure."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What one run is asked to do."""

    collectors: Sequence[Collector]
    now: datetime
    since: datetime | None = None
    files: tuple[Path, ...] = ()
    file_format: str = "auto"
    engine: str = "local"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did."""

    receipts: tuple[Receipt, ...]
    n_split: int
    n_read: int
    version: int

    @property
    def exit_status(self) -> int:
        """Return COMPLETE, PARTIAL when some source failed, or FAILED when every source that was asked did."""
        asked = [receipt for receipt in self.receipts if receipt.state != "not_configured"]
        bad = [receipt for receipt in asked if receipt.state not in FINE]
        if not bad:
            return COMPLETE
        useful = any(receipt.state in FINE or receipt.n_kept for receipt in asked)
        return PARTIAL if useful else FAILED


def run_job(settings: Settings, topic: Topic, plan: Plan, reporter: Reporter) -> Outcome:
    """Return what was done; raises StoreError, StoreBusy or ModelError with one plain sentence.

    What was collected stays in the store when a later step fails; the published version changes only at the end.
    """
    store = Store(settings.store_root(), topic.id)
    run_id = f"{plan.now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    with store.lock(f"refresh {run_id}"):
        receipts = collect_sources(
            store,
            topic,
            settings,
            plan.collectors,
            reporter,
            plan.now,
            plan.since,
            plan.files,
            plan.file_format,
        )
        if not topic.sources.simulated.enabled and (removed := remove_simulated(store)):
            reporter.line(f"Removed {removed} simulated posts: they are switched off in the topic file.")
        gone = sum(receipt.n_tombstone for receipt in receipts)
        store.upsert_rows("receipts", receipt_rows(receipts, run_id))
        n_split = split_articles(store, topic, reporter, plan.now)
        revision = reading_revision(model_revision(settings.stance_model), topic)
        n_read = read_texts(store, topic, revision, settings.stance_model, plan.engine, reporter)
        version = publish(store, topic, revision, plan.now, purge=gone > 0)
    return Outcome(tuple(receipts), n_split, n_read, version)


def read_texts(
    store: Store, topic: Topic, revision: str, stance_model: str | None, engine: str, reporter: Reporter
) -> int:
    """Return how many readings were made; the classifier is loaded only when there is something to read."""
    todo = unread_texts(store, topic, revision)
    if todo.is_empty():
        return 0
    if engine == "ray":
        from job.cluster import ray_engine

        predict = ray_engine(stance_model)
    else:
        predict = local_engine(StanceClassifier.from_pretrained(stance_model))
    return classify_texts(store, topic, todo, revision, predict, reporter)


def publish(store: Store, topic: Topic, revision: str, now: datetime, purge: bool = False) -> int:
    """Return the version that readers see from here on: the daily table is rebuilt, the pointer moved, old files freed.

    With `purge`, texts that were deleted leave the disk at once and not after a week."""
    camps = {actor.id: actor.camp for actor in topic.actors}
    units = store.units([target.id for target in topic.targets], revision, camps).collect()
    store.replace_rows("daily", daily_cells(units, topic.zone))
    version = store.publish(now, revision=revision)
    store.compact(now, purge=purge)
    return version
