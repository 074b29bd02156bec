"""Reddit: new and found submissions of the topic's communities, and the comments under those that mention it.

No name of an author is kept: the payload carries this installation's key for it. Usage is read-only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any, ClassVar

from praw.models import Comment, Submission

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import AuthError, NotConfigured, RateLimited, SourceError, Unreachable
from collectors.reddit_client import LenientReddit, asked, connect, reddit_keys
from collectors.reddit_things import (
    is_tombstone,
    parse_thing,
    payload_of_comment,
    payload_of_odd_thing,
    payload_of_submission,
    text_of_submission,
)
from records import Post, SourceState
from settings import Settings
from topics import Topic

CEILING = 1000
"""Items after which a Reddit listing ends, whether or not there are older ones."""

MORE_REQUESTS = 8
"""Requests for folded comments (`load more`) in one thread; those behind are counted in the place's detail."""

OVERLAP = timedelta(hours=12)
"""How far a run reads back behind the last one: for edits, and for posts that were held back by moderators."""

RECHECK = timedelta(days=7)
"""How long a known thread is asked again for new comments, edits and deletions."""

MAX_THREADS = 500
"""Threads a community that the cursor remembers, newest first."""

THREADS_READ = 100
"""Comment trees read in one community in one run, newest first; the others are taken up by the next runs."""

_NOT_READ = -1
_END = object()


class RedditCollector(Collector):
    """Reads the topic's communities one by one. One community's fault is that community's place; the others go on.

    Cursor: `communities` (name -> `newest`, epoch seconds of the newest item of the last complete reading; `since`,
    where that reading began; `threads`, fullname -> [comments when last read, epoch seconds of the submission]).
    A community's cursor moves only when it was read to the end: listings run from new to old, and a gap that an
    interruption leaves must be read again.
    """

    name: ClassVar[str] = "reddit"
    title: ClassVar[str] = "Reddit"
    site: ClassVar[str] = "https://www.reddit.com"
    api: ClassVar[str] = "https://oauth.reddit.com"

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: keys, or communities in the topic."""
        if not topic.sources.reddit.communities:
            return "the topic lists no communities; add them under [sources.reddit] in its file"
        if reddit_keys() is None:
            return (
                "REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET are not set; Reddit gives keys only to uses that it has"
                " approved; without them import an export: python refresh.py import FILE"
            )
        return None

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield submissions and comments; raises AuthError, as no community can be read then."""
        keys = reddit_keys()
        if keys is None:
            raise NotConfigured(self.missing_setting(request.settings, request.topic) or "no keys for Reddit")
        client = connect(keys, request.settings, log, site=self.site, api=self.api)
        kept = dict(request.cursor.get("communities", {}))
        log.cursor = {"communities": kept}
        names = list(dict.fromkeys(_bare(name) for name in request.topic.sources.reddit.communities))
        n_silent = 0
        for number, name in enumerate(names):
            reading = _CommunityReading(name, client, request, kept.get(name, {}))
            try:
                yield from reading.items()
            except (RateLimited, Unreachable) as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
                n_silent += isinstance(error, Unreachable)
                if isinstance(error, RateLimited) or n_silent > 1 or not log.n_bytes:
                    for left in names[number + 1 :]:
                        log.note_place(f"r/{left}", error.state, "not asked after the fault before it")
                    return
            except AuthError as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
                raise
            except SourceError as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
            else:
                log.note_place(f"r/{name}", reading.state, reading.detail, reading.n_got)
                kept = {**kept, name: reading.next_cursor()}
                log.cursor = {"communities": kept}

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        """Return the post, comment or tombstone that a payload holds."""
        return parse_thing(raw, topic)


