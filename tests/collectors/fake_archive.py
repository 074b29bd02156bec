"""Published archives of officials' posts for tests: files of invented rows, served with an ETag that changes with them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from records import Receipt
from tests.collectors.replay import Answer, Ask, Sink

NOW = datetime(2025, 4, 20, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FIRST_ID = 114000000000000000
ReadArchive = Callable[..., tuple[Receipt, Sink]]


def row(n: int, text: str, at: datetime = NOW - DAY, **more: Any) -> dict[str, Any]:
    """A row as an archive of a Mastodon-like platform gives it."""
    return {
        "id": str(FIRST_ID + n),
        "created_at": at.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "content": text,
        "url": f"https://social.example/@official/{FIRST_ID + n}",
        "media": [],
        **more,
    }


class Host:
    """Serves `body` under any address, but for `answers` by path. Asked with the ETag that holds, it answers 304."""

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.body: bytes | str = "[]"
        self.asked: list[Ask] = []

    def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if ask.path in self.answers:
            return self.answers[ask.path]
        body = self.body.encode() if isinstance(self.body, str) else self.body
        etag = f'"{hash(body)}"'
        if ask.headers.get("if-none-match") == etag:
            return Answer(304, headers={"ETag": etag})
        return Answer(200, body, {"Content-Type": "application/octet-stream", "ETag": etag})


def texts_of(sink: Sink) -> list[str]:
    return [statement.text for statement in sink.all("statements")]
