"""Whole runs of the job over sources that fail: what came whole is kept, once; faults are told; a second run heals."""

from __future__ import annotations

from datetime import timedelta

import pytest

from job.outcome import COMPLETE, PARTIAL
from job.plan import Plan
from job.report import Reporter
from job.run import run_job
from records import Receipt
from settings import Settings
from tests.collectors.fake_bluesky import NOW
from tests.collectors.replay import counts_of
from tests.collectors.shaky import SHARES, STORM
from tests.job.faulty_sources import ALL_MARKS, World, kept, world
from topics import Topic

BY_ITS_PLACE = {"news", "google_news", "telegram", "officials"}
"""Sources whose format tells half an answer, or a web page, from a whole one: their place says so, and is asked next time."""

ON_THE_RECEIPT = {
    "server error": {"status 503"},
    "429": {"status 429"},
    "429 with Retry-After": {"status 429"},
    "late": {"time-out"},
    "cut": {"cut off", "no connection", "time-out"},  # praw's client names the last two
    "half": {"not JSON"},
    "html": {"not JSON"},
}
"""What the receipt calls each fault that the servers throw."""

NOT_WHOLE = {"malformed", "partial", "possibly_truncated"}

BY_PLAN = {"reddit": "status 401", "bluesky": "status 400"}
"""The token that expires in the middle."""


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """All tries as they are, with waits of milliseconds between them, praw's own too."""
    monkeypatch.setattr("collectors.retry._FIRST_BACKOFF", 0.02)
    monkeypatch.setattr("prawcore.sessions.FiniteRetryStrategy.sleep", lambda self: None)


def check_nothing_is_lost_or_doubled(here: World, receipts: tuple[Receipt, ...]) -> None:
    stored = kept(here.settings, here.topic)
    for receipt in receipts:
        came, went = counts_of(receipt)
        assert came == went
        assert receipt.n_kept == (stored[receipt.source].height if receipt.source in stored else 0)
        marks = stored[receipt.source]["mark"].to_list() if receipt.source in stored else []
        assert len(marks) == len(set(marks)), f"{receipt.source}: doubled"
        assert not here.servers[receipt.source].whole - set(marks), f"{receipt.source}: lost"
        assert set(marks) <= ALL_MARKS[receipt.source], f"{receipt.source}: half an item was kept"


def check_second_run_heals(here: World, quiet: Reporter) -> None:
    for server in here.servers.values():
        server.on = False
    outcome = run_job(here.settings, here.topic, Plan(here.collectors, now=NOW + timedelta(hours=1)), quiet)
    assert outcome.exit_status == COMPLETE, outcome.message
    stored = kept(here.settings, here.topic)
    for source, marks in ALL_MARKS.items():
        assert sorted(stored[source]["mark"]) == sorted(marks), source


@pytest.mark.usefixtures("neutral_model")
def test_one_request_in_three_fails_and_nothing_is_lost_doubled_or_hushed_up(
    topic: Topic, settings: Settings, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(topic, settings, monkeypatch, seed=3, shares=SHARES) as here:
        outcome = run_job(here.settings, here.topic, Plan(here.collectors, now=NOW), quiet)
        assert outcome.exit_status == PARTIAL
        check_nothing_is_lost_or_doubled(here, outcome.receipts)
        thrown = {kind for server in here.servers.values() for kind, n in server.thrown.items() if n}
        assert thrown == {kind for kind, _ in SHARES}
        for receipt in outcome.receipts:
            of_server = here.servers[receipt.source].thrown
            told = dict(receipt.faults)
            if receipt.source in BY_PLAN:
                assert told.pop(BY_PLAN[receipt.source]) == 1
            of_places = 0
            if receipt.source in BY_ITS_PLACE:
                of_places = of_server["half"] + of_server["html"]
                assert sum(place.state in NOT_WHOLE for place in receipt.places) == of_places
            n_thrown = sum(n for kind, n in of_server.items() if kind != "encoding") - of_places
            assert sum(told.values()) == n_thrown, f"{receipt.source}: {told} of {dict(of_server)}"
            names = {name for kind, n in of_server.items() if n for name in ON_THE_RECEIPT.get(kind, ())}
            assert set(told) <= names
            assert bool(receipt.n_retries) == bool(n_thrown)
        check_second_run_heals(here, quiet)


@pytest.mark.usefixtures("neutral_model")
def test_storm_in_which_tries_run_out_leaves_what_came_and_the_next_run_heals(
    topic: Topic, settings: Settings, quiet: Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    with world(topic, settings, monkeypatch, seed=6, shares=STORM) as here:
        outcome = run_job(here.settings, here.topic, Plan(here.collectors, now=NOW), quiet)
        assert outcome.exit_status == PARTIAL
        check_nothing_is_lost_or_doubled(here, outcome.receipts)
        assert {receipt.state for receipt in outcome.receipts} - {"complete"}
        assert all(receipt.detail for receipt in outcome.short)
        check_second_run_heals(here, quiet)
