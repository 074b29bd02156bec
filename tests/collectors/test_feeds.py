"""Feeds good, broken and not feeds at all; what stands for one article."""

from __future__ import annotations

from typing import Any

import pytest

from collectors.errors import Malformed
from collectors.feeds import canonical_url, plain_text, read_feed
from settings import Settings
from tests.collectors.news_loopback import XML, Site, by_title, data, entry, rss
from tests.collectors.replay import DATA, Answer
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


@pytest.mark.parametrize("name", ["impossible_sign.xml", "entity_path.xml"])
def test_a_feed_that_makes_the_parser_raise_is_malformed_and_the_rest_go_on(
    site: Site, topic: Topic, settings: Settings, name: str
) -> None:
    site.pages["/broken.xml"] = data(name)
    receipt, sink = site.run(topic, settings, "/broken.xml", "/en.xml")
    states = {place.name: place.state for place in receipt.places}
    assert states == {"/broken.xml": "malformed", "/en.xml": "complete"}
    assert receipt.state == "partial"
    assert len(sink.all("articles")) == 2


def test_entities_are_not_expanded_and_no_file_is_read() -> None:
    reading = read_feed((DATA / "entity_bomb.xml").read_bytes(), "text/xml", "http://x.example/f")
    assert all(len(item.title) < 100 for item in reading.entries)


def test_bytes_that_name_a_file_are_not_opened(tmp_path: Any) -> None:
    planted = tmp_path / "planted.xml"
    planted.write_bytes((DATA / "outlet_en.xml").read_bytes())
    with pytest.raises(Malformed):
        read_feed(str(planted).encode(), "text/xml", "http://x.example/f")


def test_a_web_page_in_place_of_a_feed_is_said_so(site: Site, topic: Topic, settings: Settings) -> None:
    receipt, _ = site.run(topic, settings, "/nota/deportados-cecot/")
    assert receipt.state == "malformed"
    assert receipt.detail.startswith("this address gives a web page, not a feed")


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", "application/rss+xml"), (b"{}", "application/json"), (b"plain words", "text/plain"), (b"\x00\xff\xfe", "text/xml"),
     (b"<html><body>x</body></html>", "application/rss+xml"), (b'{"error": "quota"}', "application/json"),
     (b"%PDF-1.7", "application/pdf"), (b"<rss version='2.0'><channel><ti", "text/xml")],
)  # fmt: skip
def test_what_is_no_feed_is_malformed(body: bytes, kind: str) -> None:
    with pytest.raises(Malformed):
        read_feed(body, kind, "http://x.example/f")


def test_latin_bytes_under_a_false_declaration_are_read_with_a_note(
    site: Site, topic: Topic, settings: Settings
) -> None:
    feed = entry("El CECOT y la razón", more="<description>Año nuevo, prisión llena</description>")
    declared = f'<?xml version="1.0" encoding="utf-8"?>{rss(feed).body}'
    site.pages["/latin.xml"] = Answer(200, declared.encode("latin-1"), {"Content-Type": "text/xml"})
    receipt, sink = site.run(topic, settings, "/latin.xml")
    assert [article.title for article in sink.all("articles")] == ["El CECOT y la razón"]
    assert receipt.state == "complete"
    assert "encoding is wrong" in receipt.places[0].detail


