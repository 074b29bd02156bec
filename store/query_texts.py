"""Queries for posts, statements and actors, each with the published revision's reading."""

from __future__ import annotations

import polars as pl

from records import LABELS, RELEVANT
from store.asking import NEWEST, READ, query, where, with_reading
from store.pointer import Published
from store.query_clusters import spread_of, with_clusters
from store.textmatch import literal_pattern
from store.units import live_posts


@query
def search_posts(
    pub: Published,
    text: str | None = None,
    stance: str | None = None,
    lang: str | None = None,
    source: str | None = None,
    target: str = "agreement",
    simulated: bool | None = None,
    limit: int = 50,
    offset: int = 0,
    on_topic: bool | None = None,
    copies_as_one: bool = False,
) -> tuple[pl.DataFrame, int]:
    """Return the live posts that match, newest first, `limit` of them from `offset` on; and how many match in all.

    `text` is looked for as it stands (no wildcards), whatever its case and accents, in the post and in what it answers.
    `simulated`: True only, False without, None both; `on_topic` likewise. A `stance` finds the posts on topic that hold
    it (unless `on_topic` is False): the ones that the charts count. `copies_as_one` keeps of each cluster of copies the
    first post that matches. Columns: n_copies (live placements of the same text), cluster_key, n_placements, n_posts,
    n_voices, n_outlets (of the text with its near-duplicates; see `cluster_summary`), id, source, place, kind, lang, text, context, posted_at, url,
    actor_id, repost_of, simulated, flags, text_key, target, favor, against, neutral, relevance, label, n_windows (the
    last six null where the text was not read).
    """
    rows = where(live_posts(pub.scan("posts")), lang=lang, source=source, simulated=simulated)
    if text and text.strip():
        pattern = literal_pattern(text)
        rows = rows.filter(pl.col("text").str.contains(pattern) | pl.col("context").str.contains(pattern))
    rows = where(with_reading(pub, rows, target), label=stance)
    if stance is not None and on_topic is None:
        on_topic = True
    if on_topic is not None:
        rows = rows.filter((pl.col("relevance") >= RELEVANT) == on_topic)
    kept = ("id", "posted_at", "text_key", "simulated", "target", *READ)
    found = with_clusters(pub, rows.select(kept)).collect(engine="streaming")
    if copies_as_one:
        first = found.sort(NEWEST, nulls_last=True)
        found = first.unique(["cluster_key", "simulated"], keep="first", maintain_order=True)
    page = found.sort(NEWEST, descending=[True, False], nulls_last=True).slice(offset, limit)
    copies = (
        live_posts(pub.scan("posts"))
        .filter(pl.col("text_key").is_in(page["text_key"].unique().to_list()))
        .group_by("text_key")
        .agg(pl.len().alias("n_copies"))
    )
    spread = spread_of(pub, page["cluster_key"].unique().to_list())
    shown = pub.scan("posts").filter(pl.col("id").is_in(page["id"].to_list()))
    rows = (
        page.lazy()
        .select("id", "target", "cluster_key", *READ)
        .join(shown, on="id", how="left", maintain_order="left")
        .join(copies, on="text_key", how="left", maintain_order="left")
        .join(spread, on=["cluster_key", "simulated"], how="left", maintain_order="left")
        .select(
            "n_copies", "cluster_key", "n_placements", "n_posts", "n_voices", "n_outlets", "id", "source", "place", "kind", "lang",
            "text", "context", "posted_at", "url", "actor_id", "repost_of", "simulated", "flags", "text_key", "target", *READ,
        )
    )  # fmt: skip
    return rows.collect(), found.height


