"""The cells of the daily table that one figure is about."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def select_cells(
    daily: pl.DataFrame,
    target: str,
    layer: str = "posts",
    denominator: str = "posts",
    camps: Sequence[str] | None = None,
    sources: Sequence[str] | None = None,
    langs: Sequence[str] | None = None,
    simulated: bool | None = None,
) -> pl.DataFrame:
    """Return the cells that a chart is about. None does not filter; `simulated` True keeps only those, False none."""
    wanted = (
        (pl.col("target") == target) & (pl.col("layer") == layer) & (pl.col("denominator") == denominator)
    )
    for name, values in (("camp", camps), ("source", sources), ("lang", langs)):
        if values is not None:
            wanted &= pl.col(name).is_in(list(values))
    if simulated is not None:
        wanted &= pl.col("simulated") == simulated
    return daily.filter(wanted)


def one_series(daily: pl.DataFrame) -> pl.DataFrame:
    """Return the frame as it is; raises ValueError where it mixes targets, layers or denominators.

    Adding those up would count every unit several times, and nothing in the figure would show it.
    """
    for name in ("target", "layer", "denominator"):
        found = daily[name].unique().sort().to_list()
        if len(found) > 1:
            raise ValueError(
                f"the cells hold several values of {name} ({', '.join(found)}): pick one with select_cells"
            )
    return daily
