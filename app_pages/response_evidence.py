"""What the Response page shows of one day, computed once: who answered, how many, and whether posts moved after it.

Title, tiles, tables and charts all read this, so that no two of them can disagree. Pure: frames in, numbers out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import polars as pl

from analysis.baseline import expected_volume
from analysis.response import WITHIN_DAYS, first_statements, said_within
from analysis.response_reverse import after_opposition
from analysis.response_shift import AFTER_DAYS, LEVEL, STANCES, daily_series, every_shift, place_among
from topics.parts import Actor

REVERSE_DAYS = 28
MOST_REVERSE = 8
"""The reverse question is answered for the first eight days on which the opposition spoke in four weeks from the event on."""

SHARES = ("moved", "moving", "none", "unknown")
VOLUMES = ("louder", "quieter", "none", "unknown")


@dataclass(frozen=True, slots=True)
class Response:
    """The numbers of one day. `first` and `within`: `analysis.response`; `days` and `total`: `analysis.baseline`;
    `placed`: the row of `place_among`, or None; `shares` and `volume`: the verdicts, of SHARES and VOLUMES."""

    on: date
    first: pl.DataFrame
    within: pl.DataFrame
    reverse: pl.DataFrame
    days: pl.DataFrame
    total: dict[str, Any]
    placed: dict[str, Any] | None
    usual: pl.DataFrame
    shares: str
    volume: str
    first_on: date | None  # the days that hold posts or statements at all
    last_on: date | None
    posts_first_on: date | None
    posts_last_on: date | None

    @property
    def outside(self) -> bool:
        """Whether the day lies outside of all that the store holds."""
        return self.first_on is None or self.last_on is None or not self.first_on <= self.on <= self.last_on

    @property
    def answered(self) -> pl.DataFrame:
        """The actors who answered within the days, first ones first."""
        return self.first.filter(pl.col("state") == "answered")

    def n_said(self, group: str, days: int) -> dict[str, int]:
        """Return n, n_outlets and n_speakers of a group within so many days."""
        return self.within.filter(pl.col("group") == group, pl.col("days") == days).row(0, named=True)


def gather_response(
    on: date,
    said: pl.DataFrame,
    cells: pl.DataFrame,
    actors: Sequence[Actor],
    groups: Mapping[str, Sequence[str]],
    today: date,
) -> Response:
    """Return the numbers of the day `on`.

    `said` as of `said_days`; `cells` one series of the public's posts; `actors` those whose answer is looked for; `groups`
    has the camps of `opposition` and of `government`. `today` is not over and left out of what posts are compared by.
    """
    series = daily_series(cells.filter(pl.col("on") < today))
    shifts = every_shift(series)
    days, total = expected_volume(series, on, AFTER_DAYS)
    found = place_among(shifts, on)
    placed = found.row(0, named=True) if found.height else None
    summed = total.row(0, named=True)
    spoke = said.filter(
        pl.col("camp").is_in(list(groups["opposition"])),
        pl.col("on").is_between(on, on + timedelta(days=REVERSE_DAYS - 1)),
    )
    anchors = spoke["on"].unique().sort().to_list()[:MOST_REVERSE]
    known: list[date] = [*said["on"].to_list(), *series["on"].to_list()]
    return Response(
        on=on,
        first=first_statements(said, actors, on),
        within=said_within(said, on, groups),
        reverse=after_opposition(said, groups["opposition"], groups["government"], shifts, anchors),
        days=days,
        total=summed,
        placed=placed,
        usual=usual_shifts(shifts, on),
        shares=shares_verdict(placed),
        volume=volume_verdict(placed, summed),
        first_on=min(known, default=None),
        last_on=max(known, default=None),
        posts_first_on=series["on"].min(),  # type: ignore[arg-type]
        posts_last_on=series["on"].max(),  # type: ignore[arg-type]
    )


def shares_verdict(placed: Mapping[str, Any] | None) -> str:
    """Return whether shares moved: `moved`; `moving` (they stand out, and moved before the day already); `none`; `unknown`."""
    if placed is None or placed["share_p"] is None:
        return "unknown"
    if placed["moved"]:
        return "moved"
    return "moving" if placed["share_p"] <= LEVEL and placed["moving"] else "none"


def volume_verdict(placed: Mapping[str, Any] | None, total: Mapping[str, Any]) -> str:
    """Return whether there were more or fewer posts: outside of the expected interval, and odd among placebo dates."""
    if placed is None or placed["volume_p"] is None or total["expected"] is None:
        return "unknown"
    if placed["volume_p"] > LEVEL or total["lo"] <= total["n"] <= total["hi"]:
        return "none"
    return "louder" if total["n"] > total["hi"] else "quieter"


def usual_shifts(shifts: pl.DataFrame, on: date) -> pl.DataFrame:
    """Return between which differences (points) the middle 95 % of all other days lie: stance, lo, hi; empty without any."""
    others = shifts.filter(pl.col("on") != on).drop_nulls("score")
    if others.is_empty():
        return pl.DataFrame(schema={"stance": pl.String, "lo": pl.Float64, "hi": pl.Float64})
    ends = [(s, *(others[f"{s}_diff_pts"].quantile(q) for q in (0.025, 0.975))) for s in STANCES]
    return pl.DataFrame(ends, schema=["stance", "lo", "hi"], orient="row")


def most_answered(said: pl.DataFrame, events: pl.DataFrame, opposition: Sequence[str]) -> str | None:
    """Return the id of the event that most statements of the opposition followed within a week, the newest of equals."""
    if events.is_empty():
        return None
    spoke = said.filter(pl.col("camp").is_in(list(opposition)))["on"]
    counts = [
        (int(spoke.is_between(on, on + timedelta(days=WITHIN_DAYS - 1)).sum()), on, event)
        for event, on in events.select("id", "on").iter_rows()
    ]
    return max(counts)[2]
