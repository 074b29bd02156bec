"""How the last run of the job ended: one small file beside the tables, written whole for every outcome."""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.errors import StoreError, remedy_for

FILE = "last_run.json"


@dataclass(frozen=True, slots=True)
class LastRun:
    """The end of one run. Times are aware UTC; `exit_status` is the job's (0 complete, 1 failed, 3 partial).

    `version` is the published version that readers had when the run ended, None before the first one.
    """

    started_at: datetime
    ended_at: datetime
    exit_status: int
    message: str
    version: int | None = None


def write_last_run(folder: Path, run: LastRun) -> None:
    """Put the note in place in one step; raises StoreError when it cannot be written."""
    path = folder / FILE
    times = {name: getattr(run, name).astimezone(UTC).isoformat() for name in ("started_at", "ended_at")}
    part = path.with_name(f".{FILE}.{uuid.uuid4().hex}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with open(part, "w", encoding="utf-8") as out:
            json.dump({**asdict(run), **times}, out, ensure_ascii=False, indent=1)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
    except OSError as fault:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written ({fault.strerror or fault}); {remedy_for(fault)}"
        ) from fault


def load_last_run(folder: Path) -> LastRun | None:
    """Return the note, or None where no run has ended yet or the file cannot be read: it is no data, only news."""
    try:
        found = json.loads((folder / FILE).read_text(encoding="utf-8"))
        version = found.get("version")
        return LastRun(
            _instant(found["started_at"]),
            _instant(found["ended_at"]),
            int(found["exit_status"]),
            str(found["message"]),
            None if version is None else int(version),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
