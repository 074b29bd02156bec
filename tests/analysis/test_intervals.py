from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.intervals import Z95, effective_n, newcombe, wilson

shares = st.floats(0, 1)
sizes = st.floats(0.5, 1e6)


def test_wilson_gives_the_published_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17:857, table I, method 3
    for x, n, lo, hi in [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ]:
        low, high = wilson(x / n, n)
        assert (round(float(low), 4), round(float(high), 4)) == (lo, hi)


def test_newcombe_gives_the_published_interval() -> None:
    # Newcombe (1998), Statistics in Medicine 17:873, table II, method 10
    published = [
        (56, 70, 48, 80, 0.0524, 0.3339),
        (9, 10, 3, 10, 0.1705, 0.8090),
        (10, 10, 0, 20, 0.6791, 1.0),
        (10, 10, 0, 10, 0.6075, 1.0),
    ]
    for x, n, y, m, lo, hi in published:
        difference, low, high = newcombe(x / n, n, y / m, m)
        assert float(difference) == pytest.approx(x / n - y / m)
        assert (round(float(low), 4), round(float(high), 4)) == (lo, hi)


def test_wilson_solves_its_equation() -> None:
    p, n = 0.3, 50.0
    for end in wilson(p, n):
        assert abs(p - float(end)) == pytest.approx(Z95 * np.sqrt(float(end) * (1 - float(end)) / n))


@given(shares, sizes)
def test_interval_holds_its_share_and_stays_within_zero_and_one(share: float, n: float) -> None:
    lo, hi = wilson(share, n)
    assert 0 <= lo <= share <= hi <= 1


@given(shares, sizes, shares, sizes)
def test_difference_interval_turns_over_when_sides_change(p: float, n: float, q: float, m: float) -> None:
    difference, lo, hi = newcombe(p, n, q, m)
    turned, turned_lo, turned_hi = newcombe(q, m, p, n)
    assert -1 <= lo <= difference <= hi <= 1
    assert np.allclose([difference, lo, hi], [-turned, -turned_hi, -turned_lo])


def test_without_data_nothing_is_known() -> None:
    assert [float(end) for end in wilson(0.0, 0)] == [0.0, 1.0]
    assert float(effective_n(0, 0)) == 0.0


def test_effective_n_of_equal_weights_is_their_number() -> None:
    assert float(effective_n(12.0, 12.0)) == 12
    assert float(effective_n(12.0, 3 * 4.0**2)) == 3  # three texts of four copies each
    assert effective_n([1.0, 0.0], [1.0, 0.0]).tolist() == [1.0, 0.0]
