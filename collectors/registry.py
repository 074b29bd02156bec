"""The sources that Postura knows, in the order in which a refresh asks them."""

from __future__ import annotations

from collectors.archive import ArchiveCollector
from collectors.bluesky import BlueskyCollector
from collectors.contract import Collector
from collectors.files import FilesCollector
from collectors.mastodon import MastodonCollector
from collectors.news import NewsCollector
from collectors.reddit import RedditCollector
from collectors.simulated import SimulatedCollector

_SOURCES: tuple[type[Collector], ...] = (
    ArchiveCollector,
    SimulatedCollector,
    NewsCollector,
    RedditCollector,
    BlueskyCollector,
    MastodonCollector,
    FilesCollector,
)


def all_collectors() -> dict[str, Collector]:
    """Return one collector for each source, by its name."""
    return {source.name: source() for source in _SOURCES}
