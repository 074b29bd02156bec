"""Feeds and articles through the real httpx, feedparser and trafilatura against a loopback server."""

from __future__ import annotations

import functools
from datetime import UTC, datetime
from typing import Any

import pytest

import collectors.news
from collectors.contract import RawItem, Request
from collectors.errors import MalformedItem, OffTopic
from collectors.news import NewsCollector
from collectors.run import collect
from collectors.web import Fetcher
from settings import Settings
from tests.collectors.news_loopback import (
    NOW,
    XML,
    HastyNews,
    Site,
    by_title,
    data,
    entry,
    rss,
    silent_network,
    unknown_names,
)  # fmt: skip
from tests.collectors.replay import DATA, Answer, Ask, Sink, news_sources, topic_with
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


def test_entries_become_articles_with_their_text(site: Site, topic: Topic, settings: Settings) -> None:
    receipt, sink = site.run(topic, settings, "/es.xml", "/en.xml")

    spanish = by_title(sink)["Gobierno defiende el envío de deportados al CECOT"]
    home = site.replay.url.replace("http:", "https:")
    assert spanish.id == f"news:{home}/nota/deportados-cecot"
    assert "«No vamos a pedir disculpas por tener cárceles que funcionan»" in spanish.text
    assert len(spanish.text.split("\n")) == 3
    assert "Cocina" not in spanish.text
    assert (spanish.lang, spanish.outlet, spanish.headline_only) == ("es", "/es.xml", False)
    english = by_title(sink)["Judges question the flights to CECOT"]
    assert english.posted_at == datetime(2025, 2, 5, 13, tzinfo=UTC)
    assert '"I would like a name, not a department,"' in english.text
    assert receipt.state == "complete"
    assert (receipt.n_kept, receipt.n_off_topic, receipt.n_quarantined) == (5, 1, 1)
    assert receipt.n_requests == len(site.replay.asked)


def test_an_entry_that_does_not_mention_the_topic_is_counted_and_its_page_never_fetched(
    site: Site, topic: Topic, settings: Settings
) -> None:
    receipt, _ = site.run(topic, settings, "/es.xml")
    assert receipt.n_off_topic == 1
    assert "/cocina/pupusas" not in site.replay.paths()


def test_a_rewritten_headline_is_a_new_version_of_the_same_item(
    site: Site, topic: Topic, settings: Settings
) -> None:
    link = "@HOME@/nota/deportados-cecot/"
    site.pages["/f.xml"] = rss(entry("Gobierno defiende envío al CECOT", link))
    _, before = site.run(topic, settings, "/f.xml")
    site.pages["/f.xml"] = rss(entry("Ministro defiende envío de deportados al CECOT", link))
    _, after = site.run(topic, settings, "/f.xml", cursor=before.cursor)
    old, new = before.all("articles")[0], after.all("articles")[0]
    assert old.id == new.id
    assert (old.title, new.title) == (
        "Gobierno defiende envío al CECOT",
        "Ministro defiende envío de deportados al CECOT",
    )
    assert new.text == old.text


def test_a_rewritten_headline_never_costs_the_text_when_the_page_fails(
    site: Site, topic: Topic, settings: Settings
) -> None:
    link = "@HOME@/nota/deportados-cecot/"
    site.pages["/f.xml"] = rss(entry("Gobierno defiende envío al CECOT", link))
    _, before = site.run(topic, settings, "/f.xml")
    site.pages["/f.xml"] = rss(entry("Ministro defiende envío al CECOT", link))
    site.pages["/nota/deportados-cecot/"] = Answer(500)
    receipt, after = site.run(topic, settings, "/f.xml", cursor=before.cursor)
    assert after.all("articles") == []
    assert "unreachable" in receipt.places[0].detail


