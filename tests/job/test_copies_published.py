"""What readers are told of copies: counted as one, reposts told, bursts apart from slogans and from shared news."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from analysis.bursts import MIN_VOICES, find_bursts
from job.cluster_texts import cluster_texts
from job.frames import article_rows, post_rows, statement_rows
from job.report import Reporter
from models.duplicates import text_key
from records import Article, Post, Statement
from store.queries import Published, cluster_placements, read_published, repeated_placements, search_posts
from store.writer import Store

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALL = "Call your senator today and say that the prison deal with El Salvador was never put to a vote in Congress"
HEADLINE = "Bukele ofrece sus cárceles a Estados Unidos: “a cambio de una tarifa”"


def post(n: int, text: str, minutes: float = 0, **more: object) -> Post:
    at = NOW + minutes * MINUTE
    return Post(f"reddit:{n}", "reddit", text, NOW, at, lang="en", author_key=f"a{n}", place="r/made", **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_store_root: Path) -> Store:
    return Store(tmp_store_root, "a-topic")


def publish(store: Store, posts: Sequence[Post], articles: Sequence[Article] = ()) -> Published:
    store.upsert_rows("posts", post_rows(posts))
    store.upsert_rows("articles", article_rows(articles))
    store.publish(NOW, revision="r")
    published = read_published(store.folder.parent, "a-topic")
    assert published is not None
    return published


def kinds(published: Published) -> list[tuple[str, int, str]]:
    found = find_bursts(repeated_placements(published, MIN_VOICES))
    return found.select("kind", "n_voices", "first_id").rows()


def test_copies_as_one_are_the_first_that_matches_with_its_counts(store: Store, quiet: Reporter) -> None:
    posts = [post(n, f"{CALL} #{'now' * n}" if n else CALL, minutes=10 * n) for n in range(6)]
    posts += [post(9, "Another post about the prisons that nobody has copied so far, as it seems to me")]
    store.upsert_rows("posts", post_rows(posts))
    cluster_texts(store, quiet)
    published = publish(store, posts)
    each, n_each = search_posts(published)
    one, n_one = search_posts(published, copies_as_one=True)
    assert (n_each, n_one) == (7, 2)
    first = one.filter(pl.col("n_posts") == 6)
    assert first.select("id", "n_voices", "n_outlets", "n_copies").row(0) == ("reddit:0", 6, 0, 1)
    assert kinds(published) == [("copies", 6, "reddit:0")]
    assert each["cluster_key"].n_unique() == 2


def test_store_of_before_has_no_clusters_and_every_text_is_its_own(store: Store, quiet: Reporter) -> None:
    posts = [post(n, CALL) for n in range(5)] + [post(9, f"{CALL} now")]
    published = publish(store, posts)
    assert "clusters" not in published.tables
    found, n = search_posts(published, copies_as_one=True)
    assert n == 2 and sorted(found["n_posts"].to_list()) == [1, 5]
    assert kinds(published) == [("copies", 5, "reddit:0")]
    assert cluster_texts(store, quiet) == 2
    assert search_posts(publish(store, posts), copies_as_one=True)[1] == 1


def test_marked_reposts_are_told(store: Store) -> None:
    marked = [
        f"RT @x: {CALL}",
        f"{CALL} via @x.example https://a.example/1",
        f"Vía @x: {CALL}",
        f"{CALL} (h/t @x)",
    ]
    posts = [
        post(1, CALL),
        *(post(n, text) for n, text in enumerate(marked, 3)),
        post(8, f"{CALL} via Congress"),
    ]
    published = publish(store, [*posts, post(9, CALL, repost_of="reddit:1")])
    rows = cluster_placements(published, text_key(CALL)).sort("id")
    assert rows["id"].to_list() == [f"reddit:{n}" for n in (1, 3, 4, 5, 6, 9)]
    assert rows["repost"].to_list() == [False] + [True] * 5
    assert cluster_placements(published, text_key(posts[5].text))["repost"].to_list() == [False]
    assert kinds(published) == []


def test_slogan_with_links_and_mentions_stays_a_slogan(store: Store) -> None:
    padded = "No al trato, fuera de aquí https://a.example/one/two/three?four=five @one @two @three"
    assert kinds(publish(store, [post(n, padded) for n in range(9)])) == []


def test_headline_that_many_share_is_news_and_not_copies(store: Store) -> None:
    shared = [post(n, f"{HEADLINE.upper()} https://news.example/{n}", minutes=n) for n in range(5)]
    assert kinds(publish(store, shared)) == [("copies", 5, "reddit:0")]
    story = Article("news:1", "news", HEADLINE, "El texto.", NOW, NOW - MINUTE, lang="es", outlet="a.example")
    assert kinds(publish(store, shared, [story])) == [("wire", 5, "reddit:0")]
    later = Article("news:1", "news", HEADLINE, "El texto.", NOW, NOW + MINUTE, lang="es", outlet="a.example")
    assert kinds(publish(store, shared, [later])) == [("copies", 5, "reddit:0")]


def test_quote_that_outlets_printed_first_is_news_when_many_repeat_it(store: Store) -> None:
    said = Statement(
        "news:1#1", "news", CALL, NOW, NOW - MINUTE, article_id="news:1", lang="en", outlet="a.example"
    )
    store.upsert_rows("statements", statement_rows([said]))
    assert kinds(publish(store, [post(n, CALL, minutes=n) for n in range(5)])) == [("wire", 5, "reddit:0")]
