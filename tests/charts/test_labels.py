from __future__ import annotations

from itertools import pairwise

import pytest

from charts.labels import push_apart


@pytest.mark.parametrize(
    "wanted", [[0.3, 0.31, 0.32], [0.0, 0.0, 0.0], [1.0, 1.0, 0.99], [0.5, 0.1, 0.52], [0.02, 0.05, 0.98]]
)
def test_labels_keep_their_distance_their_order_and_their_frame(wanted: list[float]) -> None:
    placed = push_apart(wanted, 0.06)
    ranked = sorted(placed)
    assert all(b - a >= 0.06 - 1e-9 for a, b in pairwise(ranked))
    assert min(placed) >= 0 and max(placed) <= 1
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    assert [placed[i] for i in order] == ranked


def test_labels_far_apart_stay_where_they_are() -> None:
    assert push_apart([0.8, 0.2, 0.5], 0.06) == [0.8, 0.2, 0.5]


def test_a_crowd_is_centred_on_what_it_wanted() -> None:
    placed = push_apart([0.5, 0.5], 0.1)
    assert sorted(placed) == pytest.approx([0.45, 0.55])


def test_more_labels_than_fit_are_spread_evenly() -> None:
    assert push_apart([0.5, 0.5, 0.5], 0.6) == [0.0, 0.5, 1.0]
    assert push_apart([], 0.1) == []
