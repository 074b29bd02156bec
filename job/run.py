"""The whole job: collect, split, cluster, classify, publish. Every step can be killed and run again."""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from analysis.daily import daily_cells
from job.classify import LocalModel, classify_texts, reading_revision, unread_texts
from job.cluster import EngineError, ray_engine
from job.cluster_texts import cluster_texts
from job.collect import collect_sources
from job.deletion import remove_simulated
from job.frames import receipt_rows
from job.outcome import FAILED, STOPPED, Outcome
from job.plan import Plan
from job.report import Reporter
from job.split import split_articles
from models.stance import ModelError
from records import Receipt
from settings import Settings
from store.errors import StoreError
from store.last_run import LastRun
from store.queries import read_published
from store.writer import Store
from topics import Topic


def run_job(settings: Settings, topic: Topic, plan: Plan, reporter: Reporter) -> Outcome:
    """Return what was done; raises StoreError, StoreBusy, ModelError or EngineError with one plain sentence.

    What was collected stays in the store when a later step fails; the published version changes only at the end. How
    the run ended is noted beside the tables, whatever ended it; a run that finds the store busy notes nothing.
    """
    store = Store(settings.store_root(), topic.id)
    run_id = f"{plan.now:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    with store.lock(f"refresh {run_id}"):
        note = _Note(store, settings, topic, plan, reporter)
        with note.of_failure(), store.named_damage():
            store.check()
            outcome = _run_steps(store, settings, topic, plan, reporter, run_id)
        note.write(outcome.exit_status, outcome.message)
    return outcome


def _run_steps(
    store: Store, settings: Settings, topic: Topic, plan: Plan, reporter: Reporter, run_id: str
) -> Outcome:
    if not topic.sources.simulated.enabled and (removed := remove_simulated(store)):
        reporter.line(f"Removed {removed} simulated posts: they are switched off in the topic file.")
    receipts: list[Receipt] = []
    try:
        collect_sources(store, topic, settings, plan, reporter, receipts)
    finally:  # a run that is stopped here leaves its receipts too
        if receipts:
            store.upsert_rows("receipts", receipt_rows(receipts, run_id))
    n_split = split_articles(store, topic, reporter, plan.now)
    cluster_texts(store, reporter)
    model = LocalModel(settings.stance_model)
    revision = reading_revision(model.revision, topic)
    n_read = read_texts(store, topic, revision, model, plan.engine, reporter)
    version = publish(store, topic, revision, plan.now)
    return Outcome(tuple(receipts), n_split, n_read, version)


def read_texts(
    store: Store, topic: Topic, revision: str, model: LocalModel, engine: str, reporter: Reporter
) -> int:
    """Return how many readings were made; the classifier is loaded only when there is something to read."""
    todo = unread_texts(store, topic, revision)
    if todo.is_empty():
        return 0
    predict = ray_engine(model.name) if engine == "ray" else model.predict
    return classify_texts(store, topic, todo, revision, predict, reporter)


def publish(store: Store, topic: Topic, revision: str, now: datetime) -> int:
    """Return the version that readers see from here on: the daily table is rebuilt, the pointer moved, old files freed.

    Where a deletion is due, in this run or one that died, its texts leave the disk at once and not after a week."""
    camps = {actor.id: actor.camp for actor in topic.actors}
    units = store.units([target.id for target in topic.targets], revision, camps).collect()
    store.replace_rows("daily", daily_cells(units, topic.zone))
    version = store.publish(now, revision=revision)
    store.compact(now, purge=store.purge_due())
    return version


class _Note:
    """The note of how a run ended."""

    def __init__(
        self, store: Store, settings: Settings, topic: Topic, plan: Plan, reporter: Reporter
    ) -> None:
        self._store, self._root, self._topic = store, settings.store_root(), topic
        self._plan, self._reporter = plan, reporter
        self._began = time.monotonic()

    @contextmanager
    def of_failure(self) -> Iterator[None]:
        """Note whatever ends the block early, and let it go on its way."""
        try:
            yield
        except (StoreError, ModelError, EngineError) as error:
            self.write(FAILED, str(error))
            raise
        except (KeyboardInterrupt, SystemExit):
            self.write(FAILED, STOPPED)
            raise
        except Exception as error:
            self.write(FAILED, f"a fault of ours ended the run ({type(error).__name__}: {error})")
            raise

    def write(self, exit_status: int, message: str) -> None:
        """Keep the note; a disk that refuses it is named, and changes nothing about the run's own end."""
        ended_at = self._plan.now + timedelta(seconds=time.monotonic() - self._began)
        try:
            published = read_published(self._root, self._topic.id)
            version = published.version if published else None
            self._store.note_run(LastRun(self._plan.now, ended_at, exit_status, message, version))
        except StoreError as fault:
            self._reporter.line(f"How this run ended could not be noted: {fault}")
