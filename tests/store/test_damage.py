"""A store whose files somebody or something has damaged: one sentence that names the table, and nothing changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from store import delta
from store.errors import StoreError
from store.queries import read_published, search_posts
from store.writer import Store

Posts = Callable[..., pl.DataFrame]
Damage = Callable[[Path], object]


def entries(table: Path) -> list[Path]:
    return sorted((table / "_delta_log").glob("*.json"))


def data(table: Path) -> Path:
    return min(table.glob("*.parquet"))


def cut_short(file: Path, n_bytes: int) -> None:
    file.write_bytes(file.read_bytes()[:n_bytes])


def overwritten(file: Path, start: int, end: int) -> None:
    content = bytearray(file.read_bytes())
    content[start:end] = b"\xff" * len(content[start:end])
    file.write_bytes(content)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "log deleted": (lambda t: shutil.rmtree(t / "_delta_log"), r"log is gone.*data files \(3\) are still there"),
    "log emptied": (lambda t: [entry.unlink() for entry in entries(t)], r"log is gone.*data files \(3\)"),
    "log is a file": (lambda t: (shutil.rmtree(t / "_delta_log"), (t / "_delta_log").touch()), "Not a directory"),
    "first entry gone": (lambda t: entries(t)[0].unlink(), r"entry 0+0\.json is gone"),
    "entry gone": (lambda t: entries(t)[2].unlink(), r"entry 0+2\.json is gone"),
    "last entry gone": (lambda t: entries(t)[-1].unlink(), "version 3 was published, but the table's log ends at 2"),
    "last entry empty": (lambda t: cut_short(entries(t)[-1], 0), r"entry 0+3\.json is empty"),
    "last entry cut short": (lambda t: cut_short(entries(t)[-1], 200), r"entry 0+3\.json is damaged"),
    "last entry zeroed": (lambda t: entries(t)[-1].write_bytes(b"\0" * 500), r"entry 0+3\.json is damaged"),
    "table gone": (shutil.rmtree, "the table is gone, though it was published"),
    "table emptied": (lambda t: (shutil.rmtree(t), t.mkdir()), "the table is gone, though it was published"),
    "table is a file": (lambda t: (shutil.rmtree(t), t.touch()), "a file stands where the table's folder must be"),
    "data file gone": (lambda t: data(t).unlink(), r"data file part-.*\.parquet is gone"),
    "data file cut short": (lambda t: cut_short(data(t), 100), r"data file part-.*\.parquet is damaged"),
}  # fmt: skip
"""What happens to the files of a table, and what is said of it."""

UNREADABLE: dict[str, Damage] = {
    "pages overwritten": lambda t: overwritten(data(t), 4, 80),
    "footer overwritten": lambda t: overwritten(data(t), -60, -20),
    "end overwritten": lambda t: overwritten(data(t), -20, -1),
}
"""What no listing of files shows."""


@pytest.fixture
def published(store: Store, posts: Posts, now: datetime) -> Store:
    """A published store whose posts are in three data files, beside sound statements."""
    for start in (0, 10, 20):
        store.upsert_rows("posts", posts(3, start=start))
    store.upsert_rows("statements", pl.DataFrame({"id": ["archive:1"], "source": ["archive"]}))
    store.publish(now, revision="r1")
    return store


def content_of(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_refused(call: Callable[[], object], said: str) -> None:
    with pytest.raises(StoreError, match=said) as refusal:
        call()
    sentence = str(refusal.value)
    assert "tables/posts" in sentence and "\n" not in sentence
    assert "restore the store from a backup" in sentence and "refresh.py" in sentence


@pytest.mark.parametrize("name", DAMAGES)
def test_table_that_lost_a_part_is_refused_before_anything_is_built_on_it(
    published: Store, posts: Posts, name: str
) -> None:
    damage, said = DAMAGES[name]
    folder = published.folder
    damage(folder / "tables" / "posts")
    before = content_of(folder)
    assert_refused(Store(folder.parent, "a-topic").check, said)
    assert content_of(folder) == before


@pytest.mark.parametrize("name", DAMAGES)
def test_reader_of_a_table_that_lost_a_part_gets_the_same_sentence(published: Store, name: str) -> None:
    damage, said = DAMAGES[name]
    damage(published.folder / "tables" / "posts")
    pub = read_published(published.folder.parent, "a-topic")
    assert pub is not None
    assert_refused(lambda: search_posts(pub, target="agreement"), said)
    assert pub.scan("statements").collect().height == 1, "the other tables can be read"


@pytest.mark.parametrize("name", sorted(set(DAMAGES) - {"last entry gone", "table gone", "table emptied"}))
def test_table_that_lost_a_part_is_refused_also_where_nothing_was_published(
    store: Store, posts: Posts, name: str
) -> None:
    for start in (0, 10, 20):
        store.upsert_rows("posts", posts(3, start=start))
    damage, said = DAMAGES[name]
    damage(store.folder / "tables" / "posts")
    before = content_of(store.folder)
    again = Store(store.folder.parent, "a-topic")
    for call in (again.check, lambda: again.read("posts"), lambda: again.upsert_rows("posts", posts(1))):
        assert_refused(call, said)
    assert content_of(store.folder) == before


@pytest.mark.parametrize("name", UNREADABLE)
def test_data_file_that_cannot_be_read_is_named(published: Store, posts: Posts, name: str) -> None:
    table = published.folder / "tables" / "posts"
    file = data(table)
    UNREADABLE[name](table)
    pub = read_published(published.folder.parent, "a-topic")
    assert pub is not None
    said = rf"tables/posts: the data file {file.name} \(.*\) cannot be read"
    assert_refused(lambda: search_posts(pub, target="agreement"), said)
    again = Store(published.folder.parent, "a-topic")
    assert_refused(lambda: again.upsert_rows("posts", posts(1)), said)
    with again.named_damage():
        assert again.read("statements").collect().height == 1

    def job() -> None:
        with again.named_damage():
            again.read("posts").collect()

    assert_refused(job, said)


def test_fault_that_no_damage_explains_goes_on_its_way(published: Store) -> None:
    with pytest.raises(pl.exceptions.ColumnNotFoundError), published.named_damage():
        published.read("posts").select("colour").collect()
    with pytest.raises(ZeroDivisionError), published.named_damage():
        raise ZeroDivisionError


def test_write_killed_before_its_first_rows_is_no_damage(
    store: Store, posts: Posts, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(delta, "write_deltalake", killed)
        store.upsert_rows("posts", posts(2))
    left = store.folder / "tables" / "posts" / "part-00000-half.parquet"
    left.write_bytes(b"PAR1 half of a killed write")
    again = Store(store.folder.parent, "a-topic")
    again.check()
    assert again.upsert_rows("posts", posts(2)).n_new == 2
    assert again.read("posts").collect().height == 2


def test_sound_store_and_one_that_was_never_written_pass(store: Store, published: Store) -> None:
    published.check()
    Store(store.folder.parent, "another").check()
    assert not (store.folder.parent / "another").exists()
