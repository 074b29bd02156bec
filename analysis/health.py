"""How fresh each source is: when it was last asked, and when it last delivered."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

STALE = timedelta(hours=26)
"""Data are late when nothing was published for a day and two hours to spare."""

_DELIVERED = ("complete", "partial", "possibly_truncated")

HEALTH_SCHEMA: dict[str, pl.DataType] = {
    "source": pl.String(),
    "last_run_at": pl.Datetime("us", "UTC"),
    "last_ok_at": pl.Datetime("us", "UTC"),
    "newest_at": pl.Datetime("us", "UTC"),
}


def source_health(receipts: pl.DataFrame) -> pl.DataFrame:
    """Return one row a source: source, last_run_at, last_ok_at (null where no run delivered), newest_at (of its items).

    `receipts`: source, state, started_at, newest_at, the runs of all sources in any order. Times aware UTC. Whether a
    source that answers has gone silent is told from its days (`analysis.silence`).
    """
    at = pl.col("started_at")
    found = receipts.group_by("source").agg(
        last_run_at=at.max(),
        last_ok_at=at.filter(pl.col("state").is_in(_DELIVERED)).max(),
        newest_at=pl.col("newest_at").max(),  # a run that found nothing new names none
    )
    return found.cast(HEALTH_SCHEMA).sort("source")  # type: ignore[arg-type]
