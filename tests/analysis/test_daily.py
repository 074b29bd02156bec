from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.daily import DAILY_SCHEMA, daily_cells
from analysis.selection import select_cells

Make = Callable[[list[dict]], pl.DataFrame]
ZONE = "America/El_Salvador"
ON_TOPIC = ["favor", "against", "neutral", "unclear"]


def weight(daily: pl.DataFrame, denominator: str, *columns: str) -> float:
    found = daily.filter(denominator=denominator).select(pl.sum_horizontal(columns or ON_TOPIC).sum()).item()
    return float(found)


def test_half_past_eleven_at_night_in_san_salvador_is_still_that_day(units: Make) -> None:
    late = datetime(2025, 2, 4, 5, 30, tzinfo=UTC)  # 23:30 on 3 February there
    frame = units([{}, {}]).with_columns(
        pl.Series("posted_at", [late, late.replace(hour=6)], dtype=pl.Datetime("us", "UTC"))
    )
    daily = daily_cells(frame, ZONE).filter(denominator="posts")
    assert daily["on"].to_list() == [date(2025, 2, 3), date(2025, 2, 4)]
    assert daily_cells(frame, "UTC").filter(denominator="posts")["on"].to_list() == [date(2025, 2, 4)]


def test_day_of_the_clock_change_holds_its_25_hours(units: Make) -> None:
    instants = [
        datetime(2025, 11, 2, 4, tzinfo=UTC),
        datetime(2025, 11, 3, 4, 59, tzinfo=UTC),
        datetime(2025, 11, 3, 5, tzinfo=UTC),
    ]
    frame = units([{}, {}, {}]).with_columns(pl.Series("posted_at", instants, dtype=pl.Datetime("us", "UTC")))
    daily = daily_cells(frame, "America/New_York").filter(denominator="posts").select("on", "favor")
    assert daily.rows() == [(date(2025, 11, 2), 2.0), (date(2025, 11, 3), 1.0)]


def test_undated_units_move_no_day(units: Make) -> None:
    frame = units([{}, {}]).with_columns(pl.Series("posted_at", [None, None], dtype=pl.Datetime("us", "UTC")))
    assert daily_cells(frame, ZONE).is_empty()
    assert daily_cells(frame, ZONE).schema == pl.Schema(DAILY_SCHEMA)


def test_one_text_in_sixty_outlets_is_one_text(units: Make) -> None:
    daily = daily_cells(
        units([{"text_key": "wire", "source": f"s{i % 3}", "label": "against"} for i in range(60)]), ZONE
    )
    assert weight(daily, "posts") == 60
    assert weight(daily, "texts") == pytest.approx(1)
    assert weight(daily, "voices") == pytest.approx(60)
    assert daily.filter(denominator="posts", source="s0")["against"].to_list() == [20.0]


def test_one_voice_with_many_posts_is_one_voice(units: Make) -> None:
    labels = ["favor"] * 3 + ["against"]
    daily = daily_cells(units([{"voice": "ana", "label": label} for label in labels]), ZONE)
    assert weight(daily, "voices", "favor") == pytest.approx(0.75)
    assert weight(daily, "voices", "against") == pytest.approx(0.25)


def test_off_topic_units_stay_out_of_the_shares_and_are_counted(units: Make) -> None:
    rows = [{"relevance": 0.49, "label": "neutral", "voice": "ana"}, {"relevance": 0.5, "voice": "ana"}]
    daily = daily_cells(units(rows), ZONE)
    for denominator in ("posts", "texts", "voices"):
        assert weight(daily, denominator) == pytest.approx(
            1
        )  # ana's one on-topic post counts as a whole voice
        assert weight(daily, denominator, "off_topic") == pytest.approx(1)


def test_simulated_units_never_take_weight_from_real_ones(units: Make) -> None:
    daily = daily_cells(units([{"text_key": "same", "simulated": True}, {"text_key": "same"}]), ZONE)
    assert weight(daily.filter(~pl.col("simulated")), "texts") == pytest.approx(1)


def test_targets_are_counted_apart(units: Make) -> None:
    daily = daily_cells(
        units([{"text_key": "same", "target": "t"}, {"text_key": "same", "target": "u"}]), ZONE
    )
    assert weight(daily.filter(target="t"), "texts") == pytest.approx(1)