@pytest.mark.parametrize("wall", [Answer(403), Answer(404), "consent"])
def test_a_rewritten_headline_never_costs_the_text_when_a_wall_went_up(
    site: Site, topic: Topic, settings: Settings, wall: Any
) -> None:
    link = "@HOME@/nota/deportados-cecot/"
    good = site.pages["/nota/deportados-cecot/"]
    site.pages["/f.xml"] = rss(entry("Gobierno defiende envío al CECOT", link))
    _, before = site.run(topic, settings, "/f.xml")
    site.pages["/f.xml"] = rss(entry("Ministro defiende envío al CECOT", link))
    site.pages["/nota/deportados-cecot/"] = data("consent.html") if wall == "consent" else wall
    receipt, during = site.run(topic, settings, "/f.xml", cursor=before.cursor)
    assert during.all("articles") == []
    assert "kept as they were" in receipt.places[0].detail
    site.pages["/nota/deportados-cecot/"] = good
    _, after = site.run(topic, settings, "/f.xml", cursor=during.cursor or before.cursor)
    (article,) = after.all("articles")
    assert (article.title, article.headline_only) == ("Ministro defiende envío al CECOT", False)


def test_article_pages_are_fetched_once(site: Site, topic: Topic, settings: Settings) -> None:
    _, first = site.run(topic, settings, "/es.xml")
    n_asked = len(site.replay.asked)
    receipt, second = site.run(topic, settings, "/es.xml", cursor=first.cursor)
    assert site.replay.paths()[n_asked:] == ["/es.xml"]
    assert second.all("articles") == []
    assert "3 known already" in receipt.places[0].detail


def test_an_unchanged_feed_is_not_read_again(site: Site, topic: Topic, settings: Settings) -> None:
    def conditional(ask: Ask) -> Answer:
        if ask.headers.get("if-none-match") == '"7"':
            return Answer(304)
        return Answer(200, (DATA / "outlet_en.xml").read_bytes(), {**XML, "ETag": '"7"'})

    site.pages["/en.xml"] = conditional
    _, first = site.run(topic, settings, "/en.xml")
    receipt, _ = site.run(topic, settings, "/en.xml", cursor=first.cursor)
    assert (receipt.state, receipt.n_got, receipt.n_requests) == ("complete", 0, 1)
    assert "nothing new" in receipt.places[0].detail


def test_a_feed_without_an_etag_is_asked_with_its_date(site: Site, topic: Topic, settings: Settings) -> None:
    day = "Wed, 05 Feb 2025 10:00:00 GMT"
    site.pages["/en.xml"] = lambda ask: (
        Answer(304)
        if ask.headers.get("if-modified-since") == day
        else data("outlet_en.xml", {**XML, "Last-Modified": day})
    )
    _, first = site.run(topic, settings, "/en.xml")
    receipt, _ = site.run(topic, settings, "/en.xml", cursor=first.cursor)
    assert (receipt.state, receipt.n_got) == ("complete", 0)
    assert "nothing new" in receipt.places[0].detail


