"""The labelled texts of one language, with what analysts said of each and how much of the frame each stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import polars as pl

from analysis.intervals import Floats
from records import ANSWERS, STANCES

MIN_CELL = 5
"""Labelled texts that a stratum needs to stand alone; smaller ones are joined, so that each has a variance."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One stratum, or several small ones joined: n labelled texts that stand for `n_frame` of the frame."""

    keys: tuple[str, ...]
    n_frame: int
    omega: Floats  # (n,) what each text weighs in the cell; sums to 1
    votes: Floats  # (n, 4) share of the analysts' answers, in the order of ANSWERS
    scores: Floats  # (n, 3) the classifier's probabilities, in the order of STANCES
    mean_scores: Floats  # (3,) their mean over all texts of the cell in the frame

    @property
    def n(self) -> int:
        return len(self.omega)

    @property
    def n_eff(self) -> float:
        """How many equally weighted texts it is worth (Kish 1965)."""
        return float(1 / (self.omega**2).sum())

    @property
    def not_drawn(self) -> float:
        """The finite population correction: the part of the frame that was not labelled."""
        return max(0.0, 1 - self.n / self.n_frame)


def decided_votes(sample: pl.DataFrame, labels: pl.DataFrame) -> pl.DataFrame:
    """Return the answers other than unsure to texts of the sample: text_key, analyst, label; one row an analyst and text."""
    answered = labels.filter(pl.col("label").is_in(ANSWERS)).select("text_key", "analyst", "label")
    return answered.join(sample.select("text_key"), on="text_key", how="semi")


def cells_of(strata: pl.DataFrame, sample: pl.DataFrame, votes: pl.DataFrame) -> list[Cell]:
    """Return the cells of one language. `strata`, `sample` as of `analysis.sampling`, `votes` as of `decided_votes`.

    A text weighs 1 / (its probability of being drawn, times the part of its stratum's sample that was answered).
    """
    shares = votes.group_by("text_key").agg(
        (pl.col("label") == answer).mean().alias(f"said_{answer}") for answer in ANSWERS
    )
    answered = (pl.len() / pl.col("n_drawn")).over("predicted")
    rows = (
        sample.join(shares, on="text_key")
        .join(strata.select("predicted", "n_drawn"), on="predicted")
        .select("text_key", "predicted", "^said_.*$", *STANCES, weight=1 / (pl.col("probability") * answered))
        .sort("text_key")
    )
    keys, read, weights = rows["text_key"].to_numpy(), rows["predicted"].to_numpy(), rows["weight"].to_numpy()
    votes_of = rows.select(f"said_{answer}" for answer in ANSWERS).to_numpy()
    scores = rows.select(STANCES).to_numpy()
    names, sizes = strata["predicted"].to_numpy(), strata["n_frame"].to_numpy()
    means = strata.select(STANCES).to_numpy()
    cells = []
    for group in _joined(names.tolist(), Counter(read.tolist())):
        mine, of_frame = np.isin(read, group), np.isin(names, group)
        cells.append(
            Cell(
                keys=tuple(keys[mine]),
                n_frame=int(sizes[of_frame].sum()),
                omega=weights[mine] / weights[mine].sum(),
                votes=votes_of[mine],
                scores=scores[mine],
                mean_scores=sizes[of_frame] @ means[of_frame] / sizes[of_frame].sum(),
            )
        )
    return cells


def _joined(names: list[str], counts: Counter[str]) -> list[list[str]]:
    """Return the strata's names in groups of at least MIN_CELL labelled texts, where there are as many."""
    order = sorted(names, key=lambda name: (counts[name], name))
    groups: list[list[str]] = [[]]
    n = 0
    for name in order:
        if n >= MIN_CELL:
            groups.append([])
            n = 0
        groups[-1].append(name)
        n += counts[name]
    return groups


class Sorted(NamedTuple):
    """The labels that count, and how many labelled texts do not."""

    labels: pl.DataFrame
    n_gone: int  # no post of the text is left: it was deleted at its source, or never in this store
    n_outside: int  # here, but not in the sample: nobody drew it at random


def sorted_out(labels: pl.DataFrame, sample: pl.DataFrame, live: Collection[str]) -> Sorted:
    """Return the labels of texts that the sample holds and that are still there, and how many texts are left out."""
    is_live, in_sample = (
        pl.col("text_key").is_in(list(live)),
        pl.col("text_key").is_in(sample["text_key"].to_list()),
    )
    gone = labels.filter(~is_live)["text_key"].n_unique()
    outside = labels.filter(is_live & ~in_sample)["text_key"].n_unique()
    return Sorted(labels.filter(is_live & in_sample), gone, outside)
