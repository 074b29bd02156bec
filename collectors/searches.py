"""Searches for news that answer with so many items at most: asked window by window, new to old, each article once.

A search that is refused or fails is that search's place; the others go on. What one run may ask is shared out among its
searches, and those that the last run did not get to come first.
"""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from collectors.addresses import NameNotResolved
from collectors.announced import OLD, is_old
from collectors.article_pages import ArticlePages
from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import Gone, Malformed, OutOfBudget, SourceError, Unreachable
from collectors.search_answers import Found, QueryRefused, Search, SearchAnswer
from collectors.search_memory import SearchMemory
from collectors.web import Fetcher
from collectors.windows import Span, Windows, halves
from records import SourceState

AGAIN = "found before in this run"
UNREAD = "its headline does not mention the topic, and its page is left for the next run"

_LEFT = "left for the next run"
_NEXT_RUN = "not asked in this run, the next one begins with it"
_AFTER_FAULT = "not asked after the fault before it"


@dataclass(slots=True)
class _Account:
    """What one search may spend in this run, and how it fared."""

    asks: int
    pages: int
    state: SourceState = "complete"
    n_answers: int = 0
    n_got: int = 0
    n_known: int = 0
    notes: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def detail(self) -> str:
        known = [f"{self.n_known} known already"] if self.n_known else []
        return ", ".join([*known, *self.notes, *(f"{what}: {n}" for what, n in sorted(self.faults.items()))])


