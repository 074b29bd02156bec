"""What the Reddit tests share: short ways to look at a run, and prepared answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from records import Post, Receipt
from tests.collectors.fake_reddit import as_json, submission
from tests.collectors.replay import Answer, Sink

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)
FEB_3 = 1738600000.0
ReadReddit = Callable[..., tuple[Receipt, Sink]]


def posts(sink: Sink) -> dict[str, Post]:
    return {post.id: post for post in sink.all("posts")}


def places(receipt: Receipt) -> dict[str, str]:
    return {place.name: place.state for place in receipt.places}


def refusal(status: int, reason: str = "", **headers: str) -> Answer:
    return as_json(
        {"message": "Forbidden", "error": status, **({"reason": reason} if reason else {})}, status, **headers
    )


def pages_of(n: int, oldest_hours: float) -> list[Any]:
    """n submissions, newest first, the oldest so many hours before NOW."""
    step = oldest_hours * 3600 / max(n, 1)
    return [submission(f"p{i}", f"CECOT {i}", created_utc=NOW.timestamp() - step * (i + 1)) for i in range(n)]
