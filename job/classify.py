"""The third step: read each distinct text once against each target, and keep the readings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from job.frames import reading_rows
from job.report import Reporter
from models.stance import Prediction, StanceClassifier
from records import Reading
from store.writer import Store
from topics import Target, Topic

CHUNK = 1024
"""Readings a write: what a kill can cost, in seconds of work."""

Predict = Callable[[list[str], list[str], list[str]], Sequence[Prediction]]


def unread_texts(store: Store, topic: Topic, revision: str) -> pl.DataFrame:
    """Return text_key, context_key, target, text, context, lang of what this revision has not read yet."""
    posts = store.read("posts").filter((pl.col("state") == "live") & (pl.col("text") != ""))
    columns = ["text_key", "context_key", "text", "context", "lang"]
    texts = pl.concat([posts.select(columns), store.read("statements").select(columns)])
    targets = pl.LazyFrame({"target": [target.id for target in topic.targets]})
    done = store.read("readings").filter(pl.col("revision") == revision)
    return (
        texts.unique(["text_key", "context_key"], keep="first", maintain_order=True)
        .join(targets, how="cross")
        .join(done, on=["text_key", "context_key", "target"], how="anti")
        .collect()
    )


def reading_revision(model_revision: str, topic: Topic) -> str:
    """Return what a reading depends on beside its text: the model's revision and the targets' wording."""
    return f"{model_revision}+{topic.revision}"


def classify_texts(
    store: Store, topic: Topic, todo: pl.DataFrame, revision: str, predict: Predict, reporter: Reporter
) -> int:
    """Return how many readings were made; they are stored chunk by chunk."""
    targets = {target.id: target for target in topic.targets}
    chunks = [todo.slice(offset, CHUNK) for offset in range(0, todo.height, CHUNK)]
    for chunk in reporter.track(chunks, f"Reading {todo.height} texts against their targets"):
        rows = list(chunk.iter_rows(named=True))
        predictions = predict(
            [row["text"] for row in rows],
            [wording(targets[row["target"]], row["lang"]) for row in rows],
            [row["context"] for row in rows],
        )
        readings = [_reading(row, said, revision) for row, said in zip(rows, predictions, strict=True)]
        store.upsert_rows("readings", reading_rows(readings))
    return todo.height


def wording(target: Target, lang: str) -> str:
    """Return the target's sentence in the text's language; English for a text in any other."""
    return target.sentence.es if lang == "es" else target.sentence.en


def local_engine(classifier: StanceClassifier) -> Predict:
    """Return the classifier's own `predict`, in this process."""
    return classifier.predict


def _reading(row: dict[str, Any], said: Prediction, revision: str) -> Reading:
    return Reading(
        text_key=row["text_key"],
        context_key=row["context_key"],
        target=row["target"],
        revision=revision,
        favor=said.favor,
        against=said.against,
        neutral=said.neutral,
        relevance=said.relevance,
        label=said.label,
        n_windows=said.n_windows,
    )
