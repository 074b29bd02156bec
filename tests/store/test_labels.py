"""Labels live beside the daily job: kept through it, latest first, and read back from a spreadsheet."""

from __future__ import annotations

import threading
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from records import Label
from store.errors import StoreError
from store.labels import Draw, LabelBook, labels_csv, read_labels_csv
from store.queries import read_published, review_frame, review_texts
from store.tables import rows_frame
from store.writer import Store

TARGETS = ("agreement", "cecot")


def label(
    key: str, answer: str, at: datetime, analyst: str = "ana", target: str = "agreement"
) -> pl.DataFrame:
    return rows_frame("labels", [Label(key, target, analyst, answer, at)])


@pytest.fixture
def book(tmp_store_root: Path) -> LabelBook:
    return LabelBook(tmp_store_root, "a-topic")


def test_newest_answer_of_a_key_counts_and_an_old_import_changes_nothing(
    book: LabelBook, now: datetime
) -> None:
    book.add_labels(label("k1", "favor", now))
    book.add_labels(label("k1", "against", now + timedelta(minutes=1)))
    book.add_labels(label("k1", "neutral", now - timedelta(days=1)))
    book.add_labels(label("k1", "neutral", now, analyst="bea"))
    book.add_labels(label("k1", "neutral", now, target="cecot"))
    found = book.read_labels()
    assert found.height == 3
    mine = found.filter(pl.col("analyst") == "ana", pl.col("target") == "agreement")
    assert mine["label"].to_list() == ["against"]


def test_answer_taken_back_is_gone_and_can_be_given_again(book: LabelBook, now: datetime) -> None:
    book.add_labels(label("k1", "favor", now))
    book.withdraw("k1", "agreement", "ana", now + timedelta(seconds=1))
    assert book.read_labels().is_empty()
    book.add_labels(label("k1", "neutral", now + timedelta(seconds=2)))
    assert book.read_labels()["label"].to_list() == ["neutral"]


def test_same_file_twice_writes_nothing(book: LabelBook, now: datetime) -> None:
    assert book.add_labels(label("k1", "favor", now)) == 1
    version = book.version()
    assert book.add_labels(label("k1", "favor", now)) == 0
    assert book.version() == version


def test_labels_are_kept_while_the_job_holds_the_lock_and_tidies(
    store: Store, book: LabelBook, filled: Store, now: datetime
) -> None:
    faults: list[BaseException] = []

    def analyst(name: str) -> None:
        try:
            for number in range(8):
                book.add_labels(label(f"k{number}", "favor", now, analyst=name))
                book.withdraw(f"k{number}", "agreement", name, now + timedelta(seconds=1))
                book.add_labels(label(f"k{number}", "against", now + timedelta(seconds=2), analyst=name))
        except BaseException as fault:
            faults.append(fault)

    analysts = [threading.Thread(target=analyst, args=(name,)) for name in ("ana", "bea")]
    with store.lock("the daily job"):
        for thread in analysts:
            thread.start()
        while any(thread.is_alive() for thread in analysts):
            store.publish(now, revision="r1")
            store.compact(now, purge=True)
        for thread in analysts:
            thread.join()
    assert not faults
    assert book.read_labels().group_by("label").len().rows() == [("against", 16)]


