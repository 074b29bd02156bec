"""Corrected shares: within their bounds whatever comes, and saying so when nothing can be said."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.analysts import analyst_variance
from analysis.correction import CORRECTED_SCHEMA, corrected_shares
from analysis.sampling import draw_sample
from analysis.votes import sorted_out
from records import ANSWERS, LABELS, UNSURE

NO_LABELS = pl.DataFrame(schema={"text_key": pl.String, "analyst": pl.String, "label": pl.String})


def world(n: int = 400, seed: int = 0) -> pl.DataFrame:
    rng = np.random.default_rng(seed)
    scores = rng.dirichlet([1, 1, 1], n)
    return pl.DataFrame(
        {
            "text_key": [f"k{at}" for at in range(n)],
            "lang": "en",
            "predicted": np.array(LABELS)[np.where(scores.max(1) < 0.5, 3, scores.argmax(1))],
            "week": date(2025, 2, 3),
            **dict(zip(("favor", "against", "neutral"), scores.T, strict=True)),
        }
    )


def labelled(keys: pl.Series, answers: list[str], analyst: str = "ana") -> pl.DataFrame:
    return pl.DataFrame({"text_key": keys, "analyst": [analyst] * len(answers), "label": answers})


FRAME = world()
SAMPLE, STRATA = draw_sample(FRAME, "agreement", 120, seed=1)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from((*ANSWERS, UNSURE)), min_size=120, max_size=120), st.integers(1, 3))
def test_shares_are_shares_and_lie_in_their_intervals(answers: list[str], n_analysts: int) -> None:
    labels = pl.concat(
        [labelled(SAMPLE["text_key"], answers[at:] + answers[:at], f"a{at}") for at in range(n_analysts)]
    )
    found = corrected_shares(STRATA, SAMPLE, labels, min_labels=1)
    assert found.schema == pl.Schema(CORRECTED_SCHEMA)
    if found["share"].null_count():
        assert found["share"].null_count() == 3
        return
    values = found.select("lo", "share", "hi").to_numpy()
    assert np.isfinite(values).all() and (values >= 0).all() and (values <= 1).all()
    assert (np.diff(values, axis=1) >= -1e-12).all() and values[:, 1].sum() == pytest.approx(1)


def test_frame_that_is_labelled_whole_gives_the_count_itself() -> None:
    small = world(150, seed=4)
    sample, strata = draw_sample(small, "agreement", 500, seed=1)
    answers = list(np.random.default_rng(2).choice(ANSWERS, sample.height))
    found = corrected_shares(strata, sample, labelled(sample["text_key"], answers))
    on_topic = sum(answer != "off_topic" for answer in answers)
    assert found["share"].to_list() == pytest.approx([answers.count(name) / on_topic for name in ANSWERS[:3]])
    assert (found["hi"] - found["lo"]).max() < 1e-3  # type: ignore[operator]


def test_too_few_labels_say_how_many_are_missing_and_unsure_is_no_label() -> None:
    labels = labelled(SAMPLE["text_key"].head(70), ["favor"] * 60 + [UNSURE] * 10)
    found = corrected_shares(STRATA, SAMPLE, labels)
    assert found["n_labels"].to_list() == [60] * 3 and found["n_missing"].to_list() == [40] * 3
    assert found["share"].null_count() == found["lo"].null_count() == 3
    assert corrected_shares(STRATA, SAMPLE, NO_LABELS)["n_missing"].to_list() == [100] * 3


def test_nothing_on_topic_gives_no_share() -> None:
    found = corrected_shares(STRATA, SAMPLE, labelled(SAMPLE["text_key"], ["off_topic"] * 120))
    assert found["share"].null_count() == 3 and found["n_missing"].to_list() == [0] * 3


def test_one_and_the_same_answer_still_has_an_interval() -> None:
    found = corrected_shares(STRATA, SAMPLE, labelled(SAMPLE["text_key"], ["against"] * 120))
    shares = dict(found.select("stance", "share").iter_rows())
    assert shares["against"] > 0.999
    # none of 120: about 3 / n, the rule of three
    assert found.filter(pl.col("stance") == "favor")["hi"][0] == pytest.approx(3 / 120, rel=0.4)


def test_no_sample_gives_no_row() -> None:
    assert corrected_shares(STRATA.clear(), SAMPLE.clear(), NO_LABELS).is_empty()


def test_analysts_who_differ_widen_the_interval() -> None:
    keys = SAMPLE["text_key"]
    truth = ["favor", "neutral", "against", "neutral"] * 30
    strict = ["favor" if answer == "neutral" else answer for answer in truth]
    alike = corrected_shares(
        STRATA, SAMPLE, pl.concat([labelled(keys, truth, "a"), labelled(keys, truth, "b")])
    )
    apart = corrected_shares(
        STRATA, SAMPLE, pl.concat([labelled(keys, truth, "a"), labelled(keys, strict, "b")])
    )
    width = [(found["hi"] - found["lo"])[0] for found in (alike, apart)]
    assert width[1] > 2 * width[0]


def test_variance_between_analysts_is_half_the_squared_gap_over_their_number() -> None:
    keys = pl.Series([f"k{at}" for at in range(40)])
    votes = pl.concat([labelled(keys, ["favor"] * 30 + ["neutral"] * 10, "a"), labelled(keys, ["favor"] * 20 + ["neutral"] * 20, "b")])  # fmt: skip
    standing = pl.DataFrame({"text_key": keys, "weight": 1.0})
    variance, freedom = analyst_variance(votes, standing, np.array([0.6, 0.0, 0.4]), 1.0)
    assert freedom == 1 and variance[0] == pytest.approx(0.25**2 / 2 / 2) and variance[1] == 0
    alone = analyst_variance(votes.head(40), standing, np.array([0.75, 0.0, 0.25]), 1.0)
    assert alone[1] == 0 and not alone[0].any()


def test_labels_of_texts_that_are_gone_or_not_drawn_are_told_apart() -> None:
    labels = labelled(pl.Series(["k1", "k2", "k3"]), ["favor"] * 3)
    found = sorted_out(labels, pl.DataFrame({"text_key": ["k1", "k2"]}), live=["k1", "k3"])
    assert found.labels["text_key"].to_list() == ["k1"] and (found.n_gone, found.n_outside) == (1, 1)
