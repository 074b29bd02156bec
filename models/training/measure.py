"""Measures a classifier on the sets: `python -m models.training.measure --shared ../shared [--model DIR]`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from models.stance import StanceClassifier
from models.training.measured_sets import PUBLIC, MeasuredSet, all_sets, held_out_set, public_set, topic_sets
from models.training.score import bootstrap_interval, calibration_error, class_f1, macro_f1


@dataclass(frozen=True, slots=True)
class Score:
    """What one set says of one classifier. `ece` is None for sets without a neutral class."""

    name: str
    title: str
    n: int
    macro: float
    lo: float
    hi: float
    by_class: tuple[float, float, float]
    ece: float | None


def probabilities_of(classifier: StanceClassifier, measured: MeasuredSet) -> np.ndarray:
    """Return the classifier's probabilities, (n, 3); neutral is left out of the running where the set has
    none.
    """
    found = classifier.predict_proba(
        [e.text for e in measured.examples],
        [e.target for e in measured.examples],
        [e.context for e in measured.examples],
    )
    if 2 not in measured.classes:
        found[:, 2] = 0
    return found


def score_of(measured: MeasuredSet, probabilities: np.ndarray) -> Score:
    """Return macro-F1 with its interval, F1 by class, and calibration error."""
    gold, predicted = np.array([e.label for e in measured.examples]), probabilities.argmax(1)
    lo, hi = bootstrap_interval(gold, predicted, measured.classes)
    return Score(
        measured.name,
        measured.title,
        len(gold),
        macro_f1(gold, predicted, measured.classes),
        lo,
        hi,
        (class_f1(gold, predicted, 0), class_f1(gold, predicted, 1), class_f1(gold, predicted, 2)),
        calibration_error(gold, probabilities) if 2 in measured.classes else None,
    )


def measure(classifier: StanceClassifier, sets: Sequence[MeasuredSet]) -> list[Score]:
    """Return the score on each set, printing each as it comes."""
    scores = []
    for measured in sets:
        score = score_of(measured, probabilities_of(classifier, measured))
        scores.append(score)
        f, a, n = score.by_class
        ece = "" if score.ece is None else f"  ece {score.ece:.3f}"
        print(
            f"{score.title:52} n {score.n:5}  macro-F1 {score.macro:.3f} [{score.lo:.3f}, {score.hi:.3f}]"
            f"  favor {f:.3f} against {a:.3f} neutral {n:.3f}{ece}",
            flush=True,
        )
    return scores


def main(arguments: list[str] | None = None) -> int:
    """Print the scores of a classifier."""
    parser = argparse.ArgumentParser(prog="python -m models.training.measure", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument(
        "--model", default=None, help="weights folder or hub id; the bundled weights if left out"
    )
    parser.add_argument(
        "--quick", action="store_true", help="held-out topics, topic statements, 500 rows of three sets"
    )
    options = parser.parse_args(arguments)
    sets = (
        [
            *held_out_set(options.shared),
            *topic_sets(options.shared),
            *(public_set(options.shared, name, 500) for name in list(PUBLIC)[:3]),
        ]
        if options.quick
        else all_sets(options.shared)
    )
    measure(StanceClassifier.from_pretrained(options.model), sets)
    return 0


if __name__ == "__main__":
    sys.exit(main())
