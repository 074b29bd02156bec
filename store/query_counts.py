"""Queries for the daily table, events, receipts and counts."""

from __future__ import annotations

import polars as pl

from store.asking import query
from store.pointer import Published
from store.schema import TABLES
from store.units import live_posts

_BUILT_IN = ("archive", "simulated")
_PLACES = pl.List(pl.Struct({"name": pl.String, "state": pl.String, "detail": pl.String, "n_got": pl.Int64}))


@query
def daily_cells(pub: Published) -> pl.DataFrame:
    """Return the daily table: on, target, layer, camp, source, lang, simulated, denominator, favor, against, neutral,
    unclear, off_topic, sq (sums of weights; see `analysis.daily`), by day."""
    return pub.scan("daily").sort(TABLES["daily"].key).collect()


@query
def dated_events(pub: Published) -> pl.DataFrame:
    """Return the events by day: id, on, title_en, title_es, url, verification."""
    return pub.scan("events").sort("on", "id").collect()


@query
def latest_receipts(pub: Published) -> pl.DataFrame:
    """Return the last receipt of each source, by source: the columns of the receipts table, `places` as a list of
    {name, state, detail, n_got}."""
    rows = (
        pub.scan("receipts").sort("started_at", "run_id").group_by("source").last().sort("source").collect()
    )
    return _with_places(rows)


@query
def run_history(pub: Published, limit: int = 30) -> pl.DataFrame:
    """Return the last `limit` receipts of each source, by source and newest first, with the columns of
    `latest_receipts`; `receipt` is the whole receipt as JSON text."""
    rows = pub.scan("receipts").sort("started_at", "run_id", descending=True)
    newest = rows.group_by("source", maintain_order=True).head(limit)
    return _with_places(newest.sort("source", "started_at", descending=[False, True]).collect())


@query
def run_times(pub: Published) -> pl.DataFrame:
    """Return when each source was asked and how that ended, over all runs, by time: source, started_at, state, newest_at
    (of what it gave; UTC)."""
    wanted = ("source", "started_at", "state", "newest_at")
    return pub.scan("receipts").select(wanted).sort("started_at", "source").collect()


@query
def seen_days(pub: Published, zone: str) -> pl.DataFrame:
    """Return how many items each source gave for each day: source, on and seen_on (days in `zone`), n.

    An item counts on the day that it states, an undated one on the day that it was first seen (`seen_on`).
    A statement that was found in an article is the article's, and counts no second time.
    """
    own = {"posts": pl.lit(True), "articles": pl.lit(True), "statements": pl.col("article_id").is_null()}
    days = {"on": pl.coalesce("posted_at", "seen_at"), "seen_on": pl.col("seen_at")}
    local = [at.dt.convert_time_zone(zone).dt.date().alias(name) for name, at in days.items()]
    by = ["source", *days]
    parts = [pub.scan(table).filter(kept).select("source", *local) for table, kept in own.items()]
    return pl.concat(parts).group_by(by).agg(pl.len().cast(pl.Int64).alias("n")).sort(by).collect()


@query
def source_counts(pub: Published) -> pl.DataFrame:
    """Return one row a source: source, n_posts, n_tombstones, n_articles, n_statements, n_undated, n_quarantined,
    newest_posted_at, newest_seen_at (UTC). Zero where a source gave none."""
    live = pl.col("state") == "live"
    kinds = [
        (
            "posts",
            {"n_posts": live, "n_tombstones": ~live, "n_undated": live & pl.col("posted_at").is_null()},
        ),
        ("articles", {"n_articles": pl.lit(True), "n_undated": pl.col("posted_at").is_null()}),
        ("statements", {"n_statements": pl.lit(True), "n_undated": pl.col("posted_at").is_null()}),
        ("quarantine", {"n_quarantined": pl.lit(True)}),
    ]
    names = ("n_posts", "n_tombstones", "n_articles", "n_statements", "n_undated", "n_quarantined")
    parts = []
    for table, counts in kinds:
        posted = (
            pl.col("posted_at")
            if table != "quarantine"
            else pl.lit(None, dtype=TABLES["posts"].schema["posted_at"])
        )
        flags = [counts.get(name, pl.lit(False)).cast(pl.Int64).alias(name) for name in names]
        parts.append(pub.scan(table).select("source", *flags, posted.alias("posted_at"), "seen_at"))
    newest = [pl.col(name).max().alias(f"newest_{name}") for name in ("posted_at", "seen_at")]
    return (
        pl.concat(parts)
        .group_by("source")
        .agg(*(pl.col(name).sum() for name in names), *newest)
        .sort("source")
        .collect()
    )


@query
def has_live_posts(pub: Published) -> bool:
    """Return whether a live or imported source has delivered anything, be it articles or statements alone, so that
    charts leave the simulated posts out."""
    delivered = (live_posts(pub.scan("posts")), pub.scan("articles"), pub.scan("statements"))
    ours = pl.col("simulated") | pl.col("source").is_in(_BUILT_IN)
    return any(not rows.filter(~ours).select("id").head(1).collect().is_empty() for rows in delivered)


@query
def count_units(pub: Published) -> pl.DataFrame:
    """Return how many units there are: layer ("posts" or "statements"), simulated, source, lang, n, n_texts
    (distinct), n_undated; tombstones and statements not made are out."""
    wanted = ("source", "lang", "simulated", "posted_at", "text_key")
    rows = pl.concat(
        [
            live_posts(pub.scan("posts")).select(pl.lit("posts").alias("layer"), *wanted),
            pub.scan("statements").filter("asserted").select(pl.lit("statements").alias("layer"), *wanted),
        ]
    )
    by = ["layer", "simulated", "source", "lang"]
    return (
        rows.group_by(by)
        .agg(
            pl.len().alias("n"),
            pl.col("text_key").n_unique().alias("n_texts"),
            pl.col("posted_at").is_null().sum().alias("n_undated"),
        )
        .sort(by)
        .collect()
    )


def _with_places(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("places").str.json_decode(_PLACES))
