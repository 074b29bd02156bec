"""The published version: one small file that names the Delta version of every table, replaced in one step."""

from __future__ import annotations

import contextlib
import json
import os
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from store import delta
from store.errors import StoreError, remedy_for
from store.schema import SCHEMA_VERSION, table_named

_TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


@dataclass(frozen=True, slots=True)
class Published:
    """One consistent state of all tables. `version` rises by one whenever what readers see changed."""

    folder: Path
    version: int
    published_at: datetime
    revision: str = ""  # the classifier's revision, whose readings are shown
    tables: Mapping[str, int] = field(default_factory=dict)
    schema: int = SCHEMA_VERSION

    def scan(self, table: str) -> pl.LazyFrame:
        """Return the table as it was published; empty, with its columns, where it had not been written yet."""
        shape = table_named(table)
        if table not in self.tables:
            return pl.LazyFrame(schema=shape.schema)
        return delta.scan(table_folder(self.folder, table), shape, self.tables[table])


def topic_folder(root: Path, topic_id: str) -> Path:
    """Return the folder of one topic's store; raises StoreError for an id that is no plain name."""
    if not _TOPIC.fullmatch(topic_id):
        raise StoreError(f"{topic_id!r} cannot name a store: use letters, digits, - and _")
    return Path(root) / topic_id


def table_folder(folder: Path, table: str) -> Path:
    """Return the folder of one table."""
    return folder / "tables" / table


def read_pointer(folder: Path) -> Published | None:
    """Return what `published.json` names, or None where nothing was published; raises StoreError when it is unusable."""
    path = folder / "published.json"
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except OSError as fault:
        raise StoreError(
            f"{path}: cannot be read ({fault.strerror or fault}); {remedy_for(fault)}"
        ) from fault
    except UnicodeDecodeError as fault:
        raise _damaged(path) from fault
    try:
        found = json.loads(text)
        schema = int(found["schema"])
    except (ValueError, KeyError, TypeError) as fault:
        raise _damaged(path) from fault
    if schema > SCHEMA_VERSION:
        raise StoreError(
            f"{folder}: the store was written by a newer Postura (schema {schema}; this one reads {SCHEMA_VERSION}): "
            f"update Postura, or point POSTURA_HOME elsewhere; nothing was changed"
        )
    try:
        return _published(folder, found)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise _damaged(path) from fault


def changed_at(folder: Path) -> float:
    """Return when the pointer was last written (seconds of the epoch by the disk's clock), or 0 where there is none."""
    path = folder / "published.json"
    return path.stat().st_mtime if path.exists() else 0.0


def write_pointer(published: Published) -> None:
    """Put the pointer in place in one step: a reader finds the old one or the new one, whole."""
    path = published.folder / "published.json"
    text = json.dumps(_as_json(published), indent=1)
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        with open(part, "w", encoding="utf-8") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    except OSError as fault:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise StoreError(
            f"{path}: cannot be written ({fault.strerror or fault}); {remedy_for(fault)}; the version published before stays"
        ) from fault


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def note_history(published: Published) -> None:
    """Append the version to the history, from which `read_version` serves earlier ones."""
    path = published.folder / "published-history.jsonl"
    with open(path, "ab+") as out:
        end = out.tell()
        if end:  # a line cut short by a kill must not swallow this one
            out.seek(end - 1)
            if out.read(1) != b"\n":
                out.write(b"\n")
        out.write(json.dumps(_as_json(published)).encode() + b"\n")


def read_history(folder: Path) -> list[Published]:
    """Return the versions that the history names, oldest first, each once; lines cut short are passed over."""
    path = folder / "published-history.jsonl"
    found: dict[int, Published] = {}
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []:
        try:
            entry = _published(folder, json.loads(line))
        except (ValueError, KeyError, TypeError, AttributeError):
            continue
        found.pop(entry.version, None)
        found[entry.version] = entry
    return list(found.values())


def trim_history(folder: Path, kept: list[Published]) -> None:
    """Replace the history by the versions that can still be read."""
    path = folder / "published-history.jsonl"
    part = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    part.write_text("".join(json.dumps(_as_json(entry)) + "\n" for entry in kept), encoding="utf-8")
    os.replace(part, path)


def next_version(
    before: Published | None, folder: Path, now: datetime, revision: str | None, tables: dict[str, int]
) -> Published:
    """Return what to publish now; the number rises only when a table or the revision changed."""
    if before is None:  # none yet, or it was moved away: no number may be given twice
        newest = max((entry.version for entry in read_history(folder)), default=0)
        return Published(folder, newest + 1, now, revision or "", tables)
    shown = before.revision if revision is None else revision
    same = shown == before.revision and tables == dict(before.tables)
    return replace(
        before,
        version=before.version if same else before.version + 1,
        published_at=now,
        schema=SCHEMA_VERSION,
        revision=shown,
        tables=tables,
    )


def _published(folder: Path, found: dict) -> Published:
    at = datetime.fromisoformat(found["published_at"])
    tables = {str(name): int(version) for name, version in found["tables"].items()}
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return Published(
        folder, int(found["version"]), at, str(found.get("revision") or ""), tables, int(found["schema"])
    )


def _as_json(published: Published) -> dict:
    return {
        "schema": published.schema,
        "version": published.version,
        "published_at": published.published_at.astimezone(UTC).isoformat(),
        "revision": published.revision,
        "tables": dict(published.tables),
    }


def _damaged(path: Path) -> StoreError:
    return StoreError(
        f"{path}: the file that names the published version is damaged; run refresh.py to publish anew after moving it "
        f"away, or restore it from a backup; the tables were not touched"
    )
