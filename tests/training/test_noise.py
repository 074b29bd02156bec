"""Changes to targets and texts keep or flip the label as they say."""

from __future__ import annotations

import random

from models.training.examples import AGAINST, FAVOR, NEUTRAL, Example
from models.training.noise import noisy, reworded, without_accents


def reworded_many(example: Example) -> set[tuple[str, int]]:
    return {(e.target, e.label) for e in (reworded(example, random.Random(s)) for s in range(200))}


def test_rewording_flips_the_label_exactly_when_the_target_is_opposed() -> None:
    made = reworded_many(Example("t", "The port concession", FAVOR, "en"))
    assert ("The port concession should go ahead", FAVOR) in made
    assert ("The port concession should be stopped", AGAINST) in made
    opposing = ("oppose", "stopped", "Opposition", "rejected", "Against", "No to", "wrong", "mistake")
    assert all((label == AGAINST) == any(w in target for w in opposing) for target, label in made)


def test_neutral_stays_neutral_toward_any_wording() -> None:
    assert {label for _, label in reworded_many(Example("t", "La concesión del puerto", NEUTRAL, "es"))} == {
        NEUTRAL
    }


def test_spanish_targets_get_spanish_sentences() -> None:
    made = {target for target, _ in reworded_many(Example("t", "La concesión del puerto", FAVOR, "es"))}
    assert "La concesión del puerto debe seguir adelante" in made
    assert "Estoy a favor de la concesión del puerto" in made


def test_targets_that_are_sentences_are_left_alone() -> None:
    example = Example("t", "The port concession should be approved", FAVOR, "en")
    assert reworded(example, random.Random(0)) is example


def test_noise_drops_accents_only_in_spanish() -> None:
    assert without_accents("El niño aquí") == "El nino aqui"
    assert all("café" in noisy("the café owner", "en", random.Random(s)).lower() for s in range(100))
    spanish = [noisy("así está", "es", random.Random(s)) for s in range(200)]
    assert 10 < sum("asi" in t.lower() for t in spanish) < 60
