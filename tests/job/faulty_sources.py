"""Every source of the network on loopback behind a seeded die, for whole runs of the job."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import polars as pl
import pytest
from pydantic import SecretStr

from collectors.contract import Collector
from collectors.officials import OfficialsCollector
from collectors.reddit import RedditCollector
from collectors.telegram import TelegramCollector
from collectors.youtube import YoutubeCollector
from settings import Settings
from store.writer import Store
from tests.collectors import fake_bluesky, fake_youtube
from tests.collectors.bluesky_loopback import HastyBluesky
from tests.collectors.discovery_fixtures import HastyGdelt, HastyGoogle
from tests.collectors.mastodon_loopback import HastyMastodon
from tests.collectors.news_loopback import HastyNews
from tests.collectors.replay import Handle, Replay, topic_with
from tests.collectors.shaky import MARK, SHARES, Shaky
from tests.job import faulty_platforms, faulty_searches
from tests.job.faulty_platforms import COMMUNITIES, HASHTAGS, N_EACH, N_FEEDS, QUERIES
from tests.job.faulty_searches import ACTOR, CHANNELS, N_ARCHIVES, SEARCHES
from topics import Topic

PATIENCE = 2.0
"""Seconds until a request times out here; a late answer comes after twice as long."""


@dataclass
class World:
    """The sources as they stand, and what a run of the job needs to read them."""

    topic: Topic
    settings: Settings
    collectors: list[Collector]
    servers: dict[str, Shaky]


@contextmanager
def world(
    topic: Topic,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    shares: tuple[tuple[str, float], ...] = SHARES,
) -> Iterator[World]:
    """Serve the sources, each behind the die; yields what reads them."""
    with ExitStack() as stack:
        servers = {
            name: Shaky(handle, seed, 2 * PATIENCE, _SPARED.get(name, _nothing), shares)
            for name, handle in _handles().items()
        }
        at = {name: stack.enter_context(Replay(server)).url for name, server in servers.items()}
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        for collector, sites in _SITES.items():
            monkeypatch.setattr(collector, "pause_seconds", 0.0, raising=False)
            for site, end in sites.items():
                monkeypatch.setattr(collector, site, at[collector.name] + end)
        here = topic_with(topic, sources=_sources(at), hashtags={"en": [], "es": []})
        keys = {
            "timeout_seconds": PATIENCE,
            "reddit_client_id": "planted-client-id",
            "reddit_client_secret": SecretStr("planted-client-secret"),
            "bluesky_handle": fake_bluesky.NAME,
            "bluesky_app_password": SecretStr(fake_bluesky.PASSWORD),
            "bluesky_server": at["bluesky"],
            "youtube_api_key": SecretStr(fake_youtube.KEY),
        }
        collectors = [
            HastyNews(), HastyGoogle(), HastyGdelt(), RedditCollector(), HastyBluesky(), HastyMastodon(),
            YoutubeCollector(), TelegramCollector(), OfficialsCollector(),
        ]  # fmt: skip
        yield World(here, settings.model_copy(update=keys), collectors, servers)


_SITES: dict[type[Collector], dict[str, str]] = {
    RedditCollector: {"site": "", "api": ""},
    HastyGoogle: {"site": ""},
    HastyGdelt: {"site": ""},
    YoutubeCollector: {"api": "/youtube/v3"},
    TelegramCollector: {"site": ""},
    OfficialsCollector: {},
}
"""What of a collector names its server, and the path behind the server's address."""


def _nothing(_: str) -> Collection[str]:
    return ()


def _of_articles(path: str) -> Collection[str]:
    return ("half", "html") if path.startswith("/page") else ()


def _of_previews(_: str) -> Collection[str]:
    return ("half",)


def _of_archives(_: str) -> Collection[str]:
    return ("late",)


_SPARED = {"news": _of_articles, "gdelt": _of_articles, "telegram": _of_previews, "officials": _of_archives}
"""What nobody can tell of a web page; and archives are large, they are given minutes."""


def _handles() -> dict[str, Handle]:
    return {
        "news": faulty_platforms.news(),
        "google_news": faulty_searches.google_news(),
        "gdelt": faulty_searches.gdelt(),
        "reddit": faulty_platforms.reddit(),
        "bluesky": faulty_platforms.bluesky()[1],
        "mastodon": faulty_platforms.mastodon(),
        "youtube": faulty_searches.youtube(),
        "telegram": faulty_searches.telegram(),
        "officials": faulty_searches.officials(),
    }


def _sources(at: dict[str, str]) -> dict[str, Any]:
    """Return the topic's sources, by the address of each one's server."""
    return {
        "news": {
            "feeds": [
                {"url": f"{at['news']}/feed/{n}", "outlet": f"O{n}", "lang": "es"} for n in range(N_FEEDS)
            ]
        },
        "google_news": {"queries": {"en": (), "es": SEARCHES}, "editions": ["US:es-419"]},
        "gdelt": {"queries": {"en": SEARCHES[:3], "es": SEARCHES[3:]}},
        "reddit": {"communities": COMMUNITIES, "queries": ()},
        "bluesky": {"queries": QUERIES},
        "mastodon": {"instances": [at["mastodon"]], "hashtags": HASHTAGS},
        "youtube": {"queries": SEARCHES},
        "telegram": {"channels": [{"name": name, "actor": ACTOR} for name in CHANNELS]},
        "officials": {
            "archives": [
                {"id": f"a{n}", "url": f"{at['officials']}/archive/{n}", "name": f"A{n}", "actor": ACTOR}
                for n in range(N_ARCHIVES)
            ]
        },
    }


def _marks(letters: str, n: int = N_EACH) -> set[str]:
    return {f"mark{letter}{number}" for letter in letters for number in range(n)}


ALL_MARKS = {
    "news": _marks("n"),
    "google_news": _marks("g"),
    "gdelt": _marks("d"),
    "reddit": _marks("rc", N_EACH // 2),
    "bluesky": _marks("b"),
    "mastodon": _marks("m"),
    "youtube": _marks("y"),
    "telegram": _marks("t"),
    "officials": _marks("o"),
}
"""What a source that is read whole gives."""


def kept(settings: Settings, topic: Topic) -> dict[str, pl.DataFrame]:
    """Return what the store holds of each source: id, marks (the words that tell items apart)."""
    store = Store(settings.store_root(), topic.id)
    said = store.read("statements").filter(pl.col("article_id").is_null())
    rows = pl.concat(
        [
            store.read("posts").select("source", "id", text="text"),
            store.read("articles").select("source", "id", text="title"),
            said.select("source", "id", text="text"),
        ]
    ).collect()
    marks = [MARK.findall(text) for text in rows["text"]]
    rows = rows.with_columns(mark=pl.Series([found[0] if found else "" for found in marks], dtype=pl.String))
    return {name: rows.filter(pl.col("source") == name) for name in rows["source"].unique()}
