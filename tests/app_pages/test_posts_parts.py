from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from streamlit.testing.v1 import AppTest

from app_pages.posts_parts import last_turn
from tests.app_pages.made_store import LITERAL, NOW, make_store
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


def test_page_beyond_the_last_one_is_the_last_one() -> None:
    assert [last_turn(turn, 120) for turn in (0, 1, 2, 3, 9)] == [0, 1, 2, 2, 2]
    assert last_turn(4, 0) == 0 and last_turn(1, 50) == 0 and last_turn(1, 51) == 1


def test_version_with_fewer_posts_does_not_strand_the_reader(
    run: Run, tmp_path: Path, homes: dict[str, Path]
) -> None:
    homes["shrinks"] = tmp_path
    make_store(tmp_path, days=20)
    app = run("posts", "shrinks")
    for _ in range(3):
        next(button for button in app.button if button.label == "Older").click().run()
    assert "151–200 of" in words_on(app)
    shutil.rmtree(tmp_path / "store")
    make_store(tmp_path, days=5, published_at=NOW + timedelta(seconds=1))
    app.run()
    assert "51–" in words_on(app) and len(app.dataframe[0].value)


def test_simulated_strip_is_drawn_when_the_source_is_the_simulated_one(run: Run) -> None:
    strip = say("en", "notice.simulated")
    asked = run("posts", "live", source="simulated")
    assert [note.value for note in asked.info].count(strip) == 1
    both = run("posts", "live", source="simulated", posts="simulated")
    assert [note.value for note in both.info].count(strip) == 1
    assert strip not in [note.value for note in run("posts", "live", source="reddit").info]


def test_reset_undoes_the_simulated_posts_that_the_overview_chose(run: Run) -> None:
    app = run("overview", "live", posts="simulated")
    app.switch_page("app_pages/posts.py").run()
    assert set(app.dataframe[0].value["Source"]) == {"Simulated"}
    app.button(key="reset").click().run()
    assert "Simulated" not in set(app.dataframe[0].value["Source"])


def test_only_articles_so_far_is_told_with_a_way_to_the_simulated_posts(run: Run) -> None:
    app = run("posts", "articles")
    assert say("en", "state.no_live") in [note.value for note in app.info]
    app.button(key="to-simulated").click().run()
    assert set(app.dataframe[0].value["Source"]) == {"Simulated"}
