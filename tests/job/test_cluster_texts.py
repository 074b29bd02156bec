"""The step that clusters copies, on real stores: what it writes, in any order, and what it does not do again."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from job.cluster_texts import cluster_texts
from job.frames import article_rows, post_rows, statement_rows
from job.report import Reporter
from models.duplicates import text_key
from records import Article, Post, Statement
from store.queries import (
    cluster_placements,
    cluster_summary,
    read_published,
    texts_by_id,
)
from store.writer import Store

NOW = datetime(2025, 2, 10, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALL = "Call your senator today and say that the prison deal with El Salvador was never put to a vote in Congress"
MORE = "aa bb cc dd ee ff gg hh ii jj kk ll"
WIRE = " ".join(
    f"The minister of day {n} said to the agency that the deal with the prisons would be paid in part {n} of the year."
    for n in range(15)
)


def post(n: int, text: str, minutes: float = 0, **more: object) -> Post:
    at = NOW + minutes * MINUTE
    return Post(f"reddit:{n}", "reddit", text, NOW, at, lang="en", author_key=f"a{n}", place="r/made", **more)  # type: ignore[arg-type]


def article(n: int, text: str, minutes: float = 0) -> Article:
    return Article(
        f"news:{n}",
        "news",
        f"Headline {n}",
        text,
        NOW,
        NOW + minutes * MINUTE,
        lang="en",
        outlet=f"outlet{n}.example",
    )


def clusters(store: Store) -> pl.DataFrame:
    return store.read("clusters").sort("text_key").collect()


def write(store: Store, posts: Sequence[Post]) -> None:
    store.upsert_rows("posts", post_rows(posts))


@pytest.fixture
def store(tmp_store_root: Path) -> Store:
    return Store(tmp_store_root, "a-topic")


def test_one_wire_story_in_sixty_outlets_is_one_text(store: Store, quiet: Reporter) -> None:
    stories = [article(n, f"{WIRE} Local line number {n} by our own staff.", n) for n in range(60)]
    store.upsert_rows("articles", article_rows(stories))
    said = Statement(
        "news:1#1", "news", CALL, NOW, NOW, article_id="news:1", lang="en", outlet="outlet1.example"
    )
    store.upsert_rows("statements", statement_rows([said]))
    write(store, [post(1, CALL), post(2, "An unrelated post that says nothing of the kind and stands alone")])
    assert cluster_texts(store, quiet) == 62
    store.publish(NOW, revision="r")
    published = read_published(store.folder.parent, "a-topic")
    assert published is not None
    wire, call = cluster_summary(published).to_dicts()
    assert (wire["n_outlets"], wire["n_texts"], wire["n_posts"], wire["n_placements"]) == (60, 60, 0, 60)
    assert (wire["first_id"], wire["first_place"]) == ("news:0", "outlet0.example")
    assert wire["last_at"] - wire["first_at"] == 59 * MINUTE
    assert (call["n_posts"], call["n_outlets"], call["n_voices"]) == (1, 1, 1)
    placed = cluster_placements(published, wire["cluster_key"])
    assert placed["id"].to_list() == [f"news:{n}" for n in range(60)]
    alike = placed["similarity"].to_list()
    assert min(alike) >= 0.7 and max(alike) == 1.0
    assert texts_by_id(published, ["news:3", "reddit:1"])["reddit:1"] == CALL


def test_rerun_with_nothing_new_compares_nothing_and_writes_nothing(
    store: Store, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, [post(1, CALL), post(2, f"{CALL} now")])
    assert cluster_texts(store, quiet) == 2
    before = store.version("clusters")

    def refuse(*_: object) -> None:
        raise AssertionError("texts were compared again")

    monkeypatch.setattr("job.cluster_texts.shingles", refuse)
    monkeypatch.setattr("job.cluster_texts.meeting", refuse)
    assert cluster_texts(store, quiet) == 0
    assert store.version("clusters") == before


def test_clusters_are_the_same_whatever_the_order_and_the_runs(tmp_path: Path, quiet: Reporter) -> None:
    texts = [f"{CALL} {MORE[: 3 * n]}" for n in range(12)]
    texts += [CALL.replace("was never", "was"), "Fuera Bukele", "fuera bukele 🤡", WIRE, f"BREAKING {WIRE}"]
    posts = [post(n, text) for n, text in enumerate(texts)]
    whole = Store(tmp_path / "whole", "a-topic")
    write(whole, posts)
    cluster_texts(whole, quiet)
    expected = clusters(whole)
    assert 1 < expected["cluster_key"].n_unique() < expected.height
    rng = random.Random(2)
    for turn in range(4):
        part = Store(tmp_path / str(turn), "a-topic")
        shuffled = rng.sample(posts, len(posts))
        for start in range(0, len(posts), 5):
            write(part, shuffled[start : start + 5])
            cluster_texts(part, quiet)
        assert clusters(part).equals(expected)


def test_chunks_make_the_same_clusters(
    tmp_path: Path, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [post(n, f"{CALL} {MORE[: 3 * n]}") for n in range(9)]
    found = []
    for size in (100_000, 2):
        monkeypatch.setattr("job.cluster_texts.CHUNK", size)
        store = Store(tmp_path / str(size), "a-topic")
        write(store, posts)
        cluster_texts(store, quiet)
        found.append(clusters(store))
    assert found[0].equals(found[1])


def test_deleted_text_leaves_and_what_it_held_together_falls_apart(store: Store, quiet: Reporter) -> None:
    words = [f"c{a}{b}" for a in "abcdefgh" for b in "abcde"]
    chain = [" ".join(["x" + word for word in words[:n]] + words[n:]) for n in (0, 4, 8)]
    posts = [post(n, text) for n, text in enumerate(chain)]
    write(store, posts)
    cluster_texts(store, quiet)
    assert clusters(store)["cluster_key"].n_unique() == 1
    write(store, [Post("reddit:1", "reddit", "", NOW, state="deleted")])
    assert cluster_texts(store, quiet) == 2
    rows = clusters(store)
    assert rows["text_key"].to_list() == sorted([text_key(chain[0]), text_key(chain[2])])
    assert rows["cluster_key"].equals(rows["text_key"].rename("cluster_key"))
    assert cluster_texts(store, quiet) == 0


def test_texts_of_an_earlier_revision_are_clustered_again(
    store: Store, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(store, [post(1, CALL), post(2, f"{CALL} now")])
    cluster_texts(store, quiet)
    monkeypatch.setattr("job.cluster_texts.CLUSTERS_REVISION", "next")
    assert cluster_texts(store, quiet) == 2
    assert set(clusters(store)["revision"]) == {"next"}