class _CommunityReading:
    """One reading of one community."""

    def __init__(self, name: str, client: LenientReddit, request: Request, cursor: dict[str, Any]) -> None:
        self.place = f"r/{name}"
        self.n_got = 0
        self.state: SourceState = "complete"
        self._client = client
        self._community = client.subreddit(name)
        self._request = request
        self._topic = request.topic
        self._since = _window_start(request)
        self._threads: dict[str, list[float]] = {
            name: list(mark) for name, mark in cursor.get("threads", {}).items()
        }
        self._newest = float(cursor.get("newest", 0.0))
        # A window that begins before the last one's has to be read again in full.
        incremental = self._newest and self._since >= float(cursor.get("since", 0.0))
        self._stop = max(self._since, self._newest - OVERLAP.total_seconds()) if incremental else self._since
        self._kept_since = float(cursor["since"]) if incremental else self._since
        self._met: set[str] = set()
        self._to_read: dict[str, Submission] = {}
        self._notes: list[str] = []
        self._n_folded = 0
        self._faults: Counter[str] = Counter()

    @property
    def detail(self) -> str:
        """What was not seen, in words."""
        notes = list(self._notes)
        if self._n_folded:
            notes.append(f"{self._n_folded} folded comments were not opened")
        notes.extend(f"{n} threads could not be read ({state})" for state, n in sorted(self._faults.items()))
        return "; ".join(notes)

    def items(self) -> Iterator[RawItem]:
        """Yield what the listings, the known threads and the comment trees give, in this order."""
        yield from self._listing("new", self._community.new(limit=None))
        for query in self._topic.sources.reddit.queries:
            yield from self._listing(
                f"search {query!r}", self._community.search(query, sort="new", time_filter="all", limit=None)
            )
        yield from self._known_threads()
        newest_first = sorted(self._to_read.items(), key=lambda item: self._threads[item[0]][1], reverse=True)
        for name, submission in newest_first[:THREADS_READ]:
            self._threads[name][0] = _NOT_READ
            yield from self._thread(submission)
        for name, _ in newest_first[THREADS_READ:]:
            self._threads[name][0] = _NOT_READ
        if left := len(newest_first[THREADS_READ:]):
            self.state = "partial"
            self._notes.append(f"the comments of {left} posts are left for the next run")

    def next_cursor(self) -> dict[str, Any]:
        """Return the cursor after a complete reading."""
        newest_first = sorted(self._threads.items(), key=lambda item: item[1][1], reverse=True)
        return {
            "newest": self._newest,
            "since": self._kept_since,
            "threads": dict(newest_first[:MAX_THREADS]),
        }

    def _listing(self, what: str, listing: Iterator[Any]) -> Iterator[RawItem]:
        """Yield one listing from new to old, down to the window's start; notes when Reddit's ceiling hid older ones."""
        n_items, oldest = 0, float("inf")
        while (thing := asked(lambda: next(listing, _END), self.place)) is not _END:
            # vars(): for an attribute that is not there praw would make one more request
            created = (
                _epoch(vars(thing).get("created_utc")) if isinstance(thing, Submission | Comment) else None
            )
            if created is not None:
                if created < self._stop:
                    return
                oldest = min(oldest, created)
            n_items += 1
            yield from self._refused()
            yield self._raw(thing)
        yield from self._refused()
        if n_items >= CEILING and oldest > self._stop:
            self.state = "possibly_truncated"
            day = datetime.fromtimestamp(oldest, self._topic.tz).date()
            self._notes.append(
                f"{what}: Reddit shows no more than {n_items} items; none before {day} could be seen"
            )

    def _raw(self, thing: Any) -> RawItem:
        """Return the raw item of one listed thing, and remember a submission whose comments are to be read."""
        if isinstance(thing, Comment):
            return self._item(f"reddit:{thing.fullname}", payload_of_comment(thing, self._request.settings))
        if not isinstance(thing, Submission):
            return self._odd(getattr(thing, "__dict__", thing), "neither a post nor a comment")
        payload = payload_of_submission(thing, self._request.settings)
        name, created = thing.fullname, _epoch(payload.get("created_utc"))
        self._met.add(name)
        if created is not None and created <= self._request.now.timestamp() + 86_400:
            self._newest = max(self._newest, created)
        n_comments = payload.get("num_comments") or 0
        if name not in self._threads and self._topic.matches(text_of_submission(payload)):
            self._threads[name] = [0, created or 0.0]
        if name in self._threads and self._threads[name][0] != n_comments:
            self._to_read.setdefault(name, thing)
        return self._item(f"reddit:{name}", payload)

    def _known_threads(self) -> Iterator[RawItem]:
        """Yield anew the submissions that the cursor knows and no listing showed: for edits, deletions, unread comments."""
        recent = self._request.now.timestamp() - RECHECK.total_seconds()
        names = [
            name
            for name, (n_read, created) in self._threads.items()
            if (created >= recent or n_read == _NOT_READ) and name not in self._met
        ]
        for start in range(0, len(names), 100):
            chunk = names[start : start + 100]
            for thing in asked(lambda chunk=chunk: list(self._client.info(fullnames=chunk)), self.place):  # type: ignore[misc]
                yield self._raw(thing)
            yield from self._refused()

    def _thread(self, submission: Submission) -> Iterator[RawItem]:
        """Yield the comments of one submission, each with the text that it answers."""
        n_comments = vars(submission).get("num_comments") or 0
        fault: SourceError | None = None
        try:
            forest = asked(lambda: submission.comments, self.place)
            try:
                folded: Any = asked(lambda: forest.replace_more(limit=MORE_REQUESTS), self.place)
                self._n_folded += sum(int(more.count or 0) for more in folded)
            except SourceError as error:  # the tree as far as it was read is kept
                fault = error
            comments = [comment for comment in forest.list() if isinstance(comment, Comment)]
        except SourceError as error:
            fault, comments = error, []
        yield from self._refused()
        above = payload_of_submission(submission, self._request.settings)
        bodies = {
            comment.fullname: body
            for comment in comments
            if isinstance(body := vars(comment).get("body"), str) and not is_tombstone(body)
        }
        for comment in comments:
            parent = bodies.get(str(vars(comment).get("parent_id")))
            payload = payload_of_comment(comment, self._request.settings, above=above, parent=parent)
            yield self._item(f"reddit:{comment.fullname}", payload)
        if fault is None:
            self._threads[submission.fullname] = [n_comments, _epoch(above.get("created_utc")) or 0.0]
        elif isinstance(fault, RateLimited | Unreachable | AuthError):
            raise fault
        else:
            self._faults[fault.state] += 1

    def _refused(self) -> Iterator[RawItem]:
        """Yield what praw could not read since the last call, for quarantine."""
        for refused in self._client.take_refused():
            given = refused["given"]
            data = given.get("data")
            yield self._odd(data if isinstance(data, dict) else given, refused["fault"])

    def _odd(self, given: Any, fault: str) -> RawItem:
        payload = payload_of_odd_thing(given, fault)
        return self._item(f"reddit:odd-{payload['mark']}", payload)

    def _item(self, id_: str, payload: dict[str, Any]) -> RawItem:
        self.n_got += 1
        return RawItem(id_, "reddit", self._request.now, payload, self.place)


def _bare(name: str) -> str:
    return name.strip().removeprefix("/").removeprefix("r/").strip("/")


def _window_start(request: Request) -> float:
    """Return the start of the window in epoch seconds: the run's, or the day on which the topic starts."""
    start = request.since or datetime.combine(request.topic.starts_on, time.min, tzinfo=request.topic.tz)
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()


def _epoch(stated: Any) -> float | None:
    """Return seconds since 1970, or None for anything that is no such number."""
    return (
        float(stated)
        if isinstance(stated, int | float) and not isinstance(stated, bool) and stated == stated
        else None
    )
