"""What a page shows, read once for each published version and kept: one cached call a query, every cache bounded.

The cache key is (store root, topic, published version and instant): a new version is a new key, so nothing goes stale and no time
to live is guessed.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import streamlit as st

from analysis import health, silence
from analysis import known_days as known
from analysis.drift import unknown_names
from settings import Settings
from store import queries
from topics import Topic, load_topic

Key = tuple[str, str, int, str]
ROOT = Path(__file__).resolve().parents[1]
BUILT_IN = ("archive", "simulated")


@dataclass(frozen=True)
class Page:
    """All that a page needs: whose settings, which topic, in which language and theme, at what time, on which data."""

    settings: Settings
    topic: Topic
    lang: str
    dark: bool
    now: datetime
    published: queries.Published = field(repr=False)

    @property
    def key(self) -> Key:
        """The cache key of everything read from this published version."""
        published = self.published
        return (
            str(self.settings.store_root()),
            self.topic.id,
            published.version,
            published.published_at.isoformat(),
        )

    @property
    def today(self) -> date:
        """The day that is not over yet, in the topic's zone."""
        return self.now.astimezone(self.topic.tz).date()


@st.cache_resource(max_entries=8, show_spinner=False)
def _topic(name: str, changed_at: float, archive_at: float) -> Topic:
    return load_topic(name)


@st.cache_data(max_entries=8, show_spinner=False)
def _archive_of(path: str, changed_at: float) -> str | None:
    """Return the folder that a topic file names as its archive, or None; a faulty file is for `load_topic` to refuse."""
    try:
        named = tomllib.loads(Path(path).read_text(encoding="utf-8-sig")).get("archive")
    except (OSError, ValueError):
        return None
    return named if isinstance(named, str) else None


def read_topic(name: str) -> Topic:
    """Return the topic, read anew only when its file or a file of its archive has changed; raises TopicError."""
    path = Path(name)
    if not path.suffix:
        path = ROOT / "topics" / f"{name}.toml"
    changed_at = path.stat().st_mtime if path.is_file() else 0.0
    archive = _archive_of(str(path), changed_at)
    return _topic(name, changed_at, newest_change(ROOT / archive) if archive else 0.0)


def newest_change(folder: Path) -> float:
    """Return when a folder or anything in it last changed (seconds since 1970), 0 where there is no such folder."""
    times = []
    for path in (folder, *folder.rglob("*")):
        with suppress(OSError):  # it may be replaced while we look
            times.append(path.stat().st_mtime)
    return max(times, default=0.0)


# Fourteen results a version: room for four versions (or topics) side by side.
@st.cache_data(max_entries=56, show_spinner=False)
def _whole(key: Key, query: str, _ask: Callable[[], Any]) -> Any:
    return _ask()


@st.cache_data(max_entries=64, show_spinner=False)
def _slice(key: Key, query: str, arguments: tuple[tuple[str, Any], ...], _ask: Callable[[], Any]) -> Any:
    return _ask()


def daily_cells(page: Page) -> pl.DataFrame:
    """Return the daily table of the published version."""
    return _whole(page.key, "daily", lambda: queries.daily_cells(page.published))


def warm(page: Page) -> None:
    """Read what every page starts from, so that the first load can say that it is under way."""
    for read in (daily_cells, dated_events, latest_receipts, source_counts, source_states, has_live_posts):
        read(page)


def dated_events(page: Page) -> pl.DataFrame:
    """Return the topic's events in order of day."""
    return _whole(page.key, "events", lambda: queries.dated_events(page.published))


def latest_receipts(page: Page) -> pl.DataFrame:
    """Return the last receipt of each source."""
    return _whole(page.key, "receipts", lambda: queries.latest_receipts(page.published))


def run_history(page: Page) -> pl.DataFrame:
    """Return the last 30 receipts of each source, newest first."""
    return _whole(page.key, "history", lambda: queries.run_history(page.published))


def _runs(page: Page) -> pl.DataFrame:
    return _whole(page.key, "runs", lambda: queries.run_times(page.published))


