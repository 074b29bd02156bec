"""Clusters of near-duplicates: MinHash finds the pairs worth comparing, their shingles decide, copies hold together.

A cluster is what copies hold together (single linkage), and its key is its smallest text key: two texts are compared when
their sketches share a band, which depends on the two alone, and so the clusters depend on the texts that are there and not
on the order or the batches in which they came. Sketches: Broder 1997; bands: Indyk and Motwani 1998.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl
from rensa import RMinHash

from models.near_duplicates import THRESHOLD, Shingles

BANDS, ROWS = 20, 4
"""Two texts are compared when one of 20 bands of 4 minima agrees: by chance 1 - (1 - s^4)^20, 0.996 at s = 0.7."""

CLUSTERS_REVISION = f"1.{RMinHash.ALGORITHM_VERSION}"
"""Rises when the same texts would cluster otherwise or get other band keys, so that all are clustered again."""

_PRIME, _START = np.uint64(1_099_511_628_211), np.uint64(14_695_981_039_346_656_037)
_SKETCHED_AT_ONCE = 4096


def minima_of(sets: Sequence[Shingles]) -> npt.NDArray[np.uint32]:
    """Return the MinHash sketch of each set: (n, BANDS * ROWS). Two sketches agree in a share of places that estimates
    the similarity of the two sets."""
    sketches = np.empty((len(sets), BANDS * ROWS), dtype=np.uint32)
    for start in range(0, len(sets), _SKETCHED_AT_ONCE):
        some = sets[start : start + _SKETCHED_AT_ONCE]
        ends = np.cumsum([0, *(found.size for found in some)], dtype=np.uint64)
        drawn = RMinHash.digest_matrix_from_flat_token_hashes(np.concatenate(some), ends, BANDS * ROWS, 1)
        sketches[start : start + len(some)] = drawn.to_rows()
    return sketches


def band_keys(sketches: npt.NDArray[np.uint32]) -> npt.NDArray[np.int64]:
    """Return the keys under which each text meets its copies: (n, BANDS); the number of the band is part of a key."""
    rows = sketches.reshape(len(sketches), BANDS, ROWS).astype(np.uint64)
    keys = np.broadcast_to(_START + np.arange(BANDS, dtype=np.uint64), rows.shape[:2])
    for row in range(ROWS):
        keys = (keys ^ rows[:, :, row]) * _PRIME
    return keys.view(np.int64)


def banded(sets: Mapping[str, Shingles]) -> pl.DataFrame:
    """Return the band keys of each text: text_key, bands (a list of BANDS)."""
    keys = band_keys(minima_of(list(sets.values()))).tolist()
    return pl.DataFrame(
        {"text_key": list(sets), "bands": keys}, schema={"text_key": pl.String, "bands": pl.List(pl.Int64)}
    )


def meeting(fresh: pl.DataFrame, stored: pl.DataFrame | pl.LazyFrame) -> list[list[str]]:
    """Return the groups of text keys that are to be compared: those that share a band key, at least one of them fresh.

    The largest come first: what they join need not be looked at again. Both frames have the columns of `banded`.
    """
    new = fresh.explode("bands", empty_as_null=True)
    old = stored.lazy().explode("bands").join(new.lazy().select("bands").unique(), on="bands", how="semi")
    return (
        pl.concat([new.lazy(), old.select(new.columns)])
        .group_by("bands")
        .agg(pl.col("text_key").unique().sort())
        .filter(pl.col("text_key").list.len() > 1)
        .select(pl.col("text_key").unique())
        .sort(pl.col("text_key").list.len(), descending=True)
        .collect(engine="streaming")["text_key"]
        .to_list()
    )


def join_clusters(
    groups: Iterable[Sequence[str]], sets: Mapping[str, Shingles], cluster_of: Mapping[str, str]
) -> dict[str, str]:
    """Return the new cluster key of each cluster that grew into another, by its key before.

    `cluster_of` maps every text of the groups to its cluster's key; a text that is in no cluster yet is its own.
    """
    roots: dict[str, str] = {}

    def root(key: str) -> str:
        while (up := roots.get(key, key)) != key:
            roots[key] = roots.get(up, up)
            key = up
        return key

    for group in groups:
        clusters = [root(cluster_of[key]) for key in group]
        names = sorted(set(clusters))
        if len(names) == 1:
            continue
        label_of = {name: label for label, name in enumerate(names)}
        before = [label_of[cluster] for cluster in clusters]
        after = _joined([sets[key] for key in group], before)
        roots |= {
            names[own]: names[joined] for own, joined in zip(before, after, strict=True) if own != joined
        }
    return {key: root(key) for key in roots}


def _joined(sets: Sequence[Shingles], labels: Sequence[int]) -> list[int]:
    """Return the label of each set after those of its copies were made one, the smallest.

    Only what is not of the largest cluster has to be looked at, one text against all: a group of copies is settled at
    once, and a large cluster is compared with what meets it and not with itself.
    """
    found = np.array(labels)
    sizes = np.array([shingles.size for shingles in sets])
    starts = sizes.cumsum() - sizes
    distinct, places = np.unique(np.concatenate(sets), return_inverse=True)
    waiting = np.ones(len(sets), dtype=bool)
    while np.count_nonzero(counts := np.bincount(found[waiting])) > 1:
        rarest = np.where(counts > 0, counts, len(sets)).argmin()
        one = (waiting & (found == rarest)).argmax()
        mine = np.zeros(len(distinct), dtype=np.int64)
        mine[places[starts[one] : starts[one] + sizes[one]]] = 1
        common = np.add.reduceat(mine[places], starts)
        alike = common / (sizes + sizes[one] - common) >= THRESHOLD
        met = np.zeros(len(sets), dtype=bool)
        met[found[alike]] = True
        found[met[found]] = met.argmax()
        waiting[one] = False
    return found.tolist()
