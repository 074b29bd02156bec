"""Which texts are read, in which wording, and by how many loads of a model."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from job import classify
from job.classify import LocalModel, reading_revision, unread_texts
from job.frames import post_rows
from models.stance import Prediction, StanceClassifier
from records import Post
from store.writer import Store
from topics import Topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAME = [
    Post("files:1", "files", "CECOT  no más!", NOW, lang="es"),
    Post("files:2", "files", "cecot no más!", NOW, lang="en"),
]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_language_of_a_text_does_not_hang_on_the_order_of_rows(
    topic: Topic, tmp_store_root: Path, order: tuple[int, int]
) -> None:
    store = Store(tmp_store_root, topic.id)
    for index in order:
        store.upsert_rows("posts", post_rows([SAME[index]]))
    todo = unread_texts(store, topic, "r")
    assert todo.height == len(topic.targets)
    assert set(todo["lang"]) == {"en"} and set(todo["text"]) == {"cecot no más!"}


def test_change_of_our_reader_reads_again(topic: Topic, monkeypatch: pytest.MonkeyPatch) -> None:
    before = reading_revision("model", topic)
    assert before == reading_revision("model", topic)
    monkeypatch.setattr(classify, "READER_REVISION", "other")
    assert reading_revision("model", topic) != before


def test_hub_model_is_loaded_once_for_revision_and_readings(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []

    class Fake:
        revision = "fake@1"

        def predict(self, texts: list[str], *_: Any) -> list[Prediction]:
            return [Prediction(1.0, 0.0, 0.0, "favor", 1.0) for _ in texts]

    def load(name: str) -> Fake:
        loads.append(name)
        return Fake()

    monkeypatch.setattr(StanceClassifier, "from_pretrained", load)
    model = LocalModel("organisation/model@1")
    assert model.revision == "fake@1"
    assert len(model.predict(["a"], ["b"], [""])) == 1
    assert model.revision == "fake@1" and loads == ["organisation/model@1"]