def source_health(page: Page) -> pl.DataFrame:
    """Return when each source was last asked, and when it last delivered, over all runs."""
    return _whole(page.key, "health", lambda: health.source_health(_runs(page)))


def known_days(page: Page) -> pl.DataFrame:
    """Return what each daily source gave on each day that is known."""
    zone = page.topic.zone
    return _whole(
        page.key,
        "days",
        lambda: known.known_days(queries.seen_days(page.published, zone), _runs(page), zone),
    )


def source_states(page: Page) -> pl.DataFrame:
    """Return what the days of each daily source say of it (`ok`, `silent`, ...), and since when."""
    return _whole(
        page.key,
        "states",
        lambda: silence.source_states(known_days(page), known.unread_since(_runs(page), page.topic.zone)),
    )


def expected_days(page: Page) -> pl.DataFrame:
    """Return what each daily source gave over its last eight weeks, and what was expected of it."""
    return _whole(page.key, "expected", lambda: silence.expected_days(known_days(page)))


def unknown_fields(page: Page) -> pl.DataFrame:
    """Return the fields of each source's last run that we do not know, and which are new."""
    return _whole(page.key, "fields", lambda: unknown_names(run_history(page)))


def actor_summary(page: Page, target: str) -> pl.DataFrame:
    """Return one row for each actor who was quoted, with counts by stance toward `target`."""
    ask = (("target", target),)
    return _slice(
        page.key, "actors", ask, lambda: queries.actor_summary(page.published, target, page.topic.zone)
    )


def source_counts(page: Page) -> pl.DataFrame:
    """Return how many rows of each source are in the store."""
    return _whole(page.key, "counts", lambda: queries.source_counts(page.published))


def has_live_posts(page: Page) -> bool:
    """Return whether a live or imported source has delivered a post or an article: the simulated posts step aside."""
    return bool(_whole(page.key, "live", lambda: queries.has_live_posts(page.published)))


def n_posts(page: Page, simulated: bool) -> int:
    """Return how many posts there are that are simulated, or that were collected or imported."""
    mine = pl.col("source") == "simulated" if simulated else ~pl.col("source").is_in(BUILT_IN)
    return int(source_counts(page).filter(mine)["n_posts"].sum())


def failed_run(settings: Settings, topic: Topic, published_at: datetime | None) -> queries.LastRun | None:
    """Return the last run of the daily job where it failed and nothing was published since, else None.

    Read anew each time: a run that fails publishes no version for a cache to notice.
    """
    last = queries.read_last_run(settings.store_root(), topic.id)
    if last is None or last.exit_status != 1:
        return None
    return last if published_at is None or last.ended_at > published_at else None


def latest_statements(page: Page, **arguments: Any) -> pl.DataFrame:
    """Return the newest statements, with the stance toward `target`; arguments as of the query."""
    ask = tuple(sorted(arguments.items()))
    return _slice(page.key, "statements", ask, lambda: queries.latest_statements(page.published, **arguments))


def search_posts(page: Page, **arguments: Any) -> tuple[pl.DataFrame, int]:
    """Return the posts that match, newest first, with their readings, and how many match in all."""
    ask = tuple(sorted(arguments.items()))
    return _slice(page.key, "posts", ask, lambda: queries.search_posts(page.published, **arguments))


def cached(page: Page, name: str, ask: Callable[[], Any]) -> Any:
    """Return what `ask` computes from the published version, computed once for it; `name` tells it from others."""
    return _whole(page.key, name, ask)


def cluster_placements(page: Page, cluster_key: str, simulated: bool) -> pl.DataFrame:
    """Return every placement of one cluster of copies, the first one first."""
    ask = (("cluster_key", cluster_key), ("simulated", simulated))
    return _slice(
        page.key,
        "placements",
        ask,
        lambda: queries.cluster_placements(page.published, cluster_key, simulated),
    )


def texts_by_id(page: Page, ids: tuple[str, ...]) -> dict[str, str]:
    """Return the beginning of the text of each of these posts, statements and articles, by id."""
    return _slice(page.key, "texts", (("ids", ids),), lambda: queries.texts_by_id(page.published, list(ids)))
