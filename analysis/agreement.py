"""How far analysts agree beyond chance: Krippendorff's alpha of their labels."""

from __future__ import annotations

from typing import NamedTuple

import krippendorff
import polars as pl

GOOD, USABLE = 0.8, 2 / 3
"""From 0.8 on conclusions can rest on the labels; from 0.667 on tentative ones (Krippendorff 2004, Hum. Commun. Res. 30:429)."""


class Agreement(NamedTuple):
    """What analysts have in common. `alpha` is None where it is not defined: nobody read the same text, or one answer only.

    `verdict`: none_shared, one_answer, good, usable, weak, or opposed (no better than chance).
    """

    alpha: float | None
    n_texts: int  # read by two analysts or more
    n_analysts: int  # who read one of these
    same: float | None  # share (0-1) of pairs of answers to one text that are equal
    verdict: str


def agreement(labels: pl.DataFrame) -> Agreement:
    """Return the agreement of labels (text_key, analyst, label: one row an analyst and text), for nominal answers.

    Krippendorff (2018), Content Analysis, ch. 12; any number of analysts, texts may be read by some of them only. Leave out
    who was unsure before: that is no answer.
    """
    n_analysts = pl.col("analyst").n_unique().over("text_key")
    shared = labels.filter(n_analysts > 1)
    if shared.is_empty():
        return Agreement(None, 0, 0, None, "none_shared")
    counts = shared.pivot("label", index="text_key", values="analyst", aggregate_function="len").fill_null(0)
    n_texts, values = counts.height, counts.drop("text_key").to_numpy()
    n_each = values.sum(axis=1)
    same = float((values * (values - 1)).sum(axis=1) @ (1 / (n_each - 1)) / n_each.sum())
    who = shared["analyst"].n_unique()
    if values.shape[1] == 1:
        return Agreement(None, n_texts, who, same, "one_answer")
    alpha = float(krippendorff.alpha(value_counts=values, level_of_measurement="nominal"))
    return Agreement(alpha, n_texts, who, same, _verdict(alpha))


def _verdict(alpha: float) -> str:
    if alpha >= GOOD:
        return "good"
    if alpha >= USABLE:
        return "usable"
    return "weak" if alpha > 0 else "opposed"
