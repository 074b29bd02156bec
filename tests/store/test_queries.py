from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from store import queries
from store.errors import StoreError
from store.queries import Published, read_published
from store.writer import Store


@pytest.fixture
def pub(filled: Store, now: datetime) -> Published:
    filled.publish(now, revision="r1")
    found = read_published(filled.folder.parent, "a-topic")
    assert found is not None
    return found


def test_search_gives_live_posts_newest_first_with_the_published_reading(pub: Published) -> None:
    found, n_total = queries.search_posts(pub)
    assert n_total == 6
    assert found["id"].to_list() == ["reddit:4", "reddit:1", "simulated:1", "reddit:2", "reddit:5", "files:1"]
    assert found["label"].to_list() == ["neutral", "against", "favor", "favor", None, "favor"]
    good = found.row(by_predicate=pl.col("id") == "reddit:2", named=True)
    assert good["favor"] == pytest.approx(0.8) and good["n_copies"] == 2 and good["target"] == "agreement"
    assert "author_key" not in found.columns


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({"stance": "favor"}, ["simulated:1", "reddit:2", "files:1"]),
        ({"stance": "favor", "simulated": False}, ["reddit:2", "files:1"]),
        ({"simulated": True}, ["simulated:1"]),
        ({"lang": "es"}, ["reddit:1"]),
        ({"source": "files"}, ["files:1"]),
        ({"on_topic": True, "simulated": False}, ["reddit:1", "reddit:2", "files:1"]),
        ({"on_topic": False}, ["reddit:4"]),
        ({"target": "cecot", "stance": "neutral"}, []),  # read, but off topic
        ({"target": "cecot", "stance": "neutral", "on_topic": False}, ["reddit:2", "files:1"]),
        ({"text": "carceles"}, ["reddit:1"]),
        ({"text": "  CÁRCEL  "}, ["reddit:1", "reddit:5"]),
        ({"text": "(100%) for $6"}, ["reddit:2", "files:1"]),
        ({"text": "goo. deal"}, []),
        ({"text": ".*"}, []),
        ({"text": "   "}, ["reddit:4", "reddit:1", "simulated:1", "reddit:2", "reddit:5", "files:1"]),
    ],
)
def test_search_filters(pub: Published, arguments: dict, ids: list[str]) -> None:
    found, n_total = queries.search_posts(pub, **arguments)
    assert found["id"].to_list() == ids
    assert n_total == len(ids)


