"""One article in the store, however many sources announce it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from collectors.contract import Batch, RawItem
from collectors.outlets import headline_key
from job.discovered import OneOfEach
from job.frames import article_rows, raw_rows
from records import Article
from store.writer import Store

NOW = datetime(2025, 2, 6, tzinfo=UTC)
URL = "https://example.org/nota"
TITLE = "Gobierno defiende el CECOT"


def article(source: str, native: str = URL, text: str = "", **more: Any) -> Article:
    made = {"title": TITLE, "url": URL, **more}
    return Article(
        f"{source}:{native}", source, text=text or TITLE, seen_at=NOW, headline_only=not text, **made
    )


def google() -> Article:
    return article(
        "google_news", headline_key("example.org", TITLE), url="https://news.google.com/rss/articles/x"
    )


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path, "t")


def stored(store: Store, *articles: Article, again: bool = True) -> set[str]:
    """Deliver articles one batch each, as runs of their own, and return what the store then holds."""
    one = OneOfEach(store)
    for item in articles:
        one = OneOfEach(store) if again else one
        batch = one.sort_out(Batch(articles=[item], raws=[RawItem(item.id, item.source, NOW, {})]))
        assert len(batch.raws) == len(batch.articles)
        store.upsert_rows("articles", article_rows(batch.articles))
    return {id_.partition(":")[0] for id_ in store.read("articles").select("id").collect()["id"]}


@pytest.mark.parametrize("again", [True, False])
@pytest.mark.parametrize(
    ("order", "kept"),
    [
        ((article("news", text="whole"), article("gdelt", text="whole")), "news"),
        ((article("gdelt", text="whole"), article("news", text="whole")), "news"),
        ((article("news"), article("gdelt", text="whole")), "gdelt"),
        ((article("gdelt", text="whole"), article("news")), "gdelt"),
        ((google(), article("gdelt", text="whole")), "gdelt"),
        ((article("news"), google()), "news"),
        ((google(), article("news")), "news"),
    ],
)
def test_the_version_with_the_text_stays_else_that_of_the_feed(
    store: Store, order: tuple[Article, ...], kept: str, again: bool
) -> None:
    assert stored(store, *order, again=again) == {kept}


def test_another_page_of_the_same_site_is_another_article(store: Store) -> None:
    other = article(
        "gdelt", "https://example.org/b", text="b", url="https://example.org/b", title="Otra cosa"
    )
    assert stored(store, article("news", text="a"), other) == {"news", "gdelt"}


def test_a_headline_that_comes_every_day_is_an_article_each_day_but_one_for_a_search(store: Store) -> None:
    days = [datetime(2025, 2, day, tzinfo=UTC) for day in (1, 5, 6)]
    first, other, same = (
        article("news", f"{URL}/1", text="a", url=f"{URL}/1", posted_at=days[0]),
        article("gdelt", f"{URL}/2", text="b", url=f"{URL}/2", posted_at=days[1]),
        article("google_news", headline_key("example.org", TITLE), posted_at=days[2]),
    )
    assert stored(store, first, other, same) == {"news", "gdelt"}


@pytest.mark.parametrize("again", [True, False])
def test_a_text_is_not_lost_when_its_page_goes_behind_a_wall(store: Store, again: bool) -> None:
    stored(store, article("gdelt", text="whole"), article("gdelt", title="Otro titular"), again=again)
    kept = store.read("articles").collect()
    assert (kept["text"].to_list(), kept["headline_only"].to_list()) == (["whole"], [False])


def test_what_was_removed_is_split_again_when_it_comes_back(store: Store) -> None:
    rows = {"article_id": [f"gdelt:{URL}"], "text_key": ["k"], "revision": ["r"]}
    store.upsert_rows("extracted", pl.DataFrame(rows))
    stored(store, article("gdelt", text="whole"), article("news", text="whole"))
    assert store.read("extracted").collect().is_empty()


def test_earlier_versions_of_a_rewritten_article_are_kept(store: Store) -> None:
    def version(title: str, text: str) -> Batch:
        item = article("news", text=text, title=title)
        return Batch(articles=[item], raws=[RawItem(item.id, "news", NOW, {"title": title, "body": text})])

    for title, text in (("Uno", "a"), ("Dos", "a"), ("Dos", "a"), ("Tres", "b")):
        batch = OneOfEach(store).sort_out(version(title, text))
        store.upsert_rows("articles", article_rows(batch.articles))
        store.upsert_rows("raw", raw_rows(batch.raws))
    (row,) = store.read("articles").collect().to_dicts()
    payload = json.loads(store.read("raw").collect()["payload"][0])
    assert (row["title"], row["text"], row["flags"]) == ("Tres", "b", ["revised"])
    until = NOW.isoformat()
    assert payload["earlier"] == [
        {"title": "Uno", "published_at": None, "until": until},
        {"title": "Dos", "body": "a", "published_at": None, "until": until},
    ]


def test_a_source_may_give_its_own_article_anew(store: Store) -> None:
    assert stored(store, article("news", text="a"), article("news", text="b")) == {"news"}
    assert store.read("articles").collect()["text"].to_list() == ["b"]
