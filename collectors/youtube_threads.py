"""The threads below a video, as raw items: first comments and their replies, each one on the topic remembered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import Gone, MalformedItem, OffTopic
from collectors.youtube_client import StalePage, YoutubeClient, part_of
from collectors.youtube_comments import (
    KNOWN_FIELDS,
    KNOWN_SNIPPET,
    epoch_of,
    mark_of_payload,
    parse_comment,
    payload_of,
    text_of,
)
from collectors.youtube_memory import Memory, Video

PAGE = 100
MOST_REPLY_PAGES = 20


class CommentReading:
    """What the reading of all videos shares."""

    def __init__(self, client: YoutubeClient, request: Request, log: SourceLog, memory: Memory) -> None:
        self.client, self.request, self.log, self.memory = client, request, log, memory
        self.now = request.now.timestamp()

    def save(self) -> None:
        """Move the cursor to what has been yielded."""
        self.log.cursor = self.memory.as_cursor(self.now)

    def threads(self, video: str, page: str) -> dict[str, Any]:
        """Return one page of a video's threads, new ones first."""
        return self.client.ask(
            "commentThreads", part="snippet,replies", videoId=video, order="time", textFormat="plainText",
            maxResults=str(PAGE), pageToken=page,
        )  # fmt: skip

    def of_thread(self, thread: Any, video: Video, place: str) -> Iterator[RawItem]:
        """Yield a thread's first comment and its replies."""
        snippet = part_of(part_of(thread).get("snippet"))
        top = snippet.get("topLevelComment")
        yield self._raw(top, video, place)
        if not isinstance(top, Mapping):
            return
        n_replies = snippet.get("totalReplyCount")
        inline = part_of(part_of(thread).get("replies")).get("comments")
        replies = list(inline) if isinstance(inline, list) else []
        if isinstance(n_replies, int) and n_replies > len(replies):
            words = text_of(part_of(top.get("snippet"))) or ""
            if self.request.topic.matches(f"{words}\n{video.about}"):
                replies = self._replies(str(top.get("id")), replies)
            else:
                self.log.note_skipped(
                    "replies below comments that do not mention the topic", n_replies - len(replies)
                )
        for reply in replies:
            yield self._raw(reply, video, place, parent=top)

    def _replies(self, parent: str, inline: list[Any]) -> list[Any]:
        """Return all replies to a comment; those that came with it where it is gone meanwhile."""
        found, page = [], ""
        try:
            for _ in range(MOST_REPLY_PAGES):
                answer = self.client.ask(
                    "comments",
                    part="snippet",
                    parentId=parent,
                    textFormat="plainText",
                    maxResults=str(PAGE),
                    pageToken=page,
                )
                found += answer["items"]
                page = str(answer.get("nextPageToken") or "")
                if not page:
                    return found
        except (Gone, StalePage):
            return found or inline
        self.log.note_skipped("replies beyond the first 2,000 to one comment")
        return found

    def _raw(
        self, comment: Any, video: Video, place: str, parent: Mapping[str, Any] | None = None
    ) -> RawItem:
        """Return the raw item of a comment and remember one that is on the topic."""
        if isinstance(comment, Mapping):
            self.log.note_fields(comment, KNOWN_FIELDS)
            self.log.note_fields(part_of(comment.get("snippet")), KNOWN_SNIPPET, "snippet")
        given = payload_of(comment, self.request.settings, video=video.id, about=video.about, parent=parent)
        return self.raw_of(given, place)

    def raw_of(self, payload: dict[str, Any], place: str) -> RawItem:
        """Return the raw item of a payload and remember one that is on the topic."""
        key = str(payload["id"]) if payload["kind"] == "comment" else f"odd-{payload['mark']}"
        if key in self.memory.posts.posts:
            payload["known"] = True
        raw = RawItem(f"youtube:{key}", "youtube", self.request.now, payload, place)
        try:
            parse_comment(raw, self.request.topic)
        except (OffTopic, MalformedItem):
            return raw
        where = {"video": str(payload["video"]), "parent": str(payload["parent"])}
        self.memory.posts.note(key, epoch_of(payload), mark_of_payload(payload), where)
        return raw
