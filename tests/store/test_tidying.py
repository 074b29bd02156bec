"""Joining files, removing old versions, purging what was deleted: the published rows stay, the deleted ones leave the disk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl

from store.pointer import read_pointer
from store.writer import Counts, Store
from tests.store.test_writer import bytes_under

Posts = Callable[..., pl.DataFrame]


def test_purged_rows_leave_the_disk(store: Store, posts: Posts, now: datetime) -> None:
    store.upsert_rows("posts", posts(3, text="a-secret-sentence"))
    store.upsert_rows("posts", posts(2, start=10))
    store.publish(now)
    store.delete_rows("posts", ["reddit:0", "reddit:1", "reddit:2"])
    early = store.compact(now, purge=True)
    assert early.waiting == ("posts",)
    pub = read_pointer(store.folder)
    assert pub is not None and pub.scan("posts").collect().height == 5  # still published: still readable
    store.publish(now)
    done = store.compact(now, purge=True)
    assert done.waiting == () and done.n_removed > 0
    pub = read_pointer(store.folder)
    assert pub is not None and pub.scan("posts").collect().height == 2
    on_disk = bytes_under(store.folder)
    assert b"a-secret-sentence" not in on_disk
    assert b"reddit:0" not in on_disk
    assert len(list((store.folder / "tables" / "posts").glob("*.parquet"))) == 1


def test_tombstone_purges_the_text_it_replaces(store: Store, posts: Posts, now: datetime) -> None:
    store.upsert_rows("posts", posts(1, text="regretted-words"))
    store.publish(now)
    tombstone = posts(1).with_columns(
        pl.lit("").alias("text"), pl.lit("deleted").alias("state"), pl.lit("").alias("text_key")
    )
    assert store.upsert_rows("posts", tombstone) == Counts(n_changed=1)
    store.publish(now)
    store.compact(now, purge=True)
    assert b"regretted-words" not in bytes_under(store.folder)


def test_compact_joins_small_files_and_readers_do_not_notice(
    store: Store, posts: Posts, now: datetime
) -> None:
    for start in range(0, 10, 2):
        store.upsert_rows("posts", posts(2, start=start))
    version = store.publish(now)
    before = read_pointer(store.folder)
    tidied = store.compact(now)
    after = read_pointer(store.folder)
    assert before is not None and after is not None
    assert (tidied.n_joined, tidied.n_removed) == (1, 0)
    assert after.version == version and after.published_at == before.published_at
    assert before.scan("posts").sort("id").collect().equals(after.scan("posts").sort("id").collect())
    assert len(after.scan("posts").collect()) == 10
    assert store.compact(now) == type(tidied)()
    assert store.publish(now) == version  # tidying is no news
    assert store.upsert_rows("posts", posts(10)) == Counts(n_same=10)


def test_old_versions_go_after_their_days_and_never_the_published_one(
    store: Store, posts: Posts, now: datetime
) -> None:
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    store.upsert_rows("posts", posts(1, text="two"))
    store.upsert_rows("posts", posts(1, text="three"))
    assert store.compact(now, keep_days=7).n_removed == 0
    tidied = store.compact(now, keep_days=0)
    assert tidied.n_removed == 1  # of three versions, `two` is neither published nor newest
    pub = read_pointer(store.folder)
    assert pub is not None
    assert pub.scan("posts").collect()["text"].to_list() == ["text 0"]
    assert store.read("posts").collect()["text"].to_list() == ["three 0"]


def test_leftovers_of_a_killed_write_are_removed(store: Store, posts: Posts, now: datetime) -> None:
    store.upsert_rows("posts", posts(1))
    leftover = store.folder / "tables" / "posts" / "part-00000-half.snappy.parquet"
    leftover.write_bytes(b"PAR1 half of a killed write")
    store.publish(now)
    store.compact(now, purge=True)
    assert not leftover.exists()
    assert store.read("posts").collect().height == 1
