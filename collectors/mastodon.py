"""Mastodon: the hashtag timelines of several instances, without a key where an instance shows them to everybody.

What one instance knows of the network differs from what another one knows, so that several are read. A post is one post
wherever it is seen. No name of an author is kept: the payload carries this installation's key for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, time
from typing import ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import Malformed, OutOfBudget, SourceError
from collectors.known_posts import leaves_out_too_many
from collectors.mastodon_client import host_of, tokens_of
from collectors.mastodon_instance import InstanceReading
from collectors.mastodon_memory import Memory
from collectors.mastodon_statuses import mark_of_payload, parse_status, payload_of_missing
from collectors.web import Fetcher
from records import Post
from settings import Settings
from topics import Topic
from topics.matching import fold_text

KEPT = "posts kept before"
"""The place under which the run notes how asking for known posts fared."""


class MastodonCollector(Collector):
    """Reads the topic's instances one by one. One instance's fault is that instance's place; the others go on.

    Cursor: see `mastodon_memory.Memory`. It moves with each page: timelines are read from old to new.
    """

    name: ClassVar[str] = "mastodon"
    title: ClassVar[str] = "Mastodon"
    pause_seconds: ClassVar[float] = 0.5  # an instance allows 300 requests in 5 minutes

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: instances or hashtags in the topic. No key is needed where an instance asks for none."""
        if not topic.sources.mastodon.instances:
            return "the topic lists no instances; add them under [sources.mastodon] in its file"
        if not tags_of(topic):
            return "the topic has no hashtags, and Mastodon is read by hashtag; add them under [hashtags] in its file"
        return None

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the statuses of each instance, then what became of posts that were kept before."""
        topic, tokens = request.topic, tokens_of(request.settings)
        fetcher = Fetcher(request.settings, log=log, pause=self.pause_seconds)
        memory, tags = Memory.of(request.cursor), tags_of(topic)
        addresses = list(dict.fromkeys(topic.sources.mastodon.instances))
        log.n_places = len(addresses)
        log.note_asked(*(f"#{tag}" for tag in tags))
        worked = []
        for address in addresses:
            token = tokens.get(host_of(address))
            reading = InstanceReading(address, token, request, log, fetcher, memory)
            try:
                yield from reading.items(tags, window_start(request))
            except GeneratorExit:  # the run is at its end, by its budget or by Ctrl-C
                log.note_place(reading.host, "partial", "cut short", reading.n_got)
                raise
            except SourceError as error:
                log.note_place(reading.host, error.state, str(error), reading.n_got)
                if isinstance(error, OutOfBudget):
                    raise
            else:
                log.note_place(reading.host, reading.state, reading.detail, reading.n_got)
                worked.append(reading)
        yield from ask_again(worked, request, log, memory)

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        """Return the post or tombstone that a payload holds."""
        return parse_status(raw, topic)


def tags_of(topic: Topic) -> tuple[str, ...]:
    """Return the hashtags to read, without accents as Mastodon itself stores them."""
    listed = (*topic.hashtags.en, *topic.hashtags.es, *topic.sources.mastodon.hashtags)
    return tuple(dict.fromkeys(fold_text(tag).strip() for tag in listed))


def window_start(request: Request) -> float:
    """Return the start of the window in epoch seconds: the run's, or the day on which the topic starts."""
    start = request.since or datetime.combine(request.topic.starts_on, time.min, tzinfo=request.topic.tz)
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()


def ask_again(
    readings: Sequence[InstanceReading], request: Request, log: SourceLog, memory: Memory
) -> Iterator[RawItem]:
    """Yield the known posts that were edited, or that every instance which showed them does not have any more.

    A post that one instance alone has taken away stays; one whose instances did not answer is asked for by the next run.
    """
    now = request.now.timestamp()
    left = {key: one for key, one in memory.posts.to_ask(now).items() if key not in memory.seen}
    missing: dict[str, set[str]] = {}
    n_got, faults = 0, []
    for reading in readings:
        mine = {one.where[reading.host]: key for key, one in left.items() if reading.host in one.where}
        try:
            found, gone = reading.look_up(list(mine))
            if leaves_out_too_many(len(gone), len(mine)):
                raise Malformed(
                    f"{reading.host}: left {len(gone)} of {len(mine)} kept posts out of its answer"
                )
            for raw in reading.raws(list(found.values())):
                known = left.get(raw.id.removeprefix("mastodon:"))
                if known is None or mark_of_payload(raw.payload) != known.mark:
                    n_got += 1
                    yield raw
        except OutOfBudget:
            raise
        except SourceError as error:
            faults.append(error)
            continue
        for local in found:
            left.pop(mine[local], None)
        for local in gone:
            missing.setdefault(mine[local], set()).add(reading.host)
    listed = {host_of(address) for address in request.topic.sources.mastodon.instances}
    for key, hosts in missing.items():
        if key in left and hosts.issuperset(listed.intersection(left[key].where)):
            memory.posts.forget(key)
            n_got += 1
            payload = payload_of_missing(key, left[key].created)
            yield RawItem(f"mastodon:{key}", "mastodon", request.now, payload, KEPT)
    log.cursor = memory.as_cursor(now)
    if n_got or faults:
        log.note_place(KEPT, "partial" if faults else "complete", "; ".join(map(str, faults)), n_got)
