"""Asking again for the comments that were kept: what was edited has its new words, what is gone loses them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from collectors.contract import RawItem
from collectors.errors import AuthError, Gone, Malformed, OutOfBudget, RateLimited, SourceError
from collectors.known_posts import KnownPost, leaves_out_too_many
from collectors.youtube_client import CommentsOff, part_of
from collectors.youtube_comments import mark_of_payload, payload_of, payload_of_missing
from collectors.youtube_memory import Video
from collectors.youtube_threads import CommentReading

KEPT = "comments kept before"
"""The place under which the run notes how asking for known comments fared."""

BATCH = 50
"""Most comments that one call gives by their ids."""

MOST_REFUSED = 100
"""Calls in a run that may be refused for a comment in them, before it is taken for a fault."""


def ask_again(reading: CommentReading) -> Iterator[RawItem]:
    """Yield what became of kept comments. A fault of it is a place, unless nothing else could work either."""
    log, n_got = reading.log, 0
    try:
        for raw in KeptComments(reading).items():
            n_got += 1
            yield raw
    except SourceError as error:
        log.note_place(KEPT, error.state, str(error), n_got)
        if isinstance(error, AuthError | OutOfBudget | RateLimited):
            raise
        return
    if n_got:
        log.note_place(KEPT, "complete", n_got=n_got)


class KeptComments:
    """The kept comments that are young enough to be asked for, and those that they answer."""

    def __init__(self, reading: CommentReading) -> None:
        self._reading = reading
        self._n_refused = 0

    def items(self) -> Iterator[RawItem]:
        """Yield the comments that were edited or deleted, or whose answered comment was; raises SourceError."""
        reading, posts = self._reading, self._reading.memory.posts
        known = posts.to_ask(reading.now)
        parents = {one.where["parent"] for one in known.values() if one.where.get("parent")}
        asked = list(dict.fromkeys((*known, *sorted(parents))))
        found: dict[str, Any] = {}
        for start in range(0, len(asked), BATCH):
            found |= self._given(asked[start : start + BATCH])
        gone = [key for key in known if key not in found]
        if leaves_out_too_many(len(gone), len(known)):
            raise Malformed(f"YouTube left {len(gone)} of {len(known)} kept comments out of its answer")
        for key, before in known.items():
            if key in gone:
                posts.forget(key)
                payload = payload_of_missing(key, before.created)
                yield RawItem(f"youtube:{key}", "youtube", reading.request.now, payload, KEPT)
                continue
            payload = self._as_it_is_now(found, key, before)
            if payload["kind"] == "comment" and mark_of_payload(payload) != before.mark:
                yield reading.raw_of(payload, KEPT)
        reading.save()

    def _given(self, ids: Sequence[str]) -> dict[str, Any]:
        """Return the comments that YouTube still gives out, by id.

        By its documentation one comment that is not there may have a whole call refused: it is looked for by halves.
        """
        try:
            answer = self._reading.client.ask(
                "comments", part="snippet", id=",".join(ids), textFormat="plainText"
            )
        except (Gone, CommentsOff) as error:
            self._n_refused += 1
            if self._n_refused > MOST_REFUSED:
                raise Malformed(
                    f"YouTube refused {MOST_REFUSED} calls for kept comments ({error})"
                ) from error
            if len(ids) == 1:
                return {}
            half = len(ids) // 2
            return {**self._given(ids[:half]), **self._given(ids[half:])}
        return {str(part_of(item).get("id")): item for item in answer["items"]}

    def _as_it_is_now(self, found: dict[str, Any], key: str, before: KnownPost) -> dict[str, Any]:
        """Return the payload of a comment with what it answers, as both are now."""
        id_, parent = before.where.get("video", ""), before.where.get("parent") or ""
        video = self._reading.memory.videos.get(id_, Video(id_))
        above = found.get(parent, {"id": parent, "snippet": {}}) if parent else None
        return payload_of(
            found[key], self._reading.request.settings, video=video.id, about=video.about, parent=above
        )
