"""A random sample of texts for analysts to label: stratified by language, predicted label and week, with probabilities.

Each text has a permanent random number, a hash of the seed, the target and its key (Ohlsson 1995, in Business Survey
Methods, ch. 9). Of every cell the smallest numbers are drawn, so that a later draw over more texts, or after the classifier
was retrained, meets most of the texts that were drawn before: their labels stay in use.
"""

from __future__ import annotations

import hashlib

import numpy as np
import polars as pl
from numpy.typing import NDArray

STRATUM = ("lang", "predicted")

EVEN = 1 / 4
"""Of a language's sample, what is spread evenly over the predicted labels; the rest follows their sizes. A rare label is
then seen often enough to know its error, at a few percent more variance."""

SHARED_EVERY = 4
"""Every analyst reads each so many-th text of the queue, so that agreement can be told; the others are shared out."""

SAMPLE_SCHEMA: dict[str, pl.DataType] = {
    "text_key": pl.String(),
    "lang": pl.String(),
    "predicted": pl.String(),
    "week": pl.Date(),
    "probability": pl.Float64(),
    "place": pl.Int32(),
    **{name: pl.Float64() for name in ("favor", "against", "neutral")},
}
STRATA_SCHEMA: dict[str, pl.DataType] = {
    "lang": pl.String(),
    "predicted": pl.String(),
    "n_frame": pl.Int64(),
    "n_drawn": pl.Int64(),
    **{name: pl.Float64() for name in ("favor", "against", "neutral")},
}


def draw_sample(
    frame: pl.DataFrame, target: str, n_per_lang: int, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the texts drawn, in the order in which they are to be labelled, and the strata that they were drawn from.

    `frame`: one row a text with text_key, lang, predicted (the classifier's label), week (its Monday), and the
    probabilities favor, against, neutral. Sample: text_key, lang, predicted, week, probability (of being drawn), place (from 1; any first
    part of the order is itself a random sample of every stratum), favor, against, neutral. Strata: lang, predicted,
    n_frame, n_drawn, and the mean probabilities of all texts in the frame. Of each language min(n_per_lang, all) are
    drawn. The same frame, target and seed give the same sample. Raises ValueError for n_per_lang below 1.
    """
    if n_per_lang < 1:
        raise ValueError(f"a sample holds at least one text a language, not {n_per_lang}")
    texts = frame.unique("text_key", keep="first")
    if texts.is_empty():
        return pl.DataFrame(schema=SAMPLE_SCHEMA), pl.DataFrame(schema=STRATA_SCHEMA)
    numbers = _permanent_numbers(texts["text_key"].to_list(), f"{seed}/{target}")
    texts = texts.with_columns(pl.Series("u", numbers[:, 0]), pl.Series("order", numbers[:, 1]))
    strata = _strata(texts, n_per_lang)
    rank = pl.int_range(pl.len()).over(*STRATUM, "week")
    turn = (pl.int_range(pl.len()).over(STRATUM) + 0.5) / pl.col("n_drawn")
    drawn = (
        texts.sort("u", "text_key")
        .join(_quotas(texts, strata, f"{seed}/{target}/start"), on=[*STRATUM, "week"])
        .filter(rank < pl.col("quota"))
        .sort("order")
        .with_columns(probability=pl.col("n_drawn") / pl.col("n_frame"), turn=turn)
        .sort("turn", "order")
        .with_row_index("place", offset=1)
    )
    return drawn.select(pl.col(name).cast(dtype) for name, dtype in SAMPLE_SCHEMA.items()), strata


def allocate(n_texts: list[int], n: int) -> list[int]:
    """Return how many to draw of each stratum, `min(n, all)` in sum and never more than a stratum holds."""
    sizes = np.asarray(n_texts, float)
    left = min(n, int(sizes.sum()))
    wanted = left * ((1 - EVEN) * sizes / sizes.sum() + EVEN / len(sizes))
    full = np.zeros(len(sizes), bool)
    while (over := ~full & (wanted >= sizes)).any():  # what a small stratum cannot give goes to the others
        full |= over
        spare = left - sizes[full].sum()
        if full.all():
            break
        wanted[~full] *= spare / wanted[~full].sum()
    wanted[full] = sizes[full]
    whole = np.floor(wanted + 1e-9).astype(int)
    rest = left - int(whole.sum())
    for at in np.argsort(-(wanted - whole), kind="stable")[:rest]:
        whole[at] += 1
    return [int(size) for size in whole]


def queue(sample: pl.DataFrame, labels: pl.DataFrame, analyst: str) -> pl.DataFrame:
    """Return the texts of the sample that an analyst has still to label, the next one first.

    First come those that every analyst reads (each SHARED_EVERY-th) and those that nobody has labelled; then those that
    others have. `labels` (text_key, analyst, ...) are of the sample's target.
    """
    mine = labels.filter(pl.col("analyst") == analyst)["text_key"]
    others = labels.filter(pl.col("analyst") != analyst)["text_key"].unique()
    left = sample.filter(~pl.col("text_key").is_in(mine.to_list()))
    later = pl.col("text_key").is_in(others.to_list()) & (pl.col("place") % SHARED_EVERY != 1)
    return left.sort(later, "place")


def _strata(texts: pl.DataFrame, n_per_lang: int) -> pl.DataFrame:
    scores = pl.col("favor", "against", "neutral").mean()
    found = texts.group_by(STRATUM).agg(pl.len().cast(pl.Int64).alias("n_frame"), scores).sort(STRATUM)
    n_drawn: list[int] = []
    for lang in found["lang"].unique(maintain_order=True):
        n_drawn += allocate(found.filter(pl.col("lang") == lang)["n_frame"].to_list(), n_per_lang)
    return found.with_columns(pl.Series("n_drawn", n_drawn)).select(
        pl.col(name).cast(dtype) for name, dtype in STRATA_SCHEMA.items()
    )


def _quotas(texts: pl.DataFrame, strata: pl.DataFrame, salt: str) -> pl.DataFrame:
    """Return how many to draw in each week of each stratum: lang, predicted, week, quota, n_drawn, n_frame.

    A week's expected number is its share of its stratum. Systematic rounding with a random start for each stratum makes them
    whole numbers that add up to n_drawn, each right on average (Cochran 1977, Sampling Techniques, ch. 8).
    """
    names = [f"{lang}/{label}" for lang, label in strata.select(STRATUM).iter_rows()]
    starts = strata.select(*STRATUM, "n_drawn", "n_frame").with_columns(
        pl.Series("start", _permanent_numbers(names, salt)[:, 0])
    )
    cells = (
        texts.group_by(*STRATUM, "week")
        .agg(pl.len().alias("n"))
        .join(starts, on=STRATUM)
        .sort(*STRATUM, "week")
    )
    upto = pl.col("n").cum_sum().over(STRATUM)
    steps = [
        (number * (pl.col("n_drawn") / pl.col("n_frame")) + pl.col("start") + 1e-9).floor()
        for number in (upto, upto - pl.col("n"))
    ]
    return cells.select(*STRATUM, "week", "n_drawn", "n_frame", quota=steps[0] - steps[1])


def _permanent_numbers(keys: list[str], salt: str) -> NDArray[np.float64]:
    """Return two uniform numbers in [0, 1) for each key, the same on every machine and in every draw."""
    prefix = salt.encode()
    digests = b"".join(
        hashlib.blake2b(key.encode(), key=prefix[:64], digest_size=16).digest() for key in keys
    )
    return np.frombuffer(digests, dtype="<u8").reshape(-1, 2) / 2.0**64
