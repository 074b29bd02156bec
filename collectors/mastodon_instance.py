"""One reading of one Mastodon instance: its hashtag timelines from old to new, and single statuses by their numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import (
    AuthError,
    Blocked,
    Gone,
    Malformed,
    MalformedItem,
    NotConfigured,
    OffTopic,
    SourceError,
)
from collectors.mastodon_client import asked, connect, host_of, reason_of
from collectors.mastodon_memory import Memory
from collectors.mastodon_statuses import (
    KNOWN_FIELDS,
    epoch_of,
    is_public,
    mark_of_payload,
    original_of,
    parse_status,
    payload_of,
)
from collectors.web import Fetcher
from records import SourceState

PAGE = 40
"""Statuses a page, Mastodon's limit."""

MOST_PAGES = 100
"""Pages of one hashtag read in one run; the next run goes on behind them."""

OVERLAP = timedelta(hours=24)
"""How far a run reads back behind the last one: what another server sends late gets a number of when it was written."""

BATCH = 20
"""Statuses that Mastodon gives at once by their numbers."""

MOST_SINGLE = 100
"""Statuses that are asked for one by one, where an older instance gives no batches."""

Result = TypeVar("Result")


class InstanceReading:
    """One reading of one instance, which shares its memory with the readings of the others."""

    def __init__(
        self,
        address: str,
        token: str | None,
        request: Request,
        log: SourceLog,
        fetcher: Fetcher,
        memory: Memory,
    ) -> None:
        self.host = host_of(address)
        self.n_got = 0
        self.state: SourceState = "complete"
        self._notes: list[str] = []
        self._request, self._log, self._memory = request, log, memory
        self._with_token = token is not None
        self._client = connect(address, token, request.settings, fetcher)
        self._local_only = False
        self._gives_batches = True

    @property
    def detail(self) -> str:
        """What was not seen, in words."""
        return "; ".join(dict.fromkeys(self._notes))

    def items(self, tags: Sequence[str], since: float) -> Iterator[RawItem]:
        """Yield the statuses of the tags' timelines that are not older than `since`, moving the cursor page by page."""
        faults: list[SourceError] = []
        for tag in tags:
            try:
                yield from self._timeline(tag, since)
            except (Malformed, Gone) as error:
                faults.append(error)
                self._partial(f"#{tag}: {error}")
        if faults and len(faults) == len(tags):
            raise faults[0]

    def look_up(self, ids: Sequence[str]) -> tuple[dict[str, Any], set[str]]:
        """Return the statuses of these numbers as they are now, and the numbers that the instance has none for.

        A number in neither was not asked for. Raises SourceError.
        """
        found: dict[str, Any] = {}
        gone: set[str] = set()
        for start in range(0, len(ids), BATCH):
            chunk = list(ids[start : start + BATCH])
            if self._gives_batches:
                try:
                    here = self._asked(lambda chunk=chunk: self._client.statuses(ids=list(chunk)))  # type: ignore[misc]
                except Gone:  # the path is unknown to servers before 4.3
                    self._gives_batches = False
                else:
                    by_id = {str(one.get("id")): one for one in here if isinstance(one, Mapping)}
                    found |= {name: by_id[name] for name in chunk if name in by_id}
                    gone |= set(chunk) - set(by_id)
                    continue
            for name in chunk[: max(0, MOST_SINGLE - len(found) - len(gone))]:
                try:
                    found[name] = self._asked(lambda name=name: self._client.status(name))  # type: ignore[misc]
                except Gone as error:
                    if not reason_of(error):
                        raise
                    gone.add(name)
        return found, gone

    def raws(self, statuses: Sequence[Any]) -> Iterator[RawItem]:
        """Yield the raw items of some statuses, each with what it answers; a fault on the way is raised at the end."""
        above, fault = self._above(statuses)
        for status in statuses:
            if isinstance(status, Mapping):
                self._log.note_fields(status, KNOWN_FIELDS)
                if not is_public(status):
                    self._log.note_skipped("not public")
                    continue
            parent = above.get(str(status.get("in_reply_to_id"))) if isinstance(status, Mapping) else None
            yield self._raw(payload_of(status, self.host, self._request.settings, above=parent))
        if fault is not None:
            raise fault

    def _timeline(self, tag: str, since: float) -> Iterator[RawItem]:
        """Yield one hashtag's statuses page by page; statuses with a number behind the last page's newest come next."""
        memory, now = self._memory, self._request.now.timestamp()
        after: Any = datetime.fromtimestamp(
            memory.start_of(self.host, tag, since, OVERLAP.total_seconds()), UTC
        )
        met: set[str] = set()
        for _ in range(MOST_PAGES):
            page = self._page(tag, after)
            ids = [str(one.get("id")) for one in page if isinstance(one, Mapping) and one.get("id")]
            if not page or (ids and met.issuperset(ids)):
                if not met and not self._client.timeline_is_available("hashtag", with_auth=self._with_token):
                    raise Blocked(f"{self.host}: its hashtag timelines are switched off")
                break
            met.update(ids)
            yield from self.raws([original_of(status) for status in reversed(page)])
            created = [at for one in page if 0 < (at := epoch_of(_times(one))) <= now]
            memory.note_read(self.host, tag, max(created, default=0.0), since)
            self._log.cursor = memory.as_cursor(now)
            if not ids:
                break
            after = max(ids, key=lambda name: (len(name), name))  # numbers of any length, as text
        else:
            self._partial(f"#{tag}: read in part, the next run goes on")

    def _page(self, tag: str, after: Any) -> list[Any]:
        """Return the page right behind a number or an instant; an instance may show strangers only its own posts."""
        try:
            return self._tag_page(tag, after)
        except NotConfigured:
            if self._local_only or not self._shows_its_own():
                raise
            self._local_only = True
            self._partial(
                f"{self.host}: shows only its own posts to those who do not sign in (MASTODON_TOKENS)"
            )
            return self._tag_page(tag, after)
        except Gone as error:
            if reason_of(error):  # nobody has used this tag here yet
                return []
            raise

    def _tag_page(self, tag: str, after: Any) -> list[Any]:
        return self._asked(
            lambda: list(self._client.timeline_hashtag(tag, min_id=after, limit=PAGE, local=self._local_only))
        )

    def _shows_its_own(self) -> bool:
        try:
            return bool(self._client.timeline_is_available("hashtag", local=True, fail_hard=True))
        except Exception:  # whatever it answers, it did not say so
            return False

    def _above(self, statuses: Sequence[Any]) -> tuple[dict[str, Any], SourceError | None]:
        """Return the public statuses that these answer, by number, and the fault that ended the search for them."""
        here = {str(one.get("id")): one for one in statuses if isinstance(one, Mapping)}
        wanted = {str(one["in_reply_to_id"]) for one in here.values() if one.get("in_reply_to_id")}
        above = {name: here[name] for name in wanted if name in here}
        try:
            above |= self.look_up(sorted(wanted - set(above)))[0] if self._gives_batches else {}
        except (AuthError, Blocked, Malformed, NotConfigured):
            self._partial(f"{self.host}: does not show what some posts answer")
        except SourceError as error:
            return above, error
        return {name: one for name, one in above.items() if is_public(one)}, None

    def _raw(self, payload: dict[str, Any]) -> RawItem:
        """Return the raw item of a payload and remember a status that is on the topic."""
        self.n_got += 1
        key = payload.get("key") or f"odd-{payload['mark']}"
        known = self._memory.posts.posts
        if key in known:
            payload["known"] = True
        raw = RawItem(f"mastodon:{key}", "mastodon", self._request.now, payload, self.host)
        self._memory.seen.add(key)
        try:
            parse_status(raw, self._request.topic)
        except (OffTopic, MalformedItem):
            return raw
        where = {self.host: payload["local_id"]} if payload["local_id"] else {}
        self._memory.posts.note(key, epoch_of(payload), mark_of_payload(payload), where)
        return raw

    def _asked(self, call: Callable[[], Result]) -> Result:
        return asked(call, self.host, with_token=self._with_token)

    def _partial(self, note: str) -> None:
        self.state = "partial"
        self._notes.append(note)


def _times(status: Any) -> dict[str, Any]:
    at = status.get("created_at") if isinstance(status, Mapping) else None
    return {"created_at": at.isoformat() if isinstance(at, datetime) else at}
