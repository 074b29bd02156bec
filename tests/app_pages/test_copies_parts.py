"""Copies on the Posts page: how far a text has spread, its placements, bursts, shared news and wire copy."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from rich.console import Console
from streamlit.testing.v1 import AppTest

from app_pages.copies_parts import LIMITS, span_words
from app_pages.markup import literal
from job.cluster_texts import cluster_texts
from job.frames import article_rows, post_rows
from job.report import Reporter
from records import Article, Post
from store.writer import Store
from tests.app_pages.made_store import NOW, REVISION, TOPIC
from tests.app_pages.test_pages import words_on
from words import say

Run = Callable[..., AppTest]
MINUTE = timedelta(minutes=1)
CALL = "Call your senator today and say that the prison deal was never put to a vote in Congress, at $6 million a year"
HEADLINE = "Bukele offers the prisons of El Salvador to the United States for a fee"
STORY = " ".join(
    f"Line {n} of the agency's story about the prisons that the minister showed to the press."
    for n in range(12)
)


def post(n: int, text: str, minutes: int, simulated: bool = False) -> Post:
    source = "simulated" if simulated else "reddit"
    at = NOW - timedelta(days=9) + minutes * MINUTE
    return Post(f"{source}:{n}", source, text, NOW, at, lang="en", author_key=f"secret{n}", place=f"r/place{n}", simulated=simulated)  # fmt: skip


def article(n: int, title: str, text: str) -> Article:
    at = NOW - timedelta(days=20) + n * MINUTE
    return Article(f"news:{n}", "news", title, text, NOW, at, lang="en", outlet=f"outlet{n}.example")


@pytest.fixture(scope="module")
def copied(homes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a home whose store has a burst of six near-copies, a shared headline and one story in sixty outlets."""
    home = homes["copied"] = tmp_path_factory.mktemp("copied")
    posts = [post(n, f"{CALL}{' again' * n}", 10 * n) for n in range(6)]
    posts += [post(10 + n, f"{HEADLINE} https://news.example/{n}", n) for n in range(7)]
    posts += [post(30 + n, f"Made up: {CALL}", n, simulated=True) for n in range(8)]
    articles = [article(n, f"Headline {n}", f"{STORY} Ours: page {n}.") for n in range(60)]
    publish(home, posts, [*articles, article(99, HEADLINE, "Another story.")])
    return "copied"


def publish(home: Path, posts: list[Post], articles: list[Article]) -> None:
    store = Store(home / "store", TOPIC.id)
    store.upsert_rows("posts", post_rows(posts))
    store.upsert_rows("articles", article_rows(articles))
    cluster_texts(store, Reporter(Console(quiet=True)))
    store.publish(NOW, revision=REVISION)


def test_burst_of_near_copies_is_in_the_table_and_in_its_own(run: Run, copied: str) -> None:
    app = run("posts", copied, q="senator")
    assert not app.exception
    found = app.dataframe[0].value
    assert len(found) == 6 and set(found["Spread"]) == {"1 text, 6 posts · burst, 6 voices"}
    bursts = app.dataframe[1].value
    assert bursts[["Voices", "Posts", "Within"]].to_numpy().tolist() == [[6, 6, "50 minutes"]]
    assert bursts["Where"].to_list() == ["Reddit · r/place0"] and bursts["Text"][0] == CALL
    said = words_on(app)
    assert say("en", "copies.bursts_lead", **LIMITS) in said and say("en", "copies.bursts_simulated") in said


def test_shared_headline_is_told_apart_from_a_burst_of_copies(run: Run, copied: str) -> None:
    app = run("posts", copied, q="offers")
    assert set(app.dataframe[0].value["Spread"]) == {"1 text, 7 posts · news shared, 7 voices"}
    assert [lid.label for lid in app.expander][:1] == [literal(say("en", "copies.shared_title", n="1"))]
    assert app.dataframe[2].value["Voices"].to_list() == [7]


def test_wire_story_is_one_text_in_sixty_outlets(run: Run, copied: str) -> None:
    app = run("posts", copied)
    wire = app.dataframe[3].value
    assert wire["Spread"].to_list() == ["1 text, 60 outlets"]
    assert wire["Where"].to_list() == ["News feeds · outlet0.example"]


def test_copies_as_one_leave_the_first_of_each(run: Run, copied: str) -> None:
    found = run("posts", copied, copies="one").dataframe[0].value
    assert len(found) == 2 and CALL in found["Text"].to_list()


def test_same_in_spanish_and_no_voice_is_named(run: Run, copied: str) -> None:
    app = run("posts", copied, lang="es")
    assert say("es", "copies.bursts_lead", **LIMITS) in words_on(app)
    spread = set(app.dataframe[0].value["Difusión"])
    assert spread == {
        "1 texto, 6 publicaciones · ráfaga, 6 voces",
        "1 texto, 7 publicaciones · noticia compartida, 7 voces",
    }
    assert not any("secret" in frame.value.to_csv() for frame in app.dataframe)


def test_picked_post_says_where_its_text_was_first_and_where_it_stands(
    run: Run, copied: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app_pages.posts_parts.draw_post_table", lambda *_, **__: 0)
    app = run("posts", copied, q="senator")
    said = words_on(app)
    assert (
        "1 text, 6 posts · burst, 6 voices. First seen " in said
        and "· Reddit · r/place0. Copies over 50 minutes." in said
    )
    assert say("en", "copies.near") in said
    placed = app.dataframe[0].value
    assert placed["Place or outlet"].to_list() == [f"r/place{n}" for n in range(6)]
    assert set(placed["Kind"]) == {"post"} and "100%" in set(placed["Alike"])


def test_store_without_a_burst_says_so(run: Run) -> None:
    assert say("en", "copies.bursts_none", **LIMITS) in words_on(run("posts", "live"))


def test_store_without_posts_has_no_word_of_bursts(run: Run) -> None:
    assert say("en", "copies.bursts_title") not in words_on(run("posts", "empty"))


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 minutes"), (119, "119 minutes"), (120, "2 hours"), (2879, "48 hours"), (2880, "2 days")],
)
def test_span_is_in_the_unit_that_fits(minutes: int, said: str) -> None:
    assert span_words(minutes * MINUTE, "en") == said
