"""Copy-paste bursts: many voices post one text within hours. Pure functions, frame to frame. See docs/method.md."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import polars as pl

MIN_VOICES = 5
"""Distinct voices that make a burst."""

WINDOW = timedelta(hours=6)
"""The time within which so many voices must have posted the text."""

MIN_WORDS = 8
"""Words of the shortest text that makes a burst: many say "no to the deal" on one day without a copy."""

BURSTS_SCHEMA: dict[str, Any] = {
    "cluster_key": pl.String,
    "kind": pl.String,
    "simulated": pl.Boolean,
    "n_voices": pl.UInt32,
    "n_posts": pl.UInt32,
    "starts_at": pl.Datetime("us", "UTC"),
    "ends_at": pl.Datetime("us", "UTC"),
    "first_id": pl.String,
    "first_source": pl.String,
    "first_place": pl.String,
}


def find_bursts(
    placements: pl.DataFrame,
    min_voices: int = MIN_VOICES,
    window: timedelta = WINDOW,
    min_words: int = MIN_WORDS,
) -> pl.DataFrame:
    """Return one row a burst, most voices first: the columns of BURSTS_SCHEMA; times in UTC.

    `placements` has one row a copy: cluster_key, layer ("posts", "statements" or "articles"), id, source, place,
    posted_at, voice (null where it is not known), repost (marked as such by its platform, by RT or by via), simulated,
    n_words. Only dated posts of known voices that are no marked reposts and not too short make a burst. Overlapping
    windows are one burst. Its kind is `wire` where an outlet had the text, or it as its headline, by the burst's start
    (voices that share news), else `copies`. Simulated and real posts never make a burst together.
    """
    dated = placements.filter(pl.col("posted_at").is_not_null())
    posts = dated.filter(
        pl.col("layer") == "posts",
        pl.col("voice").is_not_null(),
        ~pl.col("repost"),
        pl.col("n_words") >= min_words,
    )
    by = ["cluster_key", "simulated"]
    wide = posts.filter(pl.col("voice").n_unique().over(by) >= min_voices).sort(*by, "posted_at", "id")
    outlets = dated.filter(pl.col("layer") != "posts")
    printed_at = dict(outlets.group_by("cluster_key").agg(pl.col("posted_at").min()).iter_rows())
    found = []
    for _, group in wide.group_by(by, maintain_order=True):
        rows = group.to_dicts()
        for first, last in _dense(rows, min_voices, window):
            found.append(_burst(rows[first : last + 1], printed_at.get(rows[0]["cluster_key"])))
    return pl.DataFrame(found, schema=BURSTS_SCHEMA).sort(
        "n_voices", "starts_at", "cluster_key", descending=[True, True, False]
    )


def _dense(rows: list[dict[str, Any]], min_voices: int, window: timedelta) -> list[tuple[int, int]]:
    """Return the first and last place of each run of rows, by time, that windows with enough voices cover."""
    spans: list[tuple[int, int]] = []
    inside: Counter[str] = Counter()
    first = 0
    for last, row in enumerate(rows):
        inside[row["voice"]] += 1
        while row["posted_at"] - rows[first]["posted_at"] > window:
            leaver = rows[first]["voice"]
            inside[leaver] -= 1
            if not inside[leaver]:
                del inside[leaver]
            first += 1
        if len(inside) < min_voices:
            continue
        if spans and first <= spans[-1][1]:
            spans[-1] = (spans[-1][0], last)
        else:
            spans.append((first, last))
    return spans


def _burst(rows: list[dict[str, Any]], printed_at: datetime | None) -> dict[str, Any]:
    first = rows[0]
    is_wire = printed_at is not None and printed_at <= first["posted_at"]
    return {
        "cluster_key": first["cluster_key"],
        "kind": "wire" if is_wire else "copies",
        "simulated": first["simulated"],
        "n_voices": len({row["voice"] for row in rows}),
        "n_posts": len(rows),
        "starts_at": first["posted_at"],
        "ends_at": rows[-1]["posted_at"],
        "first_id": first["id"],
        "first_source": first["source"],
        "first_place": first["place"],
    }
