from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from analysis.daily import DAILY_SCHEMA
from app_pages.evidence import (
    NARROW_DAYS,
    WIDE_DAYS,
    View,
    camp_rows,
    cells_of,
    gather,
    parts_of,
    pick_events,
)
from app_pages.finding import headline, subtitle
from tests.app_pages.made_store import TOPIC

FIRST = date(2025, 3, 1)
FAR = date(2030, 1, 1)


def cells(
    per_day: list[tuple[float, float, float]], lang: str = "en", source: str = "reddit"
) -> pl.DataFrame:
    """Return one cell a day from its (favor, against, neutral); every unit is a text of its own."""
    rows = [
        (FIRST + timedelta(days=n), "agreement", "posts", "public", source, lang, False, "posts", f, a, o, 0.0, 1.0, f + a + o)
        for n, (f, a, o) in enumerate(per_day)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=DAILY_SCHEMA, orient="row")


def test_clear_rise_is_the_title_with_its_date_and_the_same_share_as_the_line() -> None:
    found = gather(cells([(30, 10, 10)] * 28 + [(10, 30, 10)] * 14), FAR)
    title = headline(TOPIC, View("agreement"), found, "en")
    assert title == "The agreement: opposition rose 40 points, to 60%, in the 7 days to 11 Apr 2025"
    assert found.last["against"][0] == 0.6
    said = subtitle(View("agreement"), found, "en")
    assert said.startswith("Of 350 on-topic posts in these sources, 5 Apr to 11 Apr 2025.")


def test_no_clear_change_is_told_neutrally() -> None:
    found = gather(cells([(4, 4, 2)] * 42), FAR)
    title = headline(TOPIC, View("agreement"), found, "en")
    assert "no clear lead" in title and "no clear change" in title
    assert "rose" not in title and "fell" not in title


def test_lead_is_named_only_where_the_interval_leaves_out_zero() -> None:
    assert gather(cells([(2, 8, 2)] * 10), FAR).leader == "against"
    assert gather(cells([(8, 2, 2)] * 10), FAR).leader == "favor"
    assert gather(cells([(5, 6, 2)] * 10), FAR).leader is None


def test_sparse_days_are_pooled_over_four_weeks_and_dense_ones_over_one() -> None:
    assert gather(cells([(4, 4, 4)] * 40), FAR).window_days == NARROW_DAYS
    sparse = gather(cells([(1, 1, 0)] * 60), FAR)
    assert sparse.window_days == WIDE_DAYS and sparse.last_on is not None


def test_too_few_posts_have_no_last_point() -> None:
    found = gather(cells([(1, 1, 1)] * 5), FAR)
    assert found.last_on is None and found.change is None and found.leader is None
    assert "too few to say, 15 so far" in headline(TOPIC, View("agreement"), found, "en")


def test_nothing_at_all_is_no_fault() -> None:
    found = gather(cells([]), FAR)
    assert found.volume.is_empty() and found.n_all == 0


def test_view_filters_language_simulated_and_denominator() -> None:
    both = pl.concat(
        [cells([(1, 0, 0)]), cells([(0, 1, 0)], lang="es"), cells([(9, 9, 9)]).with_columns(simulated=True)]
    )
    assert cells_of(both, View("agreement")).height == 2
    assert cells_of(both, View("agreement", written="es"))["against"].to_list() == [1.0]
    assert cells_of(both, View("agreement", posts="simulated"))["favor"].to_list() == [9.0]
    assert cells_of(both, View("agreement", by="voices")).is_empty()


def test_only_private_voices_are_counted() -> None:
    official = cells([(0, 50, 0)]).with_columns(camp=pl.lit("us_government"))
    found = cells_of(pl.concat([cells([(1, 2, 3)]), official]), View("agreement"))
    assert found["against"].to_list() == [2.0]


def test_a_fifth_of_the_days_empty_is_still_a_point_a_day_and_more_is_a_point_a_week() -> None:
    fifth = gather(cells([(20, 20, 0), (0, 0, 0), *[(20, 20, 0)] * 3] * 6), FAR)
    assert not fifth.weekly and fifth.trend.height == 30 * 4
    sparse = gather(cells([(20, 20, 0), (0, 0, 0)] * 20 + [(40, 0, 0)]), FAR)
    assert sparse.weekly and sparse.trend["on"].n_unique() == 7
    assert sparse.volume.height == 41  # the bars stay a day each
    assert sparse.last_on == sparse.days.to_on == sparse.window.to_on
    assert sparse.n_last == 40 * 3 + 40


def test_parts_are_sources_where_there_are_several_else_languages() -> None:
    one = pl.concat([cells([(1, 0, 0)]), cells([(2, 0, 0)], lang="es")])
    assert parts_of(one) == ("lang", ["es", "en"])
    assert parts_of(pl.concat([one, cells([(9, 0, 0)], source="files")])) == ("source", ["files", "reddit"])
    assert parts_of(cells([(1, 0, 0)]))[1] == []


def test_events_are_the_ones_with_most_posts_in_order_and_apart() -> None:
    volume = pl.DataFrame(
        {"on": [FIRST + timedelta(days=n) for n in range(90)], "n_posts": [float(n % 30) for n in range(90)]}
    )
    days = [5, 6, 20, 28, 57, 58, 86, 400]
    events = pl.DataFrame({"id": [f"e{d}" for d in days], "on": [FIRST + timedelta(days=d) for d in days]})
    chosen = [event["id"] for event in pick_events(events, volume, at_most=4)]
    assert len(chosen) <= 4 and "e400" not in chosen
    assert chosen == sorted(chosen, key=lambda name: int(name[1:]))
    assert not {"e57", "e58"} <= set(chosen)
    assert pick_events(events, volume.clear()) == []


def test_camps_come_in_the_topics_order_and_only_from_real_statements() -> None:
    rows = cells([(2, 1, 0)]).with_columns(layer=pl.lit("statements"), camp=pl.lit("courts"))
    fake = rows.with_columns(simulated=True)
    names = {camp.id: camp.name.en for camp in TOPIC.camps}
    found = camp_rows(pl.concat([rows, fake]), "agreement", names)
    assert [(row.name, row.favor, row.against) for row in found] == [("Courts", 2, 1)]
