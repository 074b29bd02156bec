"""What one source may spend, and that whatever ends a run leaves what was read, and where to go on."""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest

from collectors.budget import Budget, StopSign
from collectors.contract import Request, SourceLog
from collectors.errors import OutOfBudget, Stopped
from collectors.run import SourceRun, collect
from records import Receipt
from settings import Settings
from tests.collectors.paged_source import PagedSource
from tests.collectors.replay import Answer, Ask, Replay, Sink, counts_of
from tests.collectors.web_loopback import Clock
from tests.job.made_sources import NOW
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]

N_PAGES, A_PAGE = 6, 10


def paged(tick: Callable[[], None] = lambda: None) -> Callable[[Ask], Answer]:
    """Six pages of ten numbers, 1 kB each; `tick` is called with each answer."""

    def handle(ask: Ask) -> Answer:
        tick()
        page = int(ask.path.strip("/"))
        numbers = list(range(page * A_PAGE, (page + 1) * A_PAGE)) if page < N_PAGES else []
        return Answer(200, json.dumps(numbers).ljust(1000))

    return handle


def numbers_of(sink: Sink) -> list[str]:
    return [post.id for post in sink.all("posts")]


def read(
    server: Replay, topic: Topic, settings: Settings, budget: Budget, cursor: dict[str, object] | None = None
) -> tuple[Receipt, Sink]:
    sink = Sink()
    request = Request(topic, settings, NOW, cursor=cursor or {})
    receipt = collect(PagedSource(server.url), request, sink, budget=budget)
    came, went = counts_of(receipt)
    assert came == went == len(numbers_of(sink))
    return receipt, sink


@pytest.mark.parametrize(
    ("limits", "setting"),
    [({"n_requests": 3}, "POSTURA_SOURCE_REQUESTS"), ({"n_bytes": 2500}, "POSTURA_SOURCE_BYTES"),
     ({"seconds": 25.0}, "POSTURA_SOURCE_SECONDS"), ({"run_ends": 1025.0}, "POSTURA_RUN_SECONDS")],
)  # fmt: skip
def test_used_up_budget_ends_partial_and_the_next_run_reads_the_rest(
    topic: Topic, settings: Settings, clock: Clock, limits: dict[str, float], setting: str
) -> None:
    """An answer takes ten seconds of this clock: each of the limits is met with the third page."""

    def ten_seconds() -> None:
        clock.now += 10

    with Replay(paged(ten_seconds)) as server:
        receipt, sink = read(server, topic, settings, Budget(clock=clock, sleep=clock.sleep, **limits))  # type: ignore[arg-type]
        assert receipt.state == "partial"
        assert setting in receipt.detail and "are kept" in receipt.detail
        assert 0 < receipt.n_kept < N_PAGES * A_PAGE
        assert len(server.asked) == 3
        rest, more = read(server, topic, settings, Budget(), sink.cursor)
    assert rest.state == "complete"
    assert set(numbers_of(sink)) | set(numbers_of(more)) == {f"reddit:{n}" for n in range(N_PAGES * A_PAGE)}


def test_spent_budget_asks_nothing(topic: Topic, settings: Settings) -> None:
    with Replay(paged()) as server:
        receipt, _ = read(server, topic, settings, Budget(0.0))
    assert (receipt.state, receipt.n_got, server.asked) == ("partial", 0, [])
    assert "nothing was read" in receipt.detail


def test_answer_that_takes_longer_than_what_is_left_is_cut_short_and_not_blamed_on_the_source(
    topic: Topic, settings: Settings
) -> None:
    def slow_at_last(ask: Ask) -> Answer:
        return Answer(200, paged()(ask).body, delay=30.0 if ask.path == "/2" else 0.0)

    with Replay(slow_at_last) as server:
        began = time.monotonic()
        receipt, sink = read(server, topic, settings, Budget(1.5))
    assert time.monotonic() - began < 10
    assert (receipt.state, receipt.n_kept, receipt.faults) == ("partial", 2 * A_PAGE, {})
    assert "POSTURA_SOURCE_SECONDS" in receipt.detail
    assert sink.cursor == {"page": 2}


