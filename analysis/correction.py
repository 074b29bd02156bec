"""Shares of a stance as analysts would have counted them, from a random sample of labels and every text's reading.

Prediction-powered inference (Angelopoulos et al. 2023, Science 382:669) in its stratified form with power tuning
(PPI++, Angelopoulos, Duchi and Zrnic 2023, arXiv:2311.01453; Fisch et al. 2024, arXiv:2406.04291), which for a sample of known probabilities
is the difference estimator of survey sampling (Särndal, Swensson and Wretman 1992, ch. 6). Formulas: docs/method.md.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from scipy.stats import t as student

from analysis.analysts import analyst_variance
from analysis.intervals import Z95, Floats, wilson
from analysis.votes import Cell, cells_of, decided_votes
from records import STANCES

MIN_LABELS = 100
"""Labelled texts that a language needs before its shares are corrected."""

_N = len(STANCES)

CORRECTED_SCHEMA: dict[str, pl.DataType] = {
    "lang": pl.String(),
    "stance": pl.String(),
    **{name: pl.Float64() for name in ("share", "lo", "hi", "read_as")},
    **{name: pl.Int64() for name in ("n_frame", "n_labels", "n_missing", "n_analysts")},
}


def corrected_shares(
    strata: pl.DataFrame, sample: pl.DataFrame, labels: pl.DataFrame, min_labels: int = MIN_LABELS
) -> pl.DataFrame:
    """Return one row a language and stance: lang, stance, share, lo, hi, read_as, n_frame, n_labels, n_missing, n_analysts.

    `strata` and `sample` are of one draw (`analysis.sampling.draw_sample`); `labels` (text_key, analyst, label) of its
    target, one row an analyst and text. Shares (0-1) of favor, against and neutral are of the texts that are about the
    target in the analysts' eyes, out of the `n_frame` texts that the classifier took to be so; they sum to 1. `lo` and
    `hi` bound the 95 % interval, which holds sampling, the classifier's errors and the analysts' differences. `read_as`
    is the classifier's own count, unclear ones left out. `n_labels` counts texts with an answer other than unsure.
    Share, lo and hi are null where a language lacks `n_missing` texts, or where no labelled text is about the target.
    """
    rows: list[dict[str, object]] = []
    for (lang,), of_lang in strata.sort("lang").group_by("lang", maintain_order=True):
        drawn = sample.filter(pl.col("lang") == lang)
        votes = decided_votes(drawn, labels)
        n_labels = votes["text_key"].n_unique()
        missing = max(0, min_labels - n_labels)
        found = None if missing else _estimate(cells_of(of_lang, drawn, votes), votes)
        counted = dict(of_lang.select("predicted", "n_frame").iter_rows())
        decided = sum(counted.get(stance, 0) for stance in STANCES)
        for at, stance in enumerate(STANCES):
            share, lo, hi = (None, None, None) if found is None else (float(part[at]) for part in found)
            rows.append(
                {
                    "lang": lang, "stance": stance, "share": share, "lo": lo, "hi": hi,
                    "read_as": counted.get(stance, 0) / decided if decided else None,
                    "n_frame": sum(counted.values()), "n_labels": n_labels, "n_missing": missing,
                    "n_analysts": votes["analyst"].n_unique(),
                }
            )  # fmt: skip
    return pl.DataFrame(rows, schema=CORRECTED_SCHEMA)


def _estimate(cells: list[Cell], votes: pl.DataFrame) -> tuple[Floats, Floats, Floats] | None:
    """Return shares and the ends of their intervals, in the order of STANCES; None where nothing labelled is on topic."""
    plain = _totals(cells, 0.0)
    on_topic = float(plain.sum())
    if on_topic <= 0:
        return None
    power = _power(cells, plain / on_topic)
    totals = np.clip(_totals(cells, power), 0.0, None)
    shares = totals / totals.sum()
    n_labels = sum(cell.n for cell in cells)
    inside, freedom = _variance(cells, shares, on_topic, power, n_labels)
    standing = pl.DataFrame(
        {
            "text_key": [key for cell in cells for key in cell.keys],
            "weight": np.concatenate([cell.n_frame * cell.omega for cell in cells]),
        }
    )
    between, spare = analyst_variance(votes, standing, shares, on_topic)
    variance = inside + between
    # Satterthwaite (1946): the degrees of freedom of a sum of estimated variances
    whole = variance**2 / (inside**2 / freedom + between**2 / max(spare, 1))
    worth = _spread(shares, n_labels) / (variance * (student.ppf(0.975, whole) / Z95) ** 2)
    left = max(1 - n_labels / sum(cell.n_frame for cell in cells), 1e-9)
    lo, hi = wilson(shares, np.minimum(worth, n_labels * (1 + _met(cells)) / left))
    return shares, lo, hi


def _totals(cells: list[Cell], power: float) -> Floats:
    """Return the part (0-1) of the frame that each stance makes up: labelled mean, plus `power` times what the classifier
    says of the whole cell over what it says of the labelled texts."""
    n_frame = sum(cell.n_frame for cell in cells)
    total = np.zeros(_N)
    for cell in cells:
        shift = cell.mean_scores - cell.omega @ cell.scores
        total += cell.n_frame / n_frame * (cell.omega @ cell.votes[:, :_N] + power * shift)
    return total


def _power(cells: list[Cell], shares: Floats) -> float:
    """Return how far to trust the classifier's probabilities (0-1): what makes the summed variance smallest (PPI++)."""
    both = own = 0.0
    for cell in cells:
        said, scored = _linear(cell, shares)
        factor = cell.n_frame**2 * cell.not_drawn / cell.n_eff
        both += factor * _covariance(cell, said, scored).sum()
        own += factor * _covariance(cell, scored, scored).sum()
    return float(np.clip(both / own, 0.0, 1.0)) if own > 0 else 0.0


