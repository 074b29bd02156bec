"""Corrected shares where several analysts label, of whom each has a habit of their own and errs at random besides."""

from __future__ import annotations

import numpy as np
import polars as pl

from analysis.correction import corrected_shares
from analysis.sampling import SHARED_EVERY, draw_sample
from records import STANCES
from simulations.correction import FIRST, LAST
from simulations.table import rows
from simulations.worlds import Mix, make_frame, true_shares

MIX = Mix(FIRST, LAST, lean=(-0.9, -0.6, 0.9), sharp=2.2)
N_LABELS = 200
HABIT = 0.15
"""How often the average analyst calls a text neutral that is not."""
CASES = {
    "two analysts, chance alone": (2, 0.0),
    "three analysts, chance alone": (3, 0.0),
    "three analysts, habits differ by 5 points": (3, 0.05),
    "five analysts, habits differ by 5 points": (5, 0.05),
}


def simulate(runs: int, seed: int) -> pl.DataFrame:
    """Return coverage, bias and width for the shares that the average analyst of a large pool would give the whole frame."""
    found = []
    for at, (case, (n_analysts, spread)) in enumerate(CASES.items()):
        rng = np.random.default_rng([seed, 100 + at])
        results = []
        for run in range(runs):
            frame = make_frame({"es": MIX}, rng)
            truth = true_shares(frame) * [1 - HABIT, 1 - HABIT, 1]
            truth[2] += 1 - truth.sum()
            sample, strata = draw_sample(frame, "agreement", N_LABELS, seed=run)
            labels = _labels(
                sample.join(frame.select("text_key", "truth"), on="text_key"), n_analysts, spread, rng
            )
            share, lo, hi = (
                corrected_shares(strata, sample, labels)[name].to_numpy() for name in ("share", "lo", "hi")
            )
            results.append(np.stack([share - truth, (lo <= truth) & (truth <= hi), hi - lo]))
        error, held, width = np.mean(results, axis=0)
        found.append(
            {
                "simulation": "several analysts", "case": f"{case}, {N_LABELS} labels", "method": "corrected share",
                "runs": runs, "bias_pts": float(100 * error[np.abs(error).argmax()]), "coverage": float(held.mean()),
                "width_pts": float(100 * width.mean()),
            }
        )  # fmt: skip
    return rows(found)


def _labels(sample: pl.DataFrame, n_analysts: int, spread: float, rng: np.random.Generator) -> pl.DataFrame:
    """Return what the analysts answer: all of them to each SHARED_EVERY-th text, one of them to each of the others."""
    habits = HABIT + spread * np.clip(rng.standard_normal(n_analysts), -2, 2)
    parts = []
    for number, habit in enumerate(habits):
        mine = sample.filter((pl.col("place") % SHARED_EVERY == 1) | (pl.col("place") % n_analysts == number))
        calls_neutral = pl.Series(rng.random(mine.height) < habit) & mine["truth"].is_in(STANCES[:2])
        label = pl.when(calls_neutral).then(pl.lit(STANCES[2])).otherwise(pl.col("truth"))
        parts.append(
            mine.select("text_key", label.alias("label"), pl.lit(f"analyst {number}").alias("analyst"))
        )
    return pl.concat(parts)
