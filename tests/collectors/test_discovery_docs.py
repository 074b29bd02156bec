"""What docs/sources.md says of the default topic's feeds, held against the topic."""

from __future__ import annotations

from pathlib import Path

from topics import Topic

SOURCES = Path(__file__).parents[2] / "docs" / "sources.md"


def test_each_feed_is_listed_with_whether_it_is_verified(topic: Topic) -> None:
    text = SOURCES.read_text(encoding="utf-8")
    for feed in topic.sources.news.feeds:
        assert f"| {feed.outlet} | `{feed.url}` | {'yes' if feed.verified else 'no'} |" in text
