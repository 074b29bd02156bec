"""What the store holds and how fresh it is, for people and for other programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from job.outcome import COMPLETE, FAILED, PARTIAL
from settings import Settings
from store.lock import words_for
from store.queries import LastRun, Published, count_units, latest_receipts, read_last_run, read_published
from topics import Topic


@dataclass(frozen=True, slots=True)
class Status:
    """The state of one topic's store; `version` is None when nothing was published yet.

    Each of `sources` has its `places` (feeds, communities, files), each with name, state, detail and n_got.
    `last_run` tells how the last run ended, a failed one too; None before the first.
    """

    topic: str
    version: int | None
    published_at: datetime | None
    age_hours: float | None
    sources: list[dict[str, object]]
    counts: list[dict[str, object]]
    last_run: LastRun | None


def read_status(settings: Settings, topic: Topic, now: datetime) -> Status:
    """Return the status of the topic's store; raises StoreError when it cannot be read."""
    published: Published | None = read_published(settings.store_root(), topic.id)
    last_run = read_last_run(settings.store_root(), topic.id)
    if published is None:
        return Status(topic.id, None, None, None, [], [], last_run)
    keep = ["source", "state", "detail", "started_at", "seconds", "n_got", "n_kept", "n_tombstone"]
    keep += ["n_quarantined", "n_off_topic", "n_known", "places"]
    receipts = latest_receipts(published)
    sources = receipts.select([name for name in keep if name in receipts.columns]).to_dicts()
    age = (now - published.published_at).total_seconds() / 3600
    return Status(
        topic.id,
        published.version,
        published.published_at,
        round(age, 2),
        sources,
        count_units(published).to_dicts(),
        last_run,
    )


def status_json(status: Status) -> str:
    """Return the status as JSON; instants are ISO 8601 in UTC."""
    return json.dumps(asdict(status), default=_iso, ensure_ascii=False, indent=2)


def status_lines(status: Status) -> list[str]:
    """Return the status as lines for a terminal."""
    if status.version is None or status.published_at is None:
        nothing = f"{status.topic}: nothing published yet; run `python refresh.py` (or `make refresh`)."
        return [nothing, *_last_run_line(status.last_run)]
    age = words_for((status.age_hours or 0.0) * 3600)
    return [
        f"{status.topic}: version {status.version}, published {status.published_at:%Y-%m-%d %H:%M} UTC, {age} ago",
        *_last_run_line(status.last_run),
        "Sources, when last asked:",
        *_source_lines(status.sources),
        "Published:",
        *_count_lines(status.counts),
    ]


def _source_lines(sources: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    width = max((len(source["source"]) for source in sources), default=0)
    for source in sources:
        name, state = source["source"].ljust(width), source["state"].replace("_", " ")
        off = source["state"] == "not_configured"
        counts = "" if off else f": {source['n_got']:,} read, {source['n_kept']:,} kept"
        detail = f" - {source['detail']}" if source["detail"] else ""
        yield f"  {name}  {state}{counts}{detail}"


def _count_lines(counts: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for row in counts:
        layer = row["layer"] if row["n"] != 1 else row["layer"].removesuffix("s")
        marked = ", simulated" if row["simulated"] else ""
        yield f"  {row['n']:>7,} {layer} from {row['source']} ({row['lang']}{marked})"


def _last_run_line(run: LastRun | None) -> list[str]:
    if run is None:
        return []
    end = {COMPLETE: "complete", PARTIAL: "partial", FAILED: "failed"}.get(run.exit_status, "ended")
    ended = f"ended {run.ended_at:%Y-%m-%d %H:%M} UTC"
    return [f"  last run {end} (exit status {run.exit_status}), {ended}: {run.message}"]


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