def test_an_entry_whose_full_text_alone_mentions_the_topic_is_kept(
    site: Site, topic: Topic, settings: Settings
) -> None:
    story = " ".join(f"Frase {n} de la nota sobre el CECOT." for n in range(30))
    content = (
        f"<content:encoded><![CDATA[<p>{story}</p>]]></content:encoded><description>Breve.</description>"
    )
    feed = str(rss(entry("El ministro responde", more=content)).body)
    feed = feed.replace("<rss ", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
    site.pages["/f.xml"] = Answer(200, feed, XML)
    _, sink = site.run(topic, settings, "/f.xml")
    assert by_title(sink)["El ministro responde"].text == story


def test_a_host_whose_pages_fail_is_left_for_the_next_run(
    site: Site, topic: Topic, settings: Settings
) -> None:
    site.pages["/f.xml"] = rss(*(entry(f"CECOT {n}", f"@HOME@/page{n}") for n in range(9)))
    site.pages |= {f"/page{n}": Answer(503) for n in range(9)}
    receipt, first = site.run(topic, settings, "/f.xml")
    asked = set(site.replay.paths()) - {"/f.xml"}
    assert len(asked) == 2
    assert "article pages unreachable: 9" in receipt.places[0].detail
    site.pages |= {f"/page{n}": data("article_es.html") for n in range(9)}
    site.run(topic, settings, "/f.xml", cursor=first.cursor)
    assert {f"/page{n}" for n in range(9)} <= set(site.replay.paths())


def test_changed_keywords_have_an_unchanged_feed_read_again(
    site: Site, topic: Topic, settings: Settings
) -> None:
    site.pages["/en.xml"] = lambda ask: (
        Answer(304) if "if-none-match" in ask.headers else data("outlet_en.xml", {**XML, "ETag": '"7"'})
    )
    _, first = site.run(topic, settings, "/en.xml")
    other = topic_with(topic, keywords={"en": ["judges"], "es": [], "exclude": []})
    receipt, _ = site.run(other, settings, "/en.xml", cursor=first.cursor)
    assert receipt.n_got > 0


def test_an_article_whose_page_failed_is_a_headline_now_and_fetched_next_time(
    site: Site, topic: Topic, settings: Settings
) -> None:
    good = site.pages["/en/judges"]
    site.pages["/en/judges"] = Answer(503)
    site.pages["/en.xml"] = data("outlet_en.xml", {**XML, "ETag": '"7"'})
    _, first = site.run(topic, settings, "/en.xml")
    assert by_title(first)["Judges question the flights to CECOT"].headline_only
    site.pages["/en/judges"] = good
    _, second = site.run(topic, settings, "/en.xml", cursor=first.cursor)
    assert not by_title(second)["Judges question the flights to CECOT"].headline_only
    assert "if-none-match" not in site.replay.asked[-2].headers


def test_one_wire_story_in_many_outlets_is_many_articles_with_one_text(
    site: Site, topic: Topic, settings: Settings
) -> None:
    outlets = [f"/outlet{n}.xml" for n in range(12)]
    for n, path in enumerate(outlets):
        site.pages[path] = rss(entry("Gobierno defiende el envío de deportados al CECOT", f"@HOME@/copy{n}"))
        site.pages[f"/copy{n}"] = data("article_es.html")
    receipt, sink = site.run(topic, settings, *outlets)
    articles = sink.all("articles")
    assert receipt.n_kept == 12
    assert len({article.id for article in articles}) == len({article.outlet for article in articles}) == 12
    assert len({article.text for article in articles}) == 1


def test_an_article_that_two_feeds_announce_is_kept_once_with_its_text(
    site: Site, topic: Topic, settings: Settings
) -> None:
    site.pages["/again.xml"] = data("outlet_en.xml")
    receipt, sink = site.run(topic, settings, "/en.xml", "/again.xml")
    assert receipt.n_known == 2
    assert not by_title(sink)["Judges question the flights to CECOT"].headline_only
    assert site.replay.paths().count("/en/judges") == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [(404, "gone"), (403, "blocked"), (500, "unreachable"), (401, "blocked"), (410, "gone")],
)
def test_a_feeds_refusal_is_its_place_and_the_rest_go_on(
    site: Site, topic: Topic, settings: Settings, status: int, state: str
) -> None:
    site.pages["/bad.xml"] = Answer(status)
    receipt, sink = site.run(topic, settings, "/bad.xml", "/en.xml")
    assert [place.state for place in receipt.places] == [state, "complete"]
    assert receipt.state == "partial"
    assert len(sink.all("articles")) == 2


