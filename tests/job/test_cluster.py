"""Mapping over Ray, with a stand-in for the module: what is sent to workers, and in which order answers come back."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

import pytest

from job import cluster
from job.cluster import SHARD, EngineError, ray_engine, require_ray
from models.stance import Prediction


class FakeRay(ModuleType):
    """Runs a task when it is asked for, the last one first: no order of completion may be relied on."""

    def __init__(self) -> None:
        super().__init__("ray")
        self.sizes: list[int] = []
        self.done: list[int] = []
        self.n_init = 0

    def init(self, **_: Any) -> None:
        self.n_init += 1

    def remote(self, function: Any) -> Any:
        class Task:
            @staticmethod
            def remote(*arguments: Any) -> tuple[int, Any]:
                self.sizes.append(len(arguments[0]))
                return len(self.sizes) - 1, lambda: function(*arguments)

        return Task

    def get(self, tasks: list[tuple[int, Any]]) -> list[Any]:
        answers = {}
        for number, work in reversed(tasks):
            answers[number] = work()
            self.done.append(number)
        return [answers[number] for number, _ in tasks]


class Echo:
    """A classifier whose answer tells text, target and context apart."""

    def predict(self, texts: list[str], targets: list[str], contexts: list[str]) -> list[Prediction]:
        return [
            Prediction(float(text), float(target), float(context), "favor", 1.0)
            for text, target, context in zip(texts, targets, contexts, strict=True)
        ]


def test_shards_cover_every_text_once_and_answers_keep_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    ray = FakeRay()
    monkeypatch.setitem(sys.modules, "ray", ray)
    monkeypatch.setattr(cluster, "_classifier", lambda stance_model: Echo())
    n = 2 * SHARD + 3
    texts, targets, contexts = ([str(base + i) for i in range(n)] for base in (0, 1000, 2000))
    said = ray_engine(None)(texts, targets, contexts)
    assert [int(one.favor) for one in said] == list(range(n))
    assert [int(one.against) for one in said] == list(range(1000, 1000 + n))
    assert [int(one.neutral) for one in said] == list(range(2000, 2000 + n))
    assert ray.sizes == [SHARD, SHARD, 3]
    assert ray.done == [2, 1, 0] and ray.n_init == 1


def test_missing_ray_is_said_plainly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(EngineError, match="pip install ray"):
        require_ray()
