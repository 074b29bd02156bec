"""One run of one source: each item counted once, nothing that was read is lost, the receipt says what happened."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from collectors.contract import Request
from collectors.errors import AuthError, Gone, NotConfigured, RateLimited, SourceError, Unreachable
from collectors.intake import MAX_PAYLOAD
from collectors.run import collect
from records import Place, Receipt
from settings import Settings
from tests.collectors.fake_source import NOW, FakeCollector, Sink, item
from topics import Topic


@pytest.fixture
def request_(topic: Topic, settings: Settings) -> Request:
    return Request(topic, settings, NOW)


def adds_up(receipt: Receipt) -> bool:
    parts = (
        receipt.n_kept + receipt.n_tombstone + receipt.n_quarantined + receipt.n_off_topic + receipt.n_known
    )
    return receipt.n_got == parts


def run(request: Request, *script: Any, batch_size: int = 1000) -> tuple[Receipt, Sink]:
    sink = Sink()
    receipt = collect(FakeCollector(script), request, sink, batch_size)
    assert adds_up(receipt)
    return receipt, sink


def test_every_item_is_counted_exactly_once(request_: Request) -> None:
    kinds = ["good", "good", "tombstone", "malformed", "off topic", "bug", "wrong type", "naive time"]
    script = [item(number, kind) for number, kind in enumerate(kinds)] + [item(0), item(3, "malformed")]
    receipt, sink = run(request_, *script)
    assert (receipt.n_got, receipt.n_kept, receipt.n_tombstone) == (10, 2, 1)
    assert (receipt.n_quarantined, receipt.n_off_topic, receipt.n_known) == (4, 1, 2)
    assert receipt.state == "complete"
    assert sink.ids == ["fake:0", "fake:1", "fake:2"]


def test_one_bad_item_is_quarantined_with_its_raw_form_and_reason(request_: Request) -> None:
    _, sink = run(request_, item(1), item(2, "bug", text="ñ"), item(3, "wrong type"), item(4))
    assert sink.ids == ["fake:1", "fake:4"]
    assert "KeyError" in sink.reasons[0]
    assert "dict" in sink.reasons[1]
    assert json.loads(sink.batches[0].quarantined[0].payload) == {"kind": "bug", "text": "ñ"}


def test_what_is_not_an_item_is_quarantined(request_: Request) -> None:
    receipt, sink = run(request_, item(1), "a bare text", None, item(2))
    assert (receipt.n_kept, receipt.n_quarantined) == (2, 2)
    assert sink.batches[0].quarantined[0].id.startswith("fake:")


def test_a_payload_that_no_store_can_hold_is_kept_as_escapes(request_: Request) -> None:
    _, sink = run(request_, item(1, "malformed", text="hola \ud83d\x00"))
    payload = sink.batches[0].quarantined[0].payload
    payload.encode("utf-8")
    assert json.loads(payload)["text"] == "hola \ud83d\x00"


def test_a_huge_payload_is_cut(request_: Request) -> None:
    _, sink = run(request_, item(1, "malformed", text="x" * 300_000))
    assert len(sink.batches[0].quarantined[0].payload) == MAX_PAYLOAD


def test_a_time_without_a_zone_never_reaches_the_store(request_: Request) -> None:
    receipt, sink = run(request_, item(1, "naive time"), item(2))
    assert receipt.n_quarantined == 1
    assert "time zone" in sink.reasons[0]
    assert all(post.posted_at is None or post.posted_at.utcoffset() is not None for post in sink.posts)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable("no route"), "unreachable"),
        (RateLimited("wait an hour"), "rate_limited"),
        (Gone("no such page"), "gone"),
        (AuthError("bad key"), "auth"),
        (NotConfigured("no key"), "not_configured"),
        (SourceError("odd"), "failed"),
        (ZeroDivisionError("odd"), "failed"),
    ],
)
def test_an_error_before_the_first_item_is_the_state(request_: Request, error: Exception, state: str) -> None:
    receipt, sink = run(request_, error)
    assert receipt.state == state
    assert str(error) in receipt.detail
    assert sink.batches == []


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Unreachable("no route"), "partial"),
        (RateLimited("wait an hour"), "partial"),
        (AuthError("bad key"), "auth"),
        (ZeroDivisionError("odd"), "failed"),
    ],
)
def test_what_was_read_before_an_error_is_delivered(request_: Request, error: Exception, state: str) -> None:
    receipt, sink = run(request_, item(1), item(2), error, item(3))
    assert receipt.state == state
    assert str(error) in receipt.detail
    assert sink.ids == ["fake:1", "fake:2"]


def test_an_error_after_a_place_that_had_nothing_new_is_partial(request_: Request) -> None:
    receipt, _ = run(request_, Place("r/one", "complete"), RateLimited("wait"))
    assert receipt.state == "partial"


def test_a_source_without_its_key_is_not_asked(request_: Request) -> None:
    collector, sink = FakeCollector([item(1)], missing="set FAKE_KEY"), Sink()
    receipt = collect(collector, request_, sink)
    assert (receipt.state, receipt.detail, receipt.n_got) == ("not_configured", "set FAKE_KEY", 0)
    assert not collector.fetched
    assert sink.batches == []


def test_an_interrupt_delivers_the_open_batch_and_goes_up(request_: Request) -> None:
    collector, sink = FakeCollector([item(1), {"page": 1}, item(2), KeyboardInterrupt(), item(3)]), Sink()
    with pytest.raises(KeyboardInterrupt):
        collect(collector, request_, sink)
    assert sink.ids == ["fake:1", "fake:2"]
    assert sink.batches[-1].cursor == {"page": 1}
    assert collector.closed


def test_an_interrupt_while_parsing_does_not_move_the_cursor_past_the_item(request_: Request) -> None:
    collector, sink = FakeCollector([item(1), {"at": 1}, item(2, "interrupt"), {"at": 2}]), Sink()
    with pytest.raises(KeyboardInterrupt):
        collect(collector, request_, sink)
    assert sink.ids == ["fake:1"]
    assert sink.batches[-1].cursor == {"at": 1}


def test_a_fault_of_the_sink_goes_up_and_closes_the_source(request_: Request) -> None:
    collector, sink = FakeCollector([item(1), item(2), item(3)]), Sink(breaks_at=1)
    with pytest.raises(OSError, match="disk full"):
        collect(collector, request_, sink, batch_size=1)
    assert sink.ids == ["fake:1"]
    assert collector.closed


def test_a_cursor_never_runs_ahead_of_the_items_that_it_covers(request_: Request) -> None:
    script: list[Any] = []
    for number in range(10):
        script += [item(number), {"at": number}]
    _, sink = run(request_, *script, batch_size=3)
    delivered: set[str] = set()
    for batch in sink.batches:
        delivered |= {post.id for post in batch.posts}
        if "at" in batch.cursor:
            assert {f"fake:{number}" for number in range(batch.cursor["at"] + 1)} <= delivered
    assert sink.batches[-1].cursor == {"at": 9}


def test_a_batch_does_not_see_later_changes_of_the_cursor(request_: Request) -> None:
    _, sink = run(request_, {"seen": ["a"]}, item(1), {"seen": ["a", "b"]}, item(2), batch_size=1)
    assert [batch.cursor for batch in sink.batches] == [{"seen": ["a"]}, {"seen": ["a", "b"]}]


def test_the_last_cursor_stays_when_a_source_fails_at_once(topic: Topic, settings: Settings) -> None:
    request = Request(topic, settings, NOW, cursor={"page": 7})
    sink = Sink()
    collect(FakeCollector([item(1), Unreachable("no route")]), request, sink)
    assert sink.batches[-1].cursor == {"page": 7}
    assert request.cursor == {"page": 7}


def test_a_moved_cursor_is_delivered_without_items(request_: Request) -> None:
    receipt, sink = run(request_, {"etag": "abc"})
    assert receipt.n_got == 0
    assert [batch.cursor for batch in sink.batches] == [{"etag": "abc"}]


def test_nothing_new_delivers_nothing(request_: Request) -> None:
    receipt, sink = run(request_)
    assert (receipt.state, sink.batches) == ("complete", [])


def test_batches_are_bounded(request_: Request) -> None:
    _, sink = run(request_, *[item(number) for number in range(25)], batch_size=10)
    assert [len(batch.posts) for batch in sink.batches] == [10, 10, 5]


def test_raw_items_are_kept_where_the_source_says_so(request_: Request) -> None:
    script = [item(1), item(2, "off topic"), item(3, "malformed"), item(4, "tombstone")]
    kept, dropped = Sink(), Sink()
    collect(FakeCollector(script), request_, kept)
    collect(FakeCollector(script, keeps_raw=False), request_, dropped)
    assert [raw.id for batch in kept.batches for raw in batch.raws] == ["fake:1"]
    assert [raw for batch in dropped.batches for raw in batch.raws] == []


def test_of_what_was_deleted_no_raw_form_is_kept(request_: Request) -> None:
    original = {"title": "planted title", "selftext": "planted text"}
    receipt, sink = run(request_, item(1, "tombstone", crosspost_parent_list=[original]))
    assert (receipt.n_tombstone, sink.ids) == (1, ["fake:1"])
    assert "planted" not in repr(sink.batches)


def test_two_raw_items_of_one_record_are_one_record(request_: Request) -> None:
    receipt, sink = run(request_, item(1, record_id="fake:same"), item(2, record_id="fake:same"))
    assert (receipt.n_kept, receipt.n_known) == (1, 1)
    assert sink.ids == ["fake:same"]


def test_the_newest_time_is_noted(request_: Request) -> None:
    newest = datetime(2025, 4, 16, tzinfo=UTC)
    receipt, _ = run(request_, item(1), item(2, posted_at=newest), item(3, posted_at=None))
    assert receipt.newest_at == newest


@pytest.mark.parametrize(
    ("states", "state"),
    [
        (["complete", "complete"], "complete"),
        (["complete", "gone"], "partial"),
        (["gone", "gone"], "gone"),
        (["unreachable", "unreachable", "blocked"], "unreachable"),
        (["complete", "possibly_truncated"], "possibly_truncated"),
        (["possibly_truncated", "blocked"], "partial"),
        (["complete", "partial"], "partial"),
        (["silent", "silent"], "silent"),
        (["complete", "silent"], "complete"),
    ],
)
def test_the_places_decide_the_state(request_: Request, states: list[Any], state: str) -> None:
    places = [Place(f"place-{number}", one, f"why {number}") for number, one in enumerate(states)]
    receipt, _ = run(request_, *places)
    assert receipt.state == state
    assert receipt.places == tuple(places)


def test_a_failed_place_that_had_given_something_is_partial(request_: Request) -> None:
    receipt, _ = run(request_, item(1), Place("only", "malformed", "line 3 is broken", 1))
    assert (receipt.state, receipt.detail) == ("partial", "line 3 is broken")


def test_the_detail_names_the_places_that_failed(request_: Request) -> None:
    few, _ = run(request_, Place("a", "complete"), Place("b", "gone", "b does not exist"))
    assert few.detail == "1 of 2 places could not be read: b does not exist"
    many, _ = run(request_, *[Place(f"p{number}", "unreachable", "no route") for number in range(9)])
    assert many.detail.startswith("9 of 9 places could not be read: p0 (unreachable)")
    assert many.detail.endswith("and 4 more")
