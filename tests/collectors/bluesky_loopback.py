"""What the Bluesky tests share: a collector that does not dawdle, and short ways to look at a run."""

from __future__ import annotations

from collections.abc import Callable

from collectors.bluesky import BlueskyCollector
from records import Post, Receipt
from tests.collectors.replay import Sink

ReadBluesky = Callable[..., tuple[Receipt, Sink]]


class HastyBluesky(BlueskyCollector):
    pause_seconds = 0.0


def posts_of(sink: Sink) -> dict[str, Post]:
    return {post.text: post for post in sink.all("posts")}


def states_of(receipt: Receipt) -> list[str]:
    return [place.state for place in receipt.places]
