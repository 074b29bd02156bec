"""What was deleted at its source leaves the store: its text, its raw form, and what others carry of it."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from collectors.contract import Batch
from models.duplicates import context_key
from records import Post
from store.writer import Store


class Deletions:
    """The deletions of one run, beside those that the store knows of earlier ones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        known = store.read("posts").filter(pl.col("state") != "live").select("id").collect()
        self._gone = set(
            known["id"]
        )  # and every tombstone of this run, whether the store knows its id or not

    def carry_out(self, batch: Batch) -> Batch:
        """Return the batch as it may be stored, after removing from the store what its tombstones delete.

        A tombstone is kept only where the store knows its id; it goes without its raw form. Posts that answer or repeat
        a deleted post lose their context and their raw form. A purge is noted before anything that was there goes.
        """
        dead = {post.id for post in batch.posts if post.state != "live"}
        self._gone |= dead
        self._gone -= {post.id for post in batch.posts} - dead
        states = self._states_of(dead) if dead else {}
        if dead:
            self._remove(dead, {id_ for id_, state in states.items() if state == "live"})
        posts, bared = [], set(dead)
        for post in batch.posts:
            if post.state != "live" and post.id not in states:
                continue
            if post.context and any(parent in self._gone for parent in _parents(post)):
                bared.add(post.id)
                post = replace(post, context="")
            posts.append(post)
        return replace(batch, posts=posts, raws=[raw for raw in batch.raws if raw.id not in bared])

    def _remove(self, dead: set[str], newly: set[str]) -> None:
        """Remove all that the store holds of these ids but their post rows, which the batch's tombstones replace."""
        answers = pl.col("parent_id").is_in(list(dead)) | pl.col("repost_of").is_in(list(dead))
        carriers = self._store.read("posts").filter(answers, pl.col("context") != "").collect()
        bared = dead | set(carriers["id"])
        raw, refused = self._held("raw", bared), self._held("quarantine", dead)
        said = self._held("statements", dead)  # an official's post is a statement, not a post row
        if not (newly or raw or refused or said or carriers.height):
            return
        self._store.note_purge_due()
        blank = carriers.with_columns(
            pl.lit("").alias("context"), pl.lit(context_key("")).alias("context_key")
        )
        self._store.upsert_rows("posts", blank)
        self._store.delete_rows("raw", raw)
        self._store.delete_rows("quarantine", refused)
        self._store.delete_rows("statements", said)

    def _states_of(self, ids: set[str]) -> dict[str, str]:
        rows = self._store.read("posts").filter(pl.col("id").is_in(list(ids))).select("id", "state").collect()
        return dict(rows.iter_rows())

    def _held(self, table: str, ids: set[str]) -> list[str]:
        return (
            self._store.read(table)
            .filter(pl.col("id").is_in(list(ids)))
            .select("id")
            .collect()["id"]
            .to_list()
        )


def remove_simulated(store: Store) -> int:
    """Return how many simulated posts were removed from the store (the topic file has switched them off)."""
    ids = store.read("posts").filter(pl.col("simulated")).select("id").collect()["id"].to_list()
    if not ids:
        return 0
    store.note_purge_due()
    return store.delete_rows("posts", ids)


def remove_departed(store: Store, source: str, given: set[str]) -> int:
    """Return how many rows of a source that ships with the product were removed, as it no longer gives their ids."""
    n_removed = 0
    for table, ours in (
        ("posts", pl.col("source") == source),
        ("statements", (pl.col("source") == source) & pl.col("article_id").is_null()),
        ("events", pl.col("id").str.starts_with(f"{source}:")),
        ("quarantine", pl.col("source") == source),
    ):
        held = store.read(table).filter(ours).select("id").collect()["id"]
        departed = [id_ for id_ in held if id_ not in given]
        if departed:
            n_removed += store.delete_rows(table, departed)
    return n_removed


def _parents(post: Post) -> list[str]:
    return [id_ for id_ in (post.parent_id, post.repost_of) if id_]
