"""The reverse question: after the opposition spoke, what did the government side and the public do. See docs/method.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from analysis.response import WITHIN_DAYS
from analysis.response_shift import LEVEL, place_among

REVERSE_SCHEMA: dict[str, pl.DataType] = {
    "on": pl.Date(),
    "speakers": pl.List(pl.String()),
    "n": pl.Int64(),
    "lag_days": pl.Int64(),
    "lag_hours": pl.Float64(),
    "by_id": pl.String(),
    "statement_id": pl.String(),
    "n_within": pl.Int64(),
    "volume_ratio": pl.Float64(),
    "volume_p": pl.Float64(),
    "moved": pl.String(),
    "diff_pts": pl.Float64(),
    "share_p": pl.Float64(),
    "public": pl.String(),
}


def after_opposition(
    said: pl.DataFrame,
    opposition: Sequence[str],
    government: Sequence[str],
    shifts: pl.DataFrame,
    days: Sequence[date],
    within: int = WITHIN_DAYS,
) -> pl.DataFrame:
    """Return one row for each of `days` on which an opposition camp spoke, oldest first: the columns of REVERSE_SCHEMA.

    `said` as of `said_days`, `shifts` as of `every_shift` (the public's posts). `speakers` and `n`: who of the opposition
    spoke that day, how many statements. `lag_days`, `by_id`, `statement_id`: the government side's first statement from
    that day on, null after `within` days; on the same day one whose hour is known to be earlier does not count, and
    `lag_hours` is given where the hours of both are known. `n_within` counts its statements in the days. `volume_ratio` is the public's
    daily posts of the week from that day on to the two before. `public` is `moved`, `louder`, `quieter`, `none` (no
    detectable change) or `unknown` (too few posts or days); the volume counts with a place of LEVEL among placebo dates.
    """
    spoke = said.filter(pl.col("camp").is_in(list(opposition)), pl.col("on").is_in(list(days)))
    replies = said.filter(pl.col("camp").is_in(list(government)))
    rows = []
    for (on,), mine in spoke.sort("on", "posted_at", "id").group_by("on", maintain_order=True):
        assert isinstance(on, date)
        found = {"on": on, "speakers": _names(mine), "n": mine.height}
        rows.append(found | _reply(mine, replies, on, within) | _public(shifts, on))
    return pl.DataFrame(rows, schema=REVERSE_SCHEMA)


def _names(mine: pl.DataFrame) -> list[str]:
    return mine["actor_id"].drop_nulls().unique(maintain_order=True).to_list()


def _reply(mine: pl.DataFrame, replies: pl.DataFrame, on: date, within: int) -> dict[str, object]:
    inside = replies.filter(pl.col("on").is_between(on, on + timedelta(days=within - 1)))
    since = mine["posted_at"][0] if mine["timed"].all() else None
    if since is not None:
        inside = inside.filter(~(pl.col("timed") & (pl.col("posted_at") < since)))
    if inside.is_empty():
        return {"n_within": 0}
    first = inside.row(0, named=True)
    hours = (
        (first["posted_at"] - since).total_seconds() / 3600 if since is not None and first["timed"] else None
    )
    return {
        "lag_days": (first["on"] - on).days,
        "lag_hours": hours,
        "by_id": first["actor_id"],
        "statement_id": first["id"],
        "n_within": inside.height,
    }


def _public(shifts: pl.DataFrame, on: date) -> dict[str, object]:
    placed = place_among(shifts, on)
    if placed.is_empty():
        return {"public": "unknown"}
    row = placed.row(0, named=True)
    moved, odd = row["moved"], row["volume_p"] is not None and row["volume_p"] <= LEVEL
    if moved is not None:
        public = "moved"
    elif odd:
        public = "louder" if row["log_ratio"] > 0 else "quieter"
    else:
        public = "unknown" if row["share_p"] is None or row["volume_p"] is None else "none"
    weeks = row["n_before"] / 2
    return {
        "volume_ratio": row["n_after"] / weeks if weeks > 0 else None,
        "volume_p": row["volume_p"],
        "moved": moved,
        "diff_pts": row[f"{moved}_diff_pts"] if moved else None,
        "share_p": row["share_p"],
        "public": public,
    }
