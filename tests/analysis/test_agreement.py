from __future__ import annotations

import polars as pl
import pytest

from analysis.agreement import agreement


def labels(**answers: str) -> pl.DataFrame:
    """One letter a text: f(avor), a(gainst), n(eutral), - for not read."""
    rows = [
        {"text_key": f"k{at}", "analyst": analyst, "label": letter}
        for analyst, letters in answers.items()
        for at, letter in enumerate(letters)
        if letter != "-"
    ]
    return pl.DataFrame(rows, schema={"text_key": pl.String, "analyst": pl.String, "label": pl.String})


def test_alpha_of_the_textbook() -> None:
    """Krippendorff (2018), ch. 12: four observers, twelve units, some not seen by all."""
    found = agreement(labels(a="123321412---", b="1233224125-3", c="-3332342251-", d="12332441251-"))
    assert found.alpha == pytest.approx(0.743, abs=5e-4) and (found.n_texts, found.n_analysts) == (11, 4)


def test_two_analysts_who_always_agree_are_good() -> None:
    found = agreement(labels(ana="fanfan", bea="fanfan"))
    assert (found.alpha, found.same, found.verdict) == (pytest.approx(1.0), 1.0, "good")


def test_two_analysts_who_always_disagree_are_opposed() -> None:
    found = agreement(labels(ana="fafafa", bea="afafaf"))
    assert found.verdict == "opposed" and found.same == 0.0 and found.alpha is not None and found.alpha < 0


def test_one_answer_for_all_says_nothing_about_chance() -> None:
    assert agreement(labels(ana="ffff", bea="ffff"))[:] == (None, 4, 2, 1.0, "one_answer")


@pytest.mark.parametrize("found", [labels(), labels(ana="fan"), labels(ana="fa--", bea="--na")])
def test_nothing_read_twice_is_no_agreement(found: pl.DataFrame) -> None:
    assert agreement(found)[:] == (None, 0, 0, None, "none_shared")