def _variance(
    cells: list[Cell], shares: Floats, on_topic: float, power: float, n_labels: int
) -> tuple[Floats, Floats]:
    """Return the variance (3,) of each share from sampling and the classifier's errors, and its degrees of freedom.

    In each cell one text more is imagined, as varied as all texts together: a few labels without an error do not prove
    that there is none.
    """
    n_frame = sum(cell.n_frame for cell in cells)
    total, spare = np.zeros(_N), np.zeros(_N)
    for cell in cells:
        said, scored = _linear(cell, shares)
        residual = said - power * scored
        seen = (cell.n_eff - 1) * _covariance(cell, residual, residual)
        spread = (seen + _spread(shares, n_labels) * on_topic**2) / cell.n_eff
        part = (cell.n_frame / n_frame / on_topic) ** 2 * cell.not_drawn * spread / cell.n_eff
        total += part
        spare += part**2 / max(cell.n_eff - 1, 1.0)
    tiny = 1e-18  # a frame that is labelled whole has no sampling error
    return np.maximum(total, tiny), np.maximum(total**2, tiny**2) / np.maximum(spare, tiny**2)


def _linear(cell: Cell, shares: Floats) -> tuple[Floats, Floats]:
    """Return what each text's votes and scores add to the ratio on-topic share, to first order: (n, 3) each."""
    about = cell.votes[:, :_N].sum(axis=1, keepdims=True)
    return cell.votes[:, :_N] - shares * about, cell.scores - shares


def _covariance(cell: Cell, one: Floats, other: Floats) -> Floats:
    if cell.n < 2:
        return np.zeros(_N)
    product = (one - cell.omega @ one) * (other - cell.omega @ other)
    return cell.omega @ product * cell.n_eff / (cell.n_eff - 1)


def _spread(shares: Floats, n_labels: int) -> Floats:
    """Return the variance of one text's answer, never zero: half a text more is imagined for and half against."""
    smooth = (n_labels * shares + 0.5) / (n_labels + 1)
    return smooth * (1 - smooth)


def _met(cells: list[Cell]) -> Floats:
    """Return how many labelled texts (3,) have each stance or, where those are fewer, do not have it: a stance that was
    hardly met shows no variance, which proves nothing."""
    having = np.sum([cell.votes[:, :_N].sum(axis=0) for cell in cells], axis=0)
    return np.minimum(having, sum(cell.n for cell in cells) - having)
