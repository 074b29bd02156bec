"""Bursts of copies in made placements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl

from analysis.bursts import BURSTS_SCHEMA, MIN_VOICES, MIN_WORDS, WINDOW, find_bursts

START = datetime(2025, 2, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SCHEMA: dict[str, Any] = {
    "cluster_key": pl.String, "layer": pl.String, "id": pl.String, "source": pl.String, "place": pl.String,
    "posted_at": pl.Datetime("us", "UTC"), "voice": pl.String, "repost": pl.Boolean, "simulated": pl.Boolean,
    "n_words": pl.UInt32,
}  # fmt: skip


def copy(n: int, hours: float | None, **changed: Any) -> dict[str, Any]:
    at = None if hours is None else START + hours * HOUR
    row = {
        "cluster_key": "c", "layer": "posts", "id": f"reddit:{n}", "source": "reddit", "place": f"r/{n}", "posted_at": at,
        "voice": f"v{n}", "repost": False, "simulated": False, "n_words": 20,
    }  # fmt: skip
    return row | changed


def bursts(*rows: dict[str, Any]) -> pl.DataFrame:
    return find_bursts(pl.DataFrame(list(rows), schema=SCHEMA))


def test_five_voices_in_six_hours_are_a_burst() -> None:
    assert (MIN_VOICES, WINDOW) == (5, 6 * HOUR)
    found = bursts(*[copy(n, n * 1.5) for n in range(5)])
    assert found.rows(named=True) == [
        {
            "cluster_key": "c", "kind": "copies", "simulated": False, "n_voices": 5, "n_posts": 5, "starts_at": START,
            "ends_at": START + 6 * HOUR, "first_id": "reddit:0", "first_source": "reddit", "first_place": "r/0",
        }
    ]  # fmt: skip


def test_four_voices_or_a_minute_too_long_are_none() -> None:
    assert bursts(*[copy(n, n) for n in range(4)]).is_empty()
    late = [copy(n, n) for n in range(4)] + [copy(9, 6 + 1 / 60)]
    assert bursts(*late).is_empty()


def test_one_voice_that_repeats_itself_counts_once() -> None:
    assert bursts(*[copy(n, n / 10, voice="same") for n in range(40)]).is_empty()
    found = bursts(*[copy(n, n / 10, voice=f"v{n % 5}") for n in range(40)])
    assert found.select("n_voices", "n_posts").row(0) == (5, 40)


def test_what_is_undated_reposted_or_of_unknown_voice_makes_no_burst() -> None:
    four = [copy(n, n / 10) for n in range(4)]
    for changed in ({"repost": True}, {"voice": None}, {"posted_at": None}, {"simulated": True}):
        assert bursts(*four, copy(4, 0.5) | changed).is_empty(), changed
        assert not bursts(*four, copy(4, 0.5)).is_empty()


def test_slogan_is_no_burst_however_many_say_it() -> None:
    assert bursts(*[copy(n, n / 60, n_words=MIN_WORDS - 1) for n in range(40)]).is_empty()
    assert not bursts(*[copy(n, n / 60, n_words=MIN_WORDS) for n in range(5)]).is_empty()


def test_statements_and_articles_are_wire_copy_and_no_burst() -> None:
    rows = [copy(n, n / 10, layer=("articles", "statements")[n % 2], voice=None) for n in range(60)]
    assert bursts(*rows).is_empty()


def test_voices_that_share_a_printed_text_are_told_apart_from_a_text_printed_afterwards() -> None:
    posts = [copy(n, n / 10) for n in range(5)]
    printed = copy(9, -1, layer="articles", voice=None)
    assert bursts(*posts, printed)["kind"].to_list() == ["wire"]
    quoted = copy(9, 1, layer="articles", voice=None)
    assert bursts(*posts, quoted)["kind"].to_list() == ["copies"]
    undated = copy(9, None, layer="articles", voice=None)
    assert bursts(*posts, undated)["kind"].to_list() == ["copies"]


def test_two_bursts_of_one_text_are_two_and_windows_that_overlap_are_one() -> None:
    two = [copy(n, n / 10) for n in range(5)] + [copy(10 + n, 100 + n / 10) for n in range(6)]
    assert bursts(*two)["n_voices"].to_list() == [6, 5]
    long = bursts(*[copy(n, n) for n in range(20)])
    assert long.select("n_voices", "n_posts").rows() == [(20, 20)]
    assert long["ends_at"][0] - long["starts_at"][0] == 19 * HOUR


def test_order_of_rows_does_not_matter_and_none_is_empty() -> None:
    rows = [copy(n, n / 3, cluster_key=f"c{n % 2}") for n in range(14)]
    assert bursts(*rows).equals(bursts(*reversed(rows))) and bursts(*rows).height == 2
    assert bursts().schema == pl.Schema(BURSTS_SCHEMA) and bursts().is_empty()
