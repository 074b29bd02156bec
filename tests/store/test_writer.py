from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store.errors import StoreError
from store.tables import rows_frame
from store.writer import Counts, Store

Posts = Callable[..., pl.DataFrame]


def bytes_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_same_rows_twice_write_no_version(store: Store, posts: Posts, now: datetime) -> None:
    assert store.upsert_rows("posts", posts(3)) == Counts(n_new=3)
    version = store.version("posts")
    assert store.upsert_rows("posts", posts(3, seen_at=now + timedelta(days=1))) == Counts(n_same=3)
    assert Store(store.folder.parent, "a-topic").upsert_rows("posts", posts(3)) == Counts(n_same=3)
    assert store.version("posts") == version


def test_changed_row_alone_is_replaced_and_keeps_its_first_seen_at(
    store: Store, posts: Posts, now: datetime
) -> None:
    store.upsert_rows("posts", posts(3))
    later = posts(3, seen_at=now + timedelta(days=1))
    revised = later.with_columns(
        pl.when(pl.col("id") == "reddit:1").then(pl.lit("revised")).otherwise("text").alias("text"),
        pl.when(pl.col("id") == "reddit:1").then(pl.lit(["z"])).otherwise("flags").alias("flags"),
    )
    assert store.upsert_rows("posts", revised) == Counts(n_changed=1, n_same=2)
    found = store.read("posts").sort("id").collect()
    assert found["text"].to_list() == ["text 0", "revised", "text 2"]
    assert found["flags"].to_list() == [["a", "b"], ["z"], ["a", "b"]]
    assert found["seen_at"].to_list() == [now] * 3


def test_new_and_changed_rows_are_one_commit(store: Store, posts: Posts) -> None:
    store.upsert_rows("posts", posts(3))
    mixed = pl.concat([posts(1, text="revised"), posts(2, start=7)])
    before = store.version("posts")
    assert store.upsert_rows("posts", mixed) == Counts(n_new=2, n_changed=1)
    assert store.version("posts") == (before or 0) + 1


def test_value_that_becomes_null_is_a_change(store: Store, posts: Posts) -> None:
    store.upsert_rows("posts", posts(1))
    undated = posts(1).with_columns(pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("posted_at"))
    assert store.upsert_rows("posts", undated) == Counts(n_changed=1)
    assert store.read("posts").collect()["posted_at"].to_list() == [None]


def test_another_writer_of_the_same_table_is_noticed(store: Store, posts: Posts) -> None:
    store.upsert_rows("posts", posts(2))
    Store(store.folder.parent, "a-topic").upsert_rows("posts", posts(2, text="revised"))
    assert store.upsert_rows("posts", posts(2, text="revised")) == Counts(n_same=2)


def test_cursor_that_only_aged_writes_nothing(store: Store, now: datetime) -> None:
    row = {"source": "news", "cursor": {"page": 1}, "updated_at": now}
    store.upsert_rows("cursors", rows_frame("cursors", [row]))
    older = row | {"updated_at": now + timedelta(hours=1)}
    assert store.upsert_rows("cursors", rows_frame("cursors", [older])) == Counts(n_same=1)
    moved = older | {"cursor": {"page": 2}}
    assert store.upsert_rows("cursors", rows_frame("cursors", [moved])) == Counts(n_changed=1)
    assert store.read("cursors").collect()["updated_at"].to_list() == [now + timedelta(hours=1)]


def test_awkward_text_comes_back_as_it_was(store: Store, now: datetime) -> None:
    texts = [
        "",
        "NUL \x00 inside",
        'l\'accord "quoted" \\ $6 – ñ 🤡',
        "\ufffd",
        "line\nbreak\r\ttab",
        "' OR 1=1 --",
    ]
    rows = [{"id": f"a:{i}'\"", "source": "a", "seen_at": now, "text": text} for i, text in enumerate(texts)]
    store.upsert_rows("posts", rows_frame("posts", rows))
    again = [row | {"text": row["text"] + "!"} for row in rows]
    assert store.upsert_rows("posts", rows_frame("posts", again)) == Counts(n_changed=len(texts))
    found = store.read("posts").sort("id").collect()["text"].to_list()
    assert found == [text + "!" for text in texts]


ROWS = st.lists(
    st.tuples(st.sampled_from("abcd"), st.sampled_from(["", "x", "y", None])), max_size=6
)  # (id, place): few of each, so that keys meet


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(ROWS, max_size=5), reopen=st.booleans())
def test_upserts_end_where_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, batches: list[list[tuple[str, str | None]]], reopen: bool
) -> None:
    root = tmp_path_factory.mktemp("store")
    store, model = Store(root, "t"), dict[str, str]()
    for batch in batches:
        fresh = {name: place or "" for name, place in batch}
        expected = Counts(
            sum(name not in model for name in fresh),
            sum(name in model and model[name] != place for name, place in fresh.items()),
            sum(model.get(name) == place for name, place in fresh.items()),
        )
        store = Store(root, "t") if reopen else store
        frame = pl.DataFrame(batch, schema={"id": pl.String, "url": pl.String}, orient="row")
        assert store.upsert_rows("posts", frame) == expected
        model |= fresh
    found = store.read("posts").select("id", "url").collect()
    assert dict(found.iter_rows()) == model
    assert found.height == len(model)


