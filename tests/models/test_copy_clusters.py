"""Clusters of copies: the same whatever the order and the batches, and those that comparing every pair would give."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from models.copy_clusters import (
    BANDS,
    CLUSTERS_REVISION,
    band_keys,
    banded,
    join_clusters,
    meeting,
    minima_of,
)
from models.duplicates import text_key
from models.near_duplicates import THRESHOLD, Shingles, shingles, similarity
from tests.models.test_near_duplicates import ARTICLE, COPIES, OTHERS, POST

BASE = [f"z{a}{b}" for a in "abcdefgh" for b in "abcde"]
"""Forty words without a number or a turning word."""


def drawn(rng: random.Random, n: int) -> list[str]:
    return ["z" + "".join(rng.choices("abcdefghij", k=5)) for _ in range(n)]


def clusters_in(order: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the cluster key of each text, with texts that come in batches: what the job does, without a store."""
    clusters: dict[str, str] = {}
    sets: dict[str, Shingles] = {}
    stored = banded({})
    for batch in order:
        new = {text_key(text): shingles(text) for text in batch if text_key(text) not in clusters}
        sets |= new
        clusters |= {key: key for key in new}
        fresh = banded(new)
        moved = join_clusters(meeting(fresh, stored), sets, clusters)
        clusters = {key: moved.get(cluster, cluster) for key, cluster in clusters.items()}
        stored = pl.concat([stored, fresh])
    return clusters


def by_every_pair(texts: Sequence[str]) -> dict[str, str]:
    """Return the same from comparing all that share a band with all, one pair at a time."""
    sets = {text_key(text): shingles(text) for text in texts}
    bands = {key: set(found) for key, found in banded(sets).iter_rows()}
    clusters = {key: key for key in sets}
    for one, other in combinations(sets, 2):
        if bands[one] & bands[other] and similarity(sets[one], sets[other]) >= THRESHOLD:
            kept, gone = sorted((clusters[one], clusters[other]))
            clusters = {key: kept if cluster == gone else cluster for key, cluster in clusters.items()}
    return clusters


def test_sketches_agree_as_often_as_the_texts_are_alike() -> None:
    rng = random.Random(4)
    gaps = []
    for _ in range(40):
        words = drawn(rng, 80)
        sets = [shingles(" ".join(words)), shingles(" ".join(words[rng.randrange(30) :]))]
        one, two = minima_of(sets)
        gaps.append(float((one == two).mean()) - similarity(*sets))
    assert abs(np.mean(gaps)) < 0.03 and max(abs(gap) for gap in gaps) < 0.25


def test_nearly_every_pair_at_the_threshold_meets() -> None:
    rng = random.Random(5)
    n_met = 0
    for _ in range(300):
        words = drawn(rng, 40)
        changed = [*words]
        changed[10] = changed[25] = "other"
        sets = [shingles(" ".join(words)), shingles(" ".join(changed))]
        assert 0.7 < similarity(*sets) < 0.75
        one, other = band_keys(minima_of(sets))
        n_met += bool((one == other).any())
    assert n_met >= 294


def test_band_keys_are_those_of_the_stored_ones() -> None:
    keys = band_keys(minima_of([shingles(POST)]))
    assert keys.shape == (1, BANDS)
    assert (CLUSTERS_REVISION, keys[0, :2].tolist()) == (
        "1.2",
        [1064842521773443760, -8656769463580809267],
    ), "raise the revision in CLUSTERS_REVISION"


def test_chain_is_one_cluster_though_its_ends_are_unlike() -> None:
    texts = [" ".join(["y" + word for word in BASE[:n]] + BASE[n:]) for n in range(0, 40, 2)]
    clusters = clusters_in([texts])
    assert similarity(shingles(texts[0]), shingles(texts[-1])) == 0
    assert set(clusters.values()) == {min(clusters)}


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_clusters_depend_on_the_texts_and_not_on_order_or_batches(data: st.DataObject) -> None:
    """Texts near the threshold: some of forty words replaced, or left out at an end."""
    changes = data.draw(
        st.lists(
            st.tuples(st.sets(st.integers(0, 39), max_size=5), st.integers(0, 9)), min_size=2, max_size=14
        )
    )
    texts = [
        " ".join("y" + word if n in replaced else word for n, word in enumerate(BASE[left_out:]))
        for replaced, left_out in changes
    ]
    expected = by_every_pair(texts)
    shuffled = data.draw(st.permutations(texts))
    cut = data.draw(st.integers(0, len(texts)))
    assert clusters_in([texts]) == expected
    assert clusters_in([shuffled[:cut], shuffled[cut:]]) == expected
    assert clusters_in([[text] for text in shuffled]) == expected


def test_copies_and_others_stand_as_every_pair_says() -> None:
    texts = [POST, ARTICLE, *OTHERS.values(), *COPIES.values()]
    clusters = clusters_in([texts])
    assert clusters == by_every_pair(texts)
    assert {clusters[text_key(text)] for text in COPIES.values()} == {clusters[text_key(POST)]}
    assert len({clusters[text_key(text)] for text in [POST, ARTICLE, *OTHERS.values()]}) == 2 + len(OTHERS)


def test_many_texts_with_one_boilerplate_stay_apart() -> None:
    rng = random.Random(7)
    texts = [" ".join(BASE[:20] + drawn(rng, 14)) for _ in range(300)]
    assert len(set(clusters_in([texts]).values())) == 300


def test_one_report_with_many_figures_never_meets_itself() -> None:
    texts = [" ".join([*BASE[:10], str(n), *BASE[10:]]) for n in range(50)]
    assert meeting(banded({text_key(text): shingles(text) for text in texts}), banded({})) == []


def test_stored_texts_meet_only_what_is_fresh() -> None:
    sets = {text: shingles(text) for text in (POST, COPIES["one word replaced"], ARTICLE, f"{ARTICLE} More")}
    posts, articles = (
        banded({text: sets[text] for text in pair}) for pair in (list(sets)[:2], list(sets)[2:])
    )
    assert meeting(posts, articles) == [sorted(list(sets)[:2])]
    assert meeting(banded({}), posts) == [] and meeting(banded({}), banded({})) == []
