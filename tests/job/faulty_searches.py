"""Sound servers of Google News, GDELT, YouTube, Telegram and officials' archives, whose items each hold a mark."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.collectors import discovery_fixtures, fake_archive, fake_telegram, fake_youtube
from tests.collectors.fake_bluesky import NOW
from tests.collectors.fake_telegram import FakeTelegram
from tests.collectors.fake_youtube import FakeYoutube
from tests.collectors.replay import Answer, Ask, Handle
from tests.job.faulty_platforms import N_EACH, STEP, page_of

SEARCHES = ("cecot", "bukele", "deportados", "pandilleros", "extranjeros", "cárceles")
N_CHANNELS = N_VIDEOS = N_ARCHIVES = 12
CHANNELS = tuple(f"canal_{n}" for n in range(N_CHANNELS))
ACTOR = "donald-trump"


def google_news() -> Handle:
    """Headlines alone: their links lead through Google's own page. Older days hold nothing."""

    def handle(ask: Ask) -> Answer:
        words, _, days = ask.query["q"].partition(" ")
        mine = range(SEARCHES.index(words), N_EACH, len(SEARCHES)) if days.startswith("when:") else ()
        items = [
            discovery_fixtures.headline(
                f"https://news.google.com/rss/articles/CBMi{n:024}", f"CECOT: señal markg{n}"
            )
            for n in mine
        ]
        return discovery_fixtures.google_feed(*items)

    return handle


def gdelt() -> Handle:
    """Searches, and under `/page` the pages of what they find."""

    def handle(ask: Ask) -> Answer:
        if ask.path.startswith("/page/"):
            return page_of(f"markd{ask.path.removeprefix('/page/')}")
        start, end = (_instant(ask.query[name]) for name in ("startdatetime", "enddatetime"))
        mine = range(SEARCHES.index(ask.query["query"].partition(" ")[0]), N_EACH, len(SEARCHES))
        rows = [
            discovery_fixtures.row(
                f"http://{ask.headers['host']}/page/{n}",
                f"CECOT: señal markd{n}",
                (NOW - n * STEP).strftime("%Y%m%dT%H%M%SZ"),
            )
            for n in mine
            if start <= NOW - n * STEP <= end
        ]
        return discovery_fixtures.artlist(*rows)

    return handle


def youtube() -> FakeYoutube:
    """Videos that one search each finds, with comments on several pages."""
    fake = FakeYoutube()
    fake.page = 3
    for number in range(N_VIDEOS):
        comments = [
            fake_youtube.comment(f"y{n}", f"Sobre el CECOT, señal marky{n}", NOW - n * STEP)
            for n in range(number, N_EACH, N_VIDEOS)
        ]
        fake.found.setdefault(SEARCHES[number % len(SEARCHES)], []).append(fake.add(number, *comments))
    return fake


def telegram() -> FakeTelegram:
    """Channels of several pages each."""
    fake = FakeTelegram()
    fake.page = 3
    for place, name in enumerate(CHANNELS):
        fake.channels[name] = [
            fake_telegram.message(N_EACH - n, f"El CECOT, señal markt{n}", NOW - n * STEP)
            for n in range(place, N_EACH, N_CHANNELS)
        ]
    return fake


def officials() -> Handle:
    """Archives under `/archive`, a JSON list each."""

    def handle(ask: Ask) -> Answer:
        rows = [
            fake_archive.row(n, f"CECOT: señal marko{n}", NOW - n * STEP)
            for n in range(int(ask.path.removeprefix("/archive/")), N_EACH, N_ARCHIVES)
        ]
        return Answer(200, json.dumps(rows, ensure_ascii=False), {"Content-Type": "application/json"})

    return handle


def _instant(stated: str) -> datetime:
    return datetime.strptime(stated, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
