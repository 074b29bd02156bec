"""A Mastodon instance for tests: it speaks the published API over loopback, on invented statuses.

Schema: docs.joinmastodon.org, entities Status, Account, Instance; methods timelines/tag and statuses.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.collectors.replay import Answer, Ask

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)
NAME = "maria_lopez_1987"
"""An invented author, whose name no record may show."""


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value), {"Content-Type": "application/json", **headers})


def number_of(at: datetime, serial: int = 0) -> str:
    """A status number as Mastodon makes it: milliseconds, and 16 bits."""
    return str((int(at.timestamp() * 1000) << 16) + serial)


def status(slug: str, words: str, at: datetime = NOW, **fields: Any) -> dict[str, Any]:
    """A status by NAME on its own server; `slug` makes its address, `at` its number and time."""
    home = f"https://home.example/users/{NAME}"
    tags = [word.strip("#.,<>/p") for word in words.split() if word.startswith(("#", "<p>#"))]
    return {
        "id": number_of(at, sum(map(ord, slug)) % 65536),
        "created_at": at.isoformat().replace("+00:00", ".000Z"),
        "in_reply_to_id": None,
        "in_reply_to_account_id": None,
        "sensitive": False,
        "spoiler_text": "",
        "visibility": "public",
        "language": "es",
        "uri": f"{home}/statuses/{slug}",
        "url": f"https://home.example/@{NAME}/{slug}",
        "replies_count": 0,
        "reblogs_count": 3,
        "favourites_count": 5,
        "edited_at": None,
        "content": words if words.startswith("<") else f"<p>{words}</p>",
        "reblog": None,
        "account": {
            "id": "7",
            "username": NAME,
            "acct": f"{NAME}@home.example",
            "url": f"https://home.example/@{NAME}",
            "display_name": f"The {NAME}",
            "bot": False,
        },
        "media_attachments": [],
        "mentions": [],
        "tags": [{"name": tag.lower(), "url": f"https://i.example/tags/{tag}"} for tag in tags],
        "emojis": [],
        "card": None,
        "poll": None,
        **fields,
    }


class FakeInstance:
    """Answers by path. `timelines`: hashtag -> statuses in any order; `overrides`: path -> answers, the last one stays."""

    def __init__(self) -> None:
        self.timelines: dict[str, list[Any]] = {}
        self.others: list[dict[str, Any]] = []  # found by their number alone
        self.overrides: dict[str, list[Answer]] = {}
        self.access: dict[str, str] = {"local": "public", "remote": "public"}
        self.token: str | None = None  # needed for what is not local
        self.gives_batches = True
        self.faults: Callable[[Ask], Answer | None] | None = None

    def __call__(self, ask: Ask) -> Answer:
        if self.faults and "timelines" in ask.path and (fault := self.faults(ask)) is not None:
            return fault
        prepared = self.overrides.get(ask.path)
        if prepared:
            return prepared.pop(0) if len(prepared) > 1 else prepared[0]
        if ask.path.rstrip("/") == "/api/v2/instance":
            return as_json(
                {"domain": "i.example", "configuration": {"timelines_access": {"hashtag_feeds": self.access}}}
            )
        if ask.path.startswith("/api/v1/timelines/tag/"):
            return self._timeline(ask)
        if ask.path == "/api/v1/statuses" and self.gives_batches:
            wanted = [value for name, value in ask.pairs if name == "id[]"]
            if len(wanted) > 20:
                return as_json({"error": "Too many statuses"}, 422)
            return as_json([one for one in self._all() if one["id"] in wanted])
        if ask.path.startswith("/api/v1/statuses/"):
            found = [one for one in self._all() if one["id"] == ask.path.rsplit("/", 1)[1]]
            return as_json(found[0]) if found else as_json({"error": "Record not found"}, 404)
        return Answer(404, "<html>no such page</html>", {"Content-Type": "text/html"})

    def _timeline(self, ask: Ask) -> Answer:
        if (
            self.token
            and ask.headers.get("authorization") != f"Bearer {self.token}"
            and "local" not in ask.query
        ):
            return as_json({"error": "The access token is invalid"}, 401)
        known = self.timelines.get(ask.path.rsplit("/", 1)[1])
        if known is None:
            return as_json({"error": "Record not found"}, 404)
        behind = int(ask.query.get("min_id", 0))
        newer = sorted(
            (one for one in known if not isinstance(one, dict) or int(one.get("id") or 0) > behind),
            key=lambda one: int(one.get("id") or 0) if isinstance(one, dict) else 0,
        )
        if behind and all(not isinstance(one, dict) for one in newer):
            newer = []
        return as_json(newer[: int(ask.query.get("limit", 20))][::-1])

    def _all(self) -> list[dict[str, Any]]:
        listed = [one for timeline in self.timelines.values() for one in timeline if isinstance(one, dict)]
        return [one for one in (*listed, *self.others) if one.get("id")]
