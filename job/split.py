"""The second step: split new and changed articles into attributed statements."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

import polars as pl

from job.frames import statement_rows
from job.outcome import counted
from job.report import Reporter
from records import Statement
from store.tables import TABLES
from store.writer import Store
from topics import Topic

if TYPE_CHECKING:
    from models.statements import Found

CHUNK = 200

EXTRACTOR_REVISION = "2"
"""Rises when the extractor finds other statements in the same text, so that stored articles are split again."""

_DECIDING = (
    "text", "title", "lang", "posted_at", "outlet", "url", "headline_only", "source", "simulated",
)  # fmt: skip
"""All of an article that reaches its statements: a change in any of it splits the article again."""


def split_articles(store: Store, topic: Topic, reporter: Reporter, now: datetime) -> int:
    """Return how many articles were split; one is split again only when it or the actor register changed.

    An article whose body cannot be had (any longer) has no statements; such ones are not counted.
    """
    revision = register_revision(topic)
    todo = _unsplit_articles(store, revision)
    if todo.is_empty():
        return 0
    n_split = 0
    chunks = [todo.slice(offset, CHUNK) for offset in range(0, todo.height, CHUNK)]
    for chunk in reporter.track(chunks, f"Finding statements in {counted(todo.height, 'article')}"):
        ids = chunk["id"].to_list()
        articles = store.read("articles").filter(pl.col("id").is_in(ids)).collect()
        found = [
            statement
            for row in articles.iter_rows(named=True)
            for statement in statements_of(row, topic, now)
        ]
        _drop_stale(store, ids, {statement.id for statement in found})
        store.upsert_rows("statements", statement_rows(found))
        done = chunk.select(pl.col("id").alias("article_id"), "text_key", pl.lit(revision).alias("revision"))
        store.upsert_rows("extracted", done.cast(dict(TABLES["extracted"].schema)))  # type: ignore[arg-type]
        n_split += int((~articles["headline_only"]).sum())
    return n_split


def register_revision(topic: Topic) -> str:
    """Return a short hash of all that decides how an article is split: the extractor and the actor register."""
    register = "|".join(sorted(actor.model_dump_json() for actor in topic.actors))
    return hashlib.blake2b(f"{EXTRACTOR_REVISION}|{register}".encode(), digest_size=6).hexdigest()


def article_key(article: dict[str, Any]) -> str:
    """Return an exact hash of all of an article that reaches its statements, 16 hex digits."""
    deciding = json.dumps([article[name] for name in _DECIDING], default=str)
    return hashlib.blake2b(deciding.encode(), digest_size=8).hexdigest()


def statements_of(article: dict[str, Any], topic: Topic, now: datetime) -> list[Statement]:
    """Return the statements found in one row of `articles`; `article["text"][start:end]` equals each one's text.

    A private speaker's name is in none of them.
    """
    if article["headline_only"]:
        return []
    # Slow to import, and most runs have no new article.
    from job.privacy import TAKEN_OUT, PrivateSpeakers, free_span
    from models.quotes import split_paragraphs
    from models.statements import extract_statements

    text = article["text"]
    found = extract_statements(text, article["lang"], topic, title=article["title"])
    private = PrivateSpeakers(topic)
    names = private.names_in(text, found)
    paragraphs = [text[paragraph.start : paragraph.end] for paragraph in split_paragraphs(text)]
    if names is not None:
        paragraphs = [names.sub(TAKEN_OUT, paragraph) for paragraph in paragraphs]
    placed = [(private.taken_out(item), free_span(text, item, names)) for item in found]
    return [
        _statement(article, item, span, paragraphs[item.paragraph], now)
        for item, span in placed
        if span is not None
    ]


def _statement(
    article: dict[str, Any], item: Found, span: tuple[int, int], paragraph: str, now: datetime
) -> Statement:
    start, end = span
    return Statement(
        id=f"{article['id']}#{start}-{end}",
        source=article["source"],
        text=article["text"][start:end],
        seen_at=now,
        posted_at=article["posted_at"],
        article_id=article["id"],
        start=start,
        end=end,
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
        context=paragraph,
        simulated=article["simulated"],
        flags=tuple(item.flags),
    )


def _unsplit_articles(store: Store, revision: str) -> pl.DataFrame:
    """Return id and text_key (of `extracted`: an exact hash) of the articles that are to be split."""
    key = pl.struct(_DECIDING).map_elements(article_key, return_dtype=pl.String).alias("text_key")
    articles = store.read("articles").select("id", key).collect(engine="streaming")
    done = store.read("extracted").filter(pl.col("revision") == revision).collect()
    return articles.join(
        done, left_on=["id", "text_key"], right_on=["article_id", "text_key"], how="anti"
    ).sort("id")


def _drop_stale(store: Store, article_ids: list[str], kept: set[str]) -> None:
    """Delete statements of an earlier version of these articles that are no longer found."""
    old = store.read("statements").filter(pl.col("article_id").is_in(article_ids)).select("id").collect()
    stale = [id_ for id_ in old["id"].to_list() if id_ not in kept]
    if stale:
        store.delete_rows("statements", stale)
