"""`python -m tests.bench_dump [LINES]`: dumps of Reddit are made and imported by the real command.

For lines a second, and for the memory: its peak must not grow with the dump. The unpacker alone needs as much as the
window that the packer looked back, or as the unpacked dump where that is smaller: 2^31 bytes is what the archives have.
Nothing here is a test.
"""

from __future__ import annotations

import random
import sys
import tempfile
from collections.abc import Iterable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import msgspec
import zstandard

from tests.bench_import import STORED, Imported, import_in_child
from tests.bench_posts import post_texts

LINES = 2_000_000
LONG, ARCHIVED = 27, 31
"""Windows, as powers of two: of `zstd --long`, and of the published archives."""

_SUBMISSIONS = 0.1
_ON_TOPIC = {"submission": 0.01, "comment": 0.003}
"""Shares of all lines that mention the topic. Comments below such a submission are on topic too."""

_DELETED = 0.05
_WORDS = [
    "the", "of", "and", "people", "government", "think", "that", "prison", "deal", "money", "would", "never",
    "country", "because", "really", "much", "time", "they", "have", "about", "what", "should", "could", "right",
    "wrong", "city", "game", "player", "team", "movie", "music", "price", "house", "market", "car", "dinero",
    "gente", "nunca", "país",
]  # fmt: skip
_EMPTY = dict.fromkeys([
    "all_awardings", "associated_award", "author_flair_background_color", "author_flair_css_class",
    "author_flair_richtext", "author_flair_template_id", "author_flair_text", "author_flair_text_color",
    "collapsed_because_crowd_control", "collapsed_reason", "collapsed_reason_code", "comment_type", "distinguished",
    "gildings", "mod_note", "mod_reason_by", "mod_reason_title", "removal_reason", "top_awarded_type",
    "treatment_tags", "unrepliable_reason", "user_reports",
])  # fmt: skip
_SAME: dict[str, Any] = {
    "archived": False, "author_created_utc": 1_600_000_000, "can_gild": False, "edited": False, "gilded": 0,
    "locked": False, "no_follow": True, "retrieved_on": 1_740_000_000, "score": 1, "send_replies": True,
    "stickied": False, "subreddit": "somewhere", "subreddit_id": "t5_2qh3l", "subreddit_name_prefixed": "r/somewhere",
    "subreddit_type": "public", "total_awards_received": 0, "updated_on": 1_740_000_100, "ups": 1,
}  # fmt: skip


class _Writer:
    """What people write: some of it on the topic, some of it deleted, the rest words."""

    def __init__(self) -> None:
        self._rng = random.Random(7)
        self._on_topic = cycle(islice(post_texts(20_000), 20_000))

    def text(self, kind: str) -> str:
        """Return the words of one submission or comment."""
        chance = self._rng.random()
        if chance < _ON_TOPIC[kind]:
            return next(self._on_topic)
        if kind == "comment" and chance > 1 - _DELETED:
            return "[deleted]"
        return " ".join(self._rng.choices(_WORDS, k=self._rng.randint(5, 60)))


def submissions(n: int, writer: _Writer) -> Iterator[bytes]:
    """Yield submissions as the archives write them, one a line, of some 1.2 kB each."""
    for i in range(n):
        own = f"{i:06x}"
        yield _line(
            i,
            {
                "id": own, "name": f"t3_{own}", "title": writer.text("submission")[-300:], "selftext": "", "is_self": True,
                "domain": "self.somewhere", "num_comments": 9, "over_18": False, "upvote_ratio": 1.0, "media": None,
                "url": f"https://www.reddit.com/r/somewhere/comments/{own}/some_title_here/", "crosspost_parent": None,
                "permalink": f"/r/somewhere/comments/{own}/some_title_here/", "removed_by_category": None,
            },
        )  # fmt: skip


def comments(n: int, n_above: int, writer: _Writer) -> Iterator[bytes]:
    """Yield comments as the archives write them, each below one of `n_above` submissions, of some 1.3 kB each."""
    for i in range(n):
        own, above = f"m{i:07x}", f"{i % n_above:06x}"
        yield _line(
            i,
            {
                "id": own, "name": f"t1_{own}", "body": writer.text("comment"), "link_id": f"t3_{above}",
                "parent_id": f"t3_{above}", "is_submitter": False, "controversiality": 0, "collapsed": False,
                "score_hidden": False, "permalink": f"/r/somewhere/comments/{above}/some_title_here/{own}/",
            },
        )  # fmt: skip


def _line(i: int, fields: dict[str, Any]) -> bytes:
    about = {"author": f"user_{i % 50_000}", "author_fullname": f"t2_{i:x}", "created_utc": 1_738_600_000 + i}
    return msgspec.json.encode({**_EMPTY, **_SAME, **about, **fields}) + b"\n"


def write_packed(path: Path, lines: Iterable[bytes], window_log: int) -> int:
    """Write a dump; returns its unpacked bytes."""
    parameters = zstandard.ZstdCompressionParameters.from_level(1, window_log=window_log)
    packer = zstandard.ZstdCompressor(compression_params=parameters)
    with path.open("wb") as out, packer.stream_writer(out) as packed:
        return sum(packed.write(line) and len(line) for line in lines)


def import_dump(n: int, window_log: int) -> Imported:
    """Make and import `n` lines, submissions and comments, and print how it went."""
    n_above = max(1, round(n * _SUBMISSIONS))
    with tempfile.TemporaryDirectory() as folder:
        above, below, writer = Path(folder) / "RS_2025-02.zst", Path(folder) / "RC_2025-02.zst", _Writer()
        n_bytes = write_packed(above, submissions(n_above, writer), window_log)
        n_bytes += write_packed(below, comments(n - n_above, n_above, writer), window_log)
        packed = above.stat().st_size + below.stat().st_size
        found = import_in_child(Path(folder) / "home", [above, below])
    print(
        f"  {n:>9,} lines, {n_bytes / 1e6:>5,.0f} MB in {packed / 1e6:>5,.0f} MB, window 2^{window_log}: "
        f"{n / found.seconds[STORED]:>7,.0f} lines/s, {found.n_kept:>6,} kept, peak {found.peak_mb[STORED]:>5,.0f} MB "
        f"(whole command: {found.whole_seconds:,.1f} s, peak {found.whole_peak_mb:,.0f} MB)",
        flush=True,
    )
    return found


def bench_dump(n: int = LINES) -> None:
    """Import a tenth of the lines, all of them, and all of them in the archives' own window."""
    print("dumps of Reddit, submissions and comments:", flush=True)
    few, many = import_dump(n // 10, LONG), import_dump(n, LONG)
    ratio = many.whole_peak_mb / few.whole_peak_mb
    print(f"  ten times the lines take {ratio:.2f} times the memory", flush=True)
    import_dump(n, ARCHIVED)


if __name__ == "__main__":
    bench_dump(*map(int, sys.argv[1:]))
