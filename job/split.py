"""The second step: split new and changed articles into attributed statements."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

import polars as pl

from job.frames import statement_rows
from job.report import Reporter
from models.quotes import split_paragraphs
from models.statements import extract_statements
from records import Statement
from store.tables import TABLES
from store.writer import Store
from topics import Topic

CHUNK = 200

EXTRACTOR_REVISION = "1"
"""Rises when the extractor finds other statements in the same text, so that stored articles are split again."""


def split_articles(store: Store, topic: Topic, reporter: Reporter, now: datetime) -> int:
    """Return how many articles were split; one is split again only when its text or the actor register changed."""
    revision = register_revision(topic)
    todo = _unsplit_articles(store, revision)
    chunks = [todo.slice(offset, CHUNK) for offset in range(0, todo.height, CHUNK)]
    for chunk in reporter.track(chunks, f"Finding statements in {todo.height} articles"):
        found = [
            statement for row in chunk.iter_rows(named=True) for statement in statements_of(row, topic, now)
        ]
        _drop_stale(store, chunk["id"].to_list(), {statement.id for statement in found})
        store.upsert_rows("statements", statement_rows(found))
        done = chunk.select(pl.col("id").alias("article_id"), "text_key", pl.lit(revision).alias("revision"))
        store.upsert_rows("extracted", done.cast(dict(TABLES["extracted"].schema)))  # type: ignore[arg-type]
    return todo.height


def register_revision(topic: Topic) -> str:
    """Return a short hash of all that decides how an article is split: the extractor and the actor register."""
    register = "|".join(sorted(actor.model_dump_json() for actor in topic.actors))
    return hashlib.blake2b(f"{EXTRACTOR_REVISION}|{register}".encode(), digest_size=6).hexdigest()


def statements_of(article: dict[str, Any], topic: Topic, now: datetime) -> list[Statement]:
    """Return the statements found in one row of `articles`; `article["text"][start:end]` equals each one's text."""
    text = article["text"]
    found = extract_statements(text, article["lang"], topic, title=article["title"])
    paragraphs = [text[paragraph.start : paragraph.end] for paragraph in split_paragraphs(text)]
    return [
        Statement(
            id=f"{article['id']}#{item.start}-{item.end}",
            source=article["source"],
            text=item.quote,
            seen_at=now,
            posted_at=article["posted_at"],
            article_id=article["id"],
            start=item.start,
            end=item.end,
            direct=item.direct,
            kind=item.kind,
            speaker=item.speaker or "",
            actor_id=item.actor_id,
            actor_name=item.actor_name or "",
            camp=item.camp,
            cue=item.cue or "",
            asserted=item.asserted,
            entity_how=item.entity_how,
            lang=article["lang"],
            outlet=article["outlet"],
            url=article["url"],
            context=paragraphs[item.paragraph],
            simulated=article["simulated"],
            flags=tuple(item.flags),
        )
        for item in found
    ]


def _unsplit_articles(store: Store, revision: str) -> pl.DataFrame:
    done = store.read("extracted").filter(pl.col("revision") == revision)
    todo = (
        store.read("articles")
        .filter(~pl.col("headline_only"))
        .join(done, left_on=["id", "text_key"], right_on=["article_id", "text_key"], how="anti")
    )
    return todo.collect()


def _drop_stale(store: Store, article_ids: list[str], kept: set[str]) -> None:
    """Delete statements of an earlier version of these articles that are no longer found."""
    old = store.read("statements").filter(pl.col("article_id").is_in(article_ids)).select("id").collect()
    stale = [id_ for id_ in old["id"].to_list() if id_ not in kept]
    if stale:
        store.delete_rows("statements", stale)
