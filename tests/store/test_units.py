from __future__ import annotations

import polars as pl

from store.units import COLUMNS
from store.writer import Store


def units(store: Store, *targets: str, revision: str = "r1", **options: object) -> pl.DataFrame:
    return store.units(targets or ("agreement",), revision, **options).collect()  # type: ignore[arg-type]


def test_one_row_a_placement_and_target(filled: Store) -> None:
    found = units(filled, "agreement", "cecot")
    assert tuple(found.columns) == COLUMNS
    assert found.height == found.select("id", "target").n_unique()
    assert sorted(found.filter(target="cecot")["id"]) == ["files:1", "reddit:2"]
    assert sorted(found.filter(target="agreement", layer="posts")["id"]) == [
        "files:1", "reddit:1", "reddit:2", "reddit:4", "simulated:1",
    ]  # fmt: skip


def test_tombstones_unread_texts_and_unmade_statements_are_out(filled: Store) -> None:
    assert not {"reddit:3", "reddit:5", "news:a#3"} & set(units(filled)["id"])


def test_undated_units_stay_without_a_time(filled: Store) -> None:
    assert units(filled).filter(id="files:1")["posted_at"].to_list() == [None]


def test_camp_is_public_the_actors_or_unattributed(filled: Store) -> None:
    camps = dict(units(filled, camps={"the-ministry": "sv_government"}).select("id", "camp").iter_rows())
    assert camps["reddit:1"] == "public"
    assert camps["reddit:4"] == "sv_government"
    assert camps["news:a#1"] == "sv_opposition"
    assert camps["news:a#2"] == "unattributed"
    assert dict(units(filled).select("id", "camp").iter_rows())["reddit:4"] == "unattributed"


def test_voice_is_author_actor_outlet_or_the_item(filled: Store) -> None:
    voices = dict(units(filled).select("id", "voice").iter_rows())
    assert voices["reddit:1"] == "ana"
    assert voices["reddit:4"] == "the-ministry"
    assert voices["news:a#1"] == "flores"
    assert voices["news:a#2"] == "news:a#2"
    assert voices["files:1"] == "files:1"


def test_readings_of_another_revision_do_not_count(filled: Store) -> None:
    assert sorted(units(filled, revision="r0")["id"]) == ["files:1", "reddit:2"]


def test_context_tells_readings_of_one_text_apart(filled: Store) -> None:
    posts = (
        filled.read("posts")
        .filter(id="reddit:1")
        .with_columns(context_key=pl.lit("c9"), text=pl.lit("x"))
        .collect()
    )
    filled.upsert_rows("posts", posts)
    assert "reddit:1" not in set(units(filled)["id"])
