"""Invented public posts, written for the product: they show what every page does before any source has delivered.

Each is marked `simulated` for good, has no address, and comes from an invented voice. The texts lie in the topic's
archive under `simulated/en.jsonl` and `simulated/es.jsonl`; `simulated/moments.toml` says when they are placed.
`sources.simulated.enabled = false` in the topic file switches them off.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

from collectors.archive import line_fault, needed_text, read_lines
from collectors.contract import Collector, RawItem, Record, Request, SourceLog
from collectors.errors import MalformedItem
from collectors.simulated_plan import Placement, Placer, Text, load_plan
from records import Post, believable, clean_text
from settings import ROOT, Settings
from topics import Topic

_CHOICES = {
    "lang": ("en", "es"),
    "kind": ("post", "comment", "reply"),
    "lean": ("favor", "against", "neutral"),
}


class SimulatedCollector(Collector):
    """Some thousand placements of the simulated texts, up to the run's `now` and within its window."""

    name: ClassVar[str] = "simulated"
    title: ClassVar[str] = "Simulated posts"
    keeps_raw: ClassVar[bool] = False
    on_disk: ClassVar[bool] = True

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield placements in the order of their time, broken lines first; raises Gone, Unreachable or Malformed."""
        topic = request.topic
        folder = None if topic.archive is None else ROOT / topic.archive / "simulated"
        if not topic.sources.simulated.enabled:
            why = "switched off in the topic file (sources.simulated.enabled = false)"
            log.note_place("simulated", "complete", why)
            return
        if folder is None or not folder.is_dir():
            log.note_place("simulated", "complete", "this topic has no simulated posts")
            return
        placer = Placer(load_plan(folder / "moments.toml"), topic.id, topic.tz)
        placed: list[tuple[Placement, dict[str, Any]]] = []
        for path in sorted(folder.glob("*.jsonl")):
            for payload in read_lines(path):
                try:
                    text = _text_of(payload, placer.moments())
                except MalformedItem as error:
                    key = f"{self.name}:{payload['key']}"
                    yield RawItem(
                        key, self.name, request.now, {**payload, "fault": str(error)}, place=path.name
                    )
                    continue
                placed += [(placement, payload["data"]) for placement in placer.place(text)]
        placed.sort(key=lambda pair: (pair[0].at, pair[1]["id"], pair[0].copy))
        n_got = 0
        for placement, data in placed:
            if placement.at <= request.now and (request.since is None or placement.at >= request.since):
                n_got += 1
                yield self._raw_of(placement, data, request.now)
        log.n_bytes += _bytes_in(folder)
        log.note_place("simulated", "complete", n_got=n_got)

    def _raw_of(self, placement: Placement, data: dict[str, Any], now: datetime) -> RawItem:
        number = f"{self.name}:{data['id']}-"
        payload = {
            "text": data["text"],
            "context": data.get("context") or "",
            "lang": data["lang"],
            "kind": data["kind"],
            "posted_at": placement.at.isoformat(),
            "place": f"simulated/{placement.place}",
            "voice": placement.voice,
            "repost_of": None if placement.original is None else f"{number}{placement.original}",
        }
        return RawItem(f"{number}{placement.copy}", self.name, now, payload, place=payload["place"])

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Record:
        """Return the post that one placement is; raises MalformedItem for a broken line."""
        payload = raw.payload
        if "fault" in payload:
            raise MalformedItem(payload["fault"])
        posted_at = believable(datetime.fromisoformat(payload["posted_at"]).astimezone(UTC), raw.seen_at)
        return Post(
            id=raw.id,
            source=raw.source,
            text=clean_text(payload["text"]),
            seen_at=raw.seen_at,
            posted_at=posted_at,
            kind=payload["kind"],
            lang=payload["lang"],
            author_key=settings.author_key(raw.source, payload["voice"]),
            place=payload["place"],
            context=clean_text(payload["context"]),
            repost_of=payload["repost_of"],
            simulated=True,
            flags=() if posted_at else ("undated",),
        )


def _text_of(payload: dict[str, Any], moments: tuple[str, ...]) -> Text:
    """Return what places a line's text; raises MalformedItem that names file, line and key."""
    if "fault" in payload:
        raise line_fault(payload, payload["fault"])
    needed_text(payload, "text")
    data = payload["data"]
    for key, choices in (*_CHOICES.items(), ("moment", moments)):
        if data.get(key) not in choices:
            raise line_fault(payload, f'"{key}" must be one of {", ".join(choices)}, found {data.get(key)!r}')
    if not isinstance(data.get("context", ""), str | None):
        raise line_fault(payload, '"context" must be a text')
    return Text(data["id"], data["lang"], data["kind"], data["moment"], data["lean"])


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
