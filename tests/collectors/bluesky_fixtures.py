"""Fixtures of the Bluesky tests: a run of some searches against the fake server.

Test modules load them by `pytest_plugins = ["tests.collectors.bluesky_fixtures"]`.
"""

from __future__ import annotations

import math
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.budget import Budget
from collectors.contract import Request
from collectors.run import collect
from records import Receipt
from settings import Settings
from tests.collectors.bluesky_loopback import HastyBluesky, ReadBluesky
from tests.collectors.fake_bluesky import NAME, NOW, PASSWORD, FakeBluesky
from tests.collectors.replay import Replay, Sink, counts_of, topic_with
from topics import Topic


@pytest.fixture
def pds() -> FakeBluesky:
    return FakeBluesky()


@pytest.fixture
def bluesky_waits() -> list[float]:
    return []


@pytest.fixture
def read_bluesky(
    pds: FakeBluesky, topic: Topic, settings: Settings, bluesky_waits: list[float]
) -> ReadBluesky:
    """Run the collector over some queries, "cecot" where none is named."""

    def run(
        *queries: str, password: str = PASSWORD, now: Any = NOW, n_requests: float = math.inf, **request: Any
    ) -> tuple[Receipt, Sink]:
        here = topic_with(
            topic,
            sources={"bluesky": {"queries": queries or ("cecot",)}},
            hashtags={"en": [], "es": []},
        )
        with Replay(pds) as server:
            keys = {
                "bluesky_handle": NAME,
                "bluesky_app_password": SecretStr(password),
                "bluesky_server": server.url,
            }
            asked = Request(here, settings.model_copy(update=keys), now, **request)
            sink = Sink()
            receipt = collect(
                HastyBluesky(), asked, sink, budget=Budget(n_requests=n_requests, sleep=bluesky_waits.append)
            )
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        for secret in (PASSWORD, "access-", "refresh-", NAME):
            assert secret not in repr(receipt) and secret not in repr(sink.batches)
        return receipt, sink

    return run