def test_wait_that_a_server_asks_for_is_not_begun_when_it_ends_after_the_deadline(
    topic: Topic, settings: Settings, clock: Clock
) -> None:
    def busy_at_last(ask: Ask) -> Answer:
        return Answer(503, headers={"Retry-After": "50"}) if ask.path == "/2" else paged()(ask)

    with Replay(busy_at_last) as server:
        receipt, _ = read(server, topic, settings, Budget(40.0, clock=clock, sleep=clock.sleep))
    assert (receipt.state, receipt.n_kept, receipt.waited, clock.slept) == ("partial", 2 * A_PAGE, 0.0, [])
    assert receipt.faults == {"status 503": 1}


def test_request_to_stop_keeps_what_was_read(topic: Topic, settings: Settings) -> None:
    stop = StopSign()

    def stop_at_third(ask: Ask) -> Answer:
        if ask.path == "/2":
            stop.set()
        return paged()(ask)

    with Replay(stop_at_third) as server:
        receipt, sink = read(server, topic, settings, Budget(stop=stop))
    assert receipt.state == "partial" and "stopped on request" in receipt.detail
    assert 2 * A_PAGE <= receipt.n_kept <= 3 * A_PAGE
    assert len(server.asked) == 3
    assert sink.cursor == {"page": 2}


def test_pause_that_takes_too_long_is_refused_at_once() -> None:
    log = SourceLog(budget=Budget(5.0))
    began = time.monotonic()
    with pytest.raises(OutOfBudget, match="10 s more"):
        log.pause(10.0)
    with pytest.raises(OutOfBudget):
        log.wait(10.0)
    assert time.monotonic() - began < 2
    assert log.waited == 0.0


def test_stop_is_told_from_a_deadline() -> None:
    budget = Budget(5.0)
    budget.stop.set()
    assert budget.seconds_left == 0.0
    with pytest.raises(Stopped):
        SourceLog(budget=budget).wait(1.0)


class FullDisk(Sink):
    """Takes so many batches, then refuses."""

    def __init__(self, n_batches: int) -> None:
        super().__init__()
        self.left = n_batches

    def __call__(self, batch: object) -> None:
        if self.left == 0:
            raise OSError("no space left")
        self.left -= 1
        super().__call__(batch)  # type: ignore[arg-type]


def refused_run(run: SourceRun) -> Receipt:
    with pytest.raises(OSError, match="no space"):
        run.collect()
    return run.abandon("it ended on a fault of ours")


@pytest.mark.parametrize(("n_batches", "n_stored"), [(0, 0), (1, 25), (2, 50)])
def test_receipt_of_a_run_that_could_not_be_stored_counts_what_is_stored(
    topic: Topic, settings: Settings, n_batches: int, n_stored: int
) -> None:
    sink = FullDisk(n_batches)
    with Replay(paged()) as server:
        run = SourceRun(PagedSource(server.url), Request(topic, settings, NOW), sink, batch_size=25)
        receipt = refused_run(run)
        assert receipt.state == "failed"
        assert (receipt.n_got, receipt.n_kept, len(numbers_of(sink))) == (n_stored, n_stored, n_stored)
        n_read = min(n_stored + 25, N_PAGES * A_PAGE)
        assert f"{n_read - n_stored} of {n_read} items that were read could not be stored" in receipt.detail
        assert "kept" not in receipt.detail
        assert receipt.cursor_after == sink.cursor
        n_before = len(sink.batches)
        sink.left = 99
        run.abandon("again")
        assert len(sink.batches) == n_before, "a later cursor would cover what was lost"
        rest, more = read(server, topic, settings, Budget(), sink.cursor)
    assert set(numbers_of(sink)) | set(numbers_of(more)) == {f"reddit:{n}" for n in range(N_PAGES * A_PAGE)}
    assert rest.state == "complete"
