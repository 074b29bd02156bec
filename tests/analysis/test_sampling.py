"""The random sample: probabilities that hold, weeks spread, the same for a seed, and kept when the frame grows."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.sampling import SAMPLE_SCHEMA, STRATA_SCHEMA, allocate, draw_sample, queue


def frame_of(n: int, seed: int = 0, start: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    return pl.DataFrame(
        {
            "text_key": [f"k{start + at}" for at in range(n)],
            "lang": rng.choice(["en", "es"], n, p=[0.7, 0.3]),
            "predicted": rng.choice(["favor", "against", "neutral", "unclear"], n, p=[0.05, 0.5, 0.4, 0.05]),
            "week": [date(2025, 2, 3) + timedelta(weeks=int(week)) for week in rng.integers(10, size=n)],
            **{name: rng.random(n) for name in ("favor", "against", "neutral")},
        }
    )


FRAME = frame_of(1500)


def test_same_seed_draws_the_same_texts_whatever_the_order_of_rows() -> None:
    one, strata = draw_sample(FRAME, "agreement", 100, seed=7)
    other, _ = draw_sample(FRAME.sample(fraction=1.0, shuffle=True, seed=1), "agreement", 100, seed=7)
    assert one.equals(other)
    assert one.schema == pl.Schema(SAMPLE_SCHEMA) and strata.schema == pl.Schema(STRATA_SCHEMA)
    for target, seed in (("agreement", 8), ("cecot", 7)):
        assert set(draw_sample(FRAME, target, 100, seed=seed)[0]["text_key"]) != set(one["text_key"])


def test_weights_add_up_to_the_frame_and_sizes_are_met() -> None:
    sample, strata = draw_sample(FRAME, "agreement", 100, seed=7)
    assert dict(sample.group_by("lang").len().iter_rows()) == {"en": 100, "es": 100}
    drawn = sample.group_by("lang", "predicted").agg(
        pl.len().alias("n"), (1 / pl.col("probability")).sum().alias("all")
    )
    both = strata.join(drawn, on=["lang", "predicted"])
    assert both["n"].to_list() == both["n_drawn"].to_list()
    assert np.allclose(both["all"], both["n_frame"])
    assert sample["place"].to_list() == list(range(1, 201))


def test_texts_are_drawn_as_often_as_their_probability_says() -> None:
    small = frame_of(120, seed=3)
    n_draws = 150
    hits = pl.concat([draw_sample(small, "agreement", 20, seed=seed)[0].select("text_key", "probability") for seed in range(n_draws)])  # fmt: skip
    often = hits.group_by("text_key").agg(pl.len().alias("n"), pl.col("probability").first())
    expected = often["probability"].to_numpy() * n_draws
    spread = np.sqrt(expected * (1 - often["probability"].to_numpy())) + 1e-9
    assert (np.abs(often["n"].to_numpy() - expected) <= 4.5 * spread + 1e-9).all()


def test_each_week_gives_its_share_but_for_rounding() -> None:
    sample, strata = draw_sample(FRAME, "agreement", 100, seed=7)
    by = ["lang", "predicted", "week"]
    weeks = FRAME.group_by(by).len().join(sample.group_by(by).agg(n=pl.len()), on=by, how="left").fill_null(0)
    rate = strata.select("lang", "predicted", rate=pl.col("n_drawn") / pl.col("n_frame"))
    gap = (
        weeks.join(rate, on=["lang", "predicted"])
        .select(pl.col("n") - pl.col("len") * pl.col("rate"))
        .to_series()
    )
    assert gap.abs().max() < 1 + 1e-6  # type: ignore[operator]


def test_frame_that_grows_keeps_most_of_the_sample() -> None:
    before, _ = draw_sample(FRAME, "agreement", 100, seed=7)
    grown, _ = draw_sample(pl.concat([FRAME, frame_of(150, seed=9, start=1500)]), "agreement", 110, seed=7)
    assert before.join(grown, on="text_key", how="semi").height > 0.8 * before.height


def test_first_part_of_the_order_is_a_sample_of_every_stratum() -> None:
    sample, strata = draw_sample(FRAME, "agreement", 200, seed=7)
    half = sample.head(sample.height // 2).group_by("lang", "predicted").len()
    both = strata.join(half, on=["lang", "predicted"])
    assert ((both["len"] - both["n_drawn"] / 2).abs() <= 1).all()


def test_small_language_is_drawn_whole_and_an_empty_frame_gives_nothing() -> None:
    few = FRAME.filter(pl.col("lang") == "es").head(30)
    sample, strata = draw_sample(few, "agreement", 100, seed=1)
    assert (
        sample.height == 30
        and (sample["probability"] == 1).all()
        and (strata["n_drawn"] == strata["n_frame"]).all()
    )
    sample, strata = draw_sample(FRAME.clear(), "agreement", 100, seed=1)
    assert sample.is_empty() and strata.is_empty() and sample.schema == pl.Schema(SAMPLE_SCHEMA)
    with pytest.raises(ValueError, match="not 0"):
        draw_sample(FRAME, "agreement", 0, seed=1)


@given(st.lists(st.integers(1, 2000), min_size=1, max_size=5), st.integers(1, 500))
def test_allocation_never_asks_more_than_there_is_and_adds_up(sizes: list[int], n: int) -> None:
    given_out = allocate(sizes, n)
    assert sum(given_out) == min(n, sum(sizes))
    assert all(0 <= one <= size for one, size in zip(given_out, sizes, strict=True))


def test_queue_shares_out_the_texts_and_shows_every_fourth_to_all() -> None:
    sample, _ = draw_sample(FRAME, "agreement", 20, seed=7)
    keys = dict(sample.select("place", "text_key").iter_rows())
    labels = pl.DataFrame({"text_key": [keys[1], keys[2], keys[3]], "analyst": ["ana"] * 3})
    assert queue(sample, labels, "ana")["place"].to_list() == list(range(4, 41))
    bea = queue(sample, labels, "bea")["place"].to_list()
    assert bea[:2] == [1, 4] and bea[-2:] == [2, 3] and len(bea) == 40
