"""A store works wherever people put it: in a folder with blanks, accents and signs in its name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import polars as pl
import pytest

from store.queries import count_units, read_published
from store.writer import Counts, Store


@pytest.mark.parametrize(
    "name",
    ["Mis documentos", "José", "100%", "a#b?c&d=e", "'quoted' \"twice\"", "🤡", "a.b..c", "x*y", "{b}"],
)
def test_store_in_a_folder_of_that_name(
    tmp_path: Path, name: str, posts: Callable[..., pl.DataFrame], now: datetime
) -> None:
    store = Store(tmp_path / name / "var", "a-topic")
    assert store.upsert_rows("posts", posts(3)) == Counts(n_new=3)
    assert store.upsert_rows("posts", posts(3)) == Counts(n_same=3)
    assert store.upsert_rows("posts", posts(1, text="revised")) == Counts(n_changed=1)
    assert store.delete_rows("posts", ["reddit:2"]) == 1
    store.publish(now)
    store.compact(now, purge=True)
    published = read_published(tmp_path / name / "var", "a-topic")
    assert published is not None and count_units(published)["n"].to_list() == [2]
    assert sorted(published.scan("posts").collect()["text"]) == ["revised 0", "text 1"]
