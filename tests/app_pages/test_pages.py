"""Every page in every state that it was designed for, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from store.last_run import LastRun, write_last_run
from tests.app_pages.made_store import NOW, TOPIC, make_store
from words import LANGUAGES, say

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("overview", "actors", "posts", "sources", "method")
STATES = (
    "none",
    "full",
    "live",
    "empty",
    "few",
    "stale",
    "failed",
    "unreadable",
    "newer",
    "gone",
    "articles",
    "sparse",
)
Run = Callable[..., AppTest]


def words_on(app: AppTest) -> str:
    """Return all that a page says, unescaped."""
    kinds = (
        app.title,
        app.header,
        app.subheader,
        app.caption,
        app.markdown,
        app.text,
        app.info,
        app.warning,
        app.error,
    )
    return (
        "\n".join(str(element.value) for kind in kinds for element in kind)
        .replace("\\", "")
        .replace("\u2060", "")
    )


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("page", PAGES)
def test_page_is_drawn_without_a_traceback(run: Run, page: str, state: str, lang: str) -> None:
    app = run(page, state, lang)
    assert not app.exception
    text = words_on(app)
    assert "Traceback" not in text and text.strip()
    assert app.title or app.header or app.error


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_without_a_store_the_page_says_how_to_get_one(run: Run, page: str, lang: str) -> None:
    app = run(page, "none", lang)
    assert app.header[0].value == say(lang, "state.no_store_title")
    assert app.code[0].value == "make refresh"


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("state", ["unreadable", "newer"])
def test_unreadable_store_is_one_sentence_and_what_to_do(run: Run, page: str, state: str) -> None:
    app = run(page, state)
    assert app.error[0].value == say("en", "state.unreadable")
    said = app.text[-1].value
    assert "published.json" in said or "newer Postura" in said
    assert not app.title


@pytest.mark.parametrize("page", ["overview", "actors", "posts", "sources"])
def test_store_whose_files_are_gone_is_said_not_thrown(run: Run, page: str) -> None:
    app = run(page, "gone")
    assert not app.exception
    assert app.error[0].value == say("en", "state.unreadable")


@pytest.mark.parametrize("page", PAGES)
def test_simulated_posts_are_marked_on_every_page_that_counts_them(run: Run, page: str) -> None:
    assert say("en", "notice.simulated") in [note.value for note in run(page, "full").info]
    assert say("en", "notice.simulated") not in [note.value for note in run(page, "live").info]
    asked = run(page, "live", posts="simulated")
    assert say("en", "notice.simulated") in [note.value for note in asked.info]


@pytest.mark.parametrize("page", PAGES)
def test_late_data_are_amber_with_their_age_and_reason(run: Run, page: str) -> None:
    note = run(page, "stale").warning[0].value
    assert "2 days ago" in note and "daily job last ran on" in note
    assert not run(page, "full").warning


@pytest.mark.parametrize("page", PAGES)
def test_failed_source_is_named_on_every_page(run: Run, page: str) -> None:
    note = run(page, "failed").warning[0].value.replace("\\", "")
    assert "News feeds (Unreachable)" in note


def test_overview_with_too_few_posts_says_so_and_draws_no_share(run: Run) -> None:
    app = run("overview", "few")
    assert "too few to say" in app.title[0].value.replace("\\", "")
    assert [tile.value for tile in app.metric][:3] == ["–", "–", "–"]
    assert any("Too few posts for a line" in note.value for note in app.info)


def test_overview_without_posts_says_what_to_change(run: Run) -> None:
    app = run("overview", "empty")
    assert not app.metric
    assert say("en", "state.empty") in [note.value for note in app.info]


def test_overview_asked_for_live_posts_that_are_not_there(run: Run) -> None:
    app = run("overview", "full", posts="live")
    assert say("en", "state.no_live") in [note.value for note in app.info]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_articles_alone_make_the_simulated_posts_step_aside(run: Run, lang: str) -> None:
    app = run("overview", "articles", lang)
    text = words_on(app)
    assert say(lang, "notice.simulated") not in text and say(lang, "state.no_live") in text
    assert not app.metric
    assert TOPIC.camps[0].name.get(lang) in app.get("plotly_chart")[0].proto.spec  # what is on record stays
    app.button(key="to-simulated").click().run()
    assert say(lang, "notice.simulated") in words_on(app)
    assert app.metric and app.query_params["posts"] in ("simulated", ["simulated"])
    app.button(key="reset").click().run()
    assert say(lang, "state.no_live") in words_on(app)


def test_way_to_the_simulated_posts_is_only_shown_where_there_are_any(run: Run) -> None:
    assert "to-simulated" not in [button.key for button in run("overview", "empty").button]
    assert "to-simulated" not in [button.key for button in run("overview", "live").button]
    assert "to-simulated" in [button.key for button in run("overview", "full", posts="live").button]


def test_officials_accounts_are_no_part_of_the_public_trend(run: Run, homes: dict[str, Path]) -> None:
    app = run("overview", "officials")
    against = next(tile.value for tile in app.metric if tile.label == "Against")
    assert int(against.rstrip("%")) < 70  # eight a day of theirs, all against, would take it above 75
    assert say("en", "overview.private") in words_on(app)
    assert not any("Official word" in text for text in app.dataframe[-1].value["Text"])
    posts = run("posts", "officials").dataframe[0].value
    assert any("Official word" in text for text in posts["Text"])  # they are still found


def test_sparse_days_are_drawn_by_the_week_and_the_caption_says_so(run: Run) -> None:
    for lang in LANGUAGES:
        app = run("overview", "sparse", lang)
        said = say(lang, "overview.reading_weekly", days=28, least=30)
        assert said in words_on(app) or said.replace("28", "7") in words_on(app)
        assert say(lang, "overview.part_weekly") in words_on(app)
    assert "A point a week" not in words_on(run("overview", "full"))
    title, tiles = app.title[0].value.replace("\\", ""), {tile.label: tile.value for tile in app.metric}
    assert any(tiles[say("es", f"stance.{name}")] in title for name in ("favor", "against"))


@pytest.fixture
def failed_home(tmp_path: Path, homes: dict[str, Path]) -> Path:
    """A store whose last run failed after its version was published."""
    make_store(tmp_path, days=5, published_at=NOW - timedelta(days=42))
    at = NOW - timedelta(hours=3)
    run = LastRun(at, at, 1, "The disk is full: 0 of 14 tables written; free some room.", 1)
    write_last_run(tmp_path / "store" / TOPIC.id, run)
    homes["failed-run"] = tmp_path
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_run_that_failed_is_said_on_the_first_line_of_every_page(
    run: Run, failed_home: Path, page: str
) -> None:
    first = run(page, "failed-run").warning[0].value.replace("\\", "").replace("\u2060", "")
    assert first.startswith("The daily job failed on ") and "3 hours ago" in first and "42 days ago" in first
    assert first.endswith("The disk is full: 0 of 14 tables written; free some room.")
    spanish = run(page, "failed-run", "es")
    assert spanish.warning[0].value.startswith("El trabajo diario falló el ")
    assert "check that it is scheduled" not in words_on(run(page, "failed-run"))


def test_run_that_was_followed_by_a_version_or_ended_partial_is_no_alarm(
    run: Run, failed_home: Path, homes: dict[str, Path]
) -> None:
    folder = failed_home / "store" / TOPIC.id
    for status, at in ((1, NOW - timedelta(days=50)), (3, NOW), (0, NOW)):
        write_last_run(folder, LastRun(at, at, status, "said", 1))
        assert "The daily job failed" not in words_on(run("overview", "failed-run"))


def test_first_run_that_failed_is_said_where_there_is_no_store(
    run: Run, tmp_path: Path, homes: dict[str, Path]
) -> None:
    homes["never"] = tmp_path
    write_last_run(tmp_path / "store" / TOPIC.id, LastRun(NOW, NOW, 1, "No weights.", None))
    app = run("overview", "never")
    assert (
        app.warning[0]
        .value.replace("\\", "")
        .endswith("nothing has been published yet. Its message: No weights.")
    )
    assert app.code[0].value == "make refresh"


def test_title_tiles_and_chart_say_the_same_numbers(run: Run) -> None:
    app = run("overview", "full")
    title = app.title[0].value.replace("\\", "")
    tiles = {tile.label: tile.value for tile in app.metric}
    assert any(share in title for share in (tiles["In favor"], tiles["Against"]))
    chart = app.get("plotly_chart")[0].proto
    assert f"In favor {tiles['In favor']}" in chart.spec and f"Against {tiles['Against']}" in chart.spec
    assert chart.alt == title
    assert "2025" in title


def test_active_filters_are_in_the_title(run: Run) -> None:
    title = (
        run("overview", "live", by="voices", written="es", target="cecot").title[0].value.replace("\\", "")
    )
    assert title.startswith("CECOT as the place, distinct voices in Spanish:")


def test_address_filters_reopen_the_view_and_nonsense_falls_back(run: Run) -> None:
    app = run("overview", "live", by="texts", target="us-citizens")
    assert app.selectbox(key="pick-by").value == "texts"
    assert app.selectbox(key="pick-target").value == "us-citizens"
    odd = run("overview", "live", by="'; drop", target="<b>", written="fr", posts="9")
    assert not odd.exception
    assert (
        odd.selectbox(key="pick-by").value == "posts"
        and odd.selectbox(key="pick-target").value == "agreement"
    )
    assert "by" not in odd.query_params and "target" not in odd.query_params


def test_choice_goes_into_the_address_as_an_id_and_reset_takes_it_out(run: Run) -> None:
    app = run("overview", "live", "es")
    app.selectbox(key="pick-by").set_value("texts").run()
    assert app.query_params["by"] in ("texts", ["texts"])
    assert "textos distintos" in app.title[0].value
    app.button(key="reset").click().run()
    assert "by" not in app.query_params and app.selectbox(key="pick-by").value == "posts"
    assert app.query_params["lang"] in ("es", ["es"])


def test_language_is_kept_when_the_page_changes(run: Run) -> None:
    app = run("overview", "full", "es")
    app.switch_page("app_pages/posts.py").run()
    assert app.title[0].value == say("es", "posts.title")


def test_language_that_we_do_not_speak_falls_back(run: Run) -> None:
    app = run("overview", "full", "de")
    assert app.selectbox(key="pick-by").label == say("en", "filter.by")


def test_broken_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTURA_TIMEOUT_SECONDS", "soon")
    app = run("overview", "full")
    assert app.error[0].value == say("en", "state.bad_settings")
    assert "POSTURA_TIMEOUT_SECONDS" in app.text[0].value


def test_topic_that_is_not_there_is_one_sentence(
    homes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTURA_HOME", str(homes["full"]))
    monkeypatch.setenv("POSTURA_TOPIC", "no-such-topic")
    app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=60).run()
    assert not app.exception
    assert app.error[0].value == say("en", "state.bad_topic")