def test_a_feed_that_trips_the_reader_itself_costs_no_other_feed(
    site: Site, topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = collectors.news.read_feed

    def trip(content: bytes, kind: str, url: str) -> Any:
        if "es.xml" in url:
            raise ZeroDivisionError
        return real(content, kind, url)

    monkeypatch.setattr(collectors.news, "read_feed", trip)
    receipt, _ = site.run(topic, settings, "/es.xml", "/en.xml")
    assert [place.state for place in receipt.places] == ["failed", "complete"]


@pytest.mark.parametrize(("lookup", "n_most"), [(silent_network, 12), (unknown_names, 25)])
def test_without_a_network_the_whole_source_is_unreachable_after_few_names(
    topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch, lookup: Any, n_most: int
) -> None:
    """Of names that nobody answers for, four are enough, and what eight threads had begun by then."""
    looked_up: list[str] = []

    def counted(host: str, port: int, **kind: Any) -> Any:
        looked_up.append(host)
        return lookup(host, port, **kind)

    monkeypatch.setattr(collectors.news, "Fetcher", functools.partial(Fetcher, lookup=counted))
    hasty = settings.model_copy(update={"timeout_seconds": 0.2})
    lost = topic_with(topic, sources=news_sources([f"https://feed{n}.example/rss" for n in range(25)]))
    receipt = collect(NewsCollector(), Request(lost, hasty, NOW), Sink())
    assert len(looked_up) <= n_most
    assert receipt.state == "unreachable"
    assert [place.state for place in receipt.places] == ["unreachable"] * 25


def test_a_topic_without_feeds_is_not_configured(topic: Topic, settings: Settings) -> None:
    bare = topic_with(topic, sources=news_sources([]))
    receipt = collect(NewsCollector(), Request(bare, settings, NOW), Sink())
    assert receipt.state == "not_configured"
    assert "feeds" in receipt.detail


def test_parsing_uses_the_payload_alone(site: Site, topic: Topic, settings: Settings) -> None:
    _, sink = site.run(topic, settings, "/en.xml")
    for raw, article in zip(sink.all("raws"), sink.all("articles"), strict=True):
        assert NewsCollector.parse_item(raw, topic, settings) == article


def raw(**payload: Any) -> RawItem:
    return RawItem("news:x", "news", NOW, payload)


def test_parsing_refuses_what_it_cannot_place(topic: Topic, settings: Settings) -> None:
    with pytest.raises(MalformedItem):
        NewsCollector.parse_item(raw(), topic, settings)
    with pytest.raises(OffTopic):
        NewsCollector.parse_item(raw(title="Weather"), topic, settings)


@pytest.mark.parametrize(
    "damage",
    [
        {"published_at": 7},
        {"published_at": "soon"},
        {"title": None, "summary": "CECOT\ud83d \x00"},
        {"lang": None},
    ],
)
def test_odd_payloads_are_read_as_far_as_they_go(
    topic: Topic, settings: Settings, damage: dict[str, Any]
) -> None:
    article = NewsCollector.parse_item(raw(**{"title": "CECOT", "body": "", **damage}), topic, settings)
    assert "\ud83d" not in article.title
    assert article.headline_only


def test_an_official_feed_is_marked_with_its_camp(site: Site, topic: Topic, settings: Settings) -> None:
    feed = {
        "url": f"{site.replay.url}/en.xml",
        "outlet": "Office",
        "lang": "en",
        "official_of": "us_government",
    }
    official = topic_with(topic, sources={"news": {"feeds": [feed]}})
    sink = Sink()
    collect(HastyNews(), Request(official, settings, NOW), sink)
    assert {article.official_of for article in sink.all("articles")} == {"us_government"}


def test_what_a_feed_dates_before_since_is_skipped_and_the_feed_read_again_without_it(
    site: Site, topic: Topic, settings: Settings
) -> None:
    old = "<pubDate>Mon, 03 Feb 2025 10:00:00 GMT</pubDate>"
    new = "<pubDate>Thu, 06 Feb 2025 10:00:00 GMT</pubDate>"
    feed = rss(entry("CECOT old", more=old), entry("CECOT new", more=new), entry("CECOT undated"))
    site.pages["/f.xml"] = Answer(200, feed.body, {**XML, "ETag": '"7"'})
    only = topic_with(topic, sources=news_sources([f"{site.replay.url}/f.xml"]))
    sink = Sink()
    request = Request(only, settings, NOW, since=datetime(2025, 2, 5, tzinfo=UTC))
    receipt = collect(HastyNews(), request, sink)
    assert set(by_title(sink)) == {"CECOT new", "CECOT undated"}
    assert receipt.skipped == {"older than the window that was asked for": 1}
    _, later = site.run(topic, settings, "/f.xml", cursor=sink.cursor)
    assert "if-none-match" not in site.replay.asked[-1].headers
    assert set(by_title(later)) == {"CECOT old"}


@pytest.mark.parametrize("verified", [True, False])
def test_a_place_says_whether_somebody_saw_its_address_answer(
    site: Site, topic: Topic, settings: Settings, verified: bool
) -> None:
    feed = {"url": f"{site.replay.url}/gone.xml", "outlet": "Office", "lang": "en", "verified": verified}
    listed = topic_with(topic, sources={"news": {"feeds": [feed]}})
    receipt = collect(HastyNews(), Request(listed, settings, NOW), Sink())
    assert receipt.places[0].detail.endswith("not marked verified") != verified
