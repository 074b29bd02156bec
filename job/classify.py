"""The third step: read each distinct text once against each target, and keep the readings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import polars as pl

from job.frames import reading_rows
from job.outcome import counted
from job.report import Reporter
from models.stance import ModelError, Prediction, StanceClassifier, model_revision, weights_folder
from records import Reading
from store.writer import Store
from topics import Target, Topic

CHUNK = 1024
"""Readings a write: what a kill can cost, in seconds of work."""

READER_REVISION = "2"
"""Rises when a change of our code (cleaning, windows, context) can change a reading, so that texts are read again."""

MOST_WINDOWS = 32_767
"""What the column can hold; a text of some ten million characters has more."""

Predict = Callable[[list[str], list[str], list[str]], Sequence[Prediction]]


def unread_texts(store: Store, topic: Topic, revision: str) -> pl.DataFrame:
    """Return text_key, context_key, target, text, context, lang of what this revision has not read yet.

    Of rows with the same keys the first by language, then by text, is read, whatever order they came in.
    """
    posts = store.read("posts").filter((pl.col("state") == "live") & (pl.col("text") != ""))
    columns = ["text_key", "context_key", "text", "context", "lang"]
    keys = ["text_key", "context_key"]
    texts = pl.concat([posts.select(columns), store.read("statements").select(columns)])
    targets = pl.LazyFrame({"target": [target.id for target in topic.targets]})
    done = store.read("readings").filter(pl.col("revision") == revision)
    unread = (
        texts.select(keys).unique().join(targets, how="cross").join(done, on=[*keys, "target"], how="anti")
    )
    todo = unread.collect()
    asked = texts.join(todo.lazy().select(keys).unique(), on=keys, how="semi").collect()
    first = asked.sort(*keys, "lang", "text", "context").unique(keys, keep="first", maintain_order=True)
    return first.join(todo, on=keys).sort(*keys, "target")


def reading_revision(model: str, topic: Topic) -> str:
    """Return what a reading depends on beside its text: the model's revision, the targets' wording, our reader."""
    return f"{model}+{topic.revision}+r{READER_REVISION}"


def classify_texts(
    store: Store, topic: Topic, todo: pl.DataFrame, revision: str, predict: Predict, reporter: Reporter
) -> int:
    """Return how many readings were made; they are stored chunk by chunk."""
    targets = {target.id: target for target in topic.targets}
    chunks = [todo.slice(offset, CHUNK) for offset in range(0, todo.height, CHUNK)]
    for chunk in reporter.track(
        chunks, f"Reading texts against their targets: {counted(todo.height, 'reading')}"
    ):
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


class LocalModel:
    """The classifier of this process, loaded at most once: bundled weights not before something is to be read."""

    def __init__(self, stance_model: str | None) -> None:
        self.name = stance_model
        self._loaded: StanceClassifier | None = None

    @property
    def revision(self) -> str:
        """The model's revision; raises ModelError. Only a model of a hub has to be loaded to know it."""
        with _collected_is_kept():
            if self._loaded is None and weights_folder(self.name) is not None:
                return model_revision(self.name)
            return self._classifier().revision

    def predict(self, texts: list[str], targets: list[str], contexts: list[str]) -> Sequence[Prediction]:
        """Return one prediction a text, in order; raises ModelError."""
        with _collected_is_kept():
            return self._classifier().predict(texts, targets, contexts)

    def _classifier(self) -> StanceClassifier:
        if self._loaded is None:
            self._loaded = StanceClassifier.from_pretrained(self.name)
        return self._loaded


@contextmanager
def _collected_is_kept() -> Iterator[None]:
    """Let a model's fault also say what became of the work before it."""
    try:
        yield
    except ModelError as error:
        raise ModelError(f"{error}; what was collected is kept, run again once that is done") from error


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
        n_windows=min(said.n_windows, MOST_WINDOWS),
    )
