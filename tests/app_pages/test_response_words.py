"""How a lag, a factor and a verdict are put into words, without a page."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from app_pages.response_evidence import most_answered, shares_verdict, volume_verdict
from app_pages.response_words import actor_name, change_words, lag_words, times_words
from tests.app_pages.archive_store import TOPIC

TOTAL: dict[str, Any] = {"n": 50.0, "expected": 50.0, "lo": 30.0, "hi": 70.0}
PLACED: dict[str, Any] = {"share_p": 0.5, "moved": None, "moving": False, "volume_p": 0.5}


@pytest.mark.parametrize(
    ("days", "hours", "english", "spanish"),
    [
        (None, None, "–", "–"),
        (0, None, "the same day", "el mismo día"),
        (0, 5.2, "5 hours later", "5 horas después"),
        (1, 1.0, "1 hour later", "1 hora después"),
        (0, -3.0, "the same day", "el mismo día"),
        (1, None, "1 day later", "1 día después"),
        (2, 40.0, "2 days later", "2 días después"),
    ],
)
def test_lag_is_in_days_unless_both_hours_are_known(
    days: int | None, hours: float | None, english: str, spanish: str
) -> None:
    assert (lag_words(days, "en", hours), lag_words(days, "es", hours)) == (english, spanish)


def test_factor_is_a_percentage_until_it_doubles() -> None:
    assert [change_words(f, "en") for f in (0.5, 1.0, 1.4)] == ["−50%", "0%", "+40%"]
    assert [change_words(f, "es") for f in (2.5, 17.2)] == ["2,5 veces", "17 veces"]
    assert times_words(17.2, "en") == "17 times"


def test_actor_that_has_left_the_register_keeps_its_id() -> None:
    assert (actor_name(TOPIC, "fmln"), actor_name(TOPIC, "gone"), actor_name(TOPIC, None)) == (
        "FMLN",
        "gone",
        "–",
    )


def test_shares_are_told_only_where_they_stand_out_and_had_not_moved_before() -> None:
    assert shares_verdict(None) == shares_verdict({**PLACED, "share_p": None}) == "unknown"
    assert shares_verdict(PLACED) == "none"
    assert shares_verdict({**PLACED, "share_p": 0.01, "moved": "against"}) == "moved"
    assert shares_verdict({**PLACED, "share_p": 0.01, "moving": True}) == "moving"


def test_volume_is_told_only_where_interval_and_place_agree() -> None:
    odd = {**PLACED, "volume_p": 0.01}
    assert volume_verdict(odd, {**TOTAL, "n": 80.0}) == "louder"
    assert volume_verdict(odd, {**TOTAL, "n": 20.0}) == "quieter"
    assert volume_verdict(odd, TOTAL) == volume_verdict(PLACED, {**TOTAL, "n": 80.0}) == "none"
    nothing = dict.fromkeys(TOTAL)
    assert volume_verdict(odd, nothing) == volume_verdict(None, TOTAL) == "unknown"


def test_page_opens_on_the_event_that_the_opposition_answered_most() -> None:
    events = pl.DataFrame({"id": ["a", "b", "c"], "on": [date(2025, 2, day) for day in (3, 20, 21)]})
    said = pl.DataFrame(
        {"camp": ["x_opposition", "x_opposition", "courts"], "on": [date(2025, 2, day) for day in (4, 22, 3)]}
    )
    assert most_answered(said, events, ["x_opposition"]) == "c"
    assert most_answered(said.clear(), events, ["x_opposition"]) == "c"
    assert most_answered(said, events.clear(), ["x_opposition"]) is None
