"""Units frames with known content."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analysis.daily import DAILY_SCHEMA

SCHEMA = {
    **{name: pl.String for name in ("id", "layer", "camp", "source", "lang")},
    "simulated": pl.Boolean,
    "posted_at": pl.Datetime("us", "UTC"),
    **{name: pl.String for name in ("text_key", "voice", "target", "label")},
    "relevance": pl.Float32,
}
NOON = datetime(2025, 2, 3, 18, tzinfo=UTC)


def _units(rows: list[dict[str, Any]]) -> pl.DataFrame:
    filled = []
    for i, row in enumerate(rows):
        unit = {
            "id": f"a:{i}", "layer": "posts", "camp": "public", "source": "a", "lang": "es", "simulated": False,
            "posted_at": NOON, "text_key": f"text-{i}", "voice": f"voice-{i}", "target": "t", "label": "favor",
            "relevance": 1.0,
        }  # fmt: skip
        day = row.pop("day", 0)
        unit["posted_at"] = NOON + timedelta(days=day)
        filled.append(unit | row)
    return pl.DataFrame(filled, schema=SCHEMA)


def _cells(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Make daily cells; `day` counts from 1 January 2025, sq is the whole weight unless given (every text its own)."""
    filled = []
    for row in rows:
        cell = {name: 0.0 for name in ("favor", "against", "neutral", "unclear", "off_topic")}
        cell |= {
            "target": "t",
            "layer": "posts",
            "camp": "public",
            "source": "a",
            "lang": "es",
            "simulated": False,
        }
        cell |= {"denominator": "posts", "on": date(2025, 1, 1) + timedelta(days=row["day"])}
        cell |= {name: value for name, value in row.items() if name != "day"}
        weight = sum(float(cell[name]) for name in ("favor", "against", "neutral", "unclear"))  # type: ignore[arg-type]
        filled.append({"sq": weight} | cell)
    return pl.DataFrame(filled, schema=DAILY_SCHEMA)


@pytest.fixture(scope="session")
def units() -> Callable[[list[dict[str, Any]]], pl.DataFrame]:
    """Make a units frame from what is special about each unit; `day` moves it from 3 February 2025."""
    return _units


@pytest.fixture(scope="session")
def cells() -> Callable[[list[dict[str, Any]]], pl.DataFrame]:
    """Make a daily frame from what is special about each cell."""
    return _cells
