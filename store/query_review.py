"""Queries for the review of readings by analysts: which texts a sample is drawn from, and what they say."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from records import RELEVANT
from store.asking import NEWEST, query, with_reading
from store.pointer import Published
from store.units import live_posts


@query
def review_frame(
    pub: Published, target: str, zone: str, simulated: bool, langs: Sequence[str] = ("en", "es")
) -> pl.DataFrame:
    """Return the texts that a sample is drawn from, one row a text: text_key, lang, predicted (the classifier's label), week
    (the Monday, in `zone`), favor, against, neutral.

    These are the dated posts of private voices that the published classifier takes to be about the target, each text once,
    as it was first posted.
    """
    posts = live_posts(pub.scan("posts")).filter(
        pl.col("simulated") == simulated, pl.col("actor_id").is_null(), pl.col("posted_at").is_not_null(), pl.col("lang").is_in(list(langs))
    )  # fmt: skip
    read = with_reading(pub, posts, target).filter(
        pl.col("relevance") >= RELEVANT, pl.col("label").is_not_null()
    )
    week = pl.col("posted_at").dt.convert_time_zone(zone).dt.date().dt.truncate("1w").alias("week")
    first = read.sort(NEWEST).unique("text_key", keep="first", maintain_order=True)
    return first.select(
        "text_key", "lang", pl.col("label").alias("predicted"), week, "favor", "against", "neutral"
    ).collect()


@query
def review_texts(pub: Published, text_keys: Sequence[str]) -> pl.DataFrame:
    """Return what these texts say, as they were first posted: text_key, text, context, lang. A text of which no post is
    left has no row. Nothing of what the classifier made of them."""
    posts = live_posts(pub.scan("posts")).filter(
        pl.col("text_key").is_in(list(text_keys)), pl.col("actor_id").is_null()
    )
    first = posts.sort(NEWEST, nulls_last=True).unique("text_key", keep="first", maintain_order=True)
    return first.select("text_key", "text", "context", "lang").collect()


@query
def live_text_keys(pub: Published, text_keys: Sequence[str]) -> list[str]:
    """Return those of these texts of which a post of a private voice is left, in order."""
    posts = live_posts(pub.scan("posts")).filter(
        pl.col("text_key").is_in(list(text_keys)), pl.col("actor_id").is_null()
    )
    return posts.select(pl.col("text_key").unique()).collect()["text_key"].sort().to_list()
