"""A source that gives no more: on every chart that counts it, and on the Sources page."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from app_pages.notices import MISSING, a_day, silence_line
from app_pages.sources_days import days_line
from tests.app_pages.made_store import NOW, ZONE
from tests.app_pages.test_pages import ROOT, words_on
from words import LANGUAGES, say

Run = Callable[..., AppTest]


def strips(app: AppTest, lang: str) -> list[str]:
    """Return the amber strips about sources that give no more, as read."""
    begins = [say(lang, f"silence.{key}").split("{")[0].split(",")[0] for key in ("one", "some")]
    notes = [note.value.replace("\\", "") for note in app.warning]
    return [note for note in notes if note.startswith(tuple(begins))]


def charts(app: AppTest) -> dict[str, str]:
    """Return the drawing of each chart by what its description begins with."""
    return {chart.proto.alt.split(":")[0]: chart.proto.spec for chart in app.get("plotly_chart")}


def amber_from(spec: str) -> list[str]:
    """Return the days from which a chart is shaded amber, over its whole height."""
    figure = json.loads(spec)
    return [
        str(shape["x0"])[:10]
        for shape in figure["layout"].get("shapes", ())
        if shape["type"] == "rect" and (shape["y0"], shape["y1"], shape["yref"]) == (0, 1, "paper")
    ]


def test_every_part_that_draws_a_chart_draws_the_strip_too() -> None:
    """A source's own chart on the Sources page stands beside its badge and needs none."""
    parts = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "app_pages").glob("*.py")}
    drawing = {name for name, text in parts.items() if "plotly_chart(" in text} - {"sources_days.py"}
    assert {"overview_parts.py", "breakdowns.py"} <= drawing
    assert [name for name in drawing if "draw_silence(" not in parts[name]] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_charts_that_count_a_silent_source_say_so_in_one_sentence(run: Run, lang: str) -> None:
    overview = run("overview", "silent", lang)
    assert not overview.exception
    trend, camps = strips(overview, lang)
    assert "Mastodon" in trend and "Reddit" in trend and "Bluesky" not in trend  # that one delivers
    assert say(lang, "source_name.news") in camps and "Mastodon" not in camps
    assert strips(run("actors", "silent", lang), lang) == [camps]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_trend_volume_and_small_charts_are_shaded_from_the_last_day_of_the_silent_source(
    run: Run, lang: str
) -> None:
    found = charts(run("overview", "silent", lang))
    today = NOW.astimezone(ZONE).date()
    dead, unread = (
        str(today - timedelta(days=ago)) for ago in (10, 6)
    )  # the day of its last answer is read in part
    trend = next(spec for spec in found.values() if '"volume"' in spec)
    assert amber_from(trend) == [dead]  # the earliest, over the lines and the volume beneath them
    assert amber_from(found["Mastodon"]) == [dead] and amber_from(found["Reddit"]) == [unread]
    assert amber_from(found["Bluesky"]) == []
    said = say(lang, "chart.silent")
    assert said in trend and said in found["Mastodon"] and said not in found["Bluesky"]


def test_charts_of_one_silent_source_end_with_it_and_the_strip_says_why(run: Run) -> None:
    app = run("overview", "silent-alone", posts="live")
    assert say("en", "overview.by_lang") in words_on(app)
    assert all(amber_from(spec) == [] for spec in charts(app).values())  # there is no day after it to shade
    (strip,) = strips(app, "en")
    assert "Mastodon" in strip


def test_charts_without_the_silent_source_have_no_strip(run: Run) -> None:
    assert len(strips(run("overview", "silent", posts="simulated"), "en")) == 1  # only the statements' one
    for state in ("full", "live", "sparse"):
        assert not strips(run("overview", state), "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_sources_page_puts_those_that_give_no_more_first_with_dates_and_charts(run: Run, lang: str) -> None:
    app = run("sources", "silent", lang)
    assert not app.exception
    assert [head.value for head in app.subheader][:3] == ["Mastodon", say(lang, "source_name.news"), "Reddit"]
    text = words_on(app)
    assert app.title[0].value.replace("\\", "") == say(lang, "sources.title_bad", n=3, all=7)
    for health in MISSING:
        assert say(lang, f"silence.badge_{health}", day="X").split("X")[0] in text
    assert len(app.get("plotly_chart")) == 4  # those that are asked by the day
    assert all(chart.proto.alt for chart in app.get("plotly_chart"))


def test_source_asked_once_or_shipped_or_imported_has_no_verdict_and_no_chart(run: Run) -> None:
    for state in ("full", "live", "articles"):
        app = run("sources", state)
        text = words_on(app)
        assert not app.get("plotly_chart")
        for said in ("Dead from", "Silent from", "Not read from", "Too early", "gave nothing on any"):
            assert said not in text, (state, said)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_verdict_is_a_sentence_with_its_numbers(lang: str) -> None:
    day = date(2025, 3, 2)
    days = pl.DataFrame({"on": [day], "n": [3], "expected": [4.25], "limit": [0.0]})
    state = {"source": "news", "since": day, "n_since": 2, "usual": 12.4, "n_days": 9, "last_on": day}
    said = {
        h: days_line({**state, "health": h}, days, lang) for h in ("ok", "quiet", "silent", "dead", "unread")
    }
    assert len(set(said.values())) == 5 and not any("{" in line for line in said.values())
    assert say(lang, "silence.limit_none") in said["ok"] and ("4,2" if lang == "es" else "4.2") in said["ok"]
    some = days_line({**state, "health": "ok"}, days.with_columns(limit=pl.lit(2.0)), lang)
    assert say(lang, "silence.limit_some", limit="2") in some
    early, never = (days_line({**state, "health": h}, days.clear(), lang) for h in ("new", "never"))
    assert "9" in early and "14" in early and "9" in never


def test_several_silent_sources_are_one_sentence_and_a_trickle_is_told_by_the_week() -> None:
    row = {"source": "news", "health": "dead", "since": date(2025, 3, 1), "n_since": 3, "usual": 0.5}
    line = silence_line([row, {**row, "source": "reddit", "health": "silent"}], "en")
    assert "next to nothing" in line and line.count(".") == 1 and "News feeds" in line and "Reddit" in line
    assert "next to" not in silence_line([{**row, "n_since": 0}], "en")  # nothing at all
    assert a_day(0.5, "en") == "about 4 a week" and a_day(12.4, "es") == "cerca de 12 al día"
    assert a_day(0.05, "en") == say("en", "silence.rarely")