def test_a_feed_that_breaks_off_keeps_the_entries_before_the_break(
    site: Site, topic: Topic, settings: Settings
) -> None:
    whole = str(
        rss(
            entry("CECOT one", "@HOME@/1"), entry("CECOT two", "@HOME@/2"), entry("CECOT three", "@HOME@/3")
        ).body
    )
    headers = {**XML, "ETag": '"7"'}
    site.pages["/cut.xml"] = Answer(200, whole[: whole.index(" three")], headers)
    receipt, sink = site.run(topic, settings, "/cut.xml")
    assert set(by_title(sink)) == {"CECOT one", "CECOT two"}
    assert receipt.state == receipt.places[0].state == "possibly_truncated"
    assert "not well formed" in receipt.places[0].detail
    site.pages["/cut.xml"] = Answer(200, whole, headers)
    _, later = site.run(topic, settings, "/cut.xml", cursor=sink.cursor)
    assert "CECOT three" in by_title(later)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://Outlet.example/a/b/", "https://outlet.example/a/b"),
        ("https://outlet.example/a?utm_source=x&utm_campaign=y", "https://outlet.example/a"),
        ("https://outlet.example/a?fbclid=1&id=7", "https://outlet.example/a?id=7&gclid=2"),
        ("https://outlet.example:443/a#top", "http://outlet.example:80/a"),
        ("HTTPS://OUTLET.EXAMPLE/a", "https://outlet.example/a"),
        ("https://outlet.example/razón", "https://outlet.example/raz%C3%B3n"),
    ],
)
def test_spellings_of_one_address_have_one_key(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://o.example/?p=1", "https://o.example/?p=2"), ("https://o.example/A", "https://o.example/a"),
     ("https://o.example/a", "https://p.example/a"), ("https://o.example/a", "https://o.example:8443/a")],
)  # fmt: skip
def test_different_pages_have_different_keys(one: str, other: str) -> None:
    assert canonical_url(one) != canonical_url(other)


@pytest.mark.parametrize(
    "url",
    [
        "https://o.example/",
        "https://o.example",
        "mailto:a@o.example",
        "",
        "javascript:x",
        "/a",
        "http://[::1",
    ],
)
def test_what_names_no_page_is_no_key(url: str) -> None:
    assert canonical_url(url) == ""


def test_the_same_article_under_changing_guids_and_addresses_is_one_item(
    site: Site, topic: Topic, settings: Settings
) -> None:
    link = "@HOME@/nota/deportados-cecot/"
    items = [
        entry("CECOT uno", f"{link}?utm_source=a", "<guid>https://g.example/1?v=1</guid>"),
        entry("CECOT uno", f"{link}?fbclid=b", "<guid>https://g.example/1?v=2</guid>"),
        entry("CECOT uno", link),
    ]
    site.pages["/twice.xml"] = rss(*items)
    receipt, sink = site.run(topic, settings, "/twice.xml")
    assert (receipt.n_got, receipt.n_kept, receipt.n_known) == (3, 1, 2)
    assert sink.all("articles")[0].headline_only is False


def test_entries_without_a_link_are_told_apart_by_title_and_date(
    site: Site, topic: Topic, settings: Settings
) -> None:
    monday, tuesday = (
        "<pubDate>Mon, 03 Feb 2025 10:00:00 GMT</pubDate>",
        "<pubDate>Tue, 04 Feb 2025 10:00:00 GMT</pubDate>",
    )
    site.pages["/bare.xml"] = rss(
        entry("CECOT briefing", more=monday),
        entry("CECOT briefing", more=tuesday),
        entry("CECOT briefing", more=monday),
    )
    receipt, _ = site.run(topic, settings, "/bare.xml")
    assert (receipt.n_kept, receipt.n_known) == (2, 1)


def test_entries_that_all_link_to_the_home_page_stay_apart(
    site: Site, topic: Topic, settings: Settings
) -> None:
    site.pages["/home.xml"] = rss(entry("CECOT one", "@HOME@/"), entry("CECOT two", "@HOME@/"))
    receipt, _ = site.run(topic, settings, "/home.xml")
    assert receipt.n_kept == 2


def test_markup_and_unstorable_signs_leave_the_text_readable(
    site: Site, topic: Topic, settings: Settings
) -> None:
    site.pages["/f.xml"] = rss(
        entry(
            "CECOT &amp;lt;b&amp;gt;deal&amp;lt;/b&amp;gt; &#36;6 million",
            more="<description>x</description>",
        )
    )
    _, sink = site.run(topic, settings, "/f.xml")
    assert sink.all("articles")[0].title in ("CECOT deal $6 million", "CECOT <b>deal</b> $6 million")
    assert (
        plain_text("<p>uno</p><script>no()</script>dos &amp; \ud83d tres<![") == "uno\ndos & \ufffd tres<!["
    )
