"""A YouTube Data API v3 for tests: it answers over loopback, on invented videos and comments, and counts the quota.

Schema: the methods search.list, channels.list, playlistItems.list, videos.list, commentThreads.list and comments.list, and
Google's error object.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from records import Post, Receipt
from tests.collectors.replay import Answer, Ask, Sink

ReadYoutube = Callable[..., tuple[Receipt, Sink]]
NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
KEY = "planted-youtube-key"
NAME = "@maria-lopez-1987"
"""An invented author, whose name no record may show."""

CHANNEL = "UC" + "a" * 22


def video_id(n: int) -> str:
    return f"video{n:06}"


def stated(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def as_json(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value), {"Content-Type": "application/json; charset=UTF-8"})


def refusal(code: int, reason: str, domain: str = "youtube.quota", **more: Any) -> Answer:
    listed = [{"message": "no", "domain": domain, "reason": reason}]
    return as_json({"error": {"code": code, "message": "no", "errors": listed, **more}}, code)


QUOTA = refusal(403, "quotaExceeded")
COMMENTS_OFF = refusal(403, "commentsDisabled", "youtube.commentThread")
BAD_KEY = refusal(
    400,
    "badRequest",
    "global",
    status="INVALID_ARGUMENT",
    details=[{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}],
)


def comment(
    id_: str, text: str, at: datetime = NOW - HOUR, parent: str = "", **snippet: Any
) -> dict[str, Any]:
    """One `comment` resource as `textFormat=plainText` gives it."""
    given = {
        "channelId": CHANNEL,
        "textDisplay": text,
        "textOriginal": text,
        "authorDisplayName": NAME,
        "authorProfileImageUrl": "https://yt3.example/photo.jpg",
        "authorChannelUrl": f"http://www.youtube.com/{NAME}",
        "authorChannelId": {"value": "UC" + "b" * 22},
        "canRate": True,
        "viewerRating": "none",
        "likeCount": 3,
        "publishedAt": stated(at),
        "updatedAt": stated(at),
        **({"parentId": parent} if parent else {}),
        **snippet,
    }
    return {"kind": "youtube#comment", "etag": "e", "id": id_, "snippet": given}


class FakeYoutube:
    """`videos`: id -> title; `threads`: id -> first comments, any order; `replies`: comment -> its replies.

    `found`: query -> video ids. `most` calls are answered before the quota is used up. A call for one of the comments in
    `refuses` by its id is refused, whatever else it asks for.
    """

    def __init__(self) -> None:
        self.videos: dict[str, str] = {}
        self.published: dict[str, datetime] = {}
        self.found: dict[str, list[str]] = {}
        self.uploads: list[str] = []
        self.threads: dict[str, list[Any]] = {}
        self.replies: dict[str, list[Any]] = {}
        self.off: set[str] = set()
        self.page = 100
        self.most = 10**6
        self.stale: set[str] = set()
        self.refuses: set[str] = set()
        self.asked: list[Ask] = []
        self.faults: Callable[[Ask], Answer | None] | None = None

    def add(
        self, n: int, *comments: Any, title: str = "El CECOT por dentro", at: datetime = NOW - 24 * HOUR
    ) -> str:
        id_ = video_id(n)
        self.videos[id_], self.published[id_], self.threads[id_] = title, at, list(comments)
        return id_

    def many(self, n: int, query: str = "cecot", step: timedelta = timedelta(hours=2)) -> list[str]:
        """Add videos of one comment each, which a query finds, one every `step`."""
        ids = [self.add(k, comment(f"v{k}", f"CECOT {k}"), at=NOW - (k + 1) * step) for k in range(n)]
        self.found[query] = ids
        return ids

    def calls(self, method: str) -> list[dict[str, str]]:
        """The parameters of the calls of a method, in order."""
        return [ask.query for ask in self.asked if ask.path.endswith(f"/{method}")]

    def __call__(self, ask: Ask) -> Answer:
        self.asked.append(ask)
        if "key" in ask.query or ask.headers.get("x-goog-api-key") != KEY:
            return BAD_KEY
        if self.faults and (fault := self.faults(ask)) is not None:
            return fault
        if len(self.asked) > self.most:
            return QUOTA
        if ask.query.get("pageToken") in self.stale:
            return refusal(400, "invalidPageToken", "youtube.parameter")
        return getattr(self, "_" + ask.path.rsplit("/", 1)[1])(ask.query)

    def _search(self, query: dict[str, str]) -> Answer:
        after, before = query["publishedAfter"], query["publishedBefore"]
        ids = [id_ for id_ in self.found.get(query["q"], []) if after <= stated(self.published[id_]) < before]
        ids.sort(key=lambda id_: self.published[id_], reverse=True)
        return self._paged(
            query,
            [
                {"kind": "youtube#searchResult", "id": {"kind": "youtube#video", "videoId": id_}}
                for id_ in ids
            ],
        )

    def _channels(self, query: dict[str, str]) -> Answer:
        if query["id"] != CHANNEL:
            return as_json({"kind": "youtube#channelListResponse", "pageInfo": {"totalResults": 0}})
        lists = {"likes": "", "uploads": "UU" + CHANNEL[2:]}
        return as_json({"items": [{"id": CHANNEL, "contentDetails": {"relatedPlaylists": lists}}]})

    def _playlistItems(self, query: dict[str, str]) -> Answer:
        assert query["playlistId"] == "UU" + CHANNEL[2:]
        return self._paged(
            query,
            [
                {"contentDetails": {"videoId": id_, "videoPublishedAt": stated(self.published[id_])}}
                for id_ in self.uploads
            ],
        )

    def _videos(self, query: dict[str, str]) -> Answer:
        ids = query["id"].split(",")
        assert len(ids) <= 50 and "maxResults" not in query  # it is not for use with ids
        return as_json({"items": [self._video(id_) for id_ in ids if id_ in self.videos]})

    def _video(self, id_: str) -> dict[str, Any]:
        snippet = {
            "publishedAt": stated(self.published[id_]),
            "channelId": CHANNEL,
            "title": self.videos[id_],
            "description": "Un video.",
            "tags": ["x"],
        }
        threads = self.threads[id_]
        count = len(threads) + sum(
            len(self.replies.get(one["id"], [])) for one in threads if isinstance(one, dict) and "id" in one
        )
        return {
            "id": id_,
            "snippet": snippet,
            "statistics": {"viewCount": "10", **({} if id_ in self.off else {"commentCount": str(count)})},
        }

    def _commentThreads(self, query: dict[str, str]) -> Answer:
        id_ = query["videoId"]
        assert (query["order"], query["textFormat"]) == ("time", "plainText") and int(
            query["maxResults"]
        ) <= 100
        if id_ in self.off:
            return COMMENTS_OFF
        if id_ not in self.videos:
            return refusal(404, "videoNotFound", "youtube.commentThread")
        return self._paged(
            query, [self._thread(one) for one in sorted(self.threads[id_], key=_at, reverse=True)]
        )

    def _thread(self, top: Any) -> Any:
        if not isinstance(top, dict) or "id" not in top:
            return {
                "kind": "youtube#commentThread",
                "id": "odd",
                "snippet": {"topLevelComment": top, "totalReplyCount": 0},
            }
        replies = self.replies.get(top["id"], [])
        snippet = {
            "topLevelComment": top,
            "canReply": True,
            "totalReplyCount": len(replies),
            "isPublic": True,
        }
        more = {"replies": {"comments": replies[:2]}} if replies else {}
        return {"kind": "youtube#commentThread", "id": top["id"], "snippet": snippet, **more}

    def _comments(self, query: dict[str, str]) -> Answer:
        if "parentId" in query:
            return self._paged(query, self.replies.get(query["parentId"], []))
        assert "maxResults" not in query  # it is refused beside ids
        wanted = query["id"].split(",")
        assert len(wanted) <= 50
        if self.refuses & set(wanted):
            return refusal(404, "commentNotFound", "youtube.comment")
        everything = [one for ones in (*self.threads.values(), *self.replies.values()) for one in ones]
        return as_json(
            {"items": [one for one in everything if isinstance(one, dict) and one.get("id") in wanted]}
        )

    def _paged(self, query: dict[str, str], items: list[Any]) -> Answer:
        size = min(self.page, int(query.get("maxResults", "20")))
        start = int(query.get("pageToken", "P0")[1:])
        more = {"nextPageToken": f"P{start + size}"} if start + size < len(items) else {}
        return as_json(
            {
                "kind": "list",
                "etag": "e",
                "pageInfo": {"totalResults": len(items)},
                "items": items[start : start + size],
                **more,
            }
        )


def _at(one: Any) -> str:
    snippet = one.get("snippet") if isinstance(one, dict) else None
    at = snippet.get("publishedAt") if isinstance(snippet, dict) else None
    return at if isinstance(at, str) else ""


def posts_of(sink: Sink) -> dict[str, Post]:
    return {post.text: post for post in sink.all("posts")}


def states_of(receipt: Receipt) -> dict[str, str]:
    return {place.name: place.state for place in receipt.places}
