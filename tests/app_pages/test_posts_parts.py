from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.app_pages.made_store import LITERAL
from tests.app_pages.test_pages import words_on
from words import say

Run = Callable[..., AppTest]


def test_search_finds_text_as_it_stands(run: Run) -> None:
    app = run("posts", "full", q="$6 million, about $20,000 per inmate * _cost_")
    assert app.dataframe[0].value["Text"].to_list() == [LITERAL]
    assert "1–1 of 1" in words_on(app)


def test_text_that_is_a_pattern_is_not_one(run: Run) -> None:
    for text in (".*", "[", "(", "\\", "%"):
        app = run("posts", "full", q=text)
        assert not app.exception


def test_filters_narrow_the_table(run: Run) -> None:
    table = run("posts", "full", stance="against", written="es").dataframe[0].value
    assert set(table["Stance"]) <= {"Against"} and set(table["Language"]) == {"Spanish"}


def test_no_match_says_what_to_change(run: Run) -> None:
    app = run("posts", "full", q="no post says this")
    assert say("en", "state.no_match") in [note.value for note in app.info]


def test_store_without_posts_says_so(run: Run) -> None:
    app = run("posts", "empty")
    assert say("en", "state.no_posts_at_all") in [note.value for note in app.info]


def test_older_posts_are_one_button_away_and_a_new_search_starts_over(run: Run) -> None:
    app = run("posts", "full")
    next(button for button in app.button if button.label == "Older").click().run()
    assert "51–100 of" in words_on(app)
    app.selectbox(key="pick-stance").set_value("favor").run()
    assert "1–50 of" in words_on(app)


def test_simulated_posts_are_left_out_once_there_are_others(run: Run) -> None:
    assert "Simulated" not in set(run("posts", "live").dataframe[0].value["Source"])
    asked = run("posts", "live", source="simulated").dataframe[0].value
    assert set(asked["Source"]) == {"Simulated"}


def test_private_authors_are_nowhere(run: Run) -> None:
    app = run("posts", "live")
    assert not any("author" in str(name).lower() for name in app.dataframe[0].value.columns)
    assert "reddit0001" not in app.dataframe[0].value.to_csv()
