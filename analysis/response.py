"""Who answered an event, when, and who stayed silent: from dated statements. See docs/method.md.

An event has a day and no hour, and many statements have none either: lags are whole calendar days in the topic's zone.
An hour is used only where a statement states one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import polars as pl

from topics.parts import Actor, Camp

WITHIN_DAYS = 7
"""A statement later than the sixth day after an event is not counted as an answer to it."""

WINDOWS = (1, 3, 7)
"""24 h, 72 h and 7 days, counted in calendar days that begin with the event's own."""

SIDES = ("opposition", "government")

FIRST_SCHEMA: dict[str, pl.DataType] = {
    "actor_id": pl.String(),
    "camp": pl.String(),
    "state": pl.String(),
    "lag_days": pl.Int64(),
    "first_on": pl.Date(),
    "at": pl.Datetime("us", "UTC"),
    "statement_id": pl.String(),
    "by_id": pl.String(),
    "n_within": pl.Int64(),
    "n_ever": pl.Int64(),
}


def side_of(camp_id: str) -> str | None:
    """Return the side that a camp's id names at its end: `opposition` (also `us_opposition`), `government`, or None."""
    last = camp_id.replace("-", "_").rsplit("_", 1)[-1]
    return last if last in SIDES else None


def camps_of_side(camps: Sequence[Camp], side: str) -> tuple[str, ...]:
    """Return the ids of the camps of one side, in the order of the topic."""
    return tuple(camp.id for camp in camps if side_of(camp.id) == side)


def said_days(statements: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Return what was said and dated, oldest first, with `on` (its day in `zone`) and `timed` (its hour is known).

    Needs posted_at, asserted, simulated, id; keeps every column. Out are statements without a date, those that their
    speaker is reported not to have made, and simulated ones. Where only a day is known the store holds noon of that day
    in `zone`: such an instant is taken for a day.
    """
    local = pl.col("posted_at").dt.convert_time_zone(zone)
    return (
        statements.filter(pl.col("posted_at").is_not_null(), "asserted", ~pl.col("simulated"))
        .with_columns(on=local.dt.date(), timed=local.dt.time() != pl.time(12, 0))
        .sort("on", "posted_at", "id")
    )


def speaks_for(actors: Sequence[Actor]) -> pl.DataFrame:
    """Return who counts for whom: by_id (who spoke), actor_id. Everyone for themselves, and for the organisation of the
    register that has the same party and camp: what its people say is its answer."""
    pairs = [(actor.id, actor.id) for actor in actors]
    for body in actors:
        if body.kind == "organisation" and body.party:
            mates = (a for a in actors if a.party == body.party and a.camp == body.camp and a.id != body.id)
            pairs += [(mate.id, body.id) for mate in mates]
    return pl.DataFrame(pairs, schema={"by_id": pl.String, "actor_id": pl.String}, orient="row")


def first_statements(
    said: pl.DataFrame, actors: Sequence[Actor], on: date, within: int = WITHIN_DAYS
) -> pl.DataFrame:
    """Return one row an actor, those that answered first: the columns of FIRST_SCHEMA.

    `said` as of `said_days`. `state`: `answered` (first statement within `within` days, the event's own day the first),
    `later`, `silent` (none since, but some before), `none` (never on record). `lag_days` from the event to the first
    statement since (0: the same day, before or after it), `at` its instant where its hour is known, `by_id` who made it.
    `n_within` counts statements within the days, `n_ever` all on record. What people of a party say is also its own.
    """
    order = {actor.id: place for place, actor in enumerate(actors)}
    spoken = said.select("id", "on", "timed", "posted_at", by_id="actor_id").join(
        speaks_for(actors), on="by_id", how="inner", maintain_order="left"
    )
    since = spoken.filter(pl.col("on") >= on)
    first = since.group_by("actor_id", maintain_order=True).agg(
        first_on=pl.col("on").first(),
        at=pl.when(pl.col("timed").first()).then(pl.col("posted_at").first()),
        statement_id=pl.col("id").first(),
        by_id=pl.col("by_id").first(),
        n_within=(pl.col("on") < on + timedelta(days=within)).sum(),
    )
    ever = spoken.group_by("actor_id").agg(n_ever=pl.len())
    register = pl.DataFrame(
        [(actor.id, actor.camp, order[actor.id]) for actor in actors],
        schema={"actor_id": pl.String, "camp": pl.String, "place": pl.Int64},
        orient="row",
    )
    lag = (pl.col("first_on") - pl.lit(on)).dt.total_days()
    state = (
        pl.when(pl.col("lag_days") < within)
        .then(pl.lit("answered"))
        .when(pl.col("lag_days").is_not_null())
        .then(pl.lit("later"))
        .when(pl.col("n_ever") > 0)
        .then(pl.lit("silent"))
        .otherwise(pl.lit("none"))
    )
    return (
        register.join(first, on="actor_id", how="left")
        .join(ever, on="actor_id", how="left")
        .with_columns(pl.col("n_within", "n_ever").fill_null(0), lag_days=lag)
        .with_columns(state=state)
        .sort("lag_days", pl.col("n_ever") == 0, "place", nulls_last=True)
        .select(FIRST_SCHEMA.keys())
        .cast(FIRST_SCHEMA)  # type: ignore[arg-type]
    )


def said_within(
    said: pl.DataFrame, on: date, groups: Mapping[str, Sequence[str]], windows: Sequence[int] = WINDOWS
) -> pl.DataFrame:
    """Return one row a group and window: group, days, n (statements), n_outlets (distinct), n_speakers (distinct).

    `groups` maps a name to its camps. A window of 3 days is the event's own and the two after it.
    """
    rows = []
    for name, camps in groups.items():
        mine = said.filter(pl.col("camp").is_in(list(camps)))
        for days in windows:
            inside = mine.filter(pl.col("on").is_between(on, on + timedelta(days=days - 1)))
            outlets = inside.filter(pl.col("outlet") != "")["outlet"].n_unique()
            who = inside.select(pl.coalesce("actor_id", "speaker")).to_series().drop_nulls().n_unique()
            rows.append((name, days, inside.height, outlets, who))
    schema = {
        "group": pl.String,
        "days": pl.Int64,
        "n": pl.Int64,
        "n_outlets": pl.Int64,
        "n_speakers": pl.Int64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")
