"""The bundled weights read at least this well on small samples; a change that falls below a floor does not
land.

Floors lie a little under what the shipped weights reach on the same rows (models/weights/stance/CARD.md holds
the scores on the whole sets). A sample swings by some points when the weights change; the floors leave room
for that and no more.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from models.stance import StanceClassifier
from models.training.measure import probabilities_of, score_of
from models.training.measured_sets import TOPIC_TARGETS, MeasuredSet, held_out_set, public_set, topic_sets

FLOORS = json.loads((Path(__file__).parent / "stance_floors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def classifier() -> StanceClassifier:
    return StanceClassifier.from_pretrained()


def sample(measured: MeasuredSet, n: int) -> MeasuredSet:
    """Return every k-th row of the set, about `n` of them."""
    step = max(1, len(measured.examples) // n)
    return MeasuredSet(measured.name, measured.title, measured.examples[::step], measured.classes)


@pytest.mark.parametrize("name", sorted(FLOORS))
def test_macro_f1_is_above_its_floor(classifier: StanceClassifier, shared: Path, name: str) -> None:
    ours = {s.name: s for s in [*held_out_set(shared), *topic_sets(shared)]}
    measured = sample(ours[name] if name in ours else public_set(shared, name), 300)
    score = score_of(measured, probabilities_of(classifier, measured))
    assert score.macro >= FLOORS[name], f"{measured.title}: {score.macro:.3f} on {score.n} rows"


def first_article(shared: Path, speaker: str) -> list[dict[str, str]]:
    """Return the labelled statements of one speaker in the article that the project began with."""
    lines = (shared / "data/topic/statements.jsonl").read_text(encoding="utf-8").splitlines()
    return [r for r in map(json.loads, lines) if r["article"] == "001" and r["speaker"] == speaker]


@pytest.mark.parametrize(
    ("speaker", "quote", "label"),
    [
        ("Manuel Flores", "", "against"),
        ("Nayib Bukele", "", "favor"),
        pytest.param(
            "Marco Rubio",
            "unprecedented",
            "favor",
            marks=pytest.mark.xfail(
                reason="known failure: bare superlatives, the praise stands in the cue", strict=False
            ),
        ),
        pytest.param(
            "a U.S. official",
            "",
            "neutral",
            marks=pytest.mark.xfail(
                reason="known failure: a legal limit is read as a judgement", strict=False
            ),
        ),
    ],
)
def test_the_article_that_the_project_began_with_is_read_right(
    classifier: StanceClassifier, shared: Path, speaker: str, quote: str, label: str
) -> None:
    rows = [r for r in first_article(shared, speaker) if quote in r["quote"]]
    found = classifier.predict([r["quote"] for r in rows], DEAL, [r["context"] for r in rows])
    assert rows and {f.label for f in found} == {label}


DEAL = TOPIC_TARGETS["en"]


def test_two_wordings_of_the_target_agree(classifier: StanceClassifier, shared: Path) -> None:
    examples = [e for s in topic_sets(shared) for e in s.examples]
    texts, contexts = [e.text for e in examples], [e.context for e in examples]
    first = classifier.predict_proba(
        texts, "The prison agreement between the United States and El Salvador", contexts
    )
    second = classifier.predict_proba(
        texts, "El acuerdo carcelario entre Estados Unidos y El Salvador", contexts
    )
    assert np.mean(first.argmax(1) == second.argmax(1)) >= 0.8
