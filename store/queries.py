"""What the app asks of a published version: plain arguments in, a small polars frame out. Nothing here writes.

Every query takes the `Published` that `read_published` returned, and reads only the Delta versions that it names, so
that all figures of a page are of one state while a refresh runs. Each raises StoreError with a plain sentence when a
table cannot be read. Cache on `Published.version`.
"""

from __future__ import annotations

from pathlib import Path

from store import pointer
from store.errors import StoreError
from store.export import safe_cells
from store.last_run import LastRun, load_last_run
from store.pointer import Published
from store.query_clusters import (
    cluster_placements,
    cluster_summary,
    repeated_placements,
    texts_by_id,
)
from store.query_counts import (
    count_units,
    daily_cells,
    dated_events,
    has_live_posts,
    latest_receipts,
    run_history,
    run_times,
    seen_days,
    source_counts,
)
from store.query_review import live_text_keys, review_frame, review_texts
from store.query_texts import (
    actor_summary,
    export_readings,
    export_statements,
    latest_statements,
    search_posts,
)

__all__ = [
    "LastRun", "Published", "StoreError", "actor_summary", "cluster_placements", "cluster_summary", "count_units", "daily_cells", "dated_events", "export_readings",
    "export_statements", "has_live_posts", "latest_receipts", "latest_statements", "live_text_keys", "read_last_run", "read_published",
    "repeated_placements", "review_frame", "review_texts", "run_history", "run_times", "safe_cells", "search_posts", "seen_days", "source_counts", "texts_by_id",
]  # fmt: skip


def read_last_run(root: Path, topic_id: str) -> LastRun | None:
    """Return how the last run of the job ended, failed ones included, or None where none has ended yet."""
    return load_last_run(pointer.topic_folder(root, topic_id))


def read_published(root: Path, topic_id: str, version: int | None = None) -> Published | None:
    """Return the published version (or an earlier one by its number), or None where nothing was published yet.

    Raises StoreError when a newer Postura wrote the store, when the pointer is damaged, or when an earlier version is
    no longer kept.
    """
    folder = pointer.topic_folder(root, topic_id)
    current = pointer.read_pointer(folder)
    if current is None or version is None or version == current.version:
        return current
    for entry in reversed(pointer.read_history(folder)):
        if entry.version == version and version < current.version:
            return entry
    raise StoreError(f"{folder}: version {version} is not kept; the newest is {current.version}")