def test_hundred_thousand_rows_take_seconds(store: Store, posts: Posts) -> None:
    rows = posts(2).join(pl.DataFrame({"i": range(50_000)}), how="cross")
    rows = rows.with_columns(pl.format("{}-{}", "id", "i").alias("id")).drop("i")
    revised = rows.with_columns(
        pl.when(pl.int_range(pl.len()) % 100 == 0).then(pl.lit("revised")).otherwise("text").alias("text")
    )
    began = time.monotonic()
    assert store.upsert_rows("posts", rows) == Counts(n_new=100_000)
    assert store.upsert_rows("posts", rows) == Counts(n_same=100_000)
    assert store.upsert_rows("posts", revised) == Counts(n_changed=1_000, n_same=99_000)
    assert time.monotonic() - began < 20  # measured 1 s; the limit only catches a change of kind


def test_replaced_only_when_different(store: Store, now: datetime) -> None:
    cell = {"on": now.date(), "target": "t", "layer": "posts", "camp": "public", "source": "a", "lang": "es"}
    frame = rows_frame(
        "daily", [cell | {"simulated": False, "denominator": name} for name in ("posts", "texts")]
    )
    assert store.replace_rows("daily", frame)
    version = store.version("daily")
    assert not store.replace_rows("daily", frame.reverse())
    assert store.version("daily") == version
    assert store.replace_rows("daily", frame.head(1))
    assert store.read("daily").collect().height == 1
    assert store.replace_rows("daily", frame.clear())
    assert store.read("daily").collect().is_empty()
    assert not store.replace_rows("daily", frame.clear())


def test_deleted_rows_are_gone_and_can_come_back(store: Store, posts: Posts) -> None:
    store.upsert_rows("posts", posts(4))
    assert store.delete_rows("posts", ["reddit:1", "reddit:2", "reddit:99"]) == 2
    assert sorted(store.read("posts").collect()["id"]) == ["reddit:0", "reddit:3"]
    version = store.version("posts")
    assert store.delete_rows("posts", ["reddit:1"]) == 0
    assert store.version("posts") == version
    assert store.upsert_rows("posts", posts(4)) == Counts(n_new=2, n_same=2)


def test_delete_by_another_column(filled: Store) -> None:
    assert filled.delete_rows("statements", ["news:a"], column="article_id") == 3
    assert filled.read("statements").collect()["id"].to_list() == ["archive:1"]


def test_never_written_table_reads_as_empty_with_its_columns(store: Store) -> None:
    assert store.read("articles").collect().is_empty()
    assert "headline_only" in store.read("articles").collect_schema()
    assert store.version("articles") is None
    assert not store.folder.exists()


def test_store_of_a_newer_version_is_not_touched(store: Store, posts: Posts, now: datetime) -> None:
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    path = store.folder / "published.json"
    path.write_text(path.read_text().replace('"schema": 1', '"schema": 9'))
    before = bytes_under(store.folder)
    with pytest.raises(
        StoreError, match=r"written by a newer Postura \(schema 9; this one reads 1\): update.*POSTURA_HOME"
    ):
        Store(store.folder.parent, "a-topic")
    with pytest.raises(StoreError, match="newer Postura"):
        store.publish(now)
    assert bytes_under(store.folder) == before


def test_publishing_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="aware UTC"):
        store.publish(datetime(2025, 2, 3))


@pytest.mark.parametrize("name", ["", "../elsewhere", "a/b", ".hidden", "a b"])
def test_topic_that_is_no_folder_name_is_refused(tmp_store_root: Path, name: str) -> None:
    with pytest.raises(StoreError, match="cannot name a store"):
        Store(tmp_store_root, name)


@pytest.mark.parametrize("damage", ["log", "data"])
def test_damaged_table_is_one_plain_sentence(store: Store, posts: Posts, damage: str) -> None:
    store.upsert_rows("posts", posts(2))
    folder = store.folder / "tables" / "posts"
    for path in (folder / "_delta_log").glob("*.json") if damage == "log" else folder.glob("*.parquet"):
        path.write_bytes(b"\x00 not what it was")
    with pytest.raises(StoreError) as refusal:
        Store(store.folder.parent, "a-topic").upsert_rows("posts", posts(2))
    assert "tables/posts" in str(refusal.value) and "\n" not in str(refusal.value)
    assert "backup" in str(refusal.value)
