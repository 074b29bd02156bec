from __future__ import annotations

from dataclasses import fields
from datetime import datetime, timedelta, timezone
from typing import Any

import polars as pl
import pytest

from records import Article, Event, Label, Place, Post, Quarantined, Reading, Receipt, Statement
from store.errors import StoreError
from store.tables import TABLES, fitted, rows_frame, table_named


@pytest.mark.parametrize(
    ("table", "record", "more"),
    [
        ("posts", Post, {"text_key", "context_key"}),
        ("articles", Article, {"text_key"}),
        ("statements", Statement, {"text_key", "context_key"}),
        ("events", Event, set()),
        ("readings", Reading, set()),
        ("quarantine", Quarantined, set()),
        ("labels", Label, set()),
    ],
)
def test_table_has_a_column_for_every_field_of_its_record(table: str, record: Any, more: set[str]) -> None:
    assert set(TABLES[table].schema) == {field.name for field in fields(record)} | more


def test_receipts_hold_the_whole_record_beside_the_columns_that_are_asked_for() -> None:
    of_record = {field.name for field in fields(Receipt)}
    assert set(TABLES["receipts"].schema) - of_record == {"run_id", "receipt"}


def test_defaults_of_the_table_are_those_of_the_record(now: datetime) -> None:
    known = {"posts": Post("a:1", "a", "", now), "statements": Statement("a:1", "a", "", now)}
    for name, record in known.items():
        for column, default in TABLES[name].defaults.items():
            if hasattr(record, column):
                value = getattr(record, column)
                assert (list(value) if isinstance(value, tuple) else value) == default, (name, column)


def test_log_statistics_never_hold_text_or_ids() -> None:
    for table in TABLES.values():
        for column in table.skipping:
            assert table.schema[column] != pl.String or column in ("target", "revision"), (table.name, column)


def test_missing_columns_take_their_default_and_empty_cells_too(now: datetime) -> None:
    frame = pl.DataFrame({"id": ["a:1", "a:2"], "seen_at": [now, now], "lang": ["es", None]})
    rows = fitted(table_named("posts"), frame)
    assert rows.schema == pl.Schema(TABLES["posts"].schema)
    assert rows["lang"].to_list() == ["es", "unknown"]
    assert rows["flags"].to_list() == [[], []]
    assert rows["author_key"].to_list() == [None, None]
    assert rows["state"].to_list() == ["live", "live"]


def test_last_of_two_rows_with_one_key_wins(now: datetime) -> None:
    frame = pl.DataFrame(
        {"id": ["a:1", "a:2", "a:1"], "text": ["first", "other", "last"], "seen_at": [now] * 3}
    )
    assert sorted(fitted(table_named("posts"), frame)["text"]) == ["last", "other"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"id": ["a:1"], "colour": ["red"]}, ["posts", "no column colour", "text_key"]),
        ({"id": [None], "text": ["x"]}, ["posts", "1 of 1 rows have no id"]),
        ({"text": ["x"]}, ["posts", "no id"]),
        (
            {"id": ["a:1"], "posted_at": [datetime(2025, 2, 3)]},
            ["posts.posted_at", "aware UTC", "without a zone"],
        ),
        ({"id": ["a:1"], "posted_at": ["2025-02-03"]}, ["posts.posted_at", "aware UTC", "String"]),
        ({"id": [7]}, ["posts.id", "String", "Int64"]),
        ({"id": ["a:1"], "flags": ["x"]}, ["posts.flags", "List"]),
        ({"id": ["a:1"], "simulated": [1]}, ["posts.simulated", "Boolean"]),
    ],
)
def test_frame_that_does_not_fit_is_refused_in_plain_words(
    columns: dict[str, list], words: list[str]
) -> None:
    with pytest.raises(StoreError) as refusal:
        fitted(table_named("posts"), pl.DataFrame(columns))
    for word in words:
        assert word in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_number_too_large_for_its_column_is_refused() -> None:
    with pytest.raises(StoreError, match=r"statements\.start"):
        fitted(table_named("statements"), pl.DataFrame({"id": ["a:1"], "start": [2**40]}))


def test_time_of_another_zone_becomes_utc() -> None:
    there = datetime(2025, 2, 3, 23, 30, tzinfo=timezone(timedelta(hours=-6)))
    frame = pl.DataFrame(
        {"id": ["a:1"], "posted_at": [there]}, schema_overrides={"posted_at": pl.Datetime("ms", "-06:00")}
    )
    assert fitted(table_named("posts"), frame)["posted_at"][0] == there


def test_nested_values_become_json_text(now: datetime) -> None:
    receipt = Receipt("news", "partial", "", now, 1.0, places=(Place("EFE", "gone", "404", 2),))
    rows = rows_frame("receipts", [receipt], run_id="r")
    assert rows["places"][0] == '[{"detail": "404", "n_got": 2, "name": "EFE", "state": "gone"}]'
    raw = rows_frame(
        "raw", [{"id": "a:1", "source": "a", "seen_at": now, "payload": {"b": "hola \ud83d", "a": None}}]
    )
    assert raw["payload"][0] == '{"a": null, "b": "hola \\ud83d"}'


def test_no_rows_make_an_empty_frame_of_the_table() -> None:
    assert rows_frame("posts", []).schema == pl.Schema(TABLES["posts"].schema)


def test_unknown_table_names_the_tables() -> None:
    with pytest.raises(StoreError, match=r"no table 'post'.*posts, articles"):
        table_named("post")


def test_row_with_a_wrong_value_is_refused(now: datetime) -> None:
    with pytest.raises(StoreError, match="events"):
        rows_frame("events", [{"id": "e:1", "on": "soon"}])
