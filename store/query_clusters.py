"""Queries for copies: which texts are one but for a few words, where they stand, and since when."""

from __future__ import annotations

import polars as pl

from store.asking import query
from store.pointer import Published
from store.units import live_posts

_REPOST = r"(?i)^\s*(?:rt|via|vía|h/t)\s+@\w|\b(?:via|vía|h/t)\s+@\S+\s*(?:https?://\S+\s*)*$"
"""A text that names whom it is from, at its beginning or its end."""

_NO_WORD = r"https?://\S+|www\.\S+|@\S+|[^\p{L}\p{N}]"
_COLUMNS = (
    "layer", "id", "source", "place", "lang", "posted_at", "voice", "url", "repost", "simulated", "text_key", "text",
)  # fmt: skip


@query
def cluster_placements(pub: Published, cluster_key: str, simulated: bool | None = None) -> pl.DataFrame:
    """Return every placement of one cluster, the first one first and the undated last: layer, id, source, place (an
    outlet where there is one), lang, posted_at, voice (a salted key of a private author, never to be shown; null where it
    is not known), url, repost, simulated, text_key, cluster_key, similarity (to the cluster's key text, 0 to 1)."""
    rows = _placements(pub).filter(pl.col("cluster_key") == cluster_key)
    if simulated is not None:
        rows = rows.filter(pl.col("simulated") == simulated)
    return rows.drop("text").sort("posted_at", "id", nulls_last=True).collect()


@query
def cluster_summary(pub: Published, at_least: int = 2) -> pl.DataFrame:
    """Return one row a cluster with `at_least` placements, most placements first, simulated ones apart: cluster_key,
    simulated, n_placements, n_texts, n_posts, n_voices (known ones), n_outlets, first_id, first_at, first_source, first_place,
    last_at (UTC; null where no placement has a date)."""
    rows = _placements(pub)
    by = ["cluster_key", "simulated"]
    dated = rows.filter(pl.col("posted_at").is_not_null()).sort("posted_at", "id")
    first = dated.group_by(by, maintain_order=True).agg(
        first_id=pl.col("id").first(),
        first_at=pl.col("posted_at").first(),
        first_source=pl.col("source").first(),
        first_place=pl.col("place").first(),
        last_at=pl.col("posted_at").last(),
    )
    return (
        _counted(rows)
        .filter(pl.col("n_placements") >= at_least)
        .join(first, on=by, how="left")
        .sort("n_placements", *by, descending=[True, False, False])
        .collect()
    )


@query
def repeated_placements(pub: Published, min_voices: int) -> pl.DataFrame:
    """Return the placements of the clusters that at least `min_voices` known voices have posted, with the columns of
    `cluster_placements` and n_words (links and mentions not counted); and an article once more where its headline is the
    text of such a post. What `analysis.bursts` looks for bursts in."""
    rows = _placements(pub)
    posts = rows.filter(pl.col("layer") == "posts")
    wide = posts.group_by("cluster_key").agg(pl.col("voice").drop_nulls().n_unique().alias("n"))
    many = wide.filter(pl.col("n") >= min_voices).select("cluster_key")
    found = _plain(rows.join(many, on="cluster_key", how="semi"))
    said = found.filter(pl.col("layer") == "posts").select("cluster_key", "plain").unique()
    headlines = _plain(_printed(pub, "articles", "title")).join(said, on="plain")
    alike = pl.lit(1.0, dtype=pl.Float32).alias("similarity")
    return (
        pl.concat([found, headlines.with_columns(alike).select(found.collect_schema().names())])
        .with_columns(n_words=pl.col("plain").str.count_matches(" ", literal=True) + 1)
        .drop("text", "plain")
        .sort("cluster_key", "posted_at", "id")
        .collect()
    )


@query
def texts_by_id(pub: Published, ids: list[str], n_letters: int = 300) -> dict[str, str]:
    """Return the beginning of the text of each of these live posts, statements and articles, by id."""
    layers = (live_posts(pub.scan("posts")), pub.scan("statements"), pub.scan("articles"))
    rows = pl.concat([rows.filter(pl.col("id").is_in(ids)).select("id", "text") for rows in layers])
    return dict(rows.with_columns(pl.col("text").str.slice(0, n_letters)).collect().iter_rows())


def with_clusters(pub: Published, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with the `cluster_key` and `similarity` of their text: itself and 1 where it is in no cluster yet."""
    clusters = pub.scan("clusters").select("text_key", "cluster_key", "similarity")
    return rows.join(clusters, on="text_key", how="left").with_columns(
        pl.col("cluster_key").fill_null(pl.col("text_key")), pl.col("similarity").fill_null(1.0)
    )


def spread_of(pub: Published, cluster_keys: list[str]) -> pl.LazyFrame:
    """Return how far these clusters have spread: cluster_key, simulated and the counts of `cluster_summary`."""
    return _counted(_placements(pub).filter(pl.col("cluster_key").is_in(cluster_keys)))


def _counted(rows: pl.LazyFrame) -> pl.LazyFrame:
    is_post = pl.col("layer") == "posts"
    return rows.group_by("cluster_key", "simulated").agg(
        n_placements=pl.len(),
        n_texts=pl.col("text_key").n_unique(),
        n_posts=is_post.sum(),
        n_voices=pl.col("voice").filter(is_post).drop_nulls().n_unique(),
        n_outlets=pl.col("place").filter(~is_post & (pl.col("place") != "")).n_unique(),
    )


def _placements(pub: Published) -> pl.LazyFrame:
    """Return every live post, statement and article with a text, with its cluster."""
    posts = live_posts(pub.scan("posts")).with_columns(
        layer=pl.lit("posts"),
        voice=pl.coalesce("author_key", "actor_id"),
        repost=pl.col("repost_of").is_not_null() | pl.col("text").str.contains(_REPOST),
    )
    placed = [posts.select(_COLUMNS), _printed(pub, "statements"), _printed(pub, "articles")]
    return with_clusters(pub, pl.concat([rows.filter(pl.col("text") != "") for rows in placed]))


def _printed(pub: Published, layer: str, text: str = "text") -> pl.LazyFrame:
    """Return the statements or the articles as placements of their text, or of their title."""
    nobody = pl.lit(None, dtype=pl.String)
    rows = pub.scan(layer).with_columns(
        layer=pl.lit(layer), place=pl.col("outlet"), voice=nobody, repost=pl.lit(False), text=pl.col(text)
    )
    return rows.select(_COLUMNS)


def _plain(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Return the rows with `plain`: the words of their text in lower case, without links and mentions."""
    words = pl.col("text").str.to_lowercase().str.replace_all(rf"(?:{_NO_WORD})+", " ")
    return rows.with_columns(plain=words.str.strip_chars())
