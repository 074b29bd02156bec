"""The archive: documented public statements and dated events that ship with the product, in our own words.

A statement is dated with a day, not an instant. It is placed at noon of that day in the topic's zone, so that charts,
which cut days in that zone, show it on the day that it was said. Events come with the topic, which has checked them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, ClassVar

from collectors.contract import Collector, RawItem, Record, Request, SourceLog
from collectors.errors import Gone, MalformedItem, Unreachable
from records import Event, Statement, believable, clean_text
from settings import ROOT, Settings
from topics import Topic, TopicEvent

_NEEDED = ("id", "actor", "said_on", "text", "lang")


class ArchiveCollector(Collector):
    """Statements of `statements.jsonl` in the topic's archive folder, and the topic's events."""

    name: ClassVar[str] = "archive"
    title: ClassVar[str] = "Documented statements"
    keeps_raw: ClassVar[bool] = False
    on_disk: ClassVar[bool] = True

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield one item an event and one a line of the statements file; raises Gone or Unreachable without the file."""
        topic = request.topic
        for event in topic.events:
            payload = {"event": event.model_dump(mode="json")}
            yield RawItem(f"{self.name}:event:{event.id}", self.name, request.now, payload)
        if topic.archive is None:
            log.note_place("statements.jsonl", "complete", "this topic has no archive of statements")
            return
        path = ROOT / topic.archive / "statements.jsonl"
        n_got = 0
        for payload in read_lines(path):
            n_got += 1
            yield RawItem(f"{self.name}:{payload['key']}", self.name, request.now, payload, place=path.name)
        log.n_bytes += path.stat().st_size
        log.note_place(path.name, "complete", n_got=n_got)

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Record:
        """Return the statement or event of one item; raises MalformedItem that names file and line."""
        if "event" in raw.payload:
            return _event_of(raw)
        return _statement_of(raw, topic)


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield `{"file", "line", "key", "data"}` for each line of a JSONL file that ships with the product.

    A line that is no JSON object has `text` instead of `data`. `key` is the line's id; for a line without one, or with
    one that was used before, it is made of file and line and `fault` says why.
    Raises Gone without the file and Unreachable when it cannot be read.
    """
    met: set[str] = set()
    try:
        with path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _line_payload(path.name, number, line.rstrip("\r\n"), met)
    except FileNotFoundError as error:
        raise Gone(f"{path.name} is missing from {path.parent}; restore it from the repository") from error
    except OSError as error:
        raise Unreachable(f"{path} cannot be read ({error.strerror}); check its rights") from error


def _line_payload(file: str, number: int, line: str, met: set[str]) -> dict[str, Any]:
    where: dict[str, Any] = {"file": file, "line": number, "key": f"{file}-line-{number}"}
    try:
        data = json.loads(line)
    except ValueError as error:
        return {**where, "text": line, "fault": f"not JSON ({error})"}
    if not isinstance(data, dict):
        return {**where, "text": line, "fault": "expected a JSON object"}
    key = data.get("id")
    if not isinstance(key, str) or not key.strip():
        return {**where, "data": data, "fault": 'expected a text under "id"'}
    if key in met:
        return {
            **where,
            "data": data,
            "fault": f"the id {key} is used on an earlier line; give this line its own",
        }
    met.add(key)
    return {**where, "key": key, "data": data}


def line_fault(payload: dict[str, Any], why: str) -> MalformedItem:
    """Return the error for one line, with file and line number in front."""
    return MalformedItem(f"{payload.get('file', '?')} line {payload.get('line', '?')}: {why}")


def needed_text(payload: dict[str, Any], key: str) -> str:
    """Return the text under `key` of a line's data; raises MalformedItem when it is missing or no text."""
    value = payload["data"].get(key)
    if not isinstance(value, str) or not value.strip():
        raise line_fault(
            payload, f'expected a text under "{key}", found {json.dumps(value, default=repr)[:80]}'
        )
    return clean_text(value)


def noon_of(day: date, topic: Topic) -> datetime:
    """Return noon of `day` in the topic's zone, as aware UTC."""
    return datetime.combine(day, time(12), tzinfo=topic.tz).astimezone(UTC)


def _event_of(raw: RawItem) -> Event:
    event = TopicEvent.model_validate(raw.payload["event"])
    return Event(
        id=raw.id,
        on=event.on,
        title_en=clean_text(event.title.en),
        title_es=clean_text(event.title.es),
        url=clean_text(event.url),
        verification=event.status,
    )


def _statement_of(raw: RawItem, topic: Topic) -> Statement:
    payload = raw.payload
    if "fault" in payload:
        raise line_fault(payload, payload["fault"])
    given = {key: needed_text(payload, key) for key in _NEEDED}
    data = payload["data"]
    actor = topic.actor(given["actor"])
    if actor is None:
        raise line_fault(payload, f'no actor with the id "{given["actor"]}" in the topic\'s register')
    if data.get("status") not in {"read", "cited"}:
        raise line_fault(payload, f'"status" must be read or cited, found {data.get("status")!r}')
    try:
        said_on = date.fromisoformat(given["said_on"])
    except ValueError:
        raise line_fault(
            payload, f'"said_on" must be a day such as 2025-02-03, found {given["said_on"]!r}'
        ) from None
    posted_at = believable(noon_of(said_on, topic), raw.seen_at)
    direct = data.get("direct") is True
    return Statement(
        id=raw.id,
        source=raw.source,
        text=given["text"],
        seen_at=raw.seen_at,
        posted_at=posted_at,
        direct=direct,
        kind="direct" if direct else "indirect",
        speaker=actor.name,
        actor_id=actor.id,
        actor_name=actor.name,
        camp=actor.camp,
        cue=clean_text(str(data.get("cue") or "")),
        entity_how="archive",
        lang=given["lang"] if given["lang"] in {"en", "es"} else "other",
        outlet=clean_text(str(data.get("source") or data.get("outlet") or "")),
        url=clean_text(str(data.get("url") or "")),
        verification=data["status"],
        translation=clean_text(str(data.get("translation") or "")),
        flags=() if posted_at else ("undated",),
    )
