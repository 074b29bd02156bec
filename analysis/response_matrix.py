"""Which camp speaks after which: a matrix of answers, each beside what chance alone would give. See docs/method.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from analysis.response import WITHIN_DAYS

MATRIX_SCHEMA: dict[str, pl.DataType] = {
    "spoke": pl.String(),
    "answered": pl.String(),
    "n_turns": pl.Int64(),
    "n_answered": pl.Int64(),
    "median_lag_days": pl.Float64(),
    "by_chance": pl.Float64(),
    "p": pl.Float64(),
}
Days = NDArray[np.bool_]
Instants = NDArray[np.float64]


class _Turns(NamedTuple):
    """The days on which a camp spoke, by calendar day; first and last second of each, NaN where an hour is missing."""

    spoke: Days
    first_at: Instants
    last_at: Instants

    def next_on(self) -> NDArray[np.int64]:
        """Return for each day the index of the first day from it on that the camp spoke; the number of days without."""
        n = self.spoke.size
        found = np.where(self.spoke, np.arange(n), n)
        return np.minimum.accumulate(found[::-1])[::-1]


def camp_matrix(said: pl.DataFrame, camps: Sequence[str], within: int = WITHIN_DAYS) -> pl.DataFrame:
    """Return one row a pair of different camps that have both spoken, in the order of `camps`: MATRIX_SCHEMA.

    A turn is a day on which `spoke` said something (`said` as of `analysis.response.said_days`). It is answered where
    `answered` says something on that day or the `within` - 1 after it; on the same day not where the hours of all that
    both said are known and theirs came first. `median_lag_days` is over the answered turns. Turns whose days are not all
    over by the last statement are left out. `by_chance` is how many would be answered did the two know nothing of each
    other: the mean over all circular shifts of the turns against the calendar; `p` is the share of shifts that give at least as
    many (a permutation test that keeps both camps' rhythm).
    """
    if said.is_empty():
        return pl.DataFrame(schema=MATRIX_SCHEMA)
    on: list[date] = said["on"].to_list()
    first, n_days = min(on), (max(on) - min(on)).days + 1
    turns = {}
    for camp in camps:
        mine = said.filter(pl.col("camp") == camp)
        if not mine.is_empty():
            turns[camp] = _turns(mine.with_columns(at=(pl.col("on") - pl.lit(first)).dt.total_days()), n_days)
    rows = [
        (one, other, *_answers(turns[one], turns[other], within))
        for one in turns
        for other in turns
        if one != other
    ]
    return pl.DataFrame(rows, schema=MATRIX_SCHEMA, orient="row")


def _turns(mine: pl.DataFrame, n_days: int) -> _Turns:
    seconds = pl.col("posted_at").dt.epoch("s").cast(pl.Float64)
    timed = pl.col("timed").all()
    days = mine.group_by("at").agg(
        first_at=pl.when(timed).then(seconds.min()), last_at=pl.when(timed).then(seconds.max())
    )
    at = days["at"].to_numpy()
    spoke = np.zeros(n_days, dtype=bool)
    spoke[at] = True
    ends = []
    for name in ("first_at", "last_at"):
        values = np.full(n_days, np.nan)
        values[at] = days[name].fill_null(float("nan")).to_numpy()
        ends.append(values)
    return _Turns(spoke, *ends)


def _answers(one: _Turns, other: _Turns, within: int) -> tuple[int, int, float | None, float, float]:
    """Return the turns of `one`, how many `other` answered, the median lag, and what chance gives."""
    n = one.spoke.size
    whole = np.arange(n) <= n - within
    turn = one.spoke & whole
    n_turns = int(turn.sum())
    nxt = np.append(other.next_on(), n)
    came_first = other.last_at < one.first_at  # False wherever an hour is missing
    lag = np.where(came_first, nxt[1:], nxt[:-1]) - np.arange(n)
    lags = lag[turn & (lag < within)]
    usable = int(whole.sum())
    if n_turns == 0 or usable == 0:
        return n_turns, 0, None, 0.0, 1.0
    open_to = (nxt[:-1] - np.arange(n) < within)[:usable].astype(float)
    shifted = np.fft.irfft(np.fft.rfft(open_to) * np.conj(np.fft.rfft(turn[:usable].astype(float))), usable)
    median = float(np.median(lags)) if lags.size else None
    p = float(np.mean(np.round(shifted) >= lags.size))
    return n_turns, int(lags.size), median, n_turns * float(open_to.mean()), p
