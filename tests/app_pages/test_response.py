"""The Response page: the answer of 3 February 2025, silence, change and none, and every kind of bad input."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.app_pages.archive_store import TOPIC, make_archive_store, make_posts
from tests.app_pages.test_pages import words_on
from words import LANGUAGES, say

ROOT = Path(__file__).resolve().parents[2]
FIRST = date(2025, 1, 20)
Show = Callable[..., AppTest]


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Stores with the archive of the default topic, each with other posts."""
    steady = [14 + day % 3 for day in range(200)]
    jump = [*steady[:85], *(4 * n for n in steady[85:92]), *steady[92:]]
    made = {
        "simulated": None,
        "steady": make_posts(FIRST, steady),
        "jump": make_posts(FIRST, jump),
        "one-day": make_posts(date(2025, 2, 3), [5]),
        "no-posts": [],
    }
    homes = {name: tmp_path_factory.mktemp(name) for name in (*made, "neutral", "nothing")}
    for name, posts in made.items():
        make_archive_store(homes[name], posts)
    make_archive_store(homes["neutral"], made["steady"], labels=("neutral",))
    make_archive_store(homes["nothing"], [], archive=False)
    return homes


@pytest.fixture
def show(archives: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> Show:
    """Return a function that runs the page on one of the stores, with filters in the address."""

    def run(store: str, lang: str = "en", **query: str) -> AppTest:
        monkeypatch.setenv("POSTURA_HOME", str(archives[store]))
        monkeypatch.setenv("POSTURA_TOPIC", TOPIC.id)
        app = AppTest.from_file(str(ROOT / "dashboard.py"), default_timeout=120)
        app.query_params["lang"] = lang
        for name, value in query.items():
            app.query_params[name] = value
        app.switch_page("app_pages/response.py")
        return app.run()

    return run


def title_of(app: AppTest) -> str:
    return str(app.title[0].value).replace("\\", "").replace("\u2060", "")


def everything(app: AppTest) -> str:
    """Return all that the page says, with its charts and tables."""
    charts = [chart.proto.spec for chart in app.get("plotly_chart")]
    tables = [frame.value.fillna("–").to_string() for frame in app.dataframe]
    tiles = [f"{tile.label} {tile.value} {tile.delta}" for tile in app.metric]
    return "\n".join([words_on(app), *charts, *tables, *tiles])


def test_the_page_of_3_february_2025_finds_the_fmlns_answer_of_the_same_day(show: Show) -> None:
    app = show("simulated", on="2025-02-03")
    assert not app.exception
    assert title_of(app).startswith("3 Feb 2025: FMLN answered the same day; ")
    assert app.metric[0].value == "The same day" and app.metric[1].value == "3"
    table = app.dataframe[0].value.set_index("Actor")
    row = table.loc["FMLN"]
    assert (row["Lag"], row["Through"], row["First statement"]) == (
        "the same day",
        "Manuel Flores",
        "3 Feb 2025",
    )
    assert row["Source"].startswith("https://") and "backyard" in row["What was said"]
    assert table.loc["ARENA"]["Lag"] == "51 days later" and table.loc["ARENA"]["In 7 days"] == 0
    text = words_on(app)
    assert "Never on record here" in text and "Nuestro Tiempo" in text
    assert "Rubio and Bukele announce the agreement" in text


def test_the_same_answer_is_found_in_spanish_and_in_its_own_words(show: Show) -> None:
    app = show("simulated", "es", on="2025-02-03")
    assert title_of(app).startswith("3 feb 2025: FMLN respondió el mismo día; ")
    assert "patio trasero" in app.dataframe[0].value["Qué dijo"].iloc[0]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_page_says_what_the_archive_can_and_cannot_tell(show: Show, lang: str) -> None:
    text = words_on(show("simulated", lang, on="2025-02-03"))
    for key in ("silence", "documented", "order", "cause", "simulated"):
        assert say(lang, f"response.limit_{key}") in text
    assert say(lang, "response.limit_hours", n=13, all=13) in text
    assert say(lang, "notice.simulated") in text
    assert say(lang, "source_name.archive") in text.split(say(lang, "response.limits"))[-1]


def test_collected_posts_are_not_called_simulated(show: Show) -> None:
    app = show("steady", on="2025-04-14")
    assert say("en", "response.limit_simulated") not in words_on(app)
    assert say("en", "notice.simulated") not in words_on(app) and "simulated" not in title_of(app)


def test_steady_posts_make_the_page_say_that_no_change_is_detectable(show: Show) -> None:
    app = show("steady", on="2025-04-14")
    assert title_of(app).endswith("no detectable change in posts")
    text = words_on(app)
    assert "No detectable change" in text and "four times in five" in text
    assert len(app.get("plotly_chart")) == 2


def test_week_of_four_times_the_posts_is_told_with_what_was_expected(show: Show) -> None:
    app = show("jump", on=(FIRST + timedelta(days=85)).isoformat())
    assert title_of(app).endswith("times the expected number of posts")
    assert "more than expected, and odd among all other days" in words_on(app)


def test_event_is_picked_by_its_id_and_any_day_by_its_date(show: Show) -> None:
    app = show("steady", event="archive:event:oval-office")
    assert title_of(app).startswith("14 Apr 2025: The Lincoln Project answered the same day")
    assert not app.date_input
    app.selectbox(key="pick-event").set_value("day").run()
    app.date_input[0].set_value(date(2025, 2, 3)).run()
    assert title_of(app).startswith("3 Feb 2025: FMLN") and "2025-02-03" in str(app.query_params["on"])
    app.button(key="reset").click().run()
    assert "on" not in app.query_params and "event" not in app.query_params


def test_answers_can_be_those_of_one_opposition_alone(show: Show) -> None:
    app = show("steady", event="archive:event:oval-office", side="sv_opposition")
    assert "no answer by the opposition on record within 7 days" in title_of(app)
    assert app.metric[0].value == "–" and app.metric[3].value == "0"


def test_reverse_question_names_the_government_sides_first_statement(show: Show) -> None:
    rows = show("steady", on="2025-04-16").dataframe[1].value
    first = rows.iloc[0]
    assert (first["Day"], first["Opposition"], first["Government side spoke"]) == (
        "16 Apr 2025",
        "Chris Van Hollen",
        "the same day",
    )
    assert first["Posts"] == "no detectable change"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("store", ["one-day", "no-posts", "neutral", "nothing"])
@pytest.mark.parametrize("on", ["2025-02-03", "1999-12-31", "2100-01-01"])
def test_bad_input_gets_sensible_words_and_no_nan(show: Show, store: str, on: str, lang: str) -> None:
    app = show(store, lang, on=on)
    assert not app.exception
    text = everything(app)
    assert (
        "nan" not in text.lower().split()
        and "NaN" not in text
        and "None" not in text.replace(" None\n", "\n")
    )
    if store == "nothing" or on != "2025-02-03":
        when = {"1999": "1999", "2100": "2100"}.get(on[:4], "2025")
        assert when in title_of(app) and not app.metric and app.info
    elif store == "neutral":
        assert say(lang, "response.public_none", units=say(lang, "scope.posts")) in title_of(app)
    else:
        units = say(lang, "scope.posts" if store == "one-day" else "scope.posts_simulated")
        assert say(lang, "response.public_unknown", units=units) in title_of(app)


@pytest.mark.parametrize("on", ["yesterday", "2025-02-30", "0001-01-01", "<b>"])
def test_nonsense_in_the_address_falls_back_to_the_most_answered_event(show: Show, on: str) -> None:
    app = show("steady", on=on, event="none", side="?", target="?")
    assert not app.exception and "16 Apr 2025" in title_of(app)
    assert not {"on", "event", "side", "target"} & set(app.query_params)
