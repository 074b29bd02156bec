"""Dumps of Reddit as its public archives lay them out: one submission or comment a line, oldest first, for all of Reddit
or for one community (`RS_2025-02.zst`, `RC_2025-02.zst`, `ElSalvador_comments.zst`).

They hold millions of lines of which few are on the topic. So each line is decoded no further than it takes to see that,
and what is not on the topic is counted and not given out: memory is bounded by the topic's own items, not by the dump.

- A submission is on the topic if it mentions it; a comment also if it stands below such a submission or answers such a
  comment that came before in the same import.
- What was deleted or removed is given out as a tombstone where it could be in the store: in the topic's communities,
  and below what is on the topic.
- Ids and records are those of the source `reddit`: an item of a dump and the same one from Reddit itself are one.
"""

from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import msgspec

from collectors.contract import RawItem, Request, SourceLog
from collectors.errors import MalformedItem
from collectors.files_cells import digest
from collectors.files_faults import MAX_TEXT, too_long
from collectors.files_lines import LONGEST_LINE, byte_lines
from collectors.reddit_things import (
    LONGEST_CONTEXT,
    is_gone,
    is_tombstone,
    parse_thing,
    payload_of_comment,
    payload_of_submission,
    text_of_submission,
)
from records import Post
from topics import Topic

if TYPE_CHECKING:
    from praw.models import Comment, Submission

OFF_TOPIC = "a line of a Reddit dump that is not on the topic"
MOST_REMEMBERED = 100_000
"""Submissions, and comments, on the topic whose text is kept at hand for the answers to them; the oldest go first."""

_SNIFFED = 20  # lines that may be broken before one shows that the file is a dump


class _Glance(msgspec.Struct):
    """The fields that say whether a line is on the topic: the others are skipped without being built."""

    body: Any = None
    title: Any = None
    selftext: Any = None
    link_id: Any = None
    parent_id: Any = None
    subreddit: Any = None
    removed_by_category: Any = None
    crosspost_parent_list: Any = None


_glance = msgspec.json.Decoder(_Glance)


def is_reddit_dump(text: str) -> bool:
    """Return whether the first line of a text that is JSON is a submission or a comment as the archives write them."""
    for line in text.splitlines()[:_SNIFFED]:
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            continue
        return isinstance(row, dict) and _kind_of(row) != "" and "subreddit" in row and "created_utc" in row
    return False


class Threads:
    """What one import has met on the topic: submissions and comments by name, for the comments below them."""

    def __init__(self, topic: Topic) -> None:
        self.posts: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self.comments: OrderedDict[str, str] = OrderedDict()
        names = topic.sources.reddit.communities
        self.communities = frozenset(name.casefold().removeprefix("r/") for name in names)

    def note_post(self, name: str, title: str, text: str) -> None:
        """Remember a submission."""
        self.posts[name] = {"title": title, "selftext": text[:LONGEST_CONTEXT]}
        if len(self.posts) > MOST_REMEMBERED:
            self.posts.popitem(last=False)

    def note_comment(self, name: str, body: str) -> None:
        """Remember a comment."""
        self.comments[name] = body[:LONGEST_CONTEXT]
        if len(self.comments) > MOST_REMEMBERED:
            self.comments.popitem(last=False)


def fetch_things(
    stream: BinaryIO, file: str, request: Request, log: SourceLog, threads: Threads
) -> Iterator[RawItem]:
    """Yield the things of a dump that are on the topic, and the lines that are no things; the others are counted.

    Raises what the stream raises, after the lines before it were given out.
    """
    reading = _Reading(file, request, threads)
    n_seen = n_given = 0
    try:
        for number, line in byte_lines(stream):
            n_seen += 1
            if n_seen % 1000 == 0:
                log.check()
            if (raw := reading.raw_of(number, line)) is not None:
                n_given += 1
                yield raw
    finally:
        if n_seen > n_given:
            log.note_skipped(OFF_TOPIC, n_seen - n_given)


def parse_dumped(raw: RawItem, topic: Topic) -> Post:
    """Return the record of a line of a dump; raises MalformedItem that names file and line, or OffTopic."""
    payload = raw.payload
    if fault := payload.get("fault"):
        raise MalformedItem(fault)
    return parse_thing(replace(raw, payload=payload["thing"]), topic)


