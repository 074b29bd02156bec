from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from store import pointer
from store.errors import StoreError
from store.queries import read_published
from store.writer import Store


def test_nothing_published_reads_as_none(store: Store, posts, tmp_store_root: Path) -> None:  # type: ignore[no-untyped-def]
    assert read_published(tmp_store_root, "a-topic") is None
    store.upsert_rows("posts", posts(1))
    assert read_published(tmp_store_root, "a-topic") is None
    assert read_published(tmp_store_root / "nowhere", "a-topic") is None


def test_pointer_names_schema_version_time_and_tables(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(1))
    store.upsert_rows("posts", posts(1, text="revised"))
    assert store.publish(now, revision="r1") == 1
    found = json.loads((store.folder / "published.json").read_text())
    assert found == {
        "schema": 1,
        "version": 1,
        "published_at": "2025-02-05T12:00:00+00:00",
        "revision": "r1",
        "tables": {"posts": 2},  # made empty, filled, revised
    }
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".published")]


def test_number_rises_only_with_news(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(1))
    later = now + timedelta(days=1)
    assert store.publish(now, revision="r1") == 1
    assert store.publish(later) == 1
    pub = pointer.read_pointer(store.folder)
    assert pub is not None and (pub.published_at, pub.revision) == (later, "r1")
    assert store.publish(later, revision="r2") == 2
    store.upsert_rows("posts", posts(2))
    assert store.publish(later) == 3


def test_reader_stays_on_its_version_while_the_store_moves_on(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    old = pointer.read_pointer(store.folder)
    store.upsert_rows("posts", posts(1, text="revised"))
    store.upsert_rows("posts", posts(3, start=5))
    assert old is not None and old.scan("posts").collect()["text"].to_list() == ["text 0"]
    store.publish(now)
    assert old.scan("posts").collect()["text"].to_list() == ["text 0"]
    new = pointer.read_pointer(store.folder)
    assert new is not None and new.scan("posts").collect().height == 4


def test_earlier_version_can_be_read_until_it_is_purged(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    root = store.folder.parent
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    store.upsert_rows("posts", posts(1, text="revised"))
    store.publish(now + timedelta(days=1))
    first = read_published(root, "a-topic", version=1)
    assert first is not None and first.published_at == now
    assert first.scan("posts").collect()["text"].to_list() == ["text 0"]
    with pytest.raises(StoreError, match="version 7 is not kept; the newest is 2"):
        read_published(root, "a-topic", version=7)
    store.compact(now + timedelta(days=1), purge=True)
    with pytest.raises(StoreError, match="version 1 is not kept"):
        read_published(root, "a-topic", version=1)
    with pytest.raises(StoreError, match=r"reading the table failed|is gone"):
        first.scan("posts")
    second = read_published(root, "a-topic", version=2)
    assert second is not None and second.scan("posts").collect()["text"].to_list() == ["revised 0"]


def test_history_line_cut_short_by_a_kill_is_passed_over(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    with open(store.folder / "published-history.jsonl", "a") as out:
        out.write('{"schema": 1, "ver')
    store.upsert_rows("posts", posts(2))
    store.publish(now)
    assert [entry.version for entry in pointer.read_history(store.folder)] == [1, 2]


@pytest.mark.parametrize(
    "content", ["", "{", "[]", "null", '{"schema": 1}', '{"schema": 1, "version": 1, "tables": []}']
)
def test_damaged_pointer_is_one_plain_sentence(store: Store, content: str) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / "published.json").write_text(content)
    for use in (
        lambda: read_published(store.folder.parent, "a-topic"),
        lambda: Store(store.folder.parent, "a-topic"),
    ):
        with pytest.raises(StoreError, match=r"published\.json: .*damaged.*refresh\.py") as refusal:
            use()
        assert "\n" not in str(refusal.value)


def test_pointer_that_is_not_text_is_one_plain_sentence(store: Store) -> None:
    store.folder.mkdir(parents=True)
    (store.folder / "published.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StoreError, match=r"published\.json"):
        read_published(store.folder.parent, "a-topic")


def test_moving_a_damaged_pointer_away_and_publishing_brings_everything_back(
    store: Store, posts, now: datetime
) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(3))
    store.publish(now)
    (store.folder / "published.json").write_text("{")
    (store.folder / "published.json").rename(store.folder / "published.json.bad")
    again = Store(store.folder.parent, "a-topic")
    again.publish(now)
    pub = read_published(store.folder.parent, "a-topic")
    assert pub is not None and pub.scan("posts").collect().height == 3


def test_pointer_that_cannot_be_written_leaves_the_old_one(
    store: Store,
    posts,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,  # type: ignore[no-untyped-def]
) -> None:
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    before = (store.folder / "published.json").read_bytes()
    store.upsert_rows("posts", posts(2))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("store.pointer.os.replace", full)
    with pytest.raises(StoreError, match="No space left on device"):
        store.publish(now)
    assert (store.folder / "published.json").read_bytes() == before
    assert not [path for path in store.folder.iterdir() if path.name.startswith(".published")]


def test_number_is_never_given_twice(store: Store, posts, now: datetime) -> None:  # type: ignore[no-untyped-def]
    store.upsert_rows("posts", posts(1))
    store.publish(now)
    store.upsert_rows("posts", posts(2))
    assert store.publish(now) == 2
    (store.folder / "published.json").rename(store.folder / "moved-away.json")
    assert store.publish(now) == 3


def test_fault_of_the_pointer_names_its_file_once(store: Store) -> None:
    (store.folder / "published.json").mkdir(parents=True)
    with pytest.raises(StoreError, match=r"published\.json: cannot be read \(Is a directory\)") as refusal:
        read_published(store.folder.parent, "a-topic")
    assert str(refusal.value).count("published.json") == 1


def test_folder_that_is_a_file_is_not_taken_for_an_empty_store(tmp_path: Path) -> None:
    (tmp_path / "a-topic").write_text("not a folder")
    with pytest.raises(StoreError, match="Not a directory"):
        read_published(tmp_path, "a-topic")
