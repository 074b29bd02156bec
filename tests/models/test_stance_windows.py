"""The layout of one row and the windows of a long text."""

from __future__ import annotations

from itertools import pairwise

import pytest

from models.windows import (
    MAX_TARGET,
    MAX_WINDOWS,
    Layout,
    TargetTooLong,
    compose,
    cut_windows,
    fit_context,
    length_batches,
    windows_to_read,
)

LAYOUT = Layout(window=110, context=20, overlap=10)


def numbers(begin: int, n: int) -> list[int]:
    return list(range(begin, begin + n))


def test_row_reads_target_then_context_then_text() -> None:
    row = compose(LAYOUT, [10, 11], [20], [30, 31])
    assert row.ids == [0, 10, 11, 2, 2, 20, 2, 2, 30, 31, 2]
    assert row.types == [0] * 8 + [1] * 3


def test_row_without_context_leaves_its_part_out() -> None:
    assert compose(LAYOUT, [10], [], [30]).ids == [0, 10, 2, 2, 30, 2]


def test_short_text_is_one_window() -> None:
    assert len(cut_windows(LAYOUT, [10], [], numbers(1000, 30))) == 1


@pytest.mark.parametrize("n_text", [70, 71, 94, 95, 96, 200, 999])
@pytest.mark.parametrize("n_context", [0, 50])
def test_windows_cover_the_text_and_never_cut_the_target(n_text: int, n_context: int) -> None:
    target, text = numbers(100, 12), numbers(1000, n_text)
    rows = cut_windows(LAYOUT, target, numbers(5000, n_context), text)
    read = set()
    for row in rows:
        assert row.ids[1:13] == target
        assert len(row.ids) <= LAYOUT.window
        read |= set(row.ids[row.text_at : -1])
    assert read == set(text)


def test_windows_overlap() -> None:
    rows = cut_windows(LAYOUT, numbers(100, 12), [], numbers(1000, 200))
    first, second = (set(r.ids[r.text_at : -1]) for r in rows[:2])
    assert len(first & second) >= LAYOUT.overlap


def test_long_target_widens_the_window_instead_of_being_cut() -> None:
    target = numbers(100, 300)
    rows = cut_windows(LAYOUT, target, numbers(5000, 50), numbers(1000, 500))
    assert all(row.ids[1:301] == target and len(row.ids) <= 512 for row in rows)
    assert all(len(row.ids) - row.text_at - 1 >= 60 for row in rows)


def test_target_beyond_the_limit_is_refused() -> None:
    with pytest.raises(TargetTooLong, match="at most"):
        cut_windows(LAYOUT, numbers(0, MAX_TARGET + 1), [], [5])


def test_longest_target_still_fits_beside_context_and_text() -> None:
    rows = cut_windows(Layout(), numbers(100, MAX_TARGET), numbers(5000, 400), numbers(1000, 600))
    assert max(len(r.ids) for r in rows) <= 512


def test_context_is_cut_around_the_quoted_text() -> None:
    context = numbers(0, 300)
    kept = fit_context(context, numbers(200, 10), 20)
    assert set(numbers(200, 10)) <= set(kept) and len(kept) == 20


def test_context_that_does_not_quote_the_text_keeps_its_end() -> None:
    assert fit_context(numbers(0, 300), numbers(900, 10), 20) == numbers(280, 20)


def test_length_batches_hold_every_row_once_under_the_budget() -> None:
    lengths = [5, 100, 7, 50, 50, 3, 400]
    batches = length_batches(lengths, 120)
    assert sorted(i for b in batches for i in b) == list(range(7))
    assert all(len(b) == 1 or len(b) * max(lengths[i] for i in b) <= 120 for b in batches)


def test_text_of_few_windows_is_read_whole() -> None:
    assert windows_to_read([0] * MAX_WINDOWS) == numbers(0, MAX_WINDOWS)
    assert windows_to_read([]) == []


def test_windows_that_name_the_target_most_come_first() -> None:
    counts = [1] * 1000
    counts[7] = counts[431] = counts[999] = 4
    chosen = windows_to_read(counts)
    assert {7, 431, 999} <= set(chosen)
    assert len(chosen) == len(set(chosen)) == MAX_WINDOWS and chosen == sorted(chosen)
    assert max(b - a for a, b in pairwise(chosen)) < 60  # the rest is spread over the text


@pytest.mark.parametrize("naming", [0, 1, 2])
def test_too_many_alike_are_spread_from_first_to_last(naming: int) -> None:
    chosen = windows_to_read([naming] * 5000, 10)
    assert len(chosen) == 10 and (chosen[0], chosen[-1]) == (0, 4999)


def test_all_but_one_place_taken_by_windows_that_name_the_target() -> None:
    counts = [2] * 31 + [0] * 500
    assert windows_to_read(counts)[:31] == numbers(0, 31) and len(windows_to_read(counts)) == MAX_WINDOWS
