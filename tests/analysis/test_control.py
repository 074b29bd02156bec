"""The baseline beside an independent fit (statsmodels), and what it does with bursts and fading attention."""

from __future__ import annotations

import numpy as np
import pytest

from analysis.control import BASELINE_DAYS, FEWEST_DAYS, fit_baseline
from tests.analysis.made_counts import WEEK, days_of_week, made_counts

N = BASELINE_DAYS


def test_means_and_dispersion_are_those_of_a_quasi_poisson_regression_on_weekdays() -> None:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    counts, weekdays = made_counts(np.random.default_rng(1), 200, 0.1, N), days_of_week(N)
    usual = fit_baseline(counts, weekdays)
    assert usual is not None
    fit = GLM(counts, np.eye(7)[weekdays], family=Poisson()).fit(scale="X2")  # as in Farrington et al. (1996)
    assert usual.means == pytest.approx(np.exp(fit.params), rel=0.01)
    assert (1 + usual.spread * usual.means).mean() == pytest.approx(fit.scale, rel=0.3)


def test_limit_holds_99_days_of_100_of_a_steady_source() -> None:
    rng = np.random.default_rng(2)
    below = total = 0
    for mean in (10, 40, 300):
        for _ in range(60):
            counts = made_counts(rng, mean, 0.05, N + 14)
            usual = fit_baseline(counts[:N], days_of_week(N))
            assert usual is not None
            below += int((counts[N:] < usual.limits(days_of_week(N + 14)[N:])).sum())
            total += 14
    assert 0.001 < below / total < 0.015


def test_weekday_has_its_own_limit() -> None:
    usual = fit_baseline(made_counts(np.random.default_rng(4), 50, 0.02, N), days_of_week(N))
    assert usual is not None
    monday, sunday = usual.limits(np.array([0, 6]))
    assert 0 < sunday < monday < WEEK[0] * 50


def test_week_of_headlines_hardly_lifts_what_is_usual_after_it() -> None:
    counts = made_counts(np.random.default_rng(5), 20, 0.05, N)
    plain = fit_baseline(counts, days_of_week(N))
    counts[30:35] *= 12
    lifted = fit_baseline(counts, days_of_week(N))
    assert plain is not None and lifted is not None
    assert counts.mean() > 1.8 * plain.means.mean()
    assert lifted.means.mean() < 1.3 * plain.means.mean()


def test_limit_follows_attention_that_fades() -> None:
    counts = made_counts(np.random.default_rng(6), 40, 0.05, N)
    steady = fit_baseline(counts, days_of_week(N))
    counts[-14:] = np.round(counts[-14:] / 8)
    faded = fit_baseline(counts, days_of_week(N))
    assert steady is not None and faded is not None and faded.fade < 0.3 < 0.8 < steady.fade
    whole_week = np.arange(7)
    assert (faded.limits(whole_week) < 0.5 * steady.limits(whole_week)).all()


def test_two_weeks_are_needed() -> None:
    counts = np.full(FEWEST_DAYS, 9.0)
    assert fit_baseline(counts[1:], days_of_week(FEWEST_DAYS - 1)) is None
    assert fit_baseline(counts, days_of_week(FEWEST_DAYS)) is not None
