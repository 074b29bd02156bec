"""Google News through the real fetcher and feedparser against a loopback server."""

from __future__ import annotations

import base64
import functools
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

import collectors.google_news
from collectors.contract import Request
from collectors.google_news import searches_of
from collectors.google_news_answers import publisher_url
from collectors.run import collect
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.discovery_fixtures import (
    ARTICLE,
    CONSENT,
    NOW,
    TITLE,
    HastyGoogle,
    Web,
    google_feed,
    headline,
    topic_searching,
)
from tests.collectors.news_loopback import HTML, XML, silent_network, unknown_names
from tests.collectors.replay import Answer, Ask, Sink, topic_with
from topics import Topic

KEYED = "https://news.google.com/rss/articles/CBMiAUFVX3lxTE5pbnZlbnRlZGtleQ?oc=5"


def old_link(url: str) -> str:
    """A link as Google News made it until 2024, with the outlet's address inside."""
    data = b'\x08\x13"' + bytes([len(url)]) + url.encode() + b"\xd2\x01\x00"
    return f"https://news.google.com/rss/articles/{base64.urlsafe_b64encode(data).decode().rstrip('=')}?oc=5"


@pytest.fixture
def web() -> Iterator[Web]:
    made = Web(pages={"/nota": ARTICLE}, search=lambda ask: google_feed())
    with made.replay:
        yield made


@pytest.fixture
def one(topic: Topic) -> Topic:
    return topic_searching(topic, "cecot")


