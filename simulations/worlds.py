"""Made-up collections of texts: what each says, how a classifier that errs reads it, and what analysts would answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from records import ANSWERS, LABELS, STANCES

FIRST_WEEK = date(2025, 2, 3)
N_WEEKS = 20
THRESHOLD = 0.5
"""A likeliest class below this is unclear."""


@dataclass(frozen=True, slots=True)
class Mix:
    """The texts of one language: shares of ANSWERS in the first and the last week, and how the classifier leans.

    Its score for a class is normal around `lean`, and higher by `sharp` for the class that the text is of.
    """

    first: tuple[float, float, float, float]
    last: tuple[float, float, float, float]
    lean: tuple[float, float, float]
    sharp: float
    n: int = 2000


def make_frame(mixes: dict[str, Mix], rng: np.random.Generator) -> pl.DataFrame:
    """Return a frame as `analysis.sampling.draw_sample` takes it, with the column `truth` (one of ANSWERS) beside."""
    return pl.concat([_of_language(lang, mix, rng) for lang, mix in mixes.items()])


def true_shares(frame: pl.DataFrame) -> NDArray[np.float64]:
    """Return the shares (3,) of STANCES among the texts of a frame that are about the target."""
    counts = np.array([(frame["truth"] == stance).sum() for stance in STANCES], float)
    return counts / counts.sum()


def _of_language(lang: str, mix: Mix, rng: np.random.Generator) -> pl.DataFrame:
    week = rng.integers(N_WEEKS, size=mix.n)
    late = (week / (N_WEEKS - 1))[:, None]
    odds = (1 - late) * np.array(mix.first) + late * np.array(mix.last)
    truth = (rng.random((mix.n, 1)) > odds.cumsum(axis=1)[:, :-1]).sum(axis=1)
    pull = np.vstack([np.eye(3), np.full(3, 1 / 3)])[truth]
    scores = np.exp(mix.sharp * pull + np.array(mix.lean) + 0.9 * rng.standard_normal((mix.n, 3)))
    scores /= scores.sum(axis=1, keepdims=True)
    read = np.where(scores.max(axis=1) < THRESHOLD, len(STANCES), scores.argmax(axis=1))
    return pl.DataFrame(
        {
            "text_key": [f"{lang}{number}" for number in range(mix.n)],
            "lang": lang,
            "predicted": np.array(LABELS)[read],
            "week": np.datetime64(FIRST_WEEK) + 7 * week,
            **{stance: scores[:, at] for at, stance in enumerate(STANCES)},
            "truth": np.array(ANSWERS)[truth],
        }
    )
