"""What the Mastodon tests share: a collector that does not dawdle, and short ways to look at a run."""

from __future__ import annotations

from collections.abc import Callable

from collectors.mastodon import MastodonCollector
from records import Post, Receipt
from tests.collectors.replay import Sink

ReadMastodon = Callable[..., tuple[Receipt, Sink]]


class HastyMastodon(MastodonCollector):
    pause_seconds = 0.0


def posts_of(sink: Sink) -> list[Post]:
    return list(sink.all("posts"))


def states_of(receipt: Receipt) -> list[str]:
    return [place.state for place in receipt.places]