class SearchReading(ABC):
    """One run over the searches of a source. `least` and `overlap` in seconds, see `windows`."""

    source: str
    least: float
    overlap: float
    recent = 30 * 86_400.0
    """Seconds up to now that a new search is asked for before all that is older."""
    most_asks = 48
    most_pages = 400
    most_seconds = 600.0
    n_readers = 8  # pages read side by side; one host is asked once a second all the same

    def __init__(self, request: Request, log: SourceLog, pages: Fetcher) -> None:
        self.request, self.log = request, log
        self.now = request.now.timestamp()
        self.fetcher = pages
        self._pages = ArticlePages(pages, request.topic)
        self._memory = SearchMemory(request, self.overlap, self.recent)
        self._met: set[str] = set()
        self._asks_left, self._pages_left = self.most_asks, self.most_pages
        self._ends = time.monotonic() + self.most_seconds
        self._pool = ThreadPoolExecutor(self.n_readers, thread_name_prefix=f"postura-{self.source}")

    @abstractmethod
    def ask(self, search: Search, span: Span) -> SearchAnswer:
        """Return what the source has for a search within a stretch of time; raises SourceError."""

    def settle(self, payload: dict[str, Any]) -> None:
        """Correct a payload by what its page said of itself; as it stands, nothing."""
        return

    def items(self, searches: Sequence[Search]) -> Iterator[RawItem]:
        """Yield what all searches find; raises OutOfBudget."""
        self.log.n_places = len(searches)
        self.log.note_asked(*(search.place for search in searches))
        self._memory.keep_only([search.place for search in searches])
        waiting = sorted(searches, key=lambda search: self._memory.asked_until(search.place))
        n_silent = 0
        try:
            while waiting:
                if not self._asks_left or self._is_over:
                    self._give_up(waiting, "partial", _NEXT_RUN)
                    return
                account = self._share(len(waiting))
                search = waiting.pop(0)
                try:
                    yield from self._read(search, account)
                except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
                    self.log.note_place(search.place, "partial", "cut short", account.n_got)
                    raise
                except SourceError as error:
                    n_silent += isinstance(error, Unreachable)
                    self._note_fault(search, account, error)
                    if isinstance(error, OutOfBudget):
                        self._give_up(waiting, error.state, _AFTER_FAULT)
                        raise
                    if not _others_may_pass(error, n_silent):
                        self._give_up(waiting, error.state, _AFTER_FAULT)
                        return
                else:
                    self.log.note_place(search.place, account.state, account.detail, account.n_got)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def _is_over(self) -> bool:
        return time.monotonic() >= self._ends

    def _share(self, n_searches: int) -> _Account:
        """Return what the next of so many searches may spend; what it leaves is there for those after it."""
        return _Account(-(-self._asks_left // n_searches), -(-self._pages_left // n_searches))

    def _note_fault(self, search: Search, account: _Account, error: SourceError) -> None:
        """Note the place of a search that a fault ended; after answers it is partial, unless the source as a whole fails."""
        if account.n_answers and isinstance(error, QueryRefused | Malformed):
            detail = ", ".join(part for part in (account.detail, str(error)) if part)
            self.log.note_place(
                search.place, "partial", f"older days could not be read: {detail}", account.n_got
            )
        else:
            self.log.note_place(search.place, error.state, str(error), account.n_got)

    def _give_up(self, waiting: Sequence[Search], state: SourceState, why: str) -> None:
        for search in waiting:
            self.log.note_place(search.place, state, why)

    def _read(self, search: Search, account: _Account) -> Iterator[RawItem]:
        windows = self._memory.opened(search.place)
        n_full = 0
        while account.asks and not self._is_over:
            span = windows.newest()
            if span is None or not self._memory.is_asked(span):
                break
            account.asks -= 1
            self._asks_left -= 1
            answer = self.ask(search, span)
            account.n_answers += 1
            n_left = yield from self._deliver(search, answer, account)
            parts = halves(span, self.least) if answer.is_full else ()
            n_full += answer.is_full and not parts
            if n_left or not answer.is_whole:
                account.state = "partial"
                account.notes.append(
                    f"{n_left} article pages left for the next run" if n_left else "the answer breaks off"
                )
                self._save(search, windows)
                break
            windows = windows.read(span, parts)
            self._save(search, windows)
        if account.state == "complete" and any(map(self._memory.is_asked, windows.open)):
            account.state = "partial"
            account.notes.append("read in part, the next run goes on with older days")
        if n_full:
            account.notes.append(f"more than the source gives in {n_full} shortest windows")
            if account.state == "complete":
                account.state = "possibly_truncated"

    def _deliver(
        self, search: Search, answer: SearchAnswer, account: _Account
    ) -> Generator[RawItem, None, int]:
        """Yield an answer's articles that are new; returns how many pages were left unread."""
        fresh = [found for found in answer.found if self._is_fresh(found, account)]
        readable = [found for found in fresh if found.readable]
        chosen = readable[: account.pages]
        left = {found.id for found in readable[account.pages :]}
        account.pages -= len(chosen)
        self._pages_left -= len(chosen)
        faults = self._pool.map(self._body, [found.payload for found in chosen])
        n_left = 0
        for found in fresh:
            fault = _LEFT if found.id in left else next(faults) if found.readable else ""
            n_left += fault == _LEFT
            if fault == _LEFT and not self.request.topic.matches(str(found.payload.get("title") or "")):
                self._met.discard(found.id)
                self.log.note_skipped(UNREAD)
                continue
            if fault and fault != _LEFT:
                account.faults[fault] += 1
            self.settle(found.payload)
            if self._memory.had_text(found.id) and not found.payload.get("body"):
                account.faults["a new headline and no text now, kept as it was"] += 1
                continue
            account.n_got += 1
            yield RawItem(found.id, self.source, self.request.now, found.payload, search.place)
            if not fault:
                self._memory.note(found.id, found.payload)
        return n_left

    def _is_fresh(self, found: Found, account: _Account) -> bool:
        """Return whether an article is to be delivered; counts it otherwise."""
        if found.id in self._met:
            self.log.note_skipped(AGAIN)
            return False
        if is_old(found.payload, self.request.since):
            self.log.note_skipped(OLD)
            return False
        self._met.add(found.id)
        is_known = self._memory.knows(found.id, found.payload)
        account.n_known += is_known
        return not is_known

    def _body(self, payload: dict[str, Any]) -> str:
        return _LEFT if self._is_over else self._pages.add_body(payload)

    def _save(self, search: Search, windows: Windows) -> None:
        self._memory.save(search.place, windows)
        self.log.cursor = self._memory.as_cursor()


def _others_may_pass(error: SourceError, n_silent: int) -> bool:
    """Return whether the searches after one that failed are worth asking."""
    if isinstance(error, Unreachable):
        return n_silent < 2 and not isinstance(error, NameNotResolved)
    return isinstance(error, Malformed | Gone | QueryRefused)
