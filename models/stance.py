"""Reads how a text stands toward a target: favor, against or neutral, and whether it is about the target at
all.

`python -m models.stance --in X.jsonl --out Y.jsonl` reads rows {"text", "target"[, "context"]} and adds
favor, against, neutral, label and relevance.
"""

from __future__ import annotations

import terminal

if __name__ == "__main__":
    terminal.take_charge("postura")
    terminal.require("numpy")

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from models import ModelError
from records import STANCES, clean_text

__all__ = ["BUNDLED", "ModelError", "Prediction", "StanceClassifier", "model_revision"]

BUNDLED = Path(__file__).parent / "weights" / "stance"

_CONTENTLESS = re.compile(r"https?://\S+|www\.\S+|@\w+|\bRT\b|[\s\W_]", re.IGNORECASE)
_PICTURE = re.compile("[\u2190-\u2bff\u3030-\u303d\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Prediction:
    """The reading of one text: three probabilities that sum to 1, the label, relevance (0-1), and how many
    windows the text has (of ours at most `models.windows.MAX_WINDOWS` are read, those that name the target first).
    """

    favor: float
    against: float
    neutral: float
    label: str
    relevance: float
    n_windows: int = 1


NOTHING_TO_READ = Prediction(0.0, 0.0, 1.0, "neutral", 0.0, 0)
"""An empty text or a bare address: it says nothing about any target, so it stays out of every share."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What is read: a cleaned text, the target it is read toward, and what it answers or stands in."""

    text: str
    target: str
    context: str


@dataclass(frozen=True, slots=True)
class Scores:
    """A reader's answer to one pair: calibrated probabilities in the order of STANCES, relevance, and how many
    windows the text has.
    """

    probabilities: tuple[float, float, float]
    relevance: float
    n_windows: int


class Reader(Protocol):
    """A loaded model. `revision` names its exact weights; below `threshold` a reading is unclear."""

    revision: str
    threshold: float

    def read(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Return one answer a pair, in order."""
        ...


class StanceClassifier:
    """The face of every stance model: bundled, or any `transformers` stance or inference model by folder
    or id.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.revision = reader.revision

    @classmethod
    def from_pretrained(
        cls, path_or_id: str | Path | None = None, hypothesis_template: str | None = None
    ) -> StanceClassifier:
        """Return a classifier: the bundled weights, a folder, or a hub model named
        `organisation/model@revision`.

        `hypothesis_template` is for inference models from elsewhere: a sentence with {label} and {target}.
        Raises ModelError with a sentence that says what to do when the model is missing, damaged or
        unsuitable.
        """
        folder = weights_folder(path_or_id)
        if folder is not None:
            from models.engine import BundledReader

            return cls(BundledReader(folder))
        from models.hub import HubReader

        return cls(HubReader.load(str(path_or_id), hypothesis_template))

    def predict(
        self, texts: Sequence[str], targets: Sequence[str] | str, contexts: Sequence[str] | None = None
    ) -> list[Prediction]:
        """Return one prediction a text, in order. One target string stands for all texts.

        Raises ValueError when the lengths differ or a target is empty, ModelError when a target is too long
        to be read.
        """
        pairs = _paired(texts, targets, contexts)
        distinct = list(dict.fromkeys(p for p in pairs if says_something(p.text)))
        answers = dict(zip(distinct, self._reader.read(distinct), strict=True)) if distinct else {}
        return [self._labelled(answers[p]) if p in answers else NOTHING_TO_READ for p in pairs]

    def predict_proba(
        self, texts: Sequence[str], targets: Sequence[str] | str, contexts: Sequence[str] | None = None
    ) -> np.ndarray:
        """Return the probabilities, shape (n, 3), in the order favor, against, neutral."""
        found = self.predict(texts, targets, contexts)
        return np.array([[p.favor, p.against, p.neutral] for p in found], dtype=np.float64).reshape(-1, 3)

    def _labelled(self, scores: Scores) -> Prediction:
        best = max(range(3), key=lambda i: scores.probabilities[i])
        sure = scores.probabilities[best] >= self._reader.threshold
        label = STANCES[best] if sure else "unclear"
        return Prediction(*scores.probabilities, label, scores.relevance, scores.n_windows)


def weights_folder(path_or_id: str | Path | None) -> Path | None:
    """Return the folder of weights of ours that is meant, or None for a `transformers` model of a folder or a
    hub.

    Raises ModelError for a file, and for a folder that holds neither.
    """
    if path_or_id is None:
        return BUNDLED
    folder = Path(path_or_id)
    if folder.is_file():
        raise ModelError(f"{folder} is a file: name the folder that holds the model")
    if not folder.is_dir():
        return None
    config = _config_of(folder)
    if (folder / "model.xml").exists() or "layout" in config:
        return folder
    if config:
        return None
    raise ModelError(
        f"{folder} holds no stance model: it lacks model.xml and the files beside it, or the config.json of a "
        "transformers model; name another folder, or name none to use the bundled weights"
    )


def model_revision(path_or_id: str | Path | None = None) -> str:
    """Return the revision that `from_pretrained` of the same argument has; weights of ours are checked, not
    loaded.

    Raises ModelError as `from_pretrained` does.
    """
    folder = weights_folder(path_or_id)
    if folder is not None:
        from models.engine import weights_revision

        return weights_revision(folder)
    return StanceClassifier.from_pretrained(path_or_id).revision


def _config_of(folder: Path) -> dict[str, Any]:
    """Return what `config.json` of a model's folder says; nothing where it is missing or no JSON object."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return config if isinstance(config, dict) else {}


def says_something(text: str) -> bool:
    """Return whether anything is left of the text without addresses, mentions and punctuation; an emoji is
    something.
    """
    return bool(_CONTENTLESS.sub("", text)) or bool(_PICTURE.search(text))


def _paired(texts: Sequence[str], targets: Sequence[str] | str, contexts: Sequence[str] | None) -> list[Pair]:
    wanted = [targets] * len(texts) if isinstance(targets, str) else list(targets)
    around = [""] * len(texts) if contexts is None else [c or "" for c in contexts]
    if not len(texts) == len(wanted) == len(around):
        raise ValueError(
            f"{len(texts)} texts, {len(wanted)} targets and {len(around)} contexts: lengths must be equal"
        )
    cleaned = [clean_text(t).strip() for t in wanted]
    if not all(cleaned):
        raise ValueError("a target is empty: give a sentence or a phrase that one can agree with")
    return [
        Pair(clean_text(text).strip(), target, clean_text(context).strip())
        for text, target, context in zip(texts, cleaned, around, strict=True)
    ]


if __name__ == "__main__":
    from models.stance_files import main

    raise SystemExit(terminal.run(main))
