"""The review page: a queue that shows no reading, answers that are kept, and what their figures say."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from analysis.agreement import Agreement
from analysis.correction import CORRECTED_SCHEMA
from analysis.sampling import draw_sample
from app_pages import overview_parts
from app_pages.corrected_parts import corrected_table, draw_corrected, missing_lines
from app_pages.review_progress import agreement_line
from store.labels import Draw, LabelBook, labels_csv, read_labels_csv
from store.queries import read_published, review_frame
from store.tables import rows_frame
from store.writer import Store
from tests.app_pages.made_store import NOW, REVISION, TOPIC, make_store
from tests.app_pages.test_pages import words_on
from words import LANGUAGES, say

ROOT = Path(__file__).resolve().parents[2]
Open = Callable[..., AppTest]
TARGET = TOPIC.primary_target.id


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_store(tmp_path, days=12, per_day=6, statements=False)
    return tmp_path


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Return a function that opens the page, with a sample drawn and a name given unless told otherwise."""
    monkeypatch.setenv("POSTURA_HOME", str(home))
    monkeypatch.setenv("POSTURA_TOPIC", TOPIC.id)

    def open_page(lang: str = "en", analyst: str = "ana", n: int = 10) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        app.query_params["lang"] = lang
        app.switch_page("app_pages/review.py")
        app.run()
        if n:
            app.number_input(key="review-n").set_value(n)
            press(app, say(lang, "review.draw"))
        if analyst:
            app.text_input(key="pick-analyst").set_value(analyst).run()
        assert not app.exception
        return app

    return open_page


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def answer(app: AppTest, name: str) -> None:
    app.button(key=f"review-{name}").click().run()
    assert not app.exception and not app.error


def shown(app: AppTest) -> str:
    return str(app.text[-1].value)


def labels(home: Path) -> pl.DataFrame:
    return LabelBook(home / "store", TOPIC.id).read_labels()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_sample_or_a_name_the_page_says_what_to_do(opened: Open, lang: str) -> None:
    assert say(lang, "review.no_sample") in words_on(opened(lang, analyst="", n=0))
    app = opened(lang, analyst="")
    assert say(lang, "review.no_analyst") in words_on(app) and "Traceback" not in words_on(app)


def test_answer_skip_and_undo_move_through_the_queue(opened: Open, home: Path) -> None:
    app = opened()
    first = shown(app)
    answer(app, "against")
    second = shown(app)
    assert second != first
    assert labels(home).select("analyst", "target", "label").rows() == [("ana", TARGET, "against")]
    answer(app, "skip")
    assert shown(app) not in (first, second) and labels(home).height == 1
    answer(app, "undo")
    assert shown(app) == second
    answer(app, "undo")
    assert shown(app) == first and labels(home).is_empty()
    assert app.button(key="review-undo").disabled
    answer(app, "unsure")
    assert labels(home)["label"].to_list() == ["unsure"]


def test_page_is_blind_to_the_model(opened: Open) -> None:
    app = opened()
    assert not app.metric and not app.table
    card = words_on(app)
    assert (
        "%" not in card and say("en", "stance.favor") not in card and say("en", "stance.against") not in card
    )
    assert [b.label for b in app.button if b.key and b.key.startswith("review-")][:5] == [
        say("en", f"review.answer_{name}") for name in ("favor", "against", "neutral", "off_topic", "unsure")
    ]


def test_two_analysts_have_their_own_progress_and_an_agreement(opened: Open, home: Path) -> None:
    app = opened()
    for _ in range(9):
        answer(app, "favor")
    other = opened(analyst="bea", n=0)
    answer(other, "against")
    assert dict(labels(home).group_by("analyst").len().iter_rows()) == {"ana": 9, "bea": 1}
    said = words_on(other)
    assert (
        say("en", "review.left", done="1", all="20") in [bar.proto.text for bar in other.get("progress")]
        or "alpha" in said
    )
    assert "no more than chance" in said


def test_label_of_a_deleted_text_is_kept_out_and_said(opened: Open, home: Path) -> None:
    app = opened()
    answer(app, "favor")
    key = labels(home)["text_key"][0]
    store = Store(home / "store", TOPIC.id)
    gone = store.read("posts").filter(pl.col("text_key") == key).collect()
    dead = gone.with_columns(text=pl.lit(""), text_key=pl.lit(""), state=pl.lit("deleted"))
    store.upsert_rows("posts", dead)
    store.publish(NOW + timedelta(minutes=1), revision=REVISION)
    said = words_on(opened(n=0))
    assert say("en", "review.gone", n="1") in said and say("en", "review.no_answers") in said
    assert labels(home).height == 1