def test_labels_and_draws_survive_a_new_revision_and_a_purge(
    store: Store, book: LabelBook, filled: Store, now: datetime
) -> None:
    store.publish(now, revision="r1")
    published = read_published(store.folder.parent, "a-topic")
    assert published is not None
    frame = review_frame(published, "agreement", "UTC", simulated=False)
    weeks = dict(frame.select("text_key", "week").iter_rows())
    assert weeks == {"k1": date(2025, 2, 3), "k2": date(2025, 2, 3)}
    assert dict(frame.select("text_key", "predicted").iter_rows()) == {"k1": "against", "k2": "favor"}
    sample = frame.with_columns(probability=pl.lit(0.5), place=pl.Series([1, 2]))
    strata = pl.DataFrame(
        {"lang": ["es", "en"], "predicted": ["against", "favor"], "n_frame": [4, 2], "n_drawn": [2, 1],
         "favor": [0.1, 0.8], "against": [0.8, 0.1], "neutral": [0.1, 0.1]}
    )  # fmt: skip
    for days, seed in ((0, 1), (1, 2)):
        book.save_draw(Draw("agreement", False, now + timedelta(days=days), seed, "r1", sample, strata))
    book.add_labels(label("k1", "favor", now))
    store.publish(now, revision="r2")
    store.compact(now + timedelta(days=30), purge=True)
    draw = LabelBook(store.folder.parent, "a-topic").latest_draw("agreement", simulated=False)
    assert draw is not None and (draw.seed, draw.revision) == (2, "r1")
    assert draw.sample["text_key"].to_list() == sample["text_key"].to_list()
    assert draw.strata["n_frame"].sum() == 6
    assert book.latest_draw("agreement", simulated=True) is None and book.latest_draw("cecot", False) is None
    assert book.read_labels().height == 1


def test_frame_is_of_private_voices_on_topic_and_tells_no_reading(
    store: Store, filled: Store, now: datetime
) -> None:
    store.publish(now, revision="r1")
    published = read_published(store.folder.parent, "a-topic")
    assert published is not None
    assert review_frame(published, "agreement", "UTC", simulated=True)["text_key"].to_list() == ["k3"]
    assert review_frame(published, "cecot", "UTC", simulated=False).is_empty()
    texts = review_texts(published, ["k2", "k4", "k-none", "gone"])
    assert texts.columns == ["text_key", "text", "context", "lang"]
    assert texts["text_key"].to_list() == ["k2"]


def test_csv_goes_through_a_spreadsheet_and_back(now: datetime) -> None:
    rows = pl.concat(
        [label("12345678901234567890", "favor", now, "=ana"), label("k2", "unsure", now, "José")]
    )
    data = labels_csv(rows)
    assert read_labels_csv(data, "labels.csv", TARGETS, now).sort("text_key").equals(rows.sort("text_key"))
    as_excel_saves = data.decode("utf-8-sig").replace(",", ";").encode("cp1252")
    assert read_labels_csv(as_excel_saves, "labels.csv", TARGETS, now)["analyst"].to_list() == [
        "=ana",
        "José",
    ]


def test_time_that_is_missing_or_ahead_is_now(now: datetime) -> None:
    data = b"text_key,target,analyst,label\nk1,agreement,ana,favor\n"
    assert read_labels_csv(data, "x.csv", TARGETS, now)["labelled_at"].to_list() == [now]
    ahead = b"text_key,target,analyst,label,labelled_at\nk1,agreement,ana,favor,2999-01-01T00:00:00Z\n"
    assert read_labels_csv(ahead, "x.csv", TARGETS, now)["labelled_at"].to_list() == [now]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("text_key,label\nk1,favor\n", ["no column target, analyst", "text_key, label"]),
        ("text_key,target,analyst,label\nk1,agreement,ana,pro\n", ["line 2", "'pro'", "off_topic"]),
        ("text_key,target,analyst,label\nk1,moon,ana,favor\n", ["line 2", "'moon'", "cecot"]),
        ("text_key,target,analyst,label\n,agreement,ana,favor\n", ["line 2", "text_key"]),
        (
            "text_key,target,analyst,label,labelled_at\nk1,cecot,ana,favor,yesterday\n",
            ["'yesterday'", "2025-02-03"],
        ),
        ("", ["cannot be read as CSV"]),
    ],
)
def test_file_with_a_fault_is_refused_whole_and_plainly(text: str, words: list[str], now: datetime) -> None:
    with pytest.raises(StoreError) as refused:
        read_labels_csv(text.encode(), "labels.csv", TARGETS, now)
    said = str(refused.value)
    assert all(word in said for word in [*words, "labels.csv", "nothing was imported"]) and "\n" not in said


def test_nothing_written_yet_reads_as_empty(book: LabelBook) -> None:
    assert book.read_labels().is_empty() and book.latest_draw("agreement", False) is None
    assert book.version() == "-/-/-"
