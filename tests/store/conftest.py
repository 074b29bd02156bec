"""Small stores with known rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from records import Article, Event, Place, Post, Reading, Receipt, Statement
from store.tables import rows_frame
from store.writer import Store

NOW = datetime(2025, 2, 5, 12, tzinfo=UTC)


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def store(tmp_store_root: Path) -> Store:
    return Store(tmp_store_root, "a-topic")


def _posts(n: int = 3, text: str = "text", seen_at: datetime = NOW, start: int = 0) -> pl.DataFrame:
    rows = [
        Post(
            f"reddit:{i}",
            "reddit",
            f"{text} {i}",
            seen_at,
            posted_at=NOW - timedelta(hours=i),
            flags=("a", "b"),
        )
        for i in range(start, start + n)
    ]
    return rows_frame("posts", rows, text_key=[f"key-{text}-{row.id}" for row in rows], context_key="")


@pytest.fixture
def posts() -> Callable[..., pl.DataFrame]:
    """Make `n` posts with ids reddit:<start>.. and texts `<text> <i>`."""
    return _posts


@pytest.fixture
def filled(store: Store) -> Store:
    """A store with a few rows of every kind, not yet published. Classifier revision `r1`; target `agreement`."""
    day = timedelta(days=1)
    rows = [
        Post(
            "reddit:1",
            "reddit",
            "Las CÁRCELES de El Salvador, no",
            NOW,
            NOW - day,
            lang="es",
            author_key="ana",
        ),
        Post(
            "reddit:2",
            "reddit",
            "Good deal (100%) for $6 million",
            NOW,
            NOW - 2 * day,
            lang="en",
            author_key="bob",
        ),
        Post("reddit:3", "reddit", "", NOW, NOW - day, state="deleted"),
        Post("files:1", "files", "Good deal (100%) for $6 million", NOW, None, lang="en"),
        Post("simulated:1", "simulated", "Made up: good", NOW, NOW - day, lang="en", simulated=True),
        Post("reddit:4", "reddit", "Our position", NOW, NOW, lang="en", actor_id="the-ministry"),
        Post("reddit:5", "reddit", "Not read yet", NOW, NOW - 9 * day, lang="en", context="about the cárcel"),
    ]
    keys = ["k1", "k2", "k-none", "k2", "k3", "k4", "k5"]
    store.upsert_rows("posts", rows_frame("posts", rows, text_key=keys))
    said = [
        Statement(
            "news:a#1", "news", "We reject it", NOW, NOW - day, article_id="news:a", actor_id="flores",
            actor_name="Manuel Flores", camp="sv_opposition", outlet="EFE", url="https://e.org/a", context="A paragraph.",
        ),
        Statement("news:a#2", "news", "It is fine", NOW, NOW - 3 * day, article_id="news:a", speaker="a neighbour"),
        Statement("news:a#3", "news", "declined", NOW, NOW, article_id="news:a", actor_id="flores", asserted=False),
        Statement(
            "archive:1", "archive", "Rubio thanked him", NOW, NOW - 2 * day, actor_id="rubio", actor_name="Marco Rubio",
            camp="us_government", verification="read",
        ),
    ]  # fmt: skip
    store.upsert_rows("statements", rows_frame("statements", said, text_key=["s1", "s2", "s3", "s4"]))
    store.upsert_rows(
        "articles", rows_frame("articles", [Article("news:a", "news", "A headline", "…", NOW, NOW)])
    )
    store.upsert_rows("events", rows_frame("events", [Event("archive:e", NOW.date(), "Offer", "Oferta")]))
    readings = [
        Reading("k1", "", "agreement", "r1", 0.1, 0.8, 0.1, 0.9, "against"),
        Reading("k2", "", "agreement", "r1", 0.8, 0.1, 0.1, 0.9, "favor"),
        Reading("k2", "", "agreement", "r0", 0.0, 1.0, 0.0, 0.9, "against"),
        Reading("k2", "", "cecot", "r1", 0.1, 0.1, 0.8, 0.1, "neutral"),
        Reading("k3", "", "agreement", "r1", 0.8, 0.1, 0.1, 0.9, "favor"),
        Reading("k4", "", "agreement", "r1", 0.2, 0.2, 0.6, 0.2, "neutral"),
        Reading("s1", "", "agreement", "r1", 0.0, 0.9, 0.1, 0.95, "against"),
        Reading("s2", "", "agreement", "r1", 0.4, 0.3, 0.3, 0.8, "unclear"),
        Reading("s3", "", "agreement", "r1", 0.1, 0.8, 0.1, 0.8, "against"),
        Reading("s4", "", "agreement", "r1", 0.9, 0.0, 0.1, 0.95, "favor"),
    ]
    store.upsert_rows("readings", rows_frame("readings", readings))
    receipts = [
        Receipt(
            "news",
            "partial",
            "one feed",
            NOW,
            1.5,
            n_got=4,
            n_kept=4,
            places=(Place("EFE", "gone", "404", 2),),
        )
    ]
    store.upsert_rows("receipts", rows_frame("receipts", receipts, run_id="run-2"))
    old = [Receipt("news", "complete", "", NOW - day, 1.5, n_got=9, n_kept=9)]
    store.upsert_rows("receipts", rows_frame("receipts", old, run_id="run-1"))
    return store
