"""A Bluesky server (PDS) for tests: it speaks XRPC over loopback, on invented posts, and is as strict as the real one.

Schema: lexicons com.atproto.server.createSession and refreshSession, app.bsky.feed.searchPosts, getPosts and defs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.collectors.replay import Answer, Ask

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)
NAME = "maria-lopez-1987.example"
"""An invented author, whose handle no record may show."""

DID = "did:plc:aaaaaaaaaaaaaaaaaaaaaaaa"
PASSWORD = "planted-app-password"
HTML_403 = Answer(
    403, "<html><head><title>403 Forbidden</title></head></html>", {"Content-Type": "text/html"}
)
_RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    return Answer(status, json.dumps(value), {"Content-Type": "application/json", **headers})


def refusal(name: str, status: int = 400, message: str = "no", **headers: str) -> Answer:
    return as_json({"error": name, "message": message}, status, **headers)


def stated(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03}Z"


def uri_of(key: str, did: str = DID) -> str:
    return f"at://{did}/app.bsky.feed.post/{key}"


def view(key: str, text: str, at: datetime = NOW, did: str = DID, **fields: Any) -> dict[str, Any]:
    """A post's view; `record` adds to its record."""
    record = {"$type": "app.bsky.feed.post", "text": text, "createdAt": stated(at), "langs": ["es"]}
    return {
        "uri": uri_of(key, did),
        "cid": f"bafyrei{key}",
        "author": {"did": did, "handle": NAME, "displayName": f"The {NAME}", "labels": []},
        "replyCount": 1,
        "repostCount": 2,
        "likeCount": 3,
        "quoteCount": 0,
        "indexedAt": stated(at),
        "viewer": {"threadMuted": False},
        "labels": [],
        **fields,
        "record": {**record, **fields.get("record", {})},
    }


def reply_to(parent: dict[str, Any]) -> dict[str, Any]:
    """The part of a record that says what it answers."""
    answered = {"uri": parent["uri"], "cid": parent["cid"]}
    return {"reply": {"parent": answered, "root": answered}}


class FakeBluesky:
    """`found`: query -> views in any order; `others` are found by address alone; `overrides`: method -> answers in turn."""

    def __init__(self) -> None:
        self.found: dict[str, list[Any]] = {}
        self.others: list[dict[str, Any]] = []
        self.overrides: dict[str, list[Answer]] = {}
        self.page = 100
        self.depth = 10_000  # posts after which a search gives no further page
        self.expired: set[str] = set()
        self.n_sessions = 0
        self.asked: list[Ask] = []
        self.faults: Callable[[Ask], Answer | None] | None = None

    def __call__(self, ask: Ask) -> Answer:
        method = ask.path.removeprefix("/xrpc/")
        self.asked.append(ask)
        if self.faults and (fault := self.faults(ask)) is not None:
            return fault
        if prepared := self.overrides.get(method):
            answer = prepared.pop(0)
            if answer.status:
                return answer
        match method:
            case "com.atproto.server.createSession":
                given = json.loads(ask.body)
                if given != {"identifier": NAME, "password": PASSWORD}:
                    return refusal("AuthenticationRequired", 401, "Invalid identifier or password")
                return self._session()
            case "com.atproto.server.refreshSession":
                if ask.headers.get("content-length", "0") != "0":
                    return refusal(
                        "InvalidRequest", 400, "A request body was provided when none was expected"
                    )
                known = ask.headers.get("authorization", "").startswith("Bearer refresh-")
                return self._session() if known else refusal("ExpiredToken")
        bearer = ask.headers.get("authorization", "").removeprefix("Bearer ")
        if not bearer.startswith("access-"):
            return refusal("AuthMissing", 401)
        if bearer in self.expired:
            return refusal("ExpiredToken", 400, "Token has expired")
        if method == "app.bsky.feed.searchPosts":
            return self._search(ask)
        if method == "app.bsky.feed.getPosts":
            uris = [value for name, value in ask.pairs if name == "uris"]
            if not 0 < len(uris) <= 25:
                return refusal("InvalidRequest", 400, "uris must not have more than 25 elements")
            return as_json({"posts": [one for one in self._all() if one.get("uri") in uris]})
        return refusal("MethodNotImplemented", 501)

    def searches(self, query: str) -> list[dict[str, str]]:
        """The parameters of the searches for a query, in order."""
        return [ask.query for ask in self.asked if ask.query.get("q") == query]

    def _session(self) -> Answer:
        self.n_sessions += 1
        keys = {"accessJwt": f"access-{self.n_sessions}", "refreshJwt": f"refresh-{self.n_sessions}"}
        pds = {"id": "#atproto_pds", "serviceEndpoint": "http://169.254.169.254"}
        return as_json({**keys, "handle": NAME, "did": DID, "didDoc": {"service": [pds]}})

    def _search(self, ask: Ask) -> Answer:
        for name in ("since", "until"):
            if not _RFC3339.fullmatch(ask.query.get(name, "2025-01-01T00:00:00Z")):
                return refusal(
                    "BadRequest", 400, f"invalid Datetime for '{name}': Datetime syntax didn't validate"
                )
        if not 1 <= int(ask.query.get("limit", "25")) <= 100:
            return refusal("InvalidRequest", 400, "limit can not be greater than 100")
        since, until = ask.query.get("since", ""), ask.query.get("until", "9")
        hits = [one for one in self.found.get(ask.query["q"], []) if since <= _sort_at(one, since) < until]
        hits.sort(key=lambda one: _sort_at(one, since), reverse=True)
        start = int(ask.query.get("cursor", 0))
        stop = start + min(self.page, int(ask.query.get("limit", "25")))
        more = {"cursor": str(stop)} if stop < min(len(hits), self.depth) else {}
        return as_json({"posts": hits[start:stop], "hitsTotal": len(hits), **more})

    def _all(self) -> list[dict[str, Any]]:
        return [one for found in self.found.values() for one in found if isinstance(one, dict)] + self.others


def _sort_at(one: Any, default: str) -> str:
    record = one.get("record") if isinstance(one, dict) else None
    at = record.get("createdAt") if isinstance(record, dict) else None
    return at if isinstance(at, str) and at[:2] == "20" else default
