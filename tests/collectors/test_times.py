"""Times as feeds state them become one aware UTC type."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from collectors.times import read_instant
from settings import Settings
from tests.collectors.news_loopback import ZONE, Site, entry, rss
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("Mon, 03 Feb 2025 23:30:00 -0600", "2025-02-04T05:30"),
        ("2025-02-03T23:30:00-06:00", "2025-02-04T05:30"),
        ("2025-02-03T12:00:00Z", "2025-02-03T12:00"),
        ("lun, 03 feb 2025 10:00:00 -0600", "2025-02-03T16:00"),
        ("3 de febrero de 2025", "2025-02-03T06:00"),
        ("Lunes 3 de febrero de 2025, 10:30 p.m.", "2025-02-04T04:30"),
        ("03/02/2025", "2025-02-03T06:00"),
        ("2025-02-03", "2025-02-03T06:00"),
        ("2025-02-03 10:00:00", "2025-02-03T16:00"),
        ("Mon, 03 Feb 2025 10:00:00", "2025-02-03T16:00"),
        ("Mon, 03 Feb 2025 10:00 PM", "2025-02-04T04:00"),
        ("Mon, 03 Feb 2025 10:00:00 EST", "2025-02-03T15:00"),
        ("1738602000", "2025-02-03T17:00"),
        ("1738602000.5", "2025-02-03T17:00"),
        ("2025/02/03", "2025-02-03T06:00"),
        ("2025-02-03T10:00:00 CST", "2025-02-03T16:00"),
        ("2025-02-03T10:00:00-06", "2025-02-03T16:00"),
        ("20250203T100000Z", "2025-02-03T10:00"),
        ("Mon, 03 Feb 2025 10:00:00 CET", "2025-02-03T09:00"),
        ("Mon, 03 Feb 2025 10:00:00 COT", "2025-02-03T15:00"),
        ("Mon, 03 Feb 2025 10:00:00 XYZ", "2025-02-03T16:00"),
        ("Mon, 03 Feb 2025 10:00:00 UTC+2", "2025-02-03T08:00"),
        ("Mon, 03 Feb 2025 10:00:00 -6:00", "2025-02-03T16:00"),
        ("Mon, 03 Feb 2025 10:00:00 -0000", "2025-02-03T10:00"),
        ("Dom, 06 Abr 2025 10:00:00 +0000", "2025-04-06T10:00"),
        ("Lun, 01 Dic 2025 08:00:00 GMT", "2025-12-01T08:00"),
        ("Lun, 3 de Febrero del 2025", "2025-02-03T06:00"),
        ("4 de setiembre de 2025", "2025-09-04T06:00"),
        ("3/2/2025 10:00:00 a. m.", "2025-02-03T16:00"),
        ("3 de febrero de 2025, 10:30 hs", "2025-02-03T16:30"),
        ("Publicado el 3 de febrero de 2025 a las 10:30", "2025-02-03T16:30"),
    ],
)
def test_stated_times_become_one_aware_utc_instant(
    site: Site, topic: Topic, settings: Settings, stated: str, expected: str
) -> None:
    site.pages["/f.xml"] = rss(entry("CECOT", more=f"<pubDate>{stated}</pubDate>"))
    site.now = datetime(2026, 1, 1, tzinfo=UTC)
    _, sink = site.run(topic, settings, "/f.xml")
    posted_at = sink.all("articles")[0].posted_at
    assert posted_at == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert posted_at.tzinfo is UTC


def test_a_day_without_a_clock_stays_that_day_in_the_topics_zone() -> None:
    at, assumed = read_instant("2025-02-03", ZONE)
    assert at is not None
    assert at.astimezone(ZONE).date().isoformat() == "2025-02-03"
    assert assumed


@pytest.mark.parametrize(
    "stated",
    [
        "",
        "hoy",
        "0000-00-00 00:00:00",
        "mañana",
        "32 de febrero de 2025",
        "Mon, 03 Feb 2099 10:00:00 GMT",
        "1999-01-01",
        "febrero",
        "febrero 2025",
        "2025",
        "10:30",
        "2025-13-45",
        "1-1-1",
    ],
)
def test_a_missing_or_absurd_time_makes_an_undated_article(
    site: Site, topic: Topic, settings: Settings, stated: str
) -> None:
    site.pages["/f.xml"] = rss(entry("CECOT", more=f"<pubDate>{stated}</pubDate>"))
    _, sink = site.run(topic, settings, "/f.xml")
    (article,) = sink.all("articles")
    assert article.posted_at is None
    assert "undated" in article.flags


def test_articles_with_and_without_a_stated_zone_can_be_compared(
    site: Site, topic: Topic, settings: Settings
) -> None:
    dates = ["2025-02-03 10:00:00", "Mon, 03 Feb 2025 10:00:00 GMT", "3 de febrero de 2025"]
    site.pages["/f.xml"] = rss(
        *(entry(f"CECOT {n}", more=f"<pubDate>{stated}</pubDate>") for n, stated in enumerate(dates))
    )
    _, sink = site.run(topic, settings, "/f.xml")
    assert [article.title for article in sorted(sink.all("articles"), key=lambda a: a.posted_at)] == [
        "CECOT 2",
        "CECOT 1",
        "CECOT 0",
    ]
