"""The tables of a store: columns, key and defaults of each.

Instants are Datetime("us", "UTC"). Every id and key is text. JSON lives in text columns: `payload`, `places`, `cursor`,
`receipt` (the whole of `records.Receipt`; the other columns of its table are those that are asked for by themselves).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import polars as pl

from store.errors import StoreError

SCHEMA_VERSION = 1
"""Rises when a table changes in a way that older code cannot read."""

INSTANT = pl.Datetime("us", "UTC")
TEXT = pl.String
FLAGS = pl.List(pl.String)


@dataclass(frozen=True, slots=True)
class Table:
    """One table. `kept` columns keep their first value; `unseen` columns alone never make a row changed."""

    name: str
    schema: dict[str, Any]
    key: tuple[str, ...] = ("id",)
    defaults: dict[str, Any] = field(default_factory=dict)
    kept: tuple[str, ...] = ("seen_at",)
    unseen: tuple[str, ...] = ()
    skipping: tuple[
        str, ...
    ] = ()  # columns with statistics in the log: times only, never text, so that a purge is whole

    @property
    def compared(self) -> list[str]:
        """Return the columns whose change makes a row changed."""
        return [name for name in self.schema if name not in self.kept and name not in self.unseen]


_POSTS = Table(
    "posts",
    {
        "id": TEXT, "source": TEXT, "text": TEXT, "seen_at": INSTANT, "posted_at": INSTANT, "kind": TEXT, "lang": TEXT,
        "author_key": TEXT, "actor_id": TEXT, "place": TEXT, "url": TEXT, "parent_id": TEXT, "context": TEXT,
        "repost_of": TEXT, "state": TEXT, "simulated": pl.Boolean, "flags": FLAGS, "text_key": TEXT, "context_key": TEXT,
    },
    defaults={
        "text": "", "kind": "post", "lang": "unknown", "place": "", "url": "", "context": "", "state": "live",
        "simulated": False, "flags": [], "text_key": "", "context_key": "",
    },
    skipping=("posted_at", "seen_at"),
)  # fmt: skip

_ARTICLES = Table(
    "articles",
    {
        "id": TEXT, "source": TEXT, "title": TEXT, "text": TEXT, "seen_at": INSTANT, "posted_at": INSTANT, "lang": TEXT,
        "outlet": TEXT, "url": TEXT, "headline_only": pl.Boolean, "official_of": TEXT, "simulated": pl.Boolean,
        "flags": FLAGS, "text_key": TEXT,
    },
    defaults={
        "title": "", "text": "", "lang": "unknown", "outlet": "", "url": "", "headline_only": False, "simulated": False,
        "flags": [], "text_key": "",
    },
    skipping=("posted_at", "seen_at"),
)  # fmt: skip

_STATEMENTS = Table(
    "statements",
    {
        "id": TEXT, "source": TEXT, "text": TEXT, "seen_at": INSTANT, "posted_at": INSTANT, "article_id": TEXT,
        "start": pl.Int32, "end": pl.Int32, "direct": pl.Boolean, "kind": TEXT, "speaker": TEXT, "actor_id": TEXT,
        "actor_name": TEXT, "camp": TEXT, "cue": TEXT, "asserted": pl.Boolean, "entity_how": TEXT, "lang": TEXT,
        "outlet": TEXT, "url": TEXT, "context": TEXT, "verification": TEXT, "translation": TEXT,
        "simulated": pl.Boolean, "flags": FLAGS,
        "text_key": TEXT, "context_key": TEXT,
    },
    defaults={
        "text": "", "start": -1, "end": -1, "direct": False, "kind": "indirect", "speaker": "", "actor_name": "", "cue": "",
        "asserted": True, "entity_how": "", "lang": "unknown", "outlet": "", "url": "", "context": "", "verification": "",
        "translation": "",
        "simulated": False, "flags": [], "text_key": "", "context_key": "",
    },
    skipping=("posted_at", "seen_at"),
)  # fmt: skip

_EVENTS = Table(
    "events",
    {"id": TEXT, "on": pl.Date, "title_en": TEXT, "title_es": TEXT, "url": TEXT, "verification": TEXT},
    defaults={"title_en": "", "title_es": "", "url": "", "verification": "cited"},
    kept=(),
    skipping=("on",),
)

# here `text_key` is an exact hash of all of the article that its statements depend on, white space included
_EXTRACTED = Table(
    "extracted",
    {"article_id": TEXT, "text_key": TEXT, "revision": TEXT},
    key=("article_id",),
    kept=(),
    skipping=("revision",),
)

_READINGS = Table(
    "readings",
    {
        "text_key": TEXT, "context_key": TEXT, "target": TEXT, "revision": TEXT, "favor": pl.Float32,
        "against": pl.Float32, "neutral": pl.Float32, "relevance": pl.Float32, "label": TEXT, "n_windows": pl.Int16,
    },
    key=("text_key", "context_key", "target", "revision"),
    defaults={"context_key": "", "n_windows": 1},
    kept=(),
    skipping=("target", "revision"),
)  # fmt: skip

# every text with the cluster of its near-duplicates; `bands` are the keys under which new texts meet it
_CLUSTERS = Table(
    "clusters",
    {
        "text_key": TEXT, "cluster_key": TEXT, "similarity": pl.Float32, "revision": TEXT, "bands": pl.List(pl.Int64),
    },
    key=("text_key",),
    defaults={"similarity": 1.0},
    kept=(),
    skipping=("revision",),
)  # fmt: skip

_RAW = Table(
    "raw",
    {"id": TEXT, "source": TEXT, "seen_at": INSTANT, "place": TEXT, "payload": TEXT},
    defaults={"place": "", "payload": "{}"},
    skipping=("seen_at",),
)

_QUARANTINE = Table(
    "quarantine",
    {"id": TEXT, "source": TEXT, "seen_at": INSTANT, "reason": TEXT, "payload": TEXT},
    defaults={"reason": "", "payload": ""},
    skipping=("seen_at",),
)

_COUNTS = (
    "n_got", "n_kept", "n_tombstone", "n_quarantined", "n_off_topic", "n_known", "n_requests", "n_bytes",
    "n_retries",
)  # fmt: skip

_RECEIPTS = Table(
    "receipts",
    {
        "run_id": TEXT, "source": TEXT, "state": TEXT, "detail": TEXT, "started_at": INSTANT, "seconds": pl.Float64,
        **{name: pl.Int64 for name in _COUNTS}, "waited": pl.Float64, "places": TEXT, "newest_at": INSTANT,
        "receipt": TEXT,
    },
    key=("run_id", "source"),
    defaults={"detail": "", "seconds": 0.0, **{name: 0 for name in _COUNTS}, "waited": 0.0, "places": "[]", "receipt": "{}"},
    kept=(),
    skipping=("started_at",),
)  # fmt: skip

_CURSORS = Table(
    "cursors",
    {"source": TEXT, "cursor": TEXT, "updated_at": INSTANT},
    key=("source",),
    defaults={"cursor": "{}"},
    kept=(),
    unseen=("updated_at",),
    skipping=("updated_at",),
)

_SUMS = ("favor", "against", "neutral", "unclear", "off_topic", "sq")

_DAILY = Table(
    "daily",
    {
        "on": pl.Date, "target": TEXT, "layer": TEXT, "camp": TEXT, "source": TEXT, "lang": TEXT,
        "simulated": pl.Boolean, "denominator": TEXT, **{name: pl.Float64 for name in _SUMS},
    },
    key=("on", "target", "layer", "camp", "source", "lang", "simulated", "denominator"),
    defaults={name: 0.0 for name in _SUMS},
    kept=(),
    skipping=("on",),
)  # fmt: skip

# what analysts answered, as a log: the newest row of a key counts, and an empty label takes it back (`store.labels`)
_LABELS = Table(
    "labels",
    {"text_key": TEXT, "target": TEXT, "analyst": TEXT, "label": TEXT, "labelled_at": INSTANT},
    key=("text_key", "target", "analyst"),
    kept=(),
    unseen=("labelled_at",),
    skipping=("labelled_at",),
)

# A random sample for analysts: the texts drawn, and (written last) the strata that they were drawn from.
_DRAWN = Table(
    "drawn",
    {
        "draw": TEXT, "text_key": TEXT, "lang": TEXT, "predicted": TEXT, "week": pl.Date, "probability": pl.Float64,
        "place": pl.Int32, "favor": pl.Float64, "against": pl.Float64, "neutral": pl.Float64,
    },
    key=("draw", "text_key"),
    kept=(),
    skipping=("week",),
)  # fmt: skip

_DRAWS = Table(
    "draws",
    {
        "draw": TEXT, "lang": TEXT, "predicted": TEXT, "target": TEXT, "simulated": pl.Boolean, "drawn_at": INSTANT,
        "seed": pl.Int64, "revision": TEXT, "n_frame": pl.Int64, "n_drawn": pl.Int64, "favor": pl.Float64,
        "against": pl.Float64, "neutral": pl.Float64,
    },
    key=("draw", "lang", "predicted"),
    kept=(),
    skipping=("drawn_at",),
)  # fmt: skip

BESIDE_THE_LOCK = ("labels", "drawn", "draws")
"""Tables that the app adds rows to while a refresh may hold the lock: only ever appended to, which no other write disturbs."""

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _POSTS, _ARTICLES, _STATEMENTS, _EXTRACTED, _EVENTS, _READINGS, _CLUSTERS, _RAW, _QUARANTINE, _RECEIPTS, _CURSORS, _DAILY, _LABELS,
        _DRAWN, _DRAWS,
    )
}  # fmt: skip


def table_named(name: str) -> Table:
    """Return the table of that name; raises StoreError for a name that no table has."""
    if name not in TABLES:
        raise StoreError(f"there is no table {name!r}; the tables are {', '.join(TABLES)}")
    return TABLES[name]
