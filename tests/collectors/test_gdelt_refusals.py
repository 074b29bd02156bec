"""What GDELT answers when it refuses, and items that are broken: each has its name, and the rest is kept."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.gdelt import GdeltCollector
from records import clean_text
from settings import Settings
from tests.collectors.discovery_fixtures import (
    ARTICLE,
    CONSENT,
    JSON,
    TITLE,
    WORDS,
    HastyGdelt,
    Web,
    artlist,
    row,
    topic_searching,
)
from tests.collectors.replay import Answer
from topics import Topic

THROTTLE = "Please limit requests to one every 5 seconds or contact us for larger queries."


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web(pages={"/nota": ARTICLE})
    with made.replay:
        yield made


@pytest.fixture
def one(topic: Topic) -> Topic:
    return topic_searching(topic, "cecot")


def at(stated: str) -> datetime:
    return datetime.strptime(stated, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def test_a_refusal_in_words_is_waited_out(web: Web, one: Topic, settings: Settings) -> None:
    answers = iter([Answer(200, THROTTLE, WORDS), artlist(row(f"{web.outlet}/nota"))])
    web.search = lambda ask: next(answers)
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert (receipt.state, receipt.n_kept, receipt.n_retries) == ("complete", 1, 1)
    assert receipt.faults == {"throttled in words": 1}
    assert max(web.slept) >= 15


def test_one_that_goes_on_is_rate_limited_and_the_other_searches_are_not_asked(
    web: Web, topic: Topic, settings: Settings
) -> None:
    web.search = lambda ask: Answer(200, THROTTLE, WORDS)
    receipt, _ = web.run(HastyGdelt(), topic_searching(topic, "cecot", "bukele"), settings)
    assert receipt.state == "rate_limited"
    assert [place.state for place in receipt.places] == ["rate_limited"] * 2
    assert len(web.searched()) == 3


def test_a_status_429_is_rate_limited_too(web: Web, one: Topic, settings: Settings) -> None:
    web.search = lambda ask: Answer(429, THROTTLE, WORDS)
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert receipt.state == "rate_limited"


@pytest.mark.parametrize(
    "words", ["The specified phrase is too short.", "Your query was too short or too long."]
)
def test_a_query_that_is_refused_is_its_place_and_the_next_is_asked(
    web: Web, topic: Topic, settings: Settings, words: str
) -> None:
    web.search = lambda ask: (
        Answer(200, words, WORDS)
        if ask.query["query"].startswith("ab ")
        else artlist(row(f"{web.outlet}/nota"))
    )
    receipt, _ = web.run(HastyGdelt(), topic_searching(topic, "ab", "cecot"), settings)
    assert [place.state for place in receipt.places] == ["blocked", "complete"]
    assert words in receipt.places[0].detail
    assert (receipt.state, receipt.n_kept) == ("partial", 1)


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Answer(200, "<!DOCTYPE html><p>busy</p>", WORDS), "malformed"),
        (Answer(200, '{"articles": [{"url": "https://exam', JSON), "malformed"),
        (Answer(200, '{"articles": "none"}', JSON), "malformed"),
        (Answer(200, '{"error": "busy"}', JSON), "malformed"),
        (Answer(200, "[]", JSON), "malformed"),
        (Answer(200, "", WORDS), "malformed"),
        (Answer(503), "unreachable"),
        (Answer(403), "blocked"),
    ],
)
def test_what_is_no_list_of_articles_has_its_name(
    web: Web, one: Topic, settings: Settings, answer: Answer, state: str
) -> None:
    web.search = lambda ask: answer
    receipt, sink = web.run(HastyGdelt(), one, settings)
    assert (receipt.state, receipt.n_got) == (state, 0)
    assert sink.cursor == {}


def test_a_broken_item_is_quarantined_and_the_rest_is_kept(web: Web, one: Topic, settings: Settings) -> None:
    odd: list[Any] = [7, None, {"url": f"{web.outlet}/x", "title": None, "seendate": "soon"}]
    web.search = lambda ask: artlist(*odd, row(f"{web.outlet}/nota"))
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert (receipt.n_kept, receipt.n_quarantined) == (1, 3)


def test_stray_backslashes_and_control_signs_in_titles_are_read(
    web: Web, one: Topic, settings: Settings
) -> None:
    body = '{"articles": [{"url": "", "title": "CECOT \\- \'quoted\\\' \t, again", "seendate": "", "language": "English"}]}'
    web.search = lambda ask: Answer(200, body, JSON)
    _, sink = web.run(HastyGdelt(), one, settings)
    (article,) = sink.all("articles")
    assert article.title == "CECOT \\- 'quoted\\', again"
    assert article.flags == ("undated",)


def test_what_cannot_be_stored_in_a_title_is_replaced_and_the_rest_survives(
    web: Web, one: Topic, settings: Settings
) -> None:
    body = '{"articles": [{"url": "", "title": "CECOT \\ud83d\\u0000 ahora", "seendate": "", "language": "Spanish"}]}'
    web.search = lambda ask: Answer(200, body, JSON)
    _, sink = web.run(HastyGdelt(), one, settings)
    (article,) = sink.all("articles")
    assert article.title.startswith("CECOT") and article.title.endswith("ahora")
    assert clean_text(article.title) == article.title


def test_other_languages_and_new_fields_are_counted(web: Web, one: Topic, settings: Settings) -> None:
    web.search = lambda ask: artlist(row("", "CECOT", language="German"), row("", "CECOT", tone=1))
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert receipt.skipped == {"in another language": 1}
    assert receipt.unknown_fields == {"tone": 1}


def test_the_text_of_a_wall_is_never_kept(web: Web, one: Topic, settings: Settings) -> None:
    web.pages["/muro"] = Answer(302, headers={"Location": "/consent/collect"})
    web.pages["/consent/collect"] = CONSENT
    web.search = lambda ask: artlist(row(f"{web.outlet}/muro"))
    _, sink = web.run(HastyGdelt(), one, settings)
    (article,) = sink.all("articles")
    assert (article.text, article.headline_only, article.flags) == (TITLE, True, ("wall",))


def test_the_page_decides_where_the_headline_does_not_mention_the_topic(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: artlist(
        row(f"{web.outlet}/nota", "Gobierno defiende el envío de deportados"),
        row(f"{web.outlet}/no", "Weather"),
    )
    receipt, sink = web.run(HastyGdelt(), one, settings)
    assert (receipt.n_kept, receipt.n_off_topic) == (1, 1)
    assert "CECOT" in sink.all("articles")[0].text


def test_an_article_that_two_searches_find_is_read_once(web: Web, topic: Topic, settings: Settings) -> None:
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota"))
    receipt, _ = web.run(HastyGdelt(), topic_searching(topic, "cecot", "bukele"), settings)
    assert (receipt.n_got, receipt.skipped) == (1, {"found before in this run": 1})
    assert web.replay.paths().count("/nota") == 1


def test_changed_keywords_have_everything_asked_again(web: Web, topic: Topic, settings: Settings) -> None:
    web.search = lambda ask: artlist(row("", "Bukele habla"))
    receipt, first = web.run(HastyGdelt(), topic_searching(topic, "bukele"), settings)
    assert receipt.n_off_topic == 1
    wider = topic_searching(topic, "bukele").model_copy(
        update={"keywords": topic.keywords.model_copy(update={"en": ("bukele",)})}
    )
    receipt, _ = web.run(
        HastyGdelt(), type(topic).model_validate(wider.model_dump()), settings, cursor=first.cursor
    )
    assert receipt.n_kept == 1


def test_gdelt_is_asked_once_in_five_seconds_at_most(web: Web, topic: Topic, settings: Settings) -> None:
    web.run(GdeltCollector(), topic_searching(topic, "cecot", "bukele", "fmln"), settings)
    pauses = [second for second in web.slept if second > 0]
    assert len(pauses) == 2
    assert all(
        b > a for a, b in itertools.pairwise(pauses)
    )  # nothing really sleeps here: each turn is 5.5 s later
    assert pauses[0] > 5
