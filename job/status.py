"""What the store holds and how fresh it is, for people and for other programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

import polars as pl

from settings import Settings
from store.queries import Published, count_units, latest_receipts, read_published
from topics import Topic


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one topic's store; `version` is None when nothing was published yet."""

    topic: str
    version: int | None
    published_at: datetime | None
    age_hours: float | None
    sources: list[dict[str, object]]
    counts: list[dict[str, object]]


def read_status(settings: Settings, topic: Topic, now: datetime) -> Status:
    """Return the status of the topic's store; raises StoreError when it cannot be read."""
    published: Published | None = read_published(settings.store_root(), topic.id)
    if published is None:
        return Status(topic.id, None, None, None, [], [])
    keep = ["source", "state", "detail", "started_at", "seconds", "n_got", "n_kept", "n_tombstone"]
    keep += ["n_quarantined", "n_off_topic", "n_known"]
    receipts = latest_receipts(published)
    sources = receipts.select([name for name in keep if name in receipts.columns]).to_dicts()
    age = (now - published.published_at).total_seconds() / 3600
    return Status(
        topic.id,
        published.version,
        published.published_at,
        round(age, 2),
        sources,
        _counts(count_units(published)),
    )


def status_json(status: Status) -> str:
    """Return the status as JSON; instants are ISO 8601 in UTC."""
    return json.dumps(asdict(status), default=_iso, ensure_ascii=False, indent=2)


def status_lines(status: Status) -> list[str]:
    """Return the status as lines for a terminal."""
    if status.version is None or status.published_at is None:
        return [f"{status.topic}: nothing published yet; run `python refresh.py` (or `make refresh`)."]
    lines = [
        f"{status.topic}: version {status.version}, published {status.published_at:%Y-%m-%d %H:%M} UTC "
        f"({status.age_hours:.1f} h ago)"
    ]
    for source in status.sources:
        detail = f" - {source['detail']}" if source["detail"] else ""
        state = str(source["state"]).replace("_", " ")
        lines.append(
            f"  {source['source']:<10} {state}: {source['n_got']} read, {source['n_kept']} kept{detail}"
        )
    lines += [
        f"  {row['n']} {row['layer']} from {row['source']} ({row['lang']}{', simulated' if row['simulated'] else ''})"
        for row in status.counts
    ]
    return lines


def _counts(frame: pl.DataFrame) -> list[dict[str, object]]:
    return frame.to_dicts()


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
