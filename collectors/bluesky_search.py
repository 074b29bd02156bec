"""One search on Bluesky, read page by page from new to old, and single posts by their addresses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from collectors.bluesky_client import BlueskyClient
from collectors.bluesky_memory import Memory, SearchRead, Span
from collectors.bluesky_posts import (
    KNOWN_EMBEDS,
    KNOWN_FIELDS,
    KNOWN_RECORD_FIELDS,
    epoch_of,
    is_hidden,
    mark_of_payload,
    parent_of,
    parse_post,
    payload_of,
)
from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import Malformed, MalformedItem, OffTopic, SourceError
from collectors.known_posts import key_of
from records import SourceState

PAGE = 100
"""Posts a page, the most that a search gives."""

MOST_PAGES = 50
"""Pages of one search read in one run; the next run goes on behind them."""

DEEP = 1000
"""Posts after which the end of a search may be its depth limit: it is asked once more for what is older."""

OVERLAP = timedelta(hours=12)
"""How far a run reads back behind the last one: posts reach the search's index late."""

BATCH = 25
"""Posts that Bluesky gives at once by their addresses."""

HIDDEN = "its author or Bluesky asks not to show it elsewhere"


class PostReading:
    """What the searches of one run share: the client, the memory, and the posts that others answer."""

    def __init__(self, client: BlueskyClient, request: Request, log: SourceLog, memory: Memory) -> None:
        self._client, self.request, self._log, self.memory = client, request, log, memory
        self._views: dict[str, Any] = {}  # of answered posts, by address; None: cannot be seen
        self.now = request.now.timestamp()

    def ask(self, method: str, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the answer to a query."""
        return self._client.ask(method, params)

    def save(self) -> None:
        """Move the cursor to where the memory stands."""
        self._log.cursor = self.memory.as_cursor(self.now)

    def look_up(self, uris: Sequence[str]) -> dict[str, Any]:
        """Return the views of posts by their addresses; those that cannot be seen (any more) are left out."""
        found: dict[str, Any] = {}
        for start in range(0, len(uris), BATCH):
            chunk = uris[start : start + BATCH]
            posts = self.ask("app.bsky.feed.getPosts", [("uris", uri) for uri in chunk]).get("posts")
            if not isinstance(posts, list):
                raise Malformed("Bluesky gave no list of posts")
            by_uri = {str(view.get("uri")): view for view in posts if isinstance(view, Mapping)}
            found |= {uri: by_uri[uri] for uri in chunk if uri in by_uri}
        return found

    def raws(self, views: Sequence[Any], place: str) -> Iterator[RawItem]:
        """Yield the raw items of post views, each with what it answers; a fault on the way is raised at the end."""
        fault = self._find_answered(views)
        for view in views:
            self._note_drift(view)
            if is_hidden(view):
                self._log.note_skipped(HIDDEN)
                continue
            above = self._views.get(parent_of(view) or "")
            yield self._raw(payload_of(view, self.request.settings, above=above), place)
        if fault is not None:
            raise fault

    def _find_answered(self, views: Sequence[Any]) -> SourceError | None:
        """Look up the posts that some views answer; return the fault that ended it."""
        self._views |= {str(view.get("uri")): view for view in views if isinstance(view, Mapping)}
        wanted = [uri for view in views if (uri := parent_of(view)) and uri not in self._views]
        try:
            found = self.look_up(list(dict.fromkeys(wanted)))
        except SourceError as error:
            return error
        self._views |= {uri: found.get(uri) for uri in wanted}
        return None

    def _raw(self, payload: dict[str, Any], place: str) -> RawItem:
        """Return the raw item of a payload and remember a post that is on the topic."""
        uri = payload.get("uri")
        key = key_of(uri) if uri else f"odd-{payload['mark']}"
        if key in self.memory.posts.posts:
            payload["known"] = True
        raw = RawItem(f"bluesky:{key}", "bluesky", self.request.now, payload, place)
        self.memory.seen.add(key)
        try:
            parse_post(raw, self.request.topic)
        except (OffTopic, MalformedItem):
            return raw
        self.memory.posts.note(key, epoch_of(payload), mark_of_payload(payload), {"uri": str(uri)})
        return raw

    def _note_drift(self, view: Any) -> None:
        if not isinstance(view, Mapping):
            return
        self._log.note_fields(view, KNOWN_FIELDS)
        record, embed = view.get("record"), view.get("embed")
        if isinstance(record, Mapping):
            self._log.note_fields(record, KNOWN_RECORD_FIELDS, "record")
        if isinstance(embed, Mapping):
            self._log.note_fields({str(embed.get("$type")): 1}, KNOWN_EMBEDS, "embed")


class Search:
    """One search. The memory's account of it moves with each page."""

    def __init__(self, query: str, reading: PostReading, since: float) -> None:
        self.place = f"search {query}"
        self.n_got = 0
        self.state: SourceState = "complete"
        self.detail = ""
        self._query, self._reading, self._since = query, reading, since
        self._met: set[str] = set()
        self._pages_left = MOST_PAGES
        self._cut_short = False

    def items(self) -> Iterator[RawItem]:
        """Yield the posts that the search finds, those of the newest span first."""
        memory, overlap = self._reading.memory, OVERLAP.total_seconds()
        before = memory.open_search(self._query, self._since)
        spans: list[Span] = before.spans(overlap) if before else [(self._since, None)]
        read = before or SearchRead(self._since, self._since)
        for span in spans:
            for oldest, raws in self._pages(span):
                for raw in raws:
                    self.n_got += 1
                    yield raw
                memory.searches[self._query] = read.reached(span, oldest, self._reading.now)
                self._reading.save()
            if self._cut_short:
                self.state, self.detail = "partial", f"{self.place}: read in part, the next run goes on"
                return
            read = read.finished(span, self._reading.now)
            memory.searches[self._query] = read
            self._reading.save()

    def _pages(self, span: Span) -> Iterator[tuple[float, Iterator[RawItem]]]:
        """Yield each page's raw items with the time of its oldest post, down to the start of the span."""
        start, end = span
        cursor, n_deep, oldest = "", 0, self._reading.now
        while self._pages_left > 0:
            self._pages_left -= 1
            answer = self._page(start, end, cursor)
            views = answer["posts"]
            fresh = [view for view in views if _address(view) not in self._met]
            self._met.update(map(_address, fresh))
            if not fresh:
                return
            times = [at for view in views if (at := epoch_of(view))]
            oldest = min([oldest, *times])
            yield oldest, self._reading.raws(fresh, self.place)
            if times and max(times) < start:
                return  # a server that does not heed `since`
            n_deep += len(views)
            cursor = str(answer.get("cursor") or "")
            if not cursor:
                if n_deep < DEEP or oldest <= start:
                    return
                end, n_deep = oldest, 0
        self._cut_short = True

    def _page(self, start: float, end: float | None, cursor: str) -> dict[str, Any]:
        """Return one page; `posts` is a list."""
        params = [("q", self._query), ("sort", "latest"), ("limit", str(PAGE)), ("since", _stated(start))]
        if end is not None:
            params.append(
                ("until", _stated(end + 1))
            )  # what was written within the same second is read again
        if cursor:
            params.append(("cursor", cursor))
        answer = self._reading.ask("app.bsky.feed.searchPosts", params)
        if not isinstance(answer.get("posts"), list):
            raise Malformed(f"{self.place}: Bluesky gave no list of posts")
        return answer


def _address(view: Any) -> str:
    uri = view.get("uri") if isinstance(view, Mapping) else None
    return uri if isinstance(uri, str) else repr(view)


def _stated(at: float) -> str:
    """Return an instant as Bluesky wants it: a whole RFC 3339 time with its zone. A bare day is refused."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
