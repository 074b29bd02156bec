"""How often the response page would cry wolf, and how large a change it would see: series where the truth is known.

Part of `python -m simulations`. Seeds are fixed: a rerun gives the same figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl

from analysis.baseline import expected_volume, fit_counts
from analysis.response_shift import AFTER_DAYS, BEFORE_DAYS, LEVEL, every_shift, place_among
from simulations.table import rows

Seed = int | Sequence[int]
WEEK = np.array([1.1, 1.1, 1.0, 1.0, 1.0, 0.8, 0.7])
"""Louder on weekdays than at the end of the week."""


@dataclass(frozen=True, slots=True)
class World:
    """A made-up series: length in days, mean posts a day, their spread (negative binomial), how far the share of
    `against` wanders (in logits) and how long it remembers."""

    name: str
    n_days: int = 365
    mean: float = 30.0
    spread: float = 0.2
    wander: float = 0.0
    memory: float = 0.0


WORLDS = (
    World("steady shares, a year"),
    World("steady shares, 150 days", n_days=150),
    World("shares that wander day by day", wander=0.3),
    World("shares that wander for weeks", wander=0.3, memory=0.9),
    World("few posts, very uneven", mean=12, spread=0.8, wander=0.2, memory=0.5),
)


def made_series(
    world: World, rng: np.random.Generator, on_at: int = 0, points: float = 0.0, factor: float = 1.0
) -> pl.DataFrame:
    """Return a series as `daily_series` does, that from the day `on_at` on for a week has `points` more against (0-1, taken
    from neutral) and `factor` times the posts."""
    days = np.arange(world.n_days)
    hit = (days >= on_at) & (days < on_at + AFTER_DAYS)
    means = world.mean * WEEK[days % 7] * np.where(hit, factor, 1.0)
    n = rng.negative_binomial(1 / world.spread, 1 / (1 + world.spread * means))
    logit = np.log(0.4 / 0.6) + _wander(world, rng)
    against = 1 / (1 + np.exp(-logit)) + np.where(hit, points, 0.0)
    n_against = rng.binomial(n, np.clip(against, 0.0, 1.0))
    n_favor = rng.binomial(n - n_against, 0.5)
    on = [date(2025, 1, 6) + timedelta(days=int(day)) for day in days]
    counts = {"favor": n_favor, "against": n_against, "n": n, "sq": n}
    return pl.DataFrame({"on": on, **{name: values.astype(float) for name, values in counts.items()}})


def _wander(world: World, rng: np.random.Generator) -> np.ndarray:
    noise = rng.normal(0.0, world.wander * np.sqrt(1 - world.memory**2), world.n_days)
    walk = np.zeros(world.n_days)
    for day in range(world.n_days):
        walk[day] = noise[day] + (world.memory * walk[day - 1] if day else 0.0)
    return walk


def told(
    world: World, seed: Seed, n_runs: int, points: float = 0.0, factor: float = 1.0
) -> tuple[float, float]:
    """Return how often a change of shares, and how often one of volume, is told of a day drawn at random."""
    rng = np.random.default_rng(seed)
    shares = volumes = 0
    for _ in range(n_runs):
        at = int(rng.integers(BEFORE_DAYS, world.n_days - AFTER_DAYS))
        days = made_series(world, rng, at, points, factor)
        found = place_among(every_shift(days), days["on"][at]).row(0, named=True)
        shares += found["moved"] is not None
        if found["volume_p"] is not None and found["volume_p"] <= LEVEL:
            total = expected_volume(days, days["on"][at])[1].row(0, named=True)
            volumes += total["lo"] is not None and not total["lo"] <= total["n"] <= total["hi"]
    return shares / n_runs, volumes / n_runs


def coverage(spread: float, n_days: int, seed: Seed, n_runs: int) -> tuple[float, float]:
    """Return how often the 95 % prediction intervals of a day, and of a week's sum, hold what came."""
    rng = np.random.default_rng(seed)
    weekdays = np.arange(n_days + 7) % 7
    days = weeks = 0
    for _ in range(n_runs):
        means = 20 * WEEK[weekdays]
        counts = rng.negative_binomial(1 / spread, 1 / (1 + spread * means)).astype(float)
        model = fit_counts(counts[:n_days], weekdays[:n_days])
        assert model is not None
        _, lo, hi = model.band(weekdays[n_days:])
        came = counts[n_days:]
        days += int(((came >= lo) & (came <= hi)).sum())
        _, low, high = model.total(weekdays[n_days:])
        weeks += low <= came.sum() <= high
    return days / (7 * n_runs), float(weeks / n_runs)


def simulate(runs: int, seed: int) -> pl.DataFrame:
    """Return false alarms and power of the placebo test, for shares and for volume, and the coverage of expected volume."""
    return rows({"simulation": "response to an event", "runs": runs, **row} for row in _found(runs, seed))


def _found(runs: int, seed: int) -> Iterator[dict[str, Any]]:
    for at, world in enumerate(WORLDS):
        shares, volumes = told(world, [seed, at], runs)
        yield {"case": world.name, "method": "shares", "false_alarms": shares}
        yield {"case": world.name, "method": "volume", "false_alarms": volumes}
    steady = WORLDS[0]
    for points in (0.10, 0.15, 0.20):
        shares, _ = told(steady, [seed, 100], runs, points=points)
        yield {"case": f"{steady.name}, +{round(100 * points)} points", "method": "shares", "power": shares}
    for factor in (2.0, 3.0):
        _, volumes = told(steady, [seed, 200], runs, factor=factor)
        yield {"case": f"{steady.name}, {factor:g} times the posts", "method": "volume", "power": volumes}
    for spread, n_days in ((0.05, 56), (0.5, 56), (0.2, 14)):
        held = coverage(spread, n_days, [seed, 300], runs)
        for method, share in zip(("expected a day", "expected a week"), held, strict=True):
            yield {"case": f"{n_days} days before, spread {spread:g}", "method": method, "coverage": share}
