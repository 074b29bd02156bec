from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from app_pages.sources_parts import title
from tests.app_pages.test_pages import words_on
from words import say

Run = Callable[..., AppTest]


def test_title_counts_what_needs_attention() -> None:
    assert title(5, 0, "en") == say("en", "sources.title_fine")
    assert title(5, 1, "en").startswith("1 of 5") and title(5, 2, "en").startswith("2 of 5")


def test_source_without_its_key_says_what_is_missing(run: Run) -> None:
    text = words_on(run("sources", "full"))
    assert "Not set up" in text and "set REDDIT_CLIENT_ID" in text


def test_failed_source_comes_first_with_what_to_do(run: Run) -> None:
    app = run("sources", "failed")
    assert app.subheader[0].value == "News feeds"
    assert say("en", "source_meaning.unreachable") in words_on(app)
    assert "no route to host <feeds.example>" in [element.value for element in app.text]


def test_counts_of_the_last_run_are_all_there(run: Run) -> None:
    text = words_on(run("sources", "full"))
    assert "40 given, 30 kept, 3 deleted or removed, 2 quarantined, 4 off topic, 1 seen twice" in text


def test_places_at_fault_are_counted_on_the_lid(run: Run) -> None:
    app = run("sources", "full")
    assert any("1 with a fault" in box.label.replace("\\", "") for box in app.expander)
