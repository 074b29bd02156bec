"""`make bench`: speed as a ratio within one run, so that machines can be compared. Nothing here is a test.

Each line: what, how much a second, and the ratio to a plain way of doing the same thing on this machine, now. Then two
imports by the real command, in processes of their own: 100,000 posts, and dumps of Reddit of two million lines.
"""

from __future__ import annotations

import re
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from analysis.daily import daily_cells
from models.stance import StanceClassifier
from models.statements import extract_statements
from store.writer import Store
from tests.bench_dump import bench_dump
from tests.bench_import import bench_import
from tests.bench_posts import simulated_texts
from topics import Topic, load_topic

NOW = datetime(2025, 6, 1, tzinfo=UTC)


def seconds(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the best wall time of `repeats` runs, in seconds."""
    best = float("inf")
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - began)
    return best


def say(what: str, rate: float, unit: str, ratio: float, against: str) -> None:
    """Print one line of the bench."""
    print(f"{what:<34} {rate:>12,.0f} {unit:<14} {ratio:>7.1f} x {against}")


def bench_stance(topic: Topic) -> None:
    """Batches sorted by length against the same texts one by one."""
    texts = [*simulated_texts("en"), *simulated_texts("es")][:400]
    classifier = StanceClassifier.from_pretrained()
    target = topic.primary_target.sentence.en
    together = seconds(lambda: classifier.predict(texts, target))
    alone = seconds(lambda: [classifier.predict([text], target) for text in texts], repeats=1)
    say("stance, texts read", len(texts) / together, "texts/s", alone / together, "one at a time")


def bench_statements(topic: Topic) -> None:
    """The whole extractor against one regular expression that only finds quotation marks."""
    paragraph = (
        "Marco Rubio praised the agreement. “It is a generous offer,” he said. Manuel Flores, of the FMLN, argued that "
        "the plan would turn the region into a dumping ground, and the ministry declined to comment.\n"
    )
    article = paragraph * 40
    ours = seconds(lambda: extract_statements(article, "en", topic))
    plain = seconds(lambda: re.findall(r"[“\"][^”\"]+[”\"]", article))
    say("statements, words split", len(article.split()) / ours, "words/s", plain / ours, "a bare quote regex")


def unit_rows(n: int) -> pl.DataFrame:
    """Return `n` units over a year: texts with copies, several sources and both languages."""
    rng = np.random.default_rng(7)
    at = [NOW - timedelta(minutes=int(m)) for m in rng.integers(0, 365 * 24 * 60, n)]
    return pl.DataFrame(
        {
            "id": [f"bench:{i}" for i in range(n)],
            "layer": "posts",
            "camp": "public",
            "source": rng.choice(["news", "reddit", "files"], n),
            "lang": rng.choice(["en", "es"], n),
            "simulated": False,
            "posted_at": at,
            "text_key": [f"{key:016x}" for key in rng.integers(0, n // 2, n)],
            "voice": [f"{key:016x}" for key in rng.integers(0, n // 4, n)],
            "target": "agreement",
            "label": rng.choice(["favor", "against", "neutral", "unclear"], n),
            "relevance": rng.random(n).astype(np.float32),
        },
        schema_overrides={"posted_at": pl.Datetime("us", "UTC")},
    )


def bench_daily() -> None:
    """The daily table against one plain count by day and label."""
    units = unit_rows(500_000)
    ours = seconds(lambda: daily_cells(units, "America/El_Salvador"))
    plain = seconds(lambda: units.group_by(pl.col("posted_at").dt.date(), "label").len())
    say("daily table, units counted", units.height / ours, "units/s", plain / ours, "a bare group-by")


def bench_store() -> None:
    """An upsert of new rows, and of the same rows again, against a bare Parquet file."""
    n = 100_000
    rows = pl.DataFrame(
        {
            "id": [f"bench:{i}" for i in range(n)],
            "source": "bench",
            "text": [f"A text about the agreement, number {i}" for i in range(n)],
            "seen_at": NOW,
        },
        schema_overrides={"seen_at": pl.Datetime("us", "UTC")},
    )
    with tempfile.TemporaryDirectory() as folder:
        store = Store(Path(folder), "bench")
        first = seconds(lambda: store.upsert_rows("posts", rows), repeats=1)
        again = seconds(lambda: store.upsert_rows("posts", rows))
        plain = seconds(lambda: rows.write_parquet(Path(folder) / "plain.parquet"))
    say("store, new rows", n / first, "rows/s", plain / first, "a bare Parquet file")
    say("store, the same rows again", n / again, "rows/s", first / again, "the first time")


def main() -> None:
    """Run every part and print its line."""
    topic = load_topic("us-el-salvador")
    bench_stance(topic)
    bench_statements(topic)
    bench_daily()
    bench_store()
    bench_import()
    bench_dump()


if __name__ == "__main__":
    main()