def test_a_headline_comes_with_its_outlet_and_its_link_is_not_followed(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: google_feed(headline(KEYED))
    receipt, sink = web.run(HastyGoogle(), one, settings)
    (article,) = sink.all("articles")
    assert (article.title, article.text) == ("CECOT flights questioned",) * 2
    assert (article.outlet, article.lang, article.headline_only) == ("Example Times", "en", True)
    assert article.posted_at == datetime(2025, 2, 5, 13, tzinfo=UTC)
    assert article.flags == ("wall",)
    assert article.id.startswith("google_news:example.com/")
    assert web.replay.paths() == ["/rss/search"]
    (ask,) = web.searched()
    assert ask.query == {"q": "cecot when:22d", "hl": "en-US", "gl": "US", "ceid": "US:en"}
    assert (receipt.state, receipt.asked, receipt.unknown_fields) == ("complete", ("US:en: cecot",), {})


def test_a_link_that_holds_the_outlets_address_is_read_there(
    web: Web, one: Topic, settings: Settings
) -> None:
    web.search = lambda ask: google_feed(headline(old_link(f"{web.outlet}/nota"), TITLE))
    _, sink = web.run(HastyGoogle(), one, settings)
    (article,) = sink.all("articles")
    assert article.id == f"google_news:{web.outlet.replace('http:', 'https:')}/nota"
    assert "«No vamos a pedir disculpas" in article.text


@pytest.mark.parametrize(
    "link",
    [KEYED, "https://news.google.com/rss/articles/CBMi", "https://example.com/articles/" + "A" * 40, ""],
)
def test_other_links_hold_no_address(link: str) -> None:
    assert publisher_url(link) == ""


def test_long_addresses_in_links_are_read_whole() -> None:
    url = "https://example.org/" + "a" * 180
    size = bytes([len(url) % 128 + 128, len(url) // 128])
    code = base64.urlsafe_b64encode(b'\x08\x13"' + size + url.encode() + b"\xd2\x01\x00").decode()
    assert publisher_url(f"https://news.google.com/rss/articles/{code}") == url


def test_an_outlet_of_the_topics_feeds_has_its_name_and_camp(
    web: Web, topic: Topic, settings: Settings
) -> None:
    feed = {
        "url": "https://beta.example.com/rss",
        "outlet": "The Office",
        "lang": "en",
        "official_of": "us_government",
    }
    web.search = lambda ask: google_feed(headline(KEYED))
    _, sink = web.run(HastyGoogle(), topic_searching(topic, "cecot", feeds=(feed,)), settings)
    (article,) = sink.all("articles")
    assert (article.outlet, article.official_of) == ("The Office", "us_government")


def test_an_empty_answer_is_complete(web: Web, one: Topic, settings: Settings) -> None:
    receipt, _ = web.run(HastyGoogle(), one, settings)
    assert (receipt.places[0].state, receipt.n_got) == ("complete", 0)


@pytest.mark.parametrize(
    ("first", "state"),
    [
        (Answer(302, headers={"Location": "/consent/ml?continue=x"}), "blocked"),
        (Answer(302, headers={"Location": "/sorry/index"}), "blocked"),
        (Answer(302, headers={"Location": "/rss/unsupported"}), "gone"),
        (Answer(200, "<html><body>news</body></html>", HTML), "malformed"),
        (Answer(200, '<rss version="2.0"><channel><item><title>This feed is not available.</title></item></channel></rss>', XML), "gone"),
        (Answer(429), "rate_limited"),
        (Answer(503), "unreachable"),
        (Answer(403), "blocked"),
    ],
)  # fmt: skip
def test_a_refusal_has_its_name_and_no_text_of_it_is_kept(
    web: Web, one: Topic, settings: Settings, first: Answer, state: str
) -> None:
    web.pages |= {"/consent/ml": CONSENT, "/sorry/index": CONSENT, "/rss/unsupported": CONSENT}
    web.search = lambda ask: first
    receipt, sink = web.run(HastyGoogle(), one, settings)
    assert (receipt.state, receipt.n_got, sink.cursor) == (state, 0, {})


def test_a_wall_ends_the_source_and_an_unknown_edition_its_own_searches(
    web: Web, topic: Topic, settings: Settings
) -> None:
    two = topic_searching(topic, "cecot", "bukele")
    web.pages["/consent/ml"] = CONSENT
    web.search = lambda ask: Answer(302, headers={"Location": "/consent/ml"})
    receipt, _ = web.run(HastyGoogle(), two, settings)
    assert len(web.searched()) == 1
    assert [place.state for place in receipt.places] == ["blocked", "blocked"]


def test_broken_items_are_quarantined_and_the_rest_is_kept(web: Web, one: Topic, settings: Settings) -> None:
    web.search = lambda ask: google_feed(
        "<item></item>", "<item><title>CECOT news</title></item>", headline(KEYED)
    )
    receipt, sink = web.run(HastyGoogle(), one, settings)
    assert (receipt.n_kept, receipt.n_quarantined) == (2, 1)
    assert {article.outlet for article in sink.all("articles")} == {"", "Example Times"}


def test_a_feed_that_breaks_off_is_partial_and_asked_again(web: Web, one: Topic, settings: Settings) -> None:
    whole = google_feed(headline(KEYED), headline(KEYED, "CECOT again"))
    web.search = lambda ask: Answer(200, whole.content()[:-120], XML)
    receipt, sink = web.run(HastyGoogle(), one, settings)
    assert (receipt.places[0].state, receipt.n_kept) == ("partial", 1)
    web.search = lambda ask: whole
    receipt, sink = web.run(HastyGoogle(), one, settings, cursor=sink.cursor)
    assert (receipt.state, receipt.n_got) == ("complete", 1)


def test_a_rerun_with_nothing_new_keeps_nothing(web: Web, one: Topic, settings: Settings) -> None:
    web.search = lambda ask: google_feed(headline(KEYED), headline(KEYED, "Weather"))
    _, first = web.run(HastyGoogle(), one, settings)
    receipt, _ = web.run(HastyGoogle(), one, settings, cursor=first.cursor, now=NOW + timedelta(hours=1))
    assert (receipt.state, receipt.n_got) == ("complete", 0)
    assert "2 known already" in receipt.places[0].detail
    assert web.searched()[-1].query["q"] == "cecot when:2d"


def test_a_full_answer_is_asked_again_by_days_down_to_one(web: Web, one: Topic, settings: Settings) -> None:
    busy = NOW.date() - timedelta(days=3)

    def search(ask: Ask) -> Answer:
        words = dict(part.split(":") for part in ask.query["q"].split()[1:])
        start = (
            datetime.fromisoformat(words["after"]).date()
            if "after" in words
            else NOW.date() - timedelta(int(words["when"][:-1]))
        )
        end = (
            datetime.fromisoformat(words["before"]).date()
            if "before" in words
            else NOW.date() + timedelta(days=1)
        )
        at = f"{busy:%a, %d %b %Y} 08:00:00 GMT"
        found = [headline(KEYED, f"CECOT {n}", at=at) for n in range(130)] if start <= busy < end else []
        return google_feed(*found[:100])  # fmt: skip

    web.search = search
    receipt, sink = web.run(HastyGoogle(), one, settings)
    assert receipt.state == receipt.places[0].state == "possibly_truncated"
    assert len(sink.all("articles")) == 100
    assert f"cecot after:{busy} before:{busy + timedelta(days=1)}" in [
        ask.query["q"] for ask in web.searched()
    ]


def test_since_is_honoured(web: Web, one: Topic, settings: Settings) -> None:
    web.search = lambda ask: google_feed(
        headline(KEYED), headline(KEYED, "CECOT today", at="Mon, 10 Feb 2025 09:00:00 GMT")
    )
    receipt, _ = web.run(HastyGoogle(), one, settings, since=datetime(2025, 2, 8, tzinfo=UTC))
    assert web.searched()[0].query["q"] == "cecot when:3d"
    assert (receipt.n_kept, receipt.skipped) == (1, {"older than the window that was asked for": 1})


def test_a_wall_in_the_middle_keeps_what_was_found_before_it(
    web: Web, topic: Topic, settings: Settings
) -> None:
    web.search = lambda ask: google_feed(headline(KEYED)) if "cecot" in ask.query["q"] else Answer(429)
    receipt, _ = web.run(HastyGoogle(), topic_searching(topic, "cecot", "bukele", "fmln"), settings)
    assert [place.state for place in receipt.places] == ["complete", "rate_limited", "rate_limited"]
    assert (receipt.state, receipt.n_kept) == ("partial", 1)


@pytest.mark.parametrize("lookup", [silent_network, unknown_names])
def test_without_a_network_it_is_unreachable(
    topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch, lookup: Any
) -> None:
    monkeypatch.setattr(collectors.google_news, "Fetcher", functools.partial(Fetcher, lookup=lookup))
    hasty = settings.model_copy(update={"timeout_seconds": 0.2})
    receipt = collect(HastyGoogle(), Request(topic_searching(topic, "a", "b"), hasty, NOW), Sink())
    assert receipt.state == "unreachable"
    assert [place.state for place in receipt.places] == ["unreachable"] * 2


def test_a_topic_can_do_without_it(web: Web, topic: Topic, settings: Settings) -> None:
    off = topic_with(topic, sources={"google_news": {"enabled": False, "queries": {"en": ["cecot"]}}})
    receipt, _ = web.run(HastyGoogle(), off, settings)
    assert (receipt.state, receipt.n_requests) == ("not_configured", 0)
    assert "sources.google_news" in receipt.detail


def test_each_edition_is_asked_in_its_language(topic: Topic) -> None:
    places = [search.place for search in searches_of(topic)]
    assert "US:en: CECOT" in places
    assert 'MX:es-419: FMLN (acuerdo OR deportados) "Estados Unidos"' in places
