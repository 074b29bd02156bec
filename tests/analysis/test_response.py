"""Who answered an event: lags in whole days, silence, parties, windows, hours only where they are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from analysis.response import camps_of_side, first_statements, said_days, said_within, side_of, speaks_for
from analysis.response_matrix import camp_matrix
from topics import Topic
from topics.parts import Actor

ZONE = "America/El_Salvador"
EVENT = date(2025, 2, 3)
NOON = datetime(2025, 2, 3, 18, tzinfo=UTC)  # 12:00 there: a day without an hour
SCHEMA = {
    "id": pl.String, "posted_at": pl.Datetime("us", "UTC"), "actor_id": pl.String, "speaker": pl.String,
    "camp": pl.String, "outlet": pl.String, "asserted": pl.Boolean, "simulated": pl.Boolean,
}  # fmt: skip


def said(*rows: tuple[str, str, float], **special: Any) -> pl.DataFrame:
    """Make said days of (actor, camp, days after the event's noon)."""
    made = [
        {
            "id": f"s:{n}", "posted_at": NOON + timedelta(days=days), "actor_id": actor, "speaker": actor, "camp": camp,
            "outlet": f"outlet{n % 2}", "asserted": True, "simulated": False,
        } | special
        for n, (actor, camp, days) in enumerate(rows)
    ]  # fmt: skip
    return said_days(pl.DataFrame(made, schema=SCHEMA), ZONE)


def actor(actor_id: str, party: str | None = None, kind: str = "person") -> Actor:
    words = {"en": "role", "es": "papel"}
    return Actor.model_validate(
        {"id": actor_id, "name": actor_id, "role": words, "camp": "opposition", "party": party, "kind": kind}
    )


OPPOSITION = (
    actor("lena", "blue"),
    actor("blue", "blue", "organisation"),
    actor("omar"),
    actor("pia"),
    actor("never"),
)


def test_noon_in_the_topics_zone_is_a_day_and_any_other_instant_has_an_hour() -> None:
    frame = said(("a", "x", 0), ("a", "x", 0.1))
    assert frame["timed"].to_list() == [False, True]
    assert frame["on"].to_list() == [EVENT, EVENT]


def test_days_are_cut_in_the_topics_zone() -> None:
    late = said(("a", "x", 11.5 / 24))  # 23:30 there, the 4th in UTC
    assert late["on"].to_list() == [EVENT]


def test_undated_denied_and_simulated_statements_are_out() -> None:
    for special in ({"posted_at": None}, {"asserted": False}, {"simulated": True}):
        assert said(("a", "x", 0), **special).is_empty()


def test_each_actor_has_a_first_statement_or_a_silence() -> None:
    frame = said(
        ("omar", "opposition", -30), ("pia", "opposition", -2), ("lena", "opposition", 0), ("lena", "opposition", 2.2),
        ("omar", "opposition", 9),
    )  # fmt: skip
    found = {row["actor_id"]: row for row in first_statements(frame, OPPOSITION, EVENT).to_dicts()}
    assert {name: row["state"] for name, row in found.items()} == {
        "lena": "answered", "blue": "answered", "omar": "later", "pia": "silent", "never": "none",
    }  # fmt: skip
    assert (found["lena"]["lag_days"], found["lena"]["n_within"], found["lena"]["n_ever"]) == (0, 2, 2)
    assert (found["omar"]["lag_days"], found["omar"]["n_within"]) == (9, 0)
    assert found["pia"]["lag_days"] is None and found["pia"]["n_ever"] == 1


def test_what_people_of_a_party_say_is_also_its_answer() -> None:
    row = (
        first_statements(said(("lena", "opposition", 1)), OPPOSITION, EVENT)
        .filter(actor_id="blue")
        .row(0, named=True)
    )
    assert (row["state"], row["lag_days"], row["by_id"]) == ("answered", 1, "lena")
    assert speaks_for(OPPOSITION).filter(actor_id="lena")["by_id"].to_list() == ["lena"]


def test_lag_is_in_days_and_an_hour_is_kept_only_where_it_is_known() -> None:
    for days, timed in ((0, False), (0.2, True)):
        row = first_statements(said(("omar", "opposition", days)), OPPOSITION, EVENT).row(0, named=True)
        assert row["lag_days"] == 0 and (row["at"] is not None) == timed


def test_sixth_day_after_is_an_answer_and_the_seventh_is_not() -> None:
    for days, state in ((6, "answered"), (7, "later")):
        assert first_statements(said(("omar", "opposition", days)), OPPOSITION, EVENT)["state"][0] == state


def test_nothing_on_record_is_silence_of_all() -> None:
    found = first_statements(said(), OPPOSITION, EVENT)
    assert found["state"].unique().to_list() == ["none"] and found.height == len(OPPOSITION)
    assert first_statements(said(("omar", "opposition", 0)), [], EVENT).is_empty()


def test_windows_count_statements_and_distinct_outlets() -> None:
    frame = said(*[("omar", "opposition", day) for day in (0, 0, 1, 2, 3, 6, 7)], ("gus", "government", 0))
    found = said_within(frame, EVENT, {"opposition": ["opposition"], "nobody": []})
    rows = {(r["group"], r["days"]): (r["n"], r["n_outlets"], r["n_speakers"]) for r in found.to_dicts()}
    assert (
        rows["opposition", 1] == (2, 2, 1)
        and rows["opposition", 3] == (4, 2, 1)
        and rows["opposition", 7] == (6, 2, 1)
    )
    assert rows["nobody", 7] == (0, 0, 0)


def test_statement_without_an_outlet_adds_none() -> None:
    found = said_within(said(("omar", "opposition", 0), outlet=""), EVENT, {"o": ["opposition"]})
    assert found.filter(days=1).row(0, named=True)["n_outlets"] == 0


def test_sides_are_read_from_the_end_of_a_camps_id(topic: Topic) -> None:
    assert camps_of_side(topic.camps, "opposition") == ("sv_opposition", "us_opposition")
    assert camps_of_side(topic.camps, "government") == ("sv_government", "us_government")
    assert [side_of(name) for name in ("opposition", "anti-opposition", "courts", "opposition_press")] == [
        "opposition", "opposition", None, None,
    ]  # fmt: skip


def test_matrix_counts_who_speaks_after_whom_with_the_median_lag() -> None:
    turns = (0, 21, 39, 66, 81, 110, 124, 147, 170, 183)
    rows = [("g", "government", float(day)) for day in turns] + [
        ("o", "opposition", day + 2.0) for day in turns
    ]
    found = camp_matrix(said(*rows, ("x", "courts", 199)), ["government", "opposition", "courts"])
    row = found.filter(spoke="government", answered="opposition").row(0, named=True)
    assert (row["n_turns"], row["n_answered"], row["median_lag_days"]) == (10, 10, 2.0)
    # of 194 days, 3 + 9 x 7 have an opposition's day within the week that begins with them
    assert row["by_chance"] == pytest.approx(10 * 66 / 194) and row["p"] <= 0.05
    back = found.filter(spoke="opposition", answered="government").row(0, named=True)
    assert back["n_answered"] == 0 and back["median_lag_days"] is None and back["p"] == 1.0
    assert found.filter(pl.col("spoke") == pl.col("answered")).is_empty()


def test_same_day_is_an_answer_unless_the_hours_say_that_it_came_first() -> None:
    def lag(one: float, other: float) -> int:
        frame = said(("g", "government", one), ("o", "opposition", other), ("o", "opposition", 30))
        found = camp_matrix(frame, ["government", "opposition"])
        return found.filter(spoke="government").row(0, named=True)["n_answered"]

    assert lag(0, 0) == 1  # no hours: the same day
    assert lag(-0.1, 0.1) == 1
    assert lag(0.1, -0.1) == 0
    assert lag(0.1, 0) == 1  # the other's hour is not known


def test_matrix_of_one_day_or_of_nothing_has_no_answers() -> None:
    assert camp_matrix(said(), ["government"]).is_empty()
    one = camp_matrix(said(("g", "government", 0), ("o", "opposition", 0)), ["government", "opposition"])
    assert one["n_turns"].to_list() == [0, 0] and one["median_lag_days"].null_count() == 2
