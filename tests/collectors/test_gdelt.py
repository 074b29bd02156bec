"""GDELT through the real fetcher and reader against a loopback server."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

import collectors.gdelt
from collectors.budget import Budget
from collectors.contract import Request
from collectors.gdelt_answers import GdeltReading
from collectors.run import collect
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.discovery_fixtures import (
    ARTICLE,
    CONSENT,
    JSON,
    NOW,
    WORDS,
    HastyGdelt,
    Web,
    artlist,
    row,
    topic_searching,
)
from tests.collectors.news_loopback import silent_network, unknown_names
from tests.collectors.replay import Answer, Ask, Sink, topic_with
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


def test_an_article_comes_with_its_text_and_the_time_of_gdelts_sight(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota?utm_source=x"))
    receipt, sink = web.run(HastyGdelt(), one, settings)
    (article,) = sink.all("articles")
    assert article.id == f"gdelt:{web.outlet.replace('http:', 'https:')}/nota"
    assert "«No vamos a pedir disculpas" in article.text
    assert (article.lang, article.outlet, article.headline_only) == ("es", "localhost", False)
    assert article.posted_at == datetime(2025, 2, 5, 12, tzinfo=UTC)
    assert (receipt.state, receipt.n_kept, receipt.unknown_fields) == ("complete", 1, {})
    (ask,) = web.searched()
    assert ask.query["query"] == "cecot (sourcelang:english OR sourcelang:spanish)"
    assert (ask.query["mode"], ask.query["format"], ask.query["maxrecords"]) == ("artlist", "json", "250")
    assert at(ask.query["enddatetime"]) == NOW
    assert receipt.asked == ("en: cecot",)


def test_an_outlet_of_the_topics_feeds_has_its_name_and_camp(
    web: Web, topic: Topic, settings: Settings
) -> None:
    feed = {
        "url": "https://localhost/rss",
        "outlet": "Casa Presidencial",
        "lang": "es",
        "official_of": "sv_government",
    }
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota"))
    _, sink = web.run(HastyGdelt(), topic_searching(topic, "cecot", feeds=(feed,)), settings)
    (article,) = sink.all("articles")
    assert (article.outlet, article.official_of) == ("Casa Presidencial", "sv_government")


@pytest.mark.parametrize("body", ["{}", '{"articles": []}'])
def test_nothing_found_is_complete(web: Web, one: Topic, settings: Settings, body: str) -> None:
    web.search = lambda ask: Answer(200, body, JSON)
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert (receipt.places[0].state, receipt.n_got, receipt.places[0].detail) == ("complete", 0, "")


def test_a_rerun_with_nothing_new_asks_for_the_newest_hours_and_no_page(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota"), row(f"{web.outlet}/other", "Weather"))
    _, first = web.run(HastyGdelt(), one, settings)
    n_asked = len(web.replay.asked)
    receipt, second = web.run(HastyGdelt(), one, settings, cursor=first.cursor, now=NOW + timedelta(hours=1))
    assert [ask.path for ask in web.replay.asked[n_asked:]] == ["/api/v2/doc/doc"]
    assert at(web.searched()[-1].query["startdatetime"]) == NOW - timedelta(hours=36)
    assert second.all("articles") == []
    assert receipt.state == "complete"
    assert "2 known already" in receipt.places[0].detail


def test_since_bounds_what_is_asked_and_leaves_the_older_days_for_later(
    web: Web, one: Topic, settings: Settings
) -> None:
    since = datetime(2025, 2, 8, tzinfo=UTC)
    receipt, first = web.run(HastyGdelt(), one, settings, since=since)
    assert at(web.searched()[0].query["startdatetime"]) == since
    assert receipt.state == "complete"
    web.run(HastyGdelt(), one, settings, cursor=first.cursor)
    assert at(web.searched()[-1].query["enddatetime"]) == since


def test_a_full_answer_is_asked_again_in_halves_and_nothing_is_lost_or_doubled(
    web: Web, one: Topic, settings: Settings
) -> None:
    times = [NOW - timedelta(hours=2, minutes=15 * n) for n in range(600)]

    def search(ask: Ask) -> Answer:
        start, end = at(ask.query["startdatetime"]), at(ask.query["enddatetime"])
        inside = [time for time in times if start <= time <= end][:250]
        rows = [row("", f"CECOT {time:%d%H%M}", f"{time:%Y%m%dT%H%M%SZ}") for time in inside]
        return artlist(*rows)

    web.search = search
    receipt, sink = web.run(HastyGdelt(), one, settings)
    cursor, all_of_them = sink.cursor, sink.all("articles")
    while receipt.state == "partial":
        receipt, sink = web.run(HastyGdelt(), one, settings, cursor=cursor)
        cursor = sink.cursor or cursor
        all_of_them += sink.all("articles")
    assert receipt.state == "complete"
    ids = {article.id for article in all_of_them}
    assert len(ids) == 600


def test_an_hour_with_more_than_gdelt_gives_is_possibly_truncated(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: artlist(*(row("", f"CECOT {n}", f"{NOW:%Y%m%dT%H%M%SZ}") for n in range(250)))
    receipt, _ = web.run(HastyGdelt(), one, settings, since=NOW - timedelta(hours=1))
    assert receipt.places[0].state == receipt.state == "possibly_truncated"
    assert "1 shortest windows" in receipt.places[0].detail


def test_less_than_an_hour_is_asked_for_as_an_hour(web: Web, one: Topic, settings: Settings) -> None:
    web.run(HastyGdelt(), one, settings, since=NOW - timedelta(minutes=20))
    assert at(web.searched()[0].query["startdatetime"]) == NOW - timedelta(hours=1)


def test_a_first_run_asks_for_the_newest_30_days_before_all_older_ones(
    web: Web, one: Topic, settings: Settings
) -> None:
    now = NOW + timedelta(days=400)
    receipt, _ = web.run(HastyGdelt(), one, settings, now=now)
    starts = [at(ask.query["startdatetime"]) for ask in web.searched()]
    assert starts == [now - timedelta(days=30), datetime.combine(one.starts_on, time.min, one.tz)]
    assert receipt.state == "complete"


def test_older_days_that_gdelt_refuses_cost_no_new_ones(web: Web, one: Topic, settings: Settings) -> None:
    now = NOW + timedelta(days=400)
    words = "Invalid query start date."
    web.search = lambda ask: (
        Answer(200, words, WORDS)
        if at(ask.query["startdatetime"]) < now - timedelta(days=90)
        else artlist(row(f"{web.outlet}/nota"))
    )
    receipt, first = web.run(HastyGdelt(), one, settings, now=now)
    assert (receipt.state, receipt.n_kept) == ("partial", 1)
    assert receipt.places[0].detail.endswith(words)
    receipt, _ = web.run(HastyGdelt(), one, settings, now=now + timedelta(days=1), cursor=first.cursor)
    assert "1 known already" in receipt.places[0].detail


def test_what_a_run_may_ask_and_read_is_shared_out_and_the_rest_comes_first_in_the_next(
    web: Web, topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GdeltReading, "most_pages", 2)
    monkeypatch.setattr(GdeltReading, "most_asks", 2)
    web.search = lambda ask: artlist(
        *(row(f"{web.outlet}/{ask.query['query'][:3]}{n}", f"CECOT {n}") for n in range(2))
    )
    three = topic_searching(topic, "aaa", "bbb", "ccc")
    receipt, first = web.run(HastyGdelt(), three, settings)
    details = {place.name: place.detail for place in receipt.places}
    assert details["en: aaa"] == details["en: bbb"] == "1 article pages left for the next run"
    assert details["en: ccc"] == "not asked in this run, the next one begins with it"
    n_asked = len(web.searched())
    web.run(HastyGdelt(), three, settings, cursor=first.cursor, now=NOW + timedelta(days=1))
    assert web.searched()[n_asked].query["query"].startswith("ccc ")


def test_a_run_whose_time_is_over_asks_no_more(
    web: Web, one: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GdeltReading, "most_seconds", 0.0)
    receipt, _ = web.run(HastyGdelt(), one, settings)
    assert (receipt.state, receipt.n_requests) == ("partial", 0)
    assert "the next one begins with it" in receipt.detail


def test_a_budget_that_ends_between_pages_keeps_what_was_read(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.pages |= {f"/{n}": ARTICLE for n in range(20)}
    web.search = lambda ask: artlist(*(row(f"{web.outlet}/{n}") for n in range(20)))
    receipt, first = web.run(HastyGdelt(), one, settings, budget=Budget(n_requests=3, sleep=web.slept.append))
    assert receipt.state == "partial"
    assert "POSTURA_SOURCE_REQUESTS" in receipt.detail
    receipt, second = web.run(HastyGdelt(), one, settings, cursor=first.cursor)
    assert receipt.state == "complete"
    read = [
        article for sink in (first, second) for article in sink.all("articles") if not article.headline_only
    ]
    assert {article.url.rpartition("/")[2] for article in read} == {str(n) for n in range(20)}


def test_a_host_whose_pages_fail_is_left_for_the_next_day_and_read_then(
    web: Web, one: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GdeltReading, "n_readers", 1)
    links = [f"{web.outlet}/{n}" for n in range(6)]
    web.search = lambda ask: artlist(*(row(link, at=f"{NOW:%Y%m%dT%H%M%SZ}") for link in links))
    web.pages |= {f"/{n}": Answer(503) for n in range(6)}
    receipt, first = web.run(HastyGdelt(), one, settings)
    assert {path for path in web.replay.paths() if path != "/api/v2/doc/doc"} == {"/0", "/1"}
    assert "article pages unreachable: 6" in receipt.places[0].detail
    assert all(article.headline_only for article in first.all("articles"))
    web.pages |= {f"/{n}": ARTICLE for n in range(6)}
    _, second = web.run(HastyGdelt(), one, settings, cursor=first.cursor, now=NOW + timedelta(days=1))
    assert [article.headline_only for article in second.all("articles")] == [False] * 6


def test_a_rewritten_headline_never_costs_the_text_when_a_wall_went_up(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota"))
    _, before = web.run(HastyGdelt(), one, settings)
    web.search = lambda ask: artlist(row(f"{web.outlet}/nota", "CECOT: otro titular"))
    web.pages["/nota"] = CONSENT
    receipt, after = web.run(HastyGdelt(), one, settings, cursor=before.cursor, now=NOW + timedelta(hours=1))
    assert after.all("articles") == []
    assert "kept as it was: 1" in receipt.places[0].detail


@pytest.mark.parametrize("lookup", [silent_network, unknown_names])
def test_without_a_network_it_is_unreachable_after_few_names(
    topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch, lookup: Any
) -> None:
    looked_up: list[str] = []

    def counted(host: str, port: int, **kind: Any) -> Any:
        looked_up.append(host)
        return lookup(host, port, **kind)

    monkeypatch.setattr(collectors.gdelt, "Fetcher", functools.partial(Fetcher, lookup=counted))
    hasty = settings.model_copy(update={"timeout_seconds": 0.2})
    receipt = collect(HastyGdelt(), Request(topic_searching(topic, "a", "b", "c"), hasty, NOW), Sink())
    assert receipt.state == "unreachable"
    assert [place.state for place in receipt.places] == ["unreachable"] * 3
    assert len(looked_up) == 1


def test_a_topic_can_do_without_it(web: Web, topic: Topic, settings: Settings) -> None:
    off = topic_with(topic, sources={"gdelt": {"enabled": False, "queries": {"en": ["cecot"]}}})
    receipt, _ = web.run(HastyGdelt(), off, settings)
    assert (receipt.state, receipt.n_requests) == ("not_configured", 0)
    assert "sources.gdelt" in receipt.detail


def test_pages_over_the_limit_are_left_for_the_next_run(
    web: Web, one: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(GdeltReading, "most_pages", 2)
    rows = [row(f"{web.outlet}/{n}", f"CECOT {n}") for n in range(3)]
    web.search = lambda ask: artlist(*rows, row(f"{web.outlet}/nota", "Gobierno defiende el envío"))
    receipt, first = web.run(HastyGdelt(), one, settings)
    assert (receipt.places[0].state, receipt.n_kept) == ("partial", 3)
    assert "2 article pages left for the next run" in receipt.places[0].detail
    receipt, second = web.run(HastyGdelt(), one, settings, cursor=first.cursor)
    assert receipt.state == "complete"
    assert {article.headline_only for article in second.all("articles")} == {True, False}
