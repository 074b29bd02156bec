"""The sources that Postura knows, in the order in which a refresh asks them."""

from __future__ import annotations

from collectors.archive import ArchiveCollector
from collectors.bluesky import BlueskyCollector
from collectors.contract import Collector
from collectors.files import FilesCollector
from collectors.gdelt import GdeltCollector
from collectors.google_news import GoogleNewsCollector
from collectors.mastodon import MastodonCollector
from collectors.news import NewsCollector
from collectors.officials import OfficialsCollector
from collectors.reddit import RedditCollector
from collectors.simulated import SimulatedCollector
from collectors.telegram import TelegramCollector
from collectors.youtube import YoutubeCollector

_SOURCES: tuple[type[Collector], ...] = (
    ArchiveCollector,
    SimulatedCollector,
    NewsCollector,
    GoogleNewsCollector,
    GdeltCollector,
    RedditCollector,
    BlueskyCollector,
    MastodonCollector,
    YoutubeCollector,
    TelegramCollector,
    OfficialsCollector,
    FilesCollector,
)


def all_collectors() -> dict[str, Collector]:
    """Return one collector for each source, by its name."""
    return {source.name: source() for source in _SOURCES}