class _Reading:
    """The reading of one dump."""

    def __init__(self, file: str, request: Request, threads: Threads) -> None:
        self._file, self._request, self._threads = file, request, threads
        self._matches = request.topic.matches

    def raw_of(self, number: int, line: bytes) -> RawItem | None:
        """Return the raw item of one line, or None where the line is not on the topic."""
        if len(line) > LONGEST_LINE:
            return self._faulty(number, f"the line is longer than {LONGEST_LINE:,} bytes")
        try:
            seen = _glance.decode(line)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            seen = None  # looser than it need be in what it refuses: half an emoji, a byte that is no UTF-8
        if seen is not None and not self._may_be_kept(seen):
            return None
        try:
            row = json.loads(line.decode("utf-8", "replace"))
        except (ValueError, RecursionError) as error:
            return self._faulty(number, f"not JSON ({error})")
        kind = _kind_of(row) if isinstance(row, dict) else ""
        if not kind:
            return self._faulty(number, "neither a submission nor a comment of Reddit")
        if seen is None and not self._may_be_kept(SimpleNamespace(**{**_EMPTY, **row})):
            return None
        return self._thing(number, row, kind)

    def _may_be_kept(self, seen: Any) -> bool:
        """Return whether a thing mentions the topic, stands below one that does, or may delete one; unsure is yes."""
        threads, body = self._threads, seen.body
        if isinstance(body, str):
            # As text: a broken line may hold a list here, which is no key to look up.
            if str(seen.link_id) in threads.posts or str(seen.parent_id) in threads.comments:
                return True
            return self._is_followed(seen) if not body or is_tombstone(body) else self._matches(body)
        title, text = seen.title, seen.selftext
        if not isinstance(title, str) or seen.crosspost_parent_list:
            return True
        if seen.removed_by_category or is_tombstone(text if isinstance(text, str) else ""):
            return self._is_followed(seen) or self._matches(title)
        return self._matches(f"{title}\n{text}" if isinstance(text, str) else title)

    def _is_followed(self, seen: Any) -> bool:
        return (
            isinstance(getattr(seen, "subreddit", None), str)
            and seen.subreddit.casefold() in self._threads.communities
        )

    def _thing(self, number: int, row: dict[str, Any], kind: str) -> RawItem | None:
        """Return the raw item of a thing, the author's key in place of the name; None for an off-topic submission."""
        name = f"{kind}_{row['id']}"
        row = {**row, "name": name}
        for field in ("title", "selftext", "body"):
            if isinstance(row.get(field), str) and len(row[field]) > MAX_TEXT:
                return self._faulty(number, too_long(field, len(row[field])))
        threads, settings = self._threads, self._request.settings
        thing = SimpleNamespace(**row)  # the functions read the fields of praw's objects and nothing else
        if kind == "t3":
            payload = payload_of_submission(cast("Submission", thing), settings)
            if self._matches(f"{payload['title']}\n{text_of_submission(payload)}"):
                threads.note_post(name, payload["title"], str(payload.get("selftext") or ""))
            elif not (is_gone(payload) and self._is_followed(thing)):
                return None
        else:
            above = threads.posts.get(str(row.get("link_id")))
            parent = threads.comments.get(str(row.get("parent_id")))
            payload = payload_of_comment(cast("Comment", thing), settings, above=above, parent=parent)
            if not is_tombstone(row["body"]):
                threads.note_comment(name, row["body"])
        item = {"form": "reddit", "file": self._file, "line": number, "thing": payload}
        return RawItem(f"reddit:{name}", "files", self._request.now, item, place=payload["subreddit"])

    def _faulty(self, number: int, fault: str) -> RawItem:
        """Return the raw item of a line that cannot be read. Nothing of the line is kept: it may name its author."""
        item = {"form": "reddit", "file": self._file, "line": number}
        item["fault"] = f"{self._file} line {number}: {fault}"
        key = f"files:{digest(self._file)}-line-{number}"
        return RawItem(key, "files", self._request.now, item, place=self._file)


_EMPTY = dict.fromkeys(_Glance.__struct_fields__)


def _kind_of(row: dict[str, Any]) -> str:
    """Return t1 for a comment, t3 for a submission, "" for anything else."""
    if not isinstance(row.get("id"), str) or not row["id"]:
        return ""
    if isinstance(row.get("body"), str) and isinstance(row.get("link_id"), str):
        return "t1"
    return "t3" if isinstance(row.get("title"), str) and ("selftext" in row or "is_self" in row) else ""
