"""How much a share would move if other analysts of the same kind had labelled: the variance between analysts."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import polars as pl

from analysis.intervals import Floats
from records import ANSWERS, STANCES


def analyst_variance(
    votes: pl.DataFrame, standing: pl.DataFrame, shares: Floats, on_topic: float
) -> tuple[Floats, int]:
    """Return the variance (3,) that the choice of analysts adds to each share, and its degrees of freedom.

    `votes`: text_key, analyst, label; `standing`: text_key, weight (what the text stands for; any scale); `shares` in the
    order of STANCES, out of the part `on_topic` of the frame. Analysts are taken as drawn from many who could have
    labelled. Of the texts that a pair has both read, the difference between what the two say of the shares is d; its
    square estimates twice the variance of one analyst (plus what chance adds on these few texts, which is left in: with it
    taken off, intervals of two or three analysts cover too little). The variance of the mean of analysts whose answers weigh s_j is sum(s_j^2) times that.
    One analyst, or no text in common, gives zero with no degree of freedom: nothing is known of the others.
    """
    rows = votes.join(standing, on="text_key").sort("text_key", "analyst")
    texts, place = np.unique(rows["text_key"].to_numpy(), return_inverse=True)
    analysts, who = np.unique(rows["analyst"].to_numpy(), return_inverse=True)
    label, weight = rows["label"].to_numpy(), rows["weight"].to_numpy()
    parts = np.bincount(who, weight / np.bincount(place)[place])
    # what one answer adds to each share, to first order: (it says so - share, where it is on topic) / on_topic
    said = label[:, None] == np.array(STANCES)
    residual = (said - shares * (label != ANSWERS[-1])[:, None]) / on_topic
    answers = np.full((len(analysts), len(texts), len(STANCES)), np.nan)
    answers[who, place] = residual
    of_text = np.zeros(len(texts))
    of_text[place] = weight
    squares, n_shared = np.zeros(len(STANCES)), 0
    for one, other in combinations(answers, 2):
        both = ~np.isnan(one[:, 0] + other[:, 0])
        if both.any():
            gap = of_text[both] @ (one - other)[both] / of_text[both].sum()
            squares += both.sum() * gap**2
            n_shared += int(both.sum())
    if not n_shared:
        return np.zeros(len(STANCES)), 0
    return squares / n_shared / 2 * float(((parts / parts.sum()) ** 2).sum()), len(analysts) - 1
