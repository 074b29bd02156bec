"""`python -m tests.bench_dump [LINES] [WINDOW_LOG]`: a dump of Reddit is made, imported into a store, and deleted.

Prints lines a second and the import's peak memory, taken in a process of its own: unpacking, reading, storing; no model.
The window is what the packer looks back, as a power of two: 27 is `zstd --long`, 31 what the archives are packed with. The
unpacker needs as much memory as the window, or as the unpacked dump where that is smaller.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import zstandard

LINES = 2_000_000
WINDOW_LOG = 27
ON_TOPIC = 0.01
WORDS = [
    "the",
    "of",
    "and",
    "people",
    "government",
    "think",
    "that",
    "prison",
    "deal",
    "money",
    "would",
    "never",
    "country",
    "because",
    "really",
    "much",
    "time",
    "they",
    "have",
    "about",
    "what",
    "should",
    "could",
    "right",
    "wrong",
    "city",
    "game",
    "player",
    "team",
    "movie",
    "music",
    "price",
    "house",
    "market",
    "car",
    "dinero",
    "gente",
    "nunca",
    "país",
]
EMPTY = [
    "all_awardings",
    "associated_award",
    "author_flair_background_color",
    "author_flair_css_class",
    "author_flair_richtext",
    "author_flair_template_id",
    "author_flair_text",
    "author_flair_text_color",
    "collapsed_because_crowd_control",
    "collapsed_reason",
    "collapsed_reason_code",
    "comment_type",
    "distinguished",
    "gildings",
    "mod_note",
    "mod_reason_by",
    "mod_reason_title",
    "removal_reason",
    "top_awarded_type",
    "treatment_tags",
    "unrepliable_reason",
    "user_reports",
]


def dump_lines(n: int) -> Iterator[bytes]:
    """Yield comments as the archives write them, some 1.3 kB each; one in a hundred mentions the topic."""
    rng = random.Random(7)
    filler = dict.fromkeys(EMPTY)
    for i in range(n):
        body = " ".join(rng.choices(WORDS, k=rng.randint(5, 60)))
        chance = rng.random()
        body = f"{body} CECOT {i}" if chance < ON_TOPIC else "[deleted]" if chance > 0.95 else body
        name, above = f"m{i:07x}", f"{i % 90_000:06x}"
        row = {
            **filler, "archived": False, "author": f"user_{i % 50_000}", "author_created_utc": 1_600_000_000,
            "author_fullname": f"t2_{i:x}", "body": body, "can_gild": False, "collapsed": False, "controversiality": 0,
            "created_utc": 1_738_600_000 + i, "edited": False, "gilded": 0, "id": name, "is_submitter": False,
            "link_id": f"t3_{above}", "locked": False, "name": f"t1_{name}", "no_follow": True,
            "parent_id": f"t3_{above}", "permalink": f"/r/somewhere/comments/{above}/some_title_here/{name}/",
            "retrieved_on": 1_740_000_000, "score": 1, "score_hidden": False, "send_replies": True, "stickied": False,
            "subreddit": "somewhere", "subreddit_id": "t5_2qh3l", "subreddit_name_prefixed": "r/somewhere",
            "subreddit_type": "public", "total_awards_received": 0, "updated_on": 1_740_000_100, "ups": 1,
        }  # fmt: skip
        yield json.dumps(row, separators=(",", ":")).encode() + b"\n"


def write_dump(path: Path, n: int, window_log: int) -> int:
    """Write a dump of `n` lines; returns its unpacked bytes."""
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window_log)
    n_bytes = 0
    with (
        path.open("wb") as out,
        zstandard.ZstdCompressor(compression_params=parameters).stream_writer(out) as packed,
    ):
        for line in dump_lines(n):
            n_bytes += len(line)
            packed.write(line)
    return n_bytes


def import_dump(path: Path, home: Path) -> None:
    """Import a dump into a new store, and print the seconds, the receipt's counts and this process's peak memory."""
    from collectors.files import FilesCollector
    from collectors.files_reddit import OFF_TOPIC
    from job.collect import collect_sources
    from job.plan import Plan
    from job.report import Reporter
    from settings import Settings
    from store.writer import Store
    from topics import load_topic

    topic = load_topic("us-el-salvador")
    settings = Settings(home=home, salt="bench", _env_file=None)  # type: ignore[call-arg, arg-type]
    store = Store(settings.store_root(), topic.id)
    plan = Plan(collectors=[FilesCollector()], now=datetime(2026, 6, 1, tzinfo=UTC), files=(path,))
    before, began = peak_mb(), time.perf_counter()
    with store.lock("bench"):
        (receipt,) = collect_sources(store, topic, settings, plan, Reporter())
    seconds = time.perf_counter() - began
    n_lines = receipt.n_got + receipt.skipped.get(OFF_TOPIC, 0)
    print(
        f"{n_lines:,} lines, {receipt.n_kept:,} kept, {receipt.state}: {n_lines / seconds:,.0f} lines/s, "
        f"peak {peak_mb():,.0f} MB ({before:,.0f} MB before the first line)"
    )


def peak_mb() -> float:
    """Return this process's peak memory in MB."""
    # Not getrusage: on Linux its peak also counts the process that started this one.
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return 0.0


def bench_dump(n: int = LINES, window_log: int = WINDOW_LOG) -> None:
    """Make, import and delete one dump."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "RC_2025-02.zst"
        n_bytes = write_dump(path, n, window_log)
        packed = path.stat().st_size
        print(
            f"dump of Reddit, {n_bytes / 1e6:,.0f} MB in {packed / 1e6:,.0f} MB, window 2^{window_log}",
            flush=True,
        )
        child = [sys.executable, "-m", "tests.bench_dump", "--import", str(path), str(Path(folder) / "home")]
        subprocess.run(child, check=True)


def main(arguments: list[str]) -> None:
    """Run the bench, or, in the process that it starts, the import alone."""
    if arguments[:1] == ["--import"]:
        import_dump(Path(arguments[1]), Path(arguments[2]))
        return
    bench_dump(*map(int, arguments))


if __name__ == "__main__":
    main(sys.argv[1:])
