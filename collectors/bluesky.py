"""Bluesky: searches for the topic's words and hashtags, through the owner's own server with an app password.

Bluesky's public hosts refuse searches without an account. No name of an author is kept: the payload carries this
installation's key for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import ClassVar

from collectors.bluesky_client import MISSING, BlueskyClient
from collectors.bluesky_memory import Memory
from collectors.bluesky_posts import is_hidden, mark_of_payload, parse_post, payload_of_missing
from collectors.bluesky_queries import search_queries
from collectors.bluesky_search import PostReading, Search
from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import AuthError, Gone, Malformed, OutOfBudget, SourceError, Unreachable
from collectors.known_posts import leaves_out_too_many
from collectors.web import Fetcher
from records import Post
from settings import Settings
from topics import Topic

KEPT = "posts kept before"
"""The place under which the run notes how asking for known posts fared."""


class BlueskyCollector(Collector):
    """Runs the topic's searches one by one. A search that is not understood is that search's place; the others go on.

    Cursor: see `bluesky_memory.Memory`. It moves with each page.
    """

    name: ClassVar[str] = "bluesky"
    title: ClassVar[str] = "Bluesky"
    pause_seconds: ClassVar[float] = 0.25  # a server allows 3,000 requests in 5 minutes

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: the handle and the app password of an account."""
        return None if settings.bluesky_handle and settings.bluesky_app_password else MISSING

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the posts of each search, then what became of posts that were kept before; raises AuthError."""
        client = BlueskyClient(request.settings, Fetcher(request.settings, log=log, pause=self.pause_seconds))
        client.sign_in()
        reading = PostReading(client, request, log, Memory.of(request.cursor))
        queries = search_queries(request.topic)
        log.n_places = len(queries)
        log.note_asked(*queries)
        since = window_start(request)
        n_silent = 0
        for number, query in enumerate(queries):
            search = Search(query, reading, since)
            try:
                yield from search.items()
            except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
                log.note_place(search.place, "partial", "cut short", search.n_got)
                raise
            except SourceError as error:
                log.note_place(search.place, error.state, str(error), search.n_got)
                n_silent += isinstance(error, Unreachable)
                if isinstance(error, Malformed | Gone) or (isinstance(error, Unreachable) and n_silent < 2):
                    continue
                for left in queries[number + 1 :]:
                    log.note_place(f"search {left}", error.state, "not asked after the fault before it")
                if isinstance(error, AuthError | OutOfBudget):
                    raise
                return
            else:
                log.note_place(search.place, search.state, search.detail, search.n_got)
        yield from ask_again(reading, log)

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        """Return the post or tombstone that a payload holds."""
        return parse_post(raw, topic)


def window_start(request: Request) -> float:
    """Return the start of the window in epoch seconds: the run's, or the day on which the topic starts."""
    start = request.since or datetime.combine(request.topic.starts_on, time.min, tzinfo=request.topic.tz)
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()


def ask_again(reading: PostReading, log: SourceLog) -> Iterator[RawItem]:
    """Yield the known posts that are gone, or whose context has changed: an answered post was deleted."""
    memory = reading.memory
    known = {
        one.where["uri"]: (key, one)
        for key, one in memory.posts.to_ask(reading.now).items()
        if key not in memory.seen
    }
    n_got = 0
    try:
        found = reading.look_up(list(known))
        gone = [uri for uri in known if uri not in found]
        if leaves_out_too_many(len(gone), len(known)):
            raise Malformed(f"Bluesky left {len(gone)} of {len(known)} kept posts out of its answer")
        hidden = [uri for uri, view in found.items() if is_hidden(view)]
        for raw in reading.raws([view for uri, view in found.items() if uri not in hidden], KEPT):
            before = known[str(raw.payload.get("uri"))][1]
            if mark_of_payload(raw.payload) != before.mark:
                n_got += 1
                yield raw
    except OutOfBudget:
        raise
    except SourceError as error:
        log.note_place(KEPT, error.state, str(error), n_got)
        return
    for uri in (*gone, *hidden):
        key, one = known[uri]
        memory.posts.forget(key)
        n_got += 1
        payload = payload_of_missing(one.created, "deleted" if uri in gone else "removed")
        yield RawItem(f"bluesky:{key}", "bluesky", reading.request.now, payload, KEPT)
    reading.save()
    if n_got:
        log.note_place(KEPT, "complete", n_got=n_got)