def test_search_pages_add_up_and_the_total_stays(pub: Published) -> None:
    pages = [queries.search_posts(pub, limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [page.height for page, _ in pages] == [2, 2, 2, 0]
    assert {total for _, total in pages} == {6}
    whole, _ = queries.search_posts(pub)
    assert pl.concat([page for page, _ in pages])["id"].to_list() == whole["id"].to_list()


def test_reading_of_another_revision_is_never_shown(filled: Store, now: datetime) -> None:
    filled.publish(now, revision="r0")
    old = read_published(filled.folder.parent, "a-topic")
    assert old is not None
    found, _ = queries.search_posts(old, source="files")
    assert found["label"].to_list() == ["against"]


def test_statements_come_newest_first_with_title_and_reading(pub: Published) -> None:
    found = queries.latest_statements(pub)
    assert found["id"].to_list() == ["news:a#3", "news:a#1", "archive:1", "news:a#2"]
    row = found.row(1, named=True)
    assert (row["title"], row["quote"], row["paragraph"], row["label"], row["outlet"], row["camp"]) == (
        "A headline", "We reject it", "A paragraph.", "against", "EFE", "sv_opposition",
    )  # fmt: skip
    assert found.row(2, named=True)["title"] is None


@pytest.mark.parametrize(
    ("arguments", "ids"),
    [
        ({"camp": "sv_opposition"}, ["news:a#1"]),
        ({"actor": "flores"}, ["news:a#3", "news:a#1"]),
        ({"actor": "flores", "limit": 1}, ["news:a#3"]),
        ({"per_actor": 1}, ["news:a#3", "archive:1", "news:a#2"]),
        ({"stance": "favor"}, ["archive:1"]),
    ],
)
def test_statement_filters(pub: Published, arguments: dict, ids: list[str]) -> None:
    assert queries.latest_statements(pub, **arguments)["id"].to_list() == ids


def test_actor_summary_counts_what_was_said(pub: Published) -> None:
    found = queries.actor_summary(pub, "agreement", zone="America/El_Salvador")
    assert found["actor_id"].to_list() == ["flores", "rubio"]
    flores = found.row(0, named=True)
    assert (flores["n_statements"], flores["against"], flores["unread"]) == (1, 1, 0)
    assert flores["latest_on"] == date(2025, 2, 4)
    parts = ["favor", "against", "neutral", "unclear", "off_topic", "unread"]
    assert found.select(pl.sum_horizontal(parts) == pl.col("n_statements")).to_series().all()


def test_actor_summary_counts_unread_statements_apart(pub: Published) -> None:
    found = queries.actor_summary(pub, "us-citizens")
    assert found["unread"].to_list() == found["n_statements"].to_list() == [1, 1]


def test_last_receipt_of_each_source_with_its_places(pub: Published) -> None:
    found = queries.latest_receipts(pub)
    assert found.select("source", "run_id", "state").rows() == [("news", "run-2", "partial")]
    assert found["places"].to_list() == [[{"name": "EFE", "state": "gone", "detail": "404", "n_got": 2}]]
    history = queries.run_history(pub)
    assert history["run_id"].to_list() == ["run-2", "run-1"]
    assert history["places"].to_list()[1] == []


def test_events_and_daily_cells_are_what_was_stored(pub: Published, now: datetime) -> None:
    assert queries.dated_events(pub).select("on", "title_es").rows() == [(now.date(), "Oferta")]
    assert queries.daily_cells(pub).is_empty()


def test_source_counts_add_up(pub: Published) -> None:
    found = {row["source"]: row for row in queries.source_counts(pub).iter_rows(named=True)}
    assert list(found) == ["archive", "files", "news", "reddit", "simulated"]
    assert (found["reddit"]["n_posts"], found["reddit"]["n_tombstones"]) == (4, 1)
    assert (found["files"]["n_posts"], found["files"]["n_undated"], found["files"]["newest_posted_at"]) == (
        1,
        1,
        None,
    )
    assert (found["news"]["n_articles"], found["news"]["n_statements"]) == (1, 3)


def test_units_are_counted_by_layer_and_source(pub: Published) -> None:
    found = queries.count_units(pub).select("layer", "simulated", "source", "n", "n_undated").rows()
    assert ("posts", False, "files", 1, 1) in found
    assert ("posts", True, "simulated", 1, 0) in found
    assert sum(row[3] for row in found if row[0] == "statements") == 3


def test_live_posts_are_told_from_simulated_ones(filled: Store, pub: Published, now: datetime) -> None:
    assert queries.has_live_posts(pub)
    filled.delete_rows("posts", ["reddit", "files"], column="source")
    filled.publish(now)
    only_news = read_published(filled.folder.parent, "a-topic")
    assert only_news is not None and queries.has_live_posts(only_news)
    for table in ("articles", "statements"):
        filled.delete_rows(table, ["news"], column="source")
    filled.publish(now)
    only_simulated = read_published(filled.folder.parent, "a-topic")
    assert only_simulated is not None and not queries.has_live_posts(only_simulated)


def test_exports_hold_one_row_a_text_and_target_and_no_author(pub: Published) -> None:
    found = queries.export_readings(pub)
    assert found.select("id", "target").rows().count(("reddit:2", "cecot")) == 1
    assert found.height == 7 and "author_key" not in found.columns
    assert found["simulated"].sum() == 1
    assert queries.export_statements(pub).height == 4


def test_every_query_answers_on_an_empty_version(store: Store, now: datetime) -> None:
    store.publish(now)
    pub = read_published(store.folder.parent, "a-topic")
    assert pub is not None and pub.tables == {}
    assert queries.seen_days(pub, "UTC").is_empty()
    posts, n_total = queries.search_posts(pub, text="x")
    assert posts.is_empty() and n_total == 0
    assert not queries.has_live_posts(pub)
    for name in (
        "daily_cells", "latest_statements", "actor_summary", "latest_receipts", "run_history", "run_times", "dated_events",
        "source_counts", "count_units", "export_readings", "export_statements",
    ):  # fmt: skip
        assert getattr(queries, name)(pub).is_empty(), name


@pytest.mark.parametrize("how", ["gone", "cut", "overwritten"])
def test_damaged_table_is_one_plain_sentence(filled: Store, pub: Published, how: str) -> None:
    for path in (filled.folder / "tables" / "posts").glob("*.parquet"):
        size = path.stat().st_size
        {
            "gone": path.unlink,
            "cut": lambda path=path: path.write_bytes(path.read_bytes()[:-9]),
            "overwritten": lambda path=path, size=size: path.write_bytes(b"\x07" * size),
        }[how]()
    with pytest.raises(StoreError) as refusal:
        queries.search_posts(pub)
    assert "\n" not in str(refusal.value) and "backup" in str(refusal.value)


def test_search_of_many_texts_counts_all_that_match(store: Store, now: datetime, posts) -> None:  # type: ignore[no-untyped-def]
    rows = posts(1).join(pl.DataFrame({"i": range(100_000)}), how="cross")
    text = pl.format("{} de la cárcel número {} en un país", "text", "i")
    store.upsert_rows(
        "posts", rows.with_columns(pl.format("a:{}", "i").alias("id"), text.alias("text")).drop("i")
    )
    store.publish(now)
    pub = read_published(store.folder.parent, "a-topic")
    assert pub is not None
    page, n_total = queries.search_posts(pub, text="CARCEL NUMERO 99")
    assert n_total == 1111 and page.height == 50


def test_seen_days_count_each_item_once_on_its_own_day(pub: Published) -> None:
    found = queries.seen_days(pub, "America/El_Salvador")
    per_source = {
        source: int(rows["n"].sum()) for (source,), rows in found.group_by("source", maintain_order=True)
    }
    counts = {row["source"]: row for row in queries.source_counts(pub).to_dicts()}
    assert per_source["reddit"] == counts["reddit"]["n_posts"] + counts["reddit"]["n_tombstones"]
    assert per_source["news"] == counts["news"]["n_articles"]  # what was found in them counts no second time
    assert found["on"].null_count() == found["seen_on"].null_count() == 0
    assert (found["seen_on"] >= found["on"]).all()


def test_run_history_keeps_the_newest_of_each_source(pub: Published) -> None:
    assert [row["state"] for row in queries.run_history(pub).to_dicts()] == ["partial", "complete"]
    newest = queries.run_history(pub, limit=1)
    assert newest["state"].to_list() == ["partial"] and newest["places"][0][0]["name"] == "EFE"
    times = queries.run_times(pub)
    assert times["started_at"].is_sorted() and times.columns == ["source", "started_at", "state", "newest_at"]
