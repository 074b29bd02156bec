"""Tables that another version of Postura wrote, with a column less or a column more, go on working."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import polars as pl
import pytest
from deltalake import DeltaTable, write_deltalake

from store.queries import read_published
from store.schema import TABLES
from store.tables import rows_frame
from store.writer import Counts, Store

Posts = Callable[..., pl.DataFrame]
NEW_COLUMNS = ["flags", "parent_id", "state"]  # a list, one without a default, one with a default


def written_before(store: Store, frame: pl.DataFrame, table: str = "posts") -> None:
    """Write a table as the version before would have: through the engine itself, with the columns it had."""
    write_deltalake(
        store.folder / "tables" / table,
        frame,
        configuration={"delta.dataSkippingStatsColumns": "seen_at"},
    )


@pytest.fixture
def old(store: Store, posts: Posts) -> Store:
    """A store whose two posts were written before three of the columns were there."""
    written_before(store, posts(2).drop(NEW_COLUMNS))
    return store


def test_rows_read_with_the_defaults_of_columns_they_never_had(old: Store) -> None:
    found = old.read("posts").collect()
    assert found.schema == pl.Schema(TABLES["posts"].schema)
    assert found["state"].to_list() == ["live"] * 2 and found["flags"].to_list() == [[], []]


def test_append_gives_the_table_its_new_columns(old: Store, posts: Posts) -> None:
    assert old.upsert_rows("posts", posts(2, start=5)) == Counts(n_new=2)
    found = {row["id"]: row for row in old.read("posts").collect().iter_rows(named=True)}
    assert found["reddit:5"]["flags"] == ["a", "b"]
    assert (found["reddit:0"]["flags"], found["reddit:0"]["state"]) == ([], "live")


def test_change_of_an_old_row_keeps_the_new_column(old: Store, posts: Posts) -> None:
    revised = posts(1).with_columns(pl.lit("deleted").alias("state"), pl.lit("t3_x").alias("parent_id"))
    assert old.upsert_rows("posts", revised) == Counts(n_changed=1)
    found = old.read("posts").sort("id").collect()
    assert found["state"].to_list() == ["deleted", "live"]
    assert found["parent_id"].to_list() == ["t3_x", None]
    assert old.upsert_rows("posts", revised) == Counts(n_same=1)


def test_old_rows_that_come_again_unchanged_write_nothing(old: Store, posts: Posts) -> None:
    plain = posts(2).with_columns(pl.lit([], dtype=pl.List(pl.String)).alias("flags"))
    assert old.upsert_rows("posts", plain) == Counts(n_same=2)
    assert old.version("posts") == 0


def test_replace_delete_publish_and_tidy_go_on(old: Store, posts: Posts, now: datetime) -> None:
    old.publish(now)
    assert old.upsert_rows("posts", posts(1, start=5)) == Counts(n_new=1)
    before = read_published(old.folder.parent, "a-topic")
    assert (
        before is not None and before.scan("posts").collect().height == 2
    )  # published before the column came
    assert old.delete_rows("posts", ["reddit:0"]) == 1
    old.publish(now)
    old.compact(now, purge=True)
    published = read_published(old.folder.parent, "a-topic")
    assert published is not None
    assert published.scan("posts").sort("id").collect()["flags"].to_list() == [[], ["a", "b"]]
    assert old.replace_rows("posts", posts(1))
    assert old.read("posts").collect()["flags"].to_list() == [["a", "b"]]


def lone_row(name: str, now: datetime) -> pl.DataFrame:
    """One row of a table: its key filled with something of the right kind, the rest as the defaults have it."""
    kinds = {pl.String: "k", pl.Boolean: False, pl.Date: now.date()}
    return rows_frame(name, [{column: kinds[TABLES[name].schema[column]] for column in TABLES[name].key}])


@pytest.mark.parametrize("name", TABLES)
def test_every_table_takes_any_column_late(store: Store, now: datetime, name: str) -> None:
    table, row = TABLES[name], lone_row(name, now)
    named = next(column for column in table.key if table.schema[column] == pl.String)
    another = row.with_columns(pl.lit("another").alias(named))
    for column in [column for column in table.schema if column not in table.key]:
        fresh = Store(store.folder.parent, f"late-{column}")
        write_deltalake(fresh.folder / "tables" / name, row.drop(column))
        assert fresh.read(name).collect().equals(row), column
        assert fresh.upsert_rows(name, another) == Counts(n_new=1)
        assert fresh.read(name).sort(named).collect().equals(pl.concat([another, row])), column


def test_column_of_a_later_version_survives_our_writes(store: Store, posts: Posts) -> None:
    written_before(store, posts(2).with_columns(pl.lit("news to us").alias("mood")))
    assert store.upsert_rows("posts", posts(1, start=5)) == Counts(n_new=1)
    assert store.upsert_rows("posts", posts(1, text="revised")) == Counts(n_changed=1)
    moods = pl.scan_delta(DeltaTable(store.folder / "tables" / "posts")).sort("id").collect()["mood"]
    assert moods.to_list() == ["news to us", "news to us", None]
