"""The same classifier over a Ray cluster (optional: `pip install ray`)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from job.classify import Predict
from models.stance import Prediction, StanceClassifier

SHARD = 128
"""Texts a task: some seconds of work, so that scheduling costs little and a lost worker costs little."""


class EngineError(Exception):
    """The engine asked for cannot be used; the message says what to install."""


def require_ray() -> Any:
    """Return the `ray` module; raises EngineError where it is not installed."""
    try:
        import ray
    except ImportError:
        raise EngineError(
            "--engine ray: Ray is not installed; run `pip install ray`, or use --engine local"
        ) from None
    return ray


def ray_engine(stance_model: str | None) -> Predict:
    """Return a `predict` that maps shards of texts over Ray; raises EngineError where Ray is not installed.

    Joins the cluster that RAY_ADDRESS names, else starts one on this machine. Each worker loads the bundled
    weights once. Results come back in the order of the texts.
    """
    ray = require_ray()
    ray.init(ignore_reinit_error=True, logging_level="ERROR", include_dashboard=False)
    remote: Any = ray.remote(predict_shard)

    def predict(texts: list[str], targets: list[str], contexts: list[str]) -> Sequence[Prediction]:
        shards = [
            remote.remote(texts[i : i + SHARD], targets[i : i + SHARD], contexts[i : i + SHARD], stance_model)
            for i in range(0, len(texts), SHARD)
        ]
        return [said for shard in ray.get(shards) for said in shard]

    return predict


@cache
def _classifier(stance_model: str | None) -> StanceClassifier:
    return StanceClassifier.from_pretrained(stance_model)


def predict_shard(
    texts: list[str], targets: list[str], contexts: list[str], stance_model: str | None
) -> list[Prediction]:
    """Return the predictions of one shard; the classifier is loaded once in each worker process."""
    return _classifier(stance_model).predict(texts, targets, contexts)
