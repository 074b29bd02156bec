"""What every query shares: plain faults, filters, and the reading beside a row."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import polars as pl

from store.damage import named_damage
from store.errors import plain_errors
from store.pointer import Published

NEWEST = ("posted_at", "id")
READ = ("favor", "against", "neutral", "relevance", "label", "n_windows")

P = ParamSpec("P")
R = TypeVar("R")


def query(function: Callable[P, R]) -> Callable[P, R]:
    """Give a query's faults their plain sentence."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        pub: Any = args[0] if args else kwargs["pub"]
        remedy = "reload the page; if it stays, run refresh.py or restore the store from a backup"
        with (
            plain_errors("reading the published version", pub.folder, remedy),
            named_damage(pub.folder, pub.tables),
        ):
            return function(*args, **kwargs)

    return asked


def where(rows: pl.LazyFrame, **wanted: str | bool | None) -> pl.LazyFrame:
    """Return the rows that hold these values; a None does not filter."""
    for column, value in wanted.items():
        if value is not None:
            rows = rows.filter(pl.col(column) == value)
    return rows


def with_reading(pub: Published, rows: pl.LazyFrame, target: str) -> pl.LazyFrame:
    """Return the rows with the published revision's reading toward one target beside them, null where there is none."""
    readings = pub.scan("readings").filter(pl.col("target") == target, pl.col("revision") == pub.revision)
    read = readings.select("text_key", "context_key", *READ)
    return rows.join(read, on=["text_key", "context_key"], how="left").with_columns(
        pl.lit(target).alias("target")
    )