@query
def latest_statements(
    pub: Published,
    camp: str | None = None,
    actor: str | None = None,
    target: str = "agreement",
    limit: int = 50,
    per_actor: int | None = None,
    stance: str | None = None,
    lang: str | None = None,
    simulated: bool | None = None,
) -> pl.DataFrame:
    """Return the latest statements, newest first, at most `limit` in all and `per_actor` an actor.

    Columns: id, article_id, title (of the article, null without one), posted_at, actor_id, actor_name, speaker, camp, cue,
    direct, kind, asserted, lang, quote, paragraph, start, end, outlet, url, source, verification, translation, simulated,
    text_key, target, favor, against, neutral, relevance, label, n_windows. The last six are null where the text was not read.
    `simulated`: True only, False without, None both; likewise any argument left None does not filter.
    """
    rows = pub.scan("statements")
    rows = where(rows, camp=camp, actor_id=actor, lang=lang, simulated=simulated)
    rows = with_reading(pub, rows, target)
    rows = where(rows, label=stance).sort(NEWEST, descending=[True, False], nulls_last=True)
    if per_actor is not None:
        who = pl.coalesce("actor_id", "speaker")
        rows = rows.filter(pl.int_range(pl.len()).over(who) < per_actor)
    titles = pub.scan("articles").select(article_id="id", title="title")
    return (
        rows.head(limit)
        .join(titles, on="article_id", how="left", maintain_order="left")
        .select(
            "id", "article_id", "title", "posted_at", "actor_id", "actor_name", "speaker", "camp", "cue", "direct", "kind",
            "asserted", "lang", pl.col("text").alias("quote"), pl.col("context").alias("paragraph"), "start", "end", "outlet",
            "url", "source", "verification", "translation", "simulated", "text_key", "target", *READ,
        )
        .collect()
    )  # fmt: skip


@query
def actor_summary(
    pub: Published, target: str = "agreement", zone: str = "UTC", simulated: bool | None = None
) -> pl.DataFrame:
    """Return one row for each actor of the register who was quoted, most statements first.

    Columns: actor_id, actor_name, camp, n_statements, favor, against, neutral, unclear, off_topic, unread (counts that
    add up to n_statements), latest_at (UTC), latest_on (day in `zone`). Statements not made ("declined to say") are out.
    """
    rows = where(
        pub.scan("statements").filter("asserted", pl.col("actor_id").is_not_null()), simulated=simulated
    )
    on_topic = pl.col("relevance") >= RELEVANT
    counts = [((pl.col("label") == label) & on_topic).sum().alias(label) for label in LABELS]
    newest = pl.col("posted_at").max()
    return (
        with_reading(pub, rows, target)
        .sort(NEWEST, descending=[False, False])
        .group_by("actor_id")
        .agg(
            pl.col("actor_name").last(),
            pl.col("camp").last(),
            pl.len().alias("n_statements"),
            *counts,
            (~on_topic).sum().alias("off_topic"),
            pl.col("label").is_null().sum().alias("unread"),
            newest.alias("latest_at"),
            newest.dt.convert_time_zone(zone).dt.date().alias("latest_on"),
        )
        .sort("n_statements", "actor_id", descending=[True, False])
        .collect()
    )


@query
def export_readings(pub: Published) -> pl.DataFrame:
    """Return every reading of a live post, one row a post and target: id, source, place, kind, lang, posted_at, url,
    actor_id, simulated, text, context, text_key, target, favor, against, neutral, relevance, label, n_windows, revision.
    No author, not even as a key."""
    kept = (
        "id", "source", "place", "kind", "lang", "posted_at", "url", "actor_id", "simulated", "text", "context", "text_key",
    )  # fmt: skip
    return _with_all_readings(pub, live_posts(pub.scan("posts")), kept)


@query
def export_statements(pub: Published) -> pl.DataFrame:
    """Return every reading of a statement, one row a statement and target: id, source, article_id, posted_at, actor_id,
    actor_name, speaker, camp, text, direct, kind, cue, asserted, context, start, end, lang, outlet, url, verification,
    simulated, text_key, target, favor, against, neutral, relevance, label, n_windows, revision."""
    kept = (
        "id", "source", "article_id", "posted_at", "actor_id", "actor_name", "speaker", "camp", "text", "direct", "kind",
        "cue", "asserted", "context", "start", "end", "lang", "outlet", "url", "verification", "simulated", "text_key",
    )  # fmt: skip
    return _with_all_readings(pub, pub.scan("statements"), kept)


def _with_all_readings(pub: Published, rows: pl.LazyFrame, kept: tuple[str, ...]) -> pl.DataFrame:
    read = pub.scan("readings").filter(pl.col("revision") == pub.revision)
    joined = rows.join(read, on=["text_key", "context_key"], how="inner").select(
        *kept, "target", *READ, "revision"
    )
    return joined.sort(*NEWEST, "target").collect()
