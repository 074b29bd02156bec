from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.actors_parts import how_made, provenance, quoted, speaker_name
from tests.app_pages.made_store import DENIER, LAST_ACTOR, TOPIC
from tests.app_pages.test_pages import words_on

Run = Callable[..., AppTest]
ROW = {"quote": "We pay.", "direct": True, "kind": "direct", "verification": ""}


def test_only_the_speakers_own_words_stand_in_quotation_marks() -> None:
    assert quoted(ROW, "en") == "“We pay.”" and quoted(ROW, "es") == "«We pay.»"
    assert quoted({**ROW, "direct": False}, "en") == "We pay."


@pytest.mark.parametrize(("kind", "word"), [("direct", "Direct quote"), ("mixed", "Partly quoted"), ("indirect", "Reported"), ("?", "Reported")])  # fmt: skip
def test_direct_and_reported_are_told_apart_by_a_word(kind: str, word: str) -> None:
    assert how_made({**ROW, "kind": kind}, "en") == word


def test_archive_says_that_the_words_are_ours_and_whether_the_source_was_read() -> None:
    assert how_made({**ROW, "verification": "read"}, "en") == "Documented, in our own words"
    assert provenance({**ROW, "verification": "cited"}, "en") == "Source cited, not read by us:"
    assert provenance(ROW, "en") == "Source:"


def test_statement_shows_who_when_where_and_its_words_literally(run: Run) -> None:
    app = run("actors", "full", actor=LAST_ACTOR.id)
    text = words_on(app)
    literal = "The fee is $6 million, about $20,000 each, and *nobody* asked_us_."
    assert literal in [element.value for element in app.text]
    assert "13 Apr 2025" in text and "https://outlet3.example/story/23" in text


def test_camp_narrows_the_actors_to_choose_from(run: Run) -> None:
    everyone = run("actors", "full").selectbox(key="pick-actor").options
    some = run("actors", "full", camp="sv_government").selectbox(key="pick-actor").options
    assert 1 < len(some) < len(everyone)


def test_actor_of_another_camp_falls_back_to_all(run: Run) -> None:
    app = run("actors", "full", camp="sv_government", actor="donald-trump")
    assert app.selectbox(key="pick-actor").value == "all"


def test_more_statements_are_one_button_away(run: Run) -> None:
    app = run("actors", "full")
    before = len(app.text)
    more = next(button for button in app.button if button.key != "reset")
    more.click().run()
    assert len(app.text) == before + 4


def test_what_was_not_asserted_is_said_so(run: Run) -> None:
    assert "Not asserted" in words_on(run("actors", "full", actor=DENIER.id))


def test_archive_statement_is_shown_in_the_readers_language_and_a_quotation_is_not() -> None:
    ours = {
        **ROW,
        "direct": False,
        "kind": "indirect",
        "verification": "read",
        "lang": "en",
        "translation": "Pagamos.",
    }
    assert quoted(ours, "es") == "Pagamos."
    assert quoted(ours, "en") == "We pay."
    assert "We pay." in quoted({**ours, "direct": True}, "es")
    assert quoted({**ours, "translation": ""}, "es") == "We pay."


@pytest.mark.parametrize(("speaker", "shown"), [("", "Unnamed speaker"), ("  ", "Unnamed speaker"), ("a U.S. official", "a U.S. official"), ("a neighbour", "a neighbour")])  # fmt: skip
def test_speaker_outside_the_register_is_never_named(speaker: str, shown: str) -> None:
    row = {"actor_id": None, "actor_name": "Private Person", "speaker": speaker}
    assert speaker_name(row, TOPIC, "en") == shown


def test_curated_actor_is_named_as_the_register_does() -> None:
    row = {"actor_id": LAST_ACTOR.id, "actor_name": "as written", "speaker": "the minister"}
    assert speaker_name(row, TOPIC, "en") == LAST_ACTOR.name
    assert speaker_name({**row, "actor_id": "left-the-register"}, TOPIC, "es") == "as written"
