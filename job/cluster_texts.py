"""The step between splitting and reading: put each new text into the cluster of its copies, and keep the clusters.

(`job/cluster.py` is the engine on many machines; it has nothing to do with this.)
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from job.report import Reporter
from models.copy_clusters import CLUSTERS_REVISION, banded, join_clusters, meeting
from models.duplicates import text_key
from models.near_duplicates import Shingles, shingles, similarities
from store.tables import TABLES
from store.writer import Store

CHUNK = 50_000
"""Texts a write: what a kill can cost, in seconds of work, and what is in memory at once."""

_NO_TEXT = ["", text_key("")]


def cluster_texts(store: Store, reporter: Reporter) -> int:
    """Return how many texts were put into a cluster; with no text new or gone, nothing is read but keys.

    Texts are those of live posts, statements and articles. What the store no longer holds leaves its cluster, whose
    other texts are clustered again, so that the clusters are always those of the texts that are there.
    """
    here = _placed(store, "text_key").select("text_key").unique().collect(engine="streaming")
    _forget_gone(store, here)
    done = store.read("clusters").filter(pl.col("revision") == CLUSTERS_REVISION).select("text_key").collect()
    todo = here.join(done, on="text_key", how="anti").sort("text_key")
    chunks = [todo.slice(offset, CHUNK) for offset in range(0, todo.height, CHUNK)]
    for chunk in reporter.track(chunks, f"Looking for copies among {todo.height} texts") if chunks else ():
        _cluster_chunk(store, chunk)
    return todo.height


def _placed(store: Store, *columns: str) -> pl.LazyFrame:
    """Return these columns of every placement that has a text."""
    tables = [
        store.read("posts").filter(pl.col("state") == "live"),
        store.read("statements"),
        store.read("articles"),
    ]
    return pl.concat([table.select(columns) for table in tables]).filter(~pl.col("text_key").is_in(_NO_TEXT))


def _forget_gone(store: Store, here: pl.DataFrame) -> None:
    """Delete the clusters that a text has left, so that the next step builds them anew from what remains."""
    clusters = store.read("clusters").select("text_key", "cluster_key")
    gone = clusters.join(here.lazy(), on="text_key", how="anti").select("cluster_key").unique()
    left = clusters.join(gone, on="cluster_key", how="semi").select("text_key").collect()
    if left.height:
        store.delete_rows("clusters", left["text_key"])


def _cluster_chunk(store: Store, keys: pl.DataFrame) -> None:
    """Cluster these texts with one another and with those that have a cluster, in one write."""
    known = store.read("clusters").filter(pl.col("revision") == CLUSTERS_REVISION)
    sets = _shingles_of(store, keys)
    fresh = banded(sets)
    groups = meeting(fresh, known.select("text_key", "bands"))
    met = pl.DataFrame({"text_key": list({key for group in groups for key in group})}, schema=keys.schema)
    sets |= _shingles_of(store, met.join(keys, on="text_key", how="anti"))
    stored = known.select("text_key", "cluster_key").join(met.lazy(), on="text_key", how="semi").collect()
    moved = join_clusters(groups, sets, {key: key for key in fresh["text_key"]} | dict(stored.iter_rows()))
    grown = known.filter(pl.col("cluster_key").is_in(list(moved)))
    rows = pl.concat(
        [
            fresh.select("text_key", "bands", pl.col("text_key").alias("cluster_key")),
            grown.select("text_key", "bands", "cluster_key").collect(),
        ]
    ).with_columns(pl.col("cluster_key").replace(moved))
    compared = rows.filter(pl.col("text_key") != pl.col("cluster_key"))
    wanted = pl.concat([compared["text_key"], compared["cluster_key"]]).unique()
    sets |= _shingles_of(store, pl.DataFrame({"text_key": wanted.filter(~wanted.is_in(list(sets)))}))
    done = rows.join(_alike(compared, sets), on="text_key", how="left").with_columns(
        pl.col("similarity").fill_null(1.0), pl.lit(CLUSTERS_REVISION).alias("revision")
    )
    store.upsert_rows("clusters", done.select(list(TABLES["clusters"].schema)))


def _alike(rows: pl.DataFrame, sets: Mapping[str, Shingles]) -> pl.DataFrame:
    """Return how like each text is to the key text of its cluster: text_key, similarity."""
    found = [
        pl.DataFrame(
            {"text_key": members, "similarity": similarities(sets[key], [sets[own] for own in members])}
        )
        for key, members in rows.group_by("cluster_key").agg("text_key").iter_rows()
    ]
    schema = {"text_key": pl.String, "similarity": pl.Float32}
    return pl.concat([pl.DataFrame(schema=schema), *(frame.cast(schema) for frame in found)])  # type: ignore[arg-type]


def _shingles_of(store: Store, keys: pl.DataFrame) -> dict[str, Shingles]:
    """Return the shingles of each text, by its key in order; the texts that share a key share them."""
    if keys.is_empty():
        return {}
    rows = _placed(store, "text_key", "text").join(keys.lazy(), on="text_key", how="semi")
    texts = rows.group_by("text_key").agg(pl.col("text").min()).sort("text_key").collect(engine="streaming")
    return {key: shingles(text) for key, text in texts.iter_rows()}
