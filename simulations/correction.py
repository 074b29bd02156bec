"""Corrected shares where prevalence drifts and the classifier errs more in one language, against what else one could do."""

from __future__ import annotations

from collections import defaultdict

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.correction import corrected_shares
from analysis.intervals import wilson
from analysis.sampling import draw_sample
from records import ANSWERS, STANCES
from simulations.table import rows
from simulations.worlds import Mix, make_frame, true_shares

FIRST, LAST = (0.15, 0.45, 0.35, 0.05), (0.35, 0.30, 0.30, 0.05)
"""Support that more than doubles from the first week to the last."""
CASES = {
    "English, mild errors": ("en", Mix(FIRST, LAST, lean=(0.2, 0.5, -0.3), sharp=3.0)),
    "Spanish, stances read as neutral": ("es", Mix(FIRST, LAST, lean=(-0.9, -0.6, 0.9), sharp=2.2)),
    "a rare stance": ("en", Mix((0.02, 0.55, 0.38, 0.05), (0.04, 0.50, 0.41, 0.05), (0.0, 0.4, -0.4), 3.0)),
    "a good classifier": ("en", Mix(FIRST, LAST, lean=(0.0, 0.2, 0.0), sharp=5.0)),
}
SIZES = (100, 200)
COUNT, ALONE, BAYES, PPI = (
    "classify and count",
    "labels alone",
    "Bayesian confusion matrix",
    "corrected share",
)

Ends = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def simulate(runs: int, seed: int) -> pl.DataFrame:
    """Return coverage, bias (the stance that is furthest off) and mean width of each method, by case and number of labels."""
    found = []
    for at, (case, (lang, mix)) in enumerate(CASES.items()):
        for n in SIZES:
            rng = np.random.default_rng([seed, at, n])
            results = defaultdict(list)
            for run in range(runs):
                frame = make_frame({lang: mix}, rng)
                truth = true_shares(frame)
                for method, (share, lo, hi) in _methods(frame, n, run, rng).items():
                    results[method].append(np.stack([share - truth, (lo <= truth) & (truth <= hi), hi - lo]))
            for method, runs_of in results.items():
                error, held, width = np.mean(runs_of, axis=0)
                found.append(
                    {
                        "simulation": "corrected shares", "case": f"{case}, {n} labels", "method": method, "runs": runs,
                        "bias_pts": float(100 * error[np.abs(error).argmax()]),
                        "coverage": None if method == COUNT else float(held.mean()),
                        "width_pts": None if method == COUNT else float(100 * width.mean()),
                    }
                )  # fmt: skip
    return rows(found)


def _methods(frame: pl.DataFrame, n: int, run: int, rng: np.random.Generator) -> dict[str, Ends]:
    sample, strata = draw_sample(frame, "agreement", n, seed=run)
    truths = frame.select("text_key", label="truth", analyst=pl.lit("one"))
    labels = truths.join(sample.select("text_key"), on="text_key", how="semi")
    found = corrected_shares(strata, sample, labels, min_labels=n)
    counted = found["read_as"].to_numpy()
    share, lo, hi = (found[name].to_numpy() for name in ("share", "lo", "hi"))
    return {
        COUNT: (counted, counted, counted),
        ALONE: _labels_alone(frame.sample(n, seed=run)),
        BAYES: _bayes(strata, sample.join(labels, on="text_key"), rng),
        PPI: (share, lo, hi),
    }


def _labels_alone(drawn: pl.DataFrame) -> Ends:
    """Return the shares in a simple random sample, without a classifier (Wilson)."""
    share = true_shares(drawn)
    return share, *wilson(share, drawn.filter(pl.col("truth") != ANSWERS[-1]).height)


def _bayes(strata: pl.DataFrame, labelled: pl.DataFrame, rng: np.random.Generator) -> Ends:
    """Return posterior means and quantiles: what texts are, given what they are read as, is multinomial in each stratum,
    under a Dirichlet prior worth one text that is as all labelled ones are."""
    base = np.array([(labelled["label"] == answer).mean() for answer in ANSWERS]) + 0.01
    parts = np.zeros((1000, len(ANSWERS)))
    for name, size in strata.select("predicted", "n_frame").iter_rows():
        said = labelled.filter(pl.col("predicted") == name)["label"]
        counts = np.array([(said == answer).sum() for answer in ANSWERS])
        parts += size * rng.dirichlet(counts + base / base.sum(), size=len(parts))
    shares = parts[:, : len(STANCES)] / parts[:, : len(STANCES)].sum(axis=1, keepdims=True)
    lo, hi = np.quantile(shares, [0.025, 0.975], axis=0)
    return shares.mean(axis=0), lo, hi