UNIT = st.fixed_dictionaries(
    {
        "day": st.integers(0, 9),
        "text_key": st.sampled_from("abcde"),
        "voice": st.sampled_from("vwxyz"),
        "camp": st.sampled_from(["public", "media"]),
        "source": st.sampled_from(["r", "n", "f"]),
        "lang": st.sampled_from(["en", "es"]),
        "target": st.sampled_from(["t", "u"]),
        "simulated": st.booleans(),
        "label": st.sampled_from(ON_TOPIC),
        "relevance": st.sampled_from([0.2, 0.9]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(UNIT, min_size=1, max_size=40))
def test_weights_add_up_to_posts_texts_and_voices(units: Make, rows: list[dict]) -> None:
    frame = units(rows)
    scope = ["on", "target", "layer", "simulated"]
    dated = frame.with_columns(pl.col("posted_at").dt.convert_time_zone(ZONE).dt.date().alias("on"))
    on_topic = dated.filter(pl.col("relevance") >= 0.5)
    daily = daily_cells(frame, ZONE)
    counts = {"posts": pl.len(), "texts": pl.col("text_key").n_unique(), "voices": pl.col("voice").n_unique()}
    for denominator, count in counts.items():
        summed = (
            daily.filter(denominator=denominator)
            .group_by(scope)
            .agg(pl.sum_horizontal(ON_TOPIC).sum().alias("n"))
        )
        expected = on_topic.group_by(scope).agg(count.alias("n"))
        both = summed.filter(pl.col("n") > 0).join(expected, on=scope, how="full", suffix="_expected")
        assert both.height == expected.height
        assert np.allclose(both["n"], both["n_expected"], atol=1e-8)
        off = dated.filter(pl.col("relevance") < 0.5).group_by(scope).agg(count.alias("n"))
        assert weight(daily, denominator, "off_topic") == pytest.approx(off["n"].sum())


@settings(max_examples=60, deadline=None)
@given(st.lists(UNIT, min_size=1, max_size=40), st.integers(0, 3))
def test_squares_are_those_of_whole_clusters_and_never_less(
    units: Make, rows: list[dict], start: int
) -> None:
    frame = units([row | {"target": "t", "simulated": False} for row in rows])
    daily = daily_cells(frame, ZONE)
    dated = frame.filter(pl.col("relevance") >= 0.5).with_columns(
        pl.col("posted_at").dt.convert_time_zone(ZONE).dt.date().alias("on")
    )
    first = date(2025, 2, 3 + start)
    for days in (1, 3, 7):
        window = pl.col("on").is_between(first, first + timedelta(days=days - 1))
        inside, cells = dated.filter(window), daily.filter(window)
        whole_weights = {
            "posts": inside.group_by("text_key").len()["len"],
            "texts": inside.group_by("text_key").agg(pl.col("on").n_unique())["on"],
            "voices": inside.group_by("voice").agg(pl.col("on").n_unique())["on"],
        }
        for denominator, whole in whole_weights.items():
            squares = cells.filter(denominator=denominator)["sq"].sum()
            assert squares >= (whole.cast(pl.Float64) ** 2).sum() - 1e-6, (denominator, days)


def test_squares_of_one_day_are_exact(units: Make) -> None:
    rows = [{"text_key": key, "source": f"s{i}"} for i, key in enumerate("aaab")]
    daily = daily_cells(units(rows), ZONE)
    squares = dict(daily.group_by("denominator").agg(pl.col("sq").sum()).iter_rows())
    assert squares == pytest.approx({"posts": 9 + 1, "texts": 1 + 1, "voices": 4})


def test_same_units_in_any_order_make_the_same_table_to_the_last_bit(units: Make) -> None:
    rng = np.random.default_rng(5)
    rows = [
        {
            "text_key": f"t{rng.integers(40)}",
            "voice": f"v{rng.integers(30)}",
            "source": f"s{rng.integers(2)}",
            "day": int(rng.integers(5)),
        }
        for _ in range(3000)
    ]
    frame = units(rows)
    first = daily_cells(frame, ZONE)
    for seed in range(5):
        assert daily_cells(frame.sample(fraction=1, shuffle=True, seed=seed), ZONE).equals(first)


def test_selection_keeps_what_the_chart_is_about(units: Make) -> None:
    rows = [
        {"source": "r"},
        {"source": "n", "lang": "en"},
        {"camp": "media"},
        {"simulated": True},
        {"target": "u"},
    ]
    daily = daily_cells(units(rows), ZONE)
    assert select_cells(daily, "t")["favor"].sum() == 4
    assert select_cells(daily, "t", sources=["r", "n"])["favor"].sum() == 2
    assert select_cells(daily, "t", langs=["en"], camps=["public"])["favor"].sum() == 1
    assert select_cells(daily, "t", simulated=False)["favor"].sum() == 3
    assert select_cells(daily, "t", simulated=True)["favor"].sum() == 1
    assert select_cells(daily, "t", camps=[]).is_empty()
    assert select_cells(daily, "t", layer="statements").is_empty()


def test_a_million_units_take_seconds() -> None:
    rng, n = np.random.default_rng(1), 1_000_000
    start = np.datetime64("2025-01-01T00:00:00", "us")
    frame = pl.DataFrame(
        {
            "layer": rng.choice(["posts", "statements"], n),
            "camp": rng.choice(["public", "media"], n),
            "source": rng.choice(["r", "n", "f"], n),
            "lang": rng.choice(["en", "es"], n),
            "simulated": np.zeros(n, bool),
            "posted_at": pl.Series(start + rng.integers(0, 400 * 86400, n) * np.timedelta64(1_000_000, "us")).dt.replace_time_zone("UTC"),
            "text_key": pl.Series(rng.integers(0, 10**6, n)).cast(pl.String),
            "voice": pl.Series(rng.integers(0, 10**5, n)).cast(pl.String),
            "target": rng.choice(["t", "u", "w"], n),
            "label": rng.choice(ON_TOPIC, n),
            "relevance": rng.random(n).astype(np.float32),
        }
    )  # fmt: skip
    began = time.monotonic()
    daily = daily_cells(frame, ZONE)
    assert time.monotonic() - began < 15  # measured 1.4 s on two busy cores
    assert (
        daily.filter(denominator="posts").select(pl.sum_horizontal([*ON_TOPIC, "off_topic"]).sum()).item()
        == n
    )
