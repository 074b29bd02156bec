"""One reading of one Reddit community: its listings, what is known of it from before, and its comment trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any

from praw.models import Comment, Submission

from collectors.contract import RawItem, Request
from collectors.errors import AuthError, RateLimited, SourceError, Unreachable
from collectors.reddit_client import LenientReddit, asked
from collectors.reddit_memory import NOT_READ, Memory, Thread
from collectors.reddit_things import (
    is_tombstone,
    mark_of,
    payload_of_comment,
    payload_of_missing,
    payload_of_odd_thing,
    payload_of_submission,
    text_of_submission,
)
from records import SourceState

CEILING = 1000
"""Items after which a Reddit listing ends, whether or not there are older ones."""

MORE_REQUESTS = 8
"""Requests for folded comments (`load more`) in one thread; those behind are counted in the place's detail."""

OVERLAP = timedelta(hours=12)
"""How far a run reads back behind the last one: for edits, and for posts that were held back by moderators."""

THREADS_READ = 100
"""Comment trees read in one community in one run, newest first; the others are taken up by the next runs."""

MOST_GONE = 10
"""Known things that Reddit may leave out of its answer and be believed, where they are most of those asked for."""

_END = object()


class CommunityReading:
    """One reading of one community, in the order: listings, known threads, known comments, comment trees."""

    def __init__(self, name: str, client: LenientReddit, request: Request, cursor: dict[str, Any]) -> None:
        self.place = f"r/{name}"
        self.n_got = 0
        self.state: SourceState = "complete"
        self._client = client
        self._community = client.subreddit(name)
        self._request = request
        self._topic = request.topic
        self._now = request.now.timestamp()
        self._since = _window_start(request)
        self._memory = memory = Memory.of(cursor)
        self._known = frozenset([*memory.threads, *memory.comments])
        # A window that begins before the last one's has to be read again in full. A later one is read from where the
        # last run ended all the same: what lies between would never be read otherwise.
        incremental = memory.newest and self._since >= memory.since
        self._stop = memory.newest - OVERLAP.total_seconds() if incremental else self._since
        if not incremental:
            memory.since = self._since
        self._at_hand: dict[str, Submission] = {}  # every submission met in this run
        self._refused_names: set[str] = set()
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
        for state, n in sorted(self._faults.items()):
            posts = "one post" if n == 1 else f"{n} posts"
            notes.append(
                f"the comments of {posts} could not be read ({state}); the next run asks for them again"
            )
        return "; ".join(notes)

    def items(self) -> Iterator[RawItem]:
        """Yield what the listings, the known threads and comments, and the comment trees give, in this order."""
        yield from self._listing("new", self._community.new(limit=None))
        for query in self._topic.sources.reddit.queries:
            yield from self._listing(
                f"search {query!r}", self._community.search(query, sort="new", time_filter="all", limit=None)
            )
        yield from self._known_threads()
        yield from self._known_comments()
        threads = self._memory.threads
        newest_first = sorted(self._to_read.items(), key=lambda item: threads[item[0]].created, reverse=True)
        for name, _ in newest_first:
            threads[name].n_read = NOT_READ
        for _, submission in newest_first[:THREADS_READ]:
            yield from self._thread(submission)
        if left := len(newest_first[THREADS_READ:]):
            self.state = "partial"
            self._notes.append(f"the comments of {left} posts are left for the next run")

    def next_cursor(self) -> dict[str, Any]:
        """Return the cursor after a complete reading."""
        return self._memory.as_cursor(self._now)

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
            return self._item(thing.fullname, payload_of_comment(thing, self._request.settings))
        if not isinstance(thing, Submission):
            return self._odd(getattr(thing, "__dict__", thing), "neither a post nor a comment")
        payload = payload_of_submission(thing, self._request.settings)
        name, created = thing.fullname, _epoch(payload.get("created_utc"))
        self._at_hand[name] = thing
        if created is not None and created <= self._now + 86_400:
            self._memory.newest = max(self._memory.newest, created)
        n_comments, mark = payload.get("num_comments") or 0, mark_of(payload)
        if name not in self._memory.threads and self._topic.matches(text_of_submission(payload)):
            self._memory.threads[name] = Thread(0, created or 0.0, mark)
        if (thread := self._memory.threads.get(name)) is not None:
            # Where its words changed, the comments that were read with the old ones as their context are read again.
            if thread.n_read != n_comments or (n_comments and thread.mark != mark):
                self._to_read.setdefault(name, thing)
            thread.mark = mark
        return self._item(name, payload)

    def _known_threads(self) -> Iterator[RawItem]:
        """Yield anew the submissions that the cursor knows and no listing showed: for edits, deletions, unread comments."""
        names = [name for name in self._memory.threads_to_ask(self._now) if name not in self._at_hand]
        things, missing = yield from self._looked_up(names)
        for thing in things:
            yield self._raw(thing)
        for name in missing:
            thread = self._memory.threads.pop(name)
            yield self._item(name, payload_of_missing(name, thread.created))

    def _known_comments(self) -> Iterator[RawItem]:
        """Yield anew the comments that the cursor knows and that were edited, deleted, removed, or are not there any more.

        Their threads are read again: the answers below them were kept with the old words as their context.
        """
        before = dict(self._memory.comments)
        things, missing = yield from self._looked_up(self._memory.comments_to_ask(self._now))
        comments = {thing.fullname: thing for thing in things if isinstance(thing, Comment)}
        changed = [comment for name, comment in comments.items() if name in before and self._note(comment)]
        links = {before[name].link for name in (*missing, *(comment.fullname for comment in changed))}
        parents = {str(vars(comment).get("parent_id")) for comment in changed}
        around = sorted((links | parents) - set(comments) - set(self._at_hand))
        others, _ = yield from self._looked_up([name for name in around if name.startswith(("t1_", "t3_"))])
        comments |= {thing.fullname: thing for thing in others if isinstance(thing, Comment)}
        self._at_hand |= {thing.fullname: thing for thing in others if isinstance(thing, Submission)}
        bodies = _bodies(comments.values())
        for comment in changed:
            submission = self._at_hand.get(before[comment.fullname].link)
            above = None if submission is None else payload_of_submission(submission, self._request.settings)
            yield self._comment(comment, above, bodies)
        for name in missing:
            known = self._memory.comments.pop(name)
            yield self._item(name, payload_of_missing(name, known.created, known.link))
        for link in sorted(links & set(self._memory.threads) & set(self._at_hand)):
            self._to_read.setdefault(link, self._at_hand[link])

    def _looked_up(self, names: list[str]) -> Generator[RawItem, None, tuple[list[Any], list[str]]]:
        """Return the things of these fullnames as they are now, and the names that Reddit gives nothing for.

        An answer that lacks most of many things is taken for a fault of Reddit's: nothing is missing then.
        """
        things: list[Any] = []
        for start in range(0, len(names), 100):
            chunk = names[start : start + 100]
            things += asked(lambda chunk=chunk: list(self._client.info(fullnames=chunk)), self.place)  # type: ignore[misc]
            yield from self._refused()
        came = {thing.fullname for thing in things if isinstance(thing, Submission | Comment)}
        missing = [name for name in names if name not in came and name not in self._refused_names]
        if len(missing) > MOST_GONE and 2 * len(missing) > len(names):
            self.state = "partial"
            self._notes.append(f"Reddit left {len(missing)} of {len(names)} known things out of its answer")
            missing = []
        return things, missing

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
        above, bodies = payload_of_submission(submission, self._request.settings), _bodies(comments)
        for comment in comments:
            self._note(comment)
            yield self._comment(comment, above, bodies)
        if fault is None:
            created = _epoch(above.get("created_utc")) or 0.0
            self._memory.threads[submission.fullname] = Thread(n_comments, created, mark_of(above))
        elif isinstance(fault, RateLimited | Unreachable | AuthError):
            raise fault
        else:
            self.state = "partial"
            self._faults[fault.state] += 1

    def _note(self, comment: Comment) -> bool:
        """Remember a comment as it is now; return whether it is another one than was remembered."""
        payload = payload_of_comment(comment, self._request.settings)
        return self._memory.note_comment(comment.fullname, payload, _epoch(payload.get("created_utc")))

    def _comment(self, comment: Comment, above: dict[str, Any] | None, bodies: dict[str, str]) -> RawItem:
        """Return the raw item of a comment, with the words above it."""
        parent = bodies.get(str(vars(comment).get("parent_id")))
        payload = payload_of_comment(comment, self._request.settings, above=above, parent=parent)
        return self._item(comment.fullname, payload)

    def _refused(self) -> Iterator[RawItem]:
        """Yield what praw could not read since the last call, for quarantine."""
        for refused in self._client.take_refused():
            given = refused["given"]
            data = given.get("data")
            if isinstance(data, dict):
                self._refused_names.add(str(data.get("name")))
            yield self._odd(data if isinstance(data, dict) else given, refused["fault"])

    def _odd(self, given: Any, fault: str) -> RawItem:
        payload = payload_of_odd_thing(given, fault)
        return self._item(f"odd-{payload['mark']}", payload)

    def _item(self, name: str, payload: dict[str, Any]) -> RawItem:
        """Return the raw item of a fullname; one that was kept before says so, to be followed whatever it says now."""
        self.n_got += 1
        if name in self._known:
            payload["known"] = True
        return RawItem(f"reddit:{name}", "reddit", self._request.now, payload, self.place)


def _bodies(comments: Iterable[Comment]) -> dict[str, str]:
    """Return the words of the comments that still have some, by fullname."""
    return {
        comment.fullname: body
        for comment in comments
        if isinstance(body := vars(comment).get("body"), str) and not is_tombstone(body)
    }


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
