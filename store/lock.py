"""One refresh at a time: a lock file that names its owner, and is taken over when that owner is gone."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from store.errors import StoreBusy, StoreError, remedy_for

try:
    import fcntl
except ImportError:  # Windows has none: takeovers there are not guarded against each other
    fcntl = None  # type: ignore[assignment]

SILENT_SECONDS = 6 * 3600
"""A lock whose owner cannot be looked up (another machine) is taken over after this long without a write."""

DAMAGED_SECONDS = 60
"""A lock file that cannot be read was not written by us whole; it is taken over after this long."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds a lock. `boot` and `started` tell a process from a later one that was given the same pid."""

    owner: str
    pid: int
    since: datetime
    host: str = ""
    boot: str = ""
    started: str = ""

    @staticmethod
    def this_process(owner: str) -> Holder:
        """Return the holder that this process is, now."""
        pid = os.getpid()
        return Holder(owner, pid, datetime.now(UTC), socket.gethostname(), _boot_id(), _started(pid))

    def is_gone(self, silent_seconds: float) -> bool:
        """Return whether the owner certainly (or after long silence, probably) no longer runs."""
        if self.host not in ("", socket.gethostname()):
            return silent_seconds > SILENT_SECONDS
        if self.boot and self.boot != _boot_id():
            return True
        if not _runs(self.pid):
            return True
        started = _started(self.pid)
        return bool(self.started and started and started != self.started)


@contextlib.contextmanager
def held(path: Path, owner: str) -> Iterator[None]:
    """Hold the lock at `path` while the block runs; raises StoreBusy when a live owner holds it."""
    holder = Holder.this_process(owner)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _guard(path):
            _take(path, holder)
    except OSError as fault:
        raise StoreError(
            f"{path}: the lock cannot be written ({fault.strerror or fault}); {remedy_for(fault)}"
        ) from fault
    try:
        yield
    finally:
        with contextlib.suppress(OSError), _guard(path):
            if _read(path) == holder:  # never remove a lock that somebody else took over
                path.unlink()


def sign_of_life(path: Path) -> None:
    """Mark the lock as fresh; nothing happens where there is none."""
    with contextlib.suppress(OSError):
        os.utime(path)


def words_for(seconds: float) -> str:
    """Return an age in words, such as `3 minutes`."""
    for size, unit in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size:
            n = int(seconds // size)
            return f"{n} {unit}" + ("s" if n != 1 else "")
    return "a moment"


def _take(path: Path, holder: Holder) -> None:
    if path.exists():
        silent = max(0.0, datetime.now(UTC).timestamp() - path.stat().st_mtime)
        other = _read(path)
        if other is None:
            if silent <= DAMAGED_SECONDS:
                raise StoreBusy(
                    f"{path}: another refresh seems to be starting (its lock is not whole yet); try again in a minute"
                )
        elif not other.is_gone(silent):
            age = words_for((holder.since - other.since).total_seconds())
            where = f"process {other.pid} on {other.host or socket.gethostname()}"
            raise StoreBusy(
                f"{path}: another refresh is running ({other.owner}, {where}, started {age} ago); wait for it to end, "
                f"or stop that process"
            )
        path.unlink()
    whole = path.with_name(f".{path.name}.{uuid.uuid4().hex}")
    try:
        whole.write_text(json.dumps({**asdict(holder), "since": holder.since.isoformat()}), encoding="utf-8")
        try:
            os.link(whole, path)  # fails when somebody was faster, where a rename would overwrite
        except FileExistsError as fault:
            raise StoreBusy(
                f"{path}: another refresh has just started; try again when it has ended"
            ) from fault
    finally:
        whole.unlink(missing_ok=True)


def _read(path: Path) -> Holder | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(found["since"])
        since = since.replace(tzinfo=UTC) if since.tzinfo is None else since
        names = ("host", "boot", "started")
        return Holder(
            str(found["owner"]),
            int(found["pid"]),
            since,
            **{name: str(found.get(name) or "") for name in names},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


@contextlib.contextmanager
def _guard(path: Path) -> Iterator[None]:
    """Let one process at a time judge and replace a lock, so that two cannot both take over a dead one."""
    if fcntl is None:
        yield
        return
    with open(path.with_name(f".{path.name}.guard"), "w", encoding="utf-8") as guard:
        fcntl.flock(guard, fcntl.LOCK_EX)
        yield


def _runs(pid: int) -> bool:
    if pid <= 0:
        return False
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    state = _stat(pid)
    return not state or state[0] != "Z"  # a zombie has ended


def _started(pid: int) -> str:
    """Return when a process started, in clock ticks since boot, or "" where the system does not say."""
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat from the state on (proc(5)); the name before them may hold spaces."""
    try:
        return (
            Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        )
    except OSError:
        return []


def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
