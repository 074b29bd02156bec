from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app_pages.sources_parts import detail_of, meaning_of, title
from tests.app_pages.test_pages import words_on
from words import LANGUAGES, say

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


ROW = {"source": "files", "state": "partial", "detail": "", "places": []}
REFUSED = "a.csv was refused: it has no column with text"


def place(name: str, state: str = "complete", detail: str = "") -> dict[str, object]:
    return {"name": name, "state": state, "detail": detail, "n_got": 1}


def test_lone_file_whose_only_item_is_refused_says_so_and_why() -> None:
    row = {
        **ROW,
        "detail": f"1 of 1 places were read in part: {REFUSED}",
        "places": [place("a.csv", "partial", REFUSED)],
    }
    assert detail_of(row) == REFUSED and meaning_of(row) == "partial_one"


def test_source_of_several_places_or_with_a_reason_of_its_own_keeps_its_sentence() -> None:
    several = {
        **ROW,
        "detail": "1 of 2 places were read in part: b",
        "places": [place("a"), place("b", "partial", "b")],
    }
    assert detail_of(several) == several["detail"] and meaning_of(several) == "partial"
    late = {
        **ROW,
        "detail": "its time was over",
        "places": [place("a", detail="2 threads could not be read")],
    }
    assert detail_of(late) == "its time was over" and meaning_of(late) == "partial_one"
    assert meaning_of({**ROW, "state": "gone", "detail": "404"}) == "gone"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_place_that_was_read_with_a_note_is_counted_on_the_lid_and_listed_before_the_others(
    lang: str,
) -> None:
    def page(lang: str) -> None:
        from app_pages.sources_parts import draw_places

        places = [
            {"name": "r/a", "state": "complete", "detail": "", "n_got": 1},
            {
                "name": "r/b",
                "state": "complete",
                "detail": "2 threads could not be read (blocked)",
                "n_got": 1,
            },
            {"name": "r/c", "state": "gone", "detail": "banned", "n_got": 0},
        ]
        draw_places(places, lang)
        draw_places(places[:2], lang)

    app = AppTest.from_function(page, args=(lang,)).run()
    lids = [box.label.replace("\\", "") for box in app.expander]
    assert lids == [
        say(lang, "sources.places_both", n=3, bad=1, noted=1),
        say(lang, "sources.places_noted", n=2, noted=1),
    ]
    assert list(app.dataframe[0].value.iloc[:, 0]) == ["r/c", "r/b", "r/a"]


def test_drift_is_said_on_the_card_and_names_what_is_new(run: Run) -> None:
    text = words_on(run("sources", "silent"))
    assert say("en", "sources.drift_new", n=2, new="quote_approval") in text
    assert "Drift" not in words_on(run("sources", "full"))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_receipt_is_there_in_full(run: Run, lang: str) -> None:
    app = run("sources", "silent", lang)
    lids = [box.label.replace("\\", "") for box in app.expander]
    assert say(lang, "receipt.lid_new", n=1) in lids and say(lang, "receipt.runs", n=30) in lids
    text = words_on(app)
    numbers = {"requests": "6", "bytes": "48.2\u00a0kB", "seconds": "3.2", "retries": "2", "waited": "1.5"}
    if lang == "es":
        numbers = {name: value.replace(".", ",") for name, value in numbers.items()}
    assert say(lang, "receipt.work", **numbers) in text
    counts = {"n_got": 14, "n_kept": 14, "n_tombstone": 0, "n_quarantined": 0, "n_off_topic": 0, "n_known": 0}
    assert say(lang, "receipt.counts", **counts) in text
    cells = [str(value) for table in app.dataframe for column in table.value for value in table.value[column]]
    for said in ("cecot", "status 503", "older than the window", "quote_approval", "1001", "1000"):
        assert said in cells, said
    assert len(app.get("download_button")) == 7


@pytest.mark.parametrize("lang", LANGUAGES)
def test_earlier_run_that_the_reader_picks_is_shown_in_full(
    homes: dict[str, Path], monkeypatch: pytest.MonkeyPatch, lang: str
) -> None:
    def page(lang: str) -> None:
        import polars as pl

        from app_pages.load import Page
        from app_pages.sources_receipt import draw_run
        from settings import load_settings
        from store.queries import read_published, run_history
        from tests.app_pages.made_store import NOW, TOPIC

        settings = load_settings()
        published = read_published(settings.store_root(), TOPIC.id)
        assert published is not None
        runs = run_history(published).filter(pl.col("source") == "bluesky")
        draw_run(Page(settings, TOPIC, lang, False, NOW, published), runs, 12)

    monkeypatch.setenv("POSTURA_HOME", str(homes["silent"]))
    app = AppTest.from_function(page, args=(lang,), default_timeout=300).run()
    assert not app.exception
    assert say(lang, "receipt.lid_of", at="X").split("X")[0] in words_on(app)
    cells = [str(value) for table in app.dataframe for column in table.value for value in table.value[column]]
    assert "1013" in cells and "1012" in cells and "quote_approval" not in cells
