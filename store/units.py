"""Units of analysis: every live post and every asserted statement with its reading toward each target."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

UNATTRIBUTED = "unattributed"
"""The camp of a statement whose speaker the topic's register does not know."""

COLUMNS = (
    "id", "layer", "camp", "source", "lang", "simulated", "posted_at", "text_key", "voice", "target", "label", "relevance",
)  # fmt: skip


def units(
    posts: pl.LazyFrame,
    statements: pl.LazyFrame,
    readings: pl.LazyFrame,
    targets: Sequence[str],
    revision: str,
    camps: Mapping[str, str] | None = None,
) -> pl.LazyFrame:
    """Return one row a placement and target: id, layer, camp, source, lang, simulated, posted_at, text_key, voice, target,
    label, relevance.

    Tombstones and statements that their speaker did not make ("declined to say") are left out, and so is whatever
    `revision` has not read. Undated units stay, with a null `posted_at`. A post without an actor has the camp `public`;
    `camps` says the camp of the others. The voice is the author, the actor, the named speaker, the outlet, or the item.
    """
    read = (
        readings.filter(pl.col("target").is_in(list(targets)), pl.col("revision") == revision)
        .select("text_key", "context_key", "target", "label", "relevance")
    )  # fmt: skip
    placed = pl.concat([_posts(posts, camps or {}), _statements(statements)])
    return placed.join(read, on=["text_key", "context_key"], how="inner").select(COLUMNS)


def live_posts(posts: pl.LazyFrame) -> pl.LazyFrame:
    """Return the posts that were not deleted or removed."""
    return posts.filter(pl.col("state") == "live")


def _posts(posts: pl.LazyFrame, camps: Mapping[str, str]) -> pl.LazyFrame:
    actor = pl.col("actor_id")
    known = (
        actor.replace_strict(dict(camps), default=UNATTRIBUTED, return_dtype=pl.String)
        if camps
        else pl.lit(UNATTRIBUTED)
    )
    return live_posts(posts).select(
        "id",
        pl.lit("posts").alias("layer"),
        pl.when(actor.is_null()).then(pl.lit("public")).otherwise(known).alias("camp"),
        "source", "lang", "simulated", "posted_at", "text_key", "context_key",
        pl.coalesce("author_key", "actor_id", "id").alias("voice"),
    )  # fmt: skip


def _statements(statements: pl.LazyFrame) -> pl.LazyFrame:
    return statements.filter("asserted").select(
        "id",
        pl.lit("statements").alias("layer"),
        pl.col("camp").fill_null(UNATTRIBUTED),
        "source", "lang", "simulated", "posted_at", "text_key", "context_key",
        pl.coalesce("actor_id", _given("actor_name"), _given("outlet"), "id").alias("voice"),
    )  # fmt: skip


def _given(name: str) -> pl.Expr:
    return pl.when(pl.col(name) != "").then(pl.col(name))
