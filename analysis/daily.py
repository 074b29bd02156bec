"""The daily table: how much weight each cell of a day carries, for three denominators. See docs/method.md."""

from __future__ import annotations

import polars as pl

from records import LABELS, RELEVANT

DENOMINATORS = ("posts", "texts", "voices")
CELL = ("on", "target", "layer", "camp", "source", "lang", "simulated")
SUMS = (*LABELS, "off_topic", "sq")

LOOK_BACK = 6
"""Days before a day over which a text (or voice) that returns still counts as the same one: a window of seven days."""

_STEPS = 2**36
"""Weights are summed as whole steps of this size (7e-12 off at most): sums of whole numbers do not depend on the order of
the rows, so that the same units make the same table to the last bit, and a rerun writes nothing."""

_SCOPE = ("target", "layer", "simulated")

DAILY_SCHEMA: dict[str, pl.DataType] = {
    "on": pl.Date(),
    **{name: pl.String() for name in ("target", "layer", "camp", "source", "lang")},
    "simulated": pl.Boolean(),
    "denominator": pl.String(),
    **{name: pl.Float64() for name in SUMS},
}


def daily_cells(units: pl.DataFrame | pl.LazyFrame, zone: str) -> pl.DataFrame:
    """Return one row a cell and denominator, by day: on, target, layer, camp, source, lang, simulated, denominator, favor,
    against, neutral, unclear, off_topic, sq.

    `on` is the day in `zone` (an IANA name). Undated units are left out. The five sums are weights and add up over camps,
    sources and languages: a unit weighs 1 for `posts`; 1 / (the day's units of its text) for `texts`; 1 / (the day's
    units of its voice) for `voices`, each within a target, a layer, simulated or not, and on or off topic. So the
    on-topic weight of a day is its number of posts, of distinct texts, of distinct voices. `sq` sums over on-topic units
    the weight times the whole weight of the unit's text (voice, for `voices`) in the seven days that end there, earlier
    days twice: added up over a window of up to seven days it is at least the sum of the squared weights of its texts, as
    the effective sample size needs it.
    """
    frame = units.lazy().filter(pl.col("posted_at").is_not_null(), pl.col("label").is_not_null())
    on_topic = pl.col("relevance").fill_null(0.0) >= RELEVANT
    rows = frame.select(
        pl.col("posted_at").dt.convert_time_zone(zone).dt.date().alias("on"),
        *(pl.col(name).cast(pl.Categorical) for name in ("target", "layer", "camp", "source", "lang")),
        "simulated",
        "text_key",
        "voice",
        pl.when(on_topic).then(pl.col("label")).otherwise(pl.lit("off_topic")).alias("outcome"),
        on_topic.alias("on_topic"),
    )
    weighed = _with_clusters(_with_clusters(rows, "text_key", "text"), "voice", "voice")
    wide = weighed.group_by(CELL).agg(_sums()).collect()
    return _long(wide)


def _with_clusters(rows: pl.LazyFrame, key: str, name: str) -> pl.LazyFrame:
    """Return the rows with `n_<name>` (the day's units of the same text or voice), `n_<name>_before` (those of the days
    looked back on) and `d_<name>_before` (on how many of those days it was there).

    Texts and voices are told apart by a 64-bit hash within their scope: in ten million the odds of one clash are 1 in
    370,000, and it would merge two texts of one day's sum.
    """
    marked = rows.with_columns(pl.struct(key, *_SCOPE, "on_topic").hash().alias("cluster"))
    # Sorted, the days looked back on are among the LOOK_BACK rows above.
    days = marked.group_by("cluster", "on").agg(pl.len().alias("n")).sort("cluster", "on")
    n_before, d_before = pl.lit(0, dtype=pl.UInt32), pl.lit(0, dtype=pl.UInt32)
    for step in range(1, LOOK_BACK + 1):
        same = pl.col("cluster") == pl.col("cluster").shift(step)
        near = (same & (pl.col("on").cast(pl.Int32).diff(step) <= LOOK_BACK)).fill_null(False)
        n_before += pl.when(near).then(pl.col("n").shift(step)).otherwise(0)
        d_before += near.cast(pl.UInt32)
    before = days.select(
        "cluster",
        "on",
        pl.col("n").alias(f"n_{name}"),
        n_before.alias(f"n_{name}_before"),
        d_before.alias(f"d_{name}_before"),
    )
    return marked.join(before, on=["cluster", "on"], how="left").drop("cluster", key)


def _sums() -> list[pl.Expr]:
    one = pl.lit(1, dtype=pl.Int64)
    measures = {  # denominator: (steps to 1, weight of a unit in steps, whole weight of its text or voice)
        "posts": (1, one, _whole(pl.col("n_text"), pl.col("n_text_before"))),
        "texts": (_STEPS, _split(pl.col("n_text")), _whole(one, pl.col("d_text_before"))),
        "voices": (_STEPS, _split(pl.col("n_voice")), _whole(one, pl.col("d_voice_before"))),
    }
    sums = []
    for denominator, (steps, weight, whole) in measures.items():
        for outcome in (*LABELS, "off_topic"):
            sums.append(
                ((weight * (pl.col("outcome") == outcome)).sum() / steps).alias(f"{denominator}.{outcome}")
            )
        sums.append(((weight * whole * pl.col("on_topic")).sum() / steps).alias(f"{denominator}.sq"))
    return sums


def _split(n: pl.Expr) -> pl.Expr:
    """Return 1 / n in whole steps."""
    return (_STEPS / n).round().cast(pl.Int64)


def _whole(today: pl.Expr, before: pl.Expr) -> pl.Expr:
    """Return what a unit's weight is multiplied with for `sq`: w_t (w_t + 2 sum of w_s before t) adds up to (sum w)^2."""
    return today.cast(pl.Int64) + 2 * before.cast(pl.Int64)


def _long(wide: pl.DataFrame) -> pl.DataFrame:
    if wide.is_empty():
        return pl.DataFrame(schema=DAILY_SCHEMA)
    parts = [
        wide.select(
            *(pl.col(name).cast(DAILY_SCHEMA[name]) for name in CELL),
            pl.lit(denominator).alias("denominator"),
            *(pl.col(f"{denominator}.{name}").alias(name) for name in SUMS),
        )
        for denominator in DENOMINATORS
    ]
    return pl.concat(parts).sort([*CELL, "denominator"])
