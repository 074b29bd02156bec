from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import lock
from store.errors import StoreBusy, StoreError
from store.writer import Store

ROOT = Path(__file__).resolve().parents[2]
HOLD = """
import sys, time
from pathlib import Path
from store.writer import Store
with Store(Path(sys.argv[1]), "a-topic").lock("the nightly job"):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def other(store: Store) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the store's lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(store.folder.parent)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def write_lock(store: Store, **content: object) -> Path:
    path = store.folder / "refresh.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def hours_ago(hours: float) -> str:
    return (datetime.now(UTC) - timedelta(hours=hours)).isoformat()


def test_second_writer_is_told_who_holds_the_store(store: Store, other: subprocess.Popen[str]) -> None:
    time.sleep(1.1)
    with pytest.raises(StoreBusy) as busy, store.lock("me"):
        pass
    said = str(busy.value)
    assert "the nightly job" in said and str(other.pid) in said and socket.gethostname() in said
    assert "1 second ago" in said or "2 seconds ago" in said
    assert (store.folder / "refresh.lock").exists()


def test_lock_of_a_killed_process_is_taken_over(store: Store, other: subprocess.Popen[str]) -> None:
    other.send_signal(signal.SIGKILL)
    other.wait()
    with store.lock("me"):
        assert json.loads((store.folder / "refresh.lock").read_text())["owner"] == "me"
    assert not (store.folder / "refresh.lock").exists()


def test_lock_of_a_killed_process_not_yet_reaped_is_taken_over(
    store: Store, other: subprocess.Popen[str]
) -> None:
    os.kill(other.pid, signal.SIGKILL)
    time.sleep(0.3)  # a zombie until its parent waits for it
    with store.lock("me"):
        pass


def test_lock_is_released_when_the_block_fails(store: Store) -> None:
    with pytest.raises(KeyError), store.lock("me"):
        raise KeyError
    with store.lock("me"):
        pass


def test_same_process_cannot_hold_it_twice(store: Store) -> None:
    with store.lock("first"), pytest.raises(StoreBusy, match="first"), store.lock("second"):
        pass


def test_pid_given_to_a_later_process_does_not_keep_the_lock(store: Store) -> None:
    me = lock.Holder.this_process("dead job")
    common = {"owner": "dead job", "pid": me.pid, "since": hours_ago(1), "host": me.host}
    write_lock(store, **common, boot=me.boot, started="1")
    with store.lock("me"):
        pass
    write_lock(store, **common, boot="another-boot", started=me.started)
    with store.lock("me"):
        pass
    write_lock(store, **common, boot=me.boot, started=me.started)
    with pytest.raises(StoreBusy, match="1 hour ago"), store.lock("me"):
        pass


def test_lock_with_owner_pid_and_since_alone_is_understood(store: Store) -> None:
    write_lock(store, owner="somebody", pid=os.getpid(), since=hours_ago(50))
    with pytest.raises(StoreBusy, match=r"somebody.*2 days ago"), store.lock("me"):
        pass
    write_lock(store, owner="somebody", pid=2**22 + 7, since=hours_ago(0))
    with store.lock("me"):
        pass


def test_lock_of_another_machine_goes_by_its_silence(store: Store) -> None:
    path = write_lock(
        store, owner="far job", pid=1, since=hours_ago(30), host="another-machine", boot="b", started="1"
    )
    with pytest.raises(StoreBusy, match="another-machine"), store.lock("me"):
        pass
    quiet = time.time() - lock.SILENT_SECONDS - 10
    os.utime(path, (quiet, quiet))
    with store.lock("me"):
        pass


def test_writes_are_a_sign_of_life(store: Store, posts) -> None:  # type: ignore[no-untyped-def]
    with store.lock("me"):
        path = store.folder / "refresh.lock"
        os.utime(path, (1, 1))
        store.upsert_rows("posts", posts(1))
        assert time.time() - path.stat().st_mtime < 60


def test_lock_cut_short_is_taken_over_after_a_minute(store: Store) -> None:
    path = write_lock(store)
    path.write_text('{"owner": "x')
    with pytest.raises(StoreBusy, match="not whole yet"), store.lock("me"):
        pass
    os.utime(path, (time.time() - 120, time.time() - 120))
    with store.lock("me"):
        pass


def test_only_one_of_many_takes_over_a_dead_lock(store: Store) -> None:
    for _ in range(20):
        write_lock(store, owner="dead", pid=2**22 + 7, since=hours_ago(1))
        held = []

        def attempt(name: int, held: list[int] = held) -> bool:
            try:
                with store.lock(f"job {name}"):
                    held.append(1)
                    assert sum(held) == 1
                    time.sleep(0.01)
                    held.append(-1)
                return True
            except StoreBusy:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert any(pool.map(attempt, range(8)))


def test_lock_taken_over_by_another_is_not_removed(store: Store) -> None:
    with store.lock("me"):
        write_lock(store, owner="another", pid=os.getpid(), since=hours_ago(0))
    assert json.loads((store.folder / "refresh.lock").read_text())["owner"] == "another"


def test_folder_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match=r"Not a directory.*move that away"):
        Store(tmp_path / "file", "t")
    with (
        pytest.raises(StoreError, match=r"lock cannot be written .*move that away"),
        lock.held(tmp_path / "file" / "refresh.lock", "me"),
    ):
        pass


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "a moment"),
        (1, "1 second"),
        (59, "59 seconds"),
        (60, "1 minute"),
        (7199, "1 hour"),
        (86400 * 3, "3 days"),
    ],
)
def test_age_in_words(seconds: float, words: str) -> None:
    assert lock.words_for(seconds) == words
