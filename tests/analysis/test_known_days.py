from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl

from analysis.known_days import DAYS_SCHEMA, UNREAD_SCHEMA, known_days, unread_since

ZONE = "America/El_Salvador"
MONDAY = date(2025, 3, 3)
SEEN = {"source": pl.String, "on": pl.Date, "seen_on": pl.Date, "n": pl.Int64}


def seen(*rows: tuple[int, int, int], source: str = "news") -> pl.DataFrame:
    """Items: the day they state, the day on which we first had them (both counted from MONDAY), how many."""
    days = [(source, MONDAY + timedelta(days=on), MONDAY + timedelta(days=at), n) for on, at, n in rows]
    return pl.DataFrame(days, schema=SEEN, orient="row")


def runs(*days_of_run: int, source: str = "news", state: str = "complete") -> pl.DataFrame:
    at = [datetime(2025, 3, 3, 12, tzinfo=UTC) + timedelta(days=n) for n in days_of_run]
    return pl.DataFrame(
        {"source": [source] * len(at), "started_at": at, "state": [state] * len(at)},
        schema={"source": pl.String, "started_at": pl.Datetime("us", "UTC"), "state": pl.String},
    )


def test_days_are_known_from_the_first_answer_to_the_day_before_the_last() -> None:
    found = known_days(seen((0, 1, 7), (2, 3, 9), (3, 3, 4)), runs(0, 1, 1, 2, 3), ZONE)
    assert found["n"].to_list() == [7, 0, 9]  # the fourth day is not over
    assert found.schema == pl.Schema(DAYS_SCHEMA)


def test_days_that_no_run_answered_for_are_unknown_not_empty() -> None:
    late = known_days(seen(), runs(0, 1, 2, 20), ZONE)
    assert late["on"].to_list() == [MONDAY + timedelta(days=n) for n in (0, 1, 17, 18, 19)]
    failed = pl.concat([runs(0, 1), runs(*range(2, 9), state="unreachable")])
    assert known_days(seen(), failed, ZONE).height == 1


def test_what_ships_or_is_imported_and_what_was_never_asked_twice_has_no_days() -> None:
    for source in ("archive", "simulated", "files"):
        assert known_days(seen((0, 0, 5), source=source), runs(0, 1, 2, source=source), ZONE).is_empty()
    assert known_days(seen((0, 0, 5)), runs(0), ZONE).is_empty()
    assert known_days(seen((0, 0, 5)), runs(0, 1, 2, state="not_configured"), ZONE).is_empty()
    assert known_days(seen(), runs(), ZONE).schema == pl.Schema(DAYS_SCHEMA)


def test_items_that_are_history_when_they_first_come_do_not_count_for_their_day() -> None:
    steady = [(day, day + 1, 5) for day in range(10)]
    found = known_days(seen(*steady, (1, 10, 400)), runs(*range(11)), ZONE)
    assert found["n"].to_list() == [5] * 10


def test_source_whose_items_come_late_is_judged_as_late_and_loses_none() -> None:
    """Half of a day's items come four days after it: the last days are not yet low, they are not yet known."""
    slow = [row for day in range(20) for row in ((day, day + 1, 5), (day, day + 4, 5)) if row[1] <= 20]
    found = known_days(seen(*slow), runs(*range(21)), ZONE)
    assert found["n"].to_list() == [10] * 17
    missed = [(day, 13 if at == 12 else at, n) for day, at, n in slow]
    found = known_days(seen(*missed), runs(*range(12), *range(13, 21)), ZONE)
    assert found["n"].to_list() == [10] * 17  # a run that was missed makes them later still
    quick = known_days(seen(*[(day, day + 1, 5) for day in range(20)]), runs(*range(21)), ZONE)
    assert quick["n"].to_list() == [5] * 20


def test_run_that_makes_good_for_missed_ones_counts_for_their_days() -> None:
    steady = [(day, day + 1, 5) for day in range(20)]
    caught_up = [(day, max(at, 23), n) if day > 19 else (day, at, n) for day, at, n in steady]
    found = known_days(seen(*caught_up, (20, 23, 5), (21, 23, 5), (22, 23, 5)), runs(*range(21), 23), ZONE)
    assert found["n"].to_list() == [5] * 23


def test_run_late_in_the_evening_belongs_to_its_own_day() -> None:
    late = runs(0, 1).with_columns(
        pl.col("started_at") + pl.duration(hours=15)
    )  # 03:00 in UTC is 21:00 the day before
    assert known_days(seen((0, 0, 5), (1, 1, 5)), late, ZONE)["on"].to_list() == [MONDAY]


def test_source_that_no_run_gets_an_answer_from_is_unread_since_the_day_after_its_last() -> None:
    for state in ("auth", "blocked", "not_configured", "unreachable", "failed"):
        tried = pl.concat([runs(*range(10)), runs(*range(10, 14), state=state)])
        assert unread_since(tried, ZONE).rows() == [("news", MONDAY + timedelta(days=10))]
        short = pl.concat([runs(*range(10)), runs(*range(10, 13), state=state)])
        assert unread_since(short, ZONE).is_empty()  # a night or two are caught up with


def test_source_that_is_asked_no_more_is_unread_but_a_job_that_rests_is_no_fault_of_a_source() -> None:
    left_out = pl.concat([runs(*range(10)), runs(*range(20), source="mastodon")])
    assert unread_since(left_out, ZONE)["source"].to_list() == ["news"]
    assert unread_since(runs(*range(10)), ZONE).is_empty()
    imports = pl.concat([runs(*range(10)), runs(30, source="files")])
    assert unread_since(imports, ZONE).is_empty()
    assert unread_since(runs(), ZONE).schema == pl.Schema(UNREAD_SCHEMA)
