"""When an article is split again, and what becomes of the statements that it had."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from job.frames import article_rows
from job.report import Reporter
from job.split import split_articles
from records import Article
from store.writer import Store
from topics import Topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = "Marco Rubio said that the agreement is generous.\n\nManuel Flores said that it is a humiliation."
FIRST = Article(
    "news:a", "news", "A deal", TEXT, NOW, NOW, lang="en", outlet="EFE", url="https://example.org/a"
)


@pytest.fixture
def store(topic: Topic, tmp_store_root: Path) -> Store:
    store = Store(tmp_store_root, topic.id)
    assert split(store, topic, FIRST) == 1
    return store


def split(store: Store, topic: Topic, article: Article) -> int:
    store.upsert_rows("articles", article_rows([article]))
    return split_articles(store, topic, Reporter(), NOW)


def test_unchanged_article_is_not_split_again(store: Store, topic: Topic) -> None:
    before = store.read("statements").collect()
    assert before.height == 2
    assert split(store, topic, FIRST) == 0
    assert store.read("statements").collect().equals(before)


def test_other_white_space_moves_the_offsets(store: Store, topic: Topic) -> None:
    spaced = TEXT.replace("\n\n", "\n\n\n   ")
    assert split(store, topic, replace(FIRST, text=spaced)) == 1
    rows = store.read("statements").collect()
    assert rows.height == 2
    for row in rows.iter_rows(named=True):
        assert spaced[row["start"] : row["end"]] == row["text"]


@pytest.mark.parametrize(
    "change",
    [
        {"posted_at": NOW - timedelta(days=3)},
        {"outlet": "AFP"},
        {"url": "https://example.org/b"},
    ],
)
def test_new_facts_of_an_article_reach_its_statements(
    store: Store, topic: Topic, change: dict[str, Any]
) -> None:
    assert split(store, topic, replace(FIRST, **change)) == 1
    (name, value), *_ = change.items()
    rows = store.read("statements").collect()
    assert rows.height > 0
    assert set(rows[name]) == {value}


@pytest.mark.parametrize("change", [{"title": "Another title"}, {"lang": "es"}])
def test_what_the_extractor_reads_beside_the_text_splits_again(
    store: Store, topic: Topic, change: dict[str, Any]
) -> None:
    assert split(store, topic, replace(FIRST, **change)) == 1


def test_article_whose_body_is_gone_loses_its_statements_alone(store: Store, topic: Topic) -> None:
    other = replace(FIRST, id="news:b")
    split(store, topic, other)
    assert split(store, topic, replace(FIRST, text="", headline_only=True)) == 0
    left = store.read("statements").select("article_id").collect()
    assert set(left["article_id"]) == {"news:b"}
    assert store.read("statements").filter(pl.col("article_id") == "news:b").collect().height == 2