def test_new_classifier_keeps_the_sample_and_its_labels(opened: Open, home: Path) -> None:
    app = opened()
    answer(app, "favor")
    Store(home / "store", TOPIC.id).publish(NOW + timedelta(minutes=1), revision="retrained")
    said = words_on(opened(n=0))
    assert say("en", "review.other_revision") in said and say("en", "review.no_answers") not in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_enough_labels_give_corrected_shares_and_too_few_say_how_many_are_missing(
    opened: Open, home: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(lang, n=200)
    book = LabelBook(home / "store", TOPIC.id)
    draw = book.latest_draw(TARGET, simulated=True)
    assert draw is not None
    known = draw.sample.filter(pl.col("lang") == "en")["text_key"].to_list()
    rows = [{"text_key": key, "target": TARGET, "analyst": "=ana", "label": "against", "labelled_at": NOW} for key in known[:30]]  # fmt: skip
    data = labels_csv(rows_frame("labels", rows))
    assert book.add_labels(read_labels_csv(data, "labels.csv", [TARGET], NOW)) == 30
    said = words_on(opened(lang, n=0))
    name = say(lang, "language.en")
    assert say(lang, "review.lang_missing", language=name, n="30", missing=70) in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_part_of_the_overview_shows_corrected_shares_from_a_hundred_labels_on(
    tmp_path: Path, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_store(tmp_path, days=45, statements=False)
    monkeypatch.setenv("POSTURA_HOME", str(tmp_path))
    monkeypatch.setenv("POSTURA_TOPIC", TOPIC.id)
    monkeypatch.setattr(overview_parts, "draw_overview", lambda page: draw_corrected(page, TARGET, True))
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
    app.query_params["lang"] = lang
    assert say(lang, "corrected.none", least=100) in words_on(app.run())
    published = read_published(tmp_path / "store", TOPIC.id)
    assert published is not None
    frame = review_frame(published, TARGET, TOPIC.zone, simulated=True)
    sample, strata = draw_sample(frame, TARGET, 120, seed=1)
    book = LabelBook(tmp_path / "store", TOPIC.id)
    book.save_draw(Draw(TARGET, True, NOW, 1, REVISION, sample, strata))
    english = sample.filter(pl.col("lang") == "en")["text_key"].to_list()
    rows = [{"text_key": key, "target": TARGET, "analyst": "ana", "label": "favor", "labelled_at": NOW} for key in english]  # fmt: skip
    book.add_labels(rows_frame("labels", rows))
    app.run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table[say(lang, "corrected.col_language")].tolist() == [say(lang, "language.en")]
    assert table[say(lang, "stance.favor")][0].startswith("100")
    language = say(lang, "language.es")
    assert say(lang, "corrected.missing", language=language, n="0", least=100, missing=100) in words_on(app)


def test_corrected_table_has_a_row_for_each_language_that_has_enough() -> None:
    row = {
        "n_frame": 900,
        "n_labels": 120,
        "n_missing": 0,
        "n_analysts": 2,
        "read_as": 0.3,
        "lo": 0.25,
        "hi": 0.4,
    }
    rows = [{**row, "lang": "en", "stance": name, "share": share} for name, share in (("favor", 0.3), ("against", 0.6), ("neutral", 0.1))]  # fmt: skip
    none = {**row, "lang": "es", "share": None, "lo": None, "hi": None, "n_labels": 37, "n_missing": 63}
    rows += [{**none, "stance": name} for name in ("favor", "against", "neutral")]
    found = pl.DataFrame(rows, schema=CORRECTED_SCHEMA)
    table = corrected_table(found, "en")
    assert table.height == 1 and table[say("en", "stance.favor")][0] == "30% (25–40%)"
    assert missing_lines(found, "en") == [
        say("en", "corrected.missing", language="Spanish", n="37", least=100, missing=63)
    ]
    empty = found.with_columns(share=pl.lit(None, dtype=pl.Float64), n_missing=pl.lit(0, dtype=pl.Int64))
    assert corrected_table(empty, "es").is_empty() and len(missing_lines(empty, "es")) == 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("verdict", ["none_shared", "one_answer", "good", "usable", "weak", "opposed"])
def test_every_verdict_is_a_sentence_without_nan(lang: str, verdict: str) -> None:
    alpha = None if verdict in ("none_shared", "one_answer") else -0.67
    said = agreement_line(Agreement(alpha, 12, 2, None if alpha is None else 0.0, verdict), lang)
    assert said.endswith(".") and "nan" not in said.lower() and "None" not in said
