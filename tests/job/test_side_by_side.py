"""Sources read side by side: one that hangs, a run that is stopped, a store that fails; receipts of all tell it truly."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest

from collectors.budget import Budget, StopSign
from collectors.contract import Batch, Request
from collectors.run import SourceRun
from job.side_by_side import SideBySide
from settings import Settings
from store.errors import StoreError
from tests.collectors.fake_bluesky import NOW
from tests.collectors.paged_source import PagedSource
from tests.collectors.replay import Answer, Ask, Replay, Sink
from topics import Topic


def numbers(ask: Ask) -> Answer:
    """Pages of ten numbers, six of them."""
    page = int(ask.path.strip("/"))
    return Answer(200, str(list(range(page * 10, page * 10 + 10)) if page < 6 else []))


def hangs_at(
    page: str, released: threading.Event, reached: threading.Event | None = None
) -> Callable[[Ask], Answer]:
    """The numbers, but for one page whose answer waits for `released`; `reached` is set when it was asked for."""

    def handle(ask: Ask) -> Answer:
        if ask.path == page:
            if reached is not None:
                reached.set()
            released.wait(60)
        return numbers(ask)

    return handle


def test_source_that_hangs_beyond_its_time_is_left_behind_with_what_it_gave(
    topic: Topic, settings: Settings
) -> None:
    """A call that no deadline can end, here because the clock of its budget is another than that of its requests."""
    released, reached = threading.Event(), threading.Event()
    sinks = [Sink(), Sink()]
    with Replay(hangs_at("/3", released, reached)) as hung, Replay(numbers) as sound:
        budgets = [Budget(1e9, clock=lambda: 1e12 * reached.is_set()), Budget()]
        runs = [
            SourceRun(PagedSource(server.url), Request(topic, settings, NOW), sink, budget=budget)
            for server, sink, budget in zip((hung, sound), sinks, budgets, strict=True)
        ]
        beside = SideBySide(runs, StopSign(), overtime=0.3)
        beside.read_all(lambda index, receipt: None, lambda: None)
        left, whole = beside.receipts
        assert left is not None and whole is not None
        assert (left.state, left.n_kept, whole.state, whole.n_kept) == ("partial", 30, "complete", 60)
        assert "did not end" in left.detail
        released.set()
        time.sleep(0.5)
    assert len(sinks[0].all("posts")) == 30, "what comes late is not taken"


def test_ctrl_c_delivers_what_every_source_has_read_and_leaves_a_receipt_of_each(
    topic: Topic, settings: Settings
) -> None:
    released, reached = threading.Event(), threading.Event()
    stop = StopSign()
    sinks = [Sink(), Sink()]
    with Replay(hangs_at("/2", released, reached)) as hung, Replay(numbers) as sound:
        runs = [
            SourceRun(PagedSource(server.url), Request(topic, settings, NOW), sink, budget=Budget(stop=stop))
            for server, sink in zip((hung, sound), sinks, strict=True)
        ]
        beside = SideBySide(runs, stop, overtime=60)

        def interrupt() -> None:
            if reached.is_set() and beside.receipts[1] is not None:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            beside.read_all(lambda index, receipt: None, interrupt)
        released.set()
        receipts = [receipt for receipt in beside.receipts if receipt is not None]
        assert [receipt.n_kept for receipt in receipts] == [20, 60]
        assert receipts[0].state == "partial" and "stopped on request" in receipts[0].detail
        assert [len(sink.all("posts")) for sink in sinks] == [20, 60]
        assert sinks[0].cursor == {"page": 2}


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (StoreError("posts: no space left; free some disk"), "whose store failed (posts: no space left; free some disk)"),
        (ZeroDivisionError("by zero"), "on a fault of ours (ZeroDivisionError: by zero)"),
    ],
)  # fmt: skip
def test_store_that_fails_for_one_source_leaves_true_receipts_of_all(
    topic: Topic, settings: Settings, fault: Exception, said: str
) -> None:
    reached = threading.Event()

    class Failing(Sink):
        def __call__(self, batch: Batch) -> None:
            reached.wait(60)
            raise fault

    sinks, stop = [Failing(), Sink()], StopSign()
    with Replay(numbers) as sound, Replay(hangs_at("/2", stop, reached)) as waiting:
        runs = [
            SourceRun(PagedSource(server.url), Request(topic, settings, NOW), sink, 25, Budget(stop=stop))
            for server, sink in zip((sound, waiting), sinks, strict=True)
        ]
        beside = SideBySide(runs, stop, overtime=60)
        with pytest.raises(type(fault)):
            beside.read_all(lambda index, receipt: None, lambda: None)
    failed, other = beside.receipts
    assert failed is not None and other is not None
    assert (failed.state, failed.n_got, failed.n_kept) == ("failed", 0, 0)
    assert f"25 of 25 items that were read could not be stored ({fault})" in failed.detail
    assert other.state == "partial" and 20 <= other.n_kept == len(sinks[1].all("posts"))
    assert f"ended with the run, {said}" in other.detail and "on request" not in other.detail
    assert "are kept, the next run goes on from there" in other.detail
