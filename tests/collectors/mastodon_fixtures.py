"""Fixtures of the Mastodon tests: a run over one or two fake instances.

Test modules load them by `pytest_plugins = ["tests.collectors.mastodon_fixtures"]`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.budget import Budget
from collectors.contract import Request
from collectors.run import collect
from records import Receipt
from settings import Settings
from tests.collectors.fake_mastodon import NOW, FakeInstance
from tests.collectors.mastodon_loopback import HastyMastodon, ReadMastodon
from tests.collectors.replay import Replay, Sink, counts_of, topic_with
from topics import Topic


@pytest.fixture
def instance() -> FakeInstance:
    return FakeInstance()


@pytest.fixture
def servers(instance: FakeInstance) -> Any:
    """Addresses that stay the same for all runs of a test, as a cursor names them."""
    with ExitStack() as stack:
        running: dict[int, Replay] = {}

        def serve(fake: FakeInstance) -> Replay:
            if id(fake) not in running:
                running[id(fake)] = stack.enter_context(Replay(fake))
            return running[id(fake)]

        yield serve


@pytest.fixture
def mastodon_waits() -> list[float]:
    return []


@pytest.fixture
def read_mastodon(
    instance: FakeInstance,
    servers: Callable[[FakeInstance], Replay],
    topic: Topic,
    settings: Settings,
    mastodon_waits: list[float],
) -> ReadMastodon:
    """Run the collector over fake instances; the hashtag #CECOT and what else is named."""

    def run(
        *more: FakeInstance,
        hashtags: tuple[str, ...] = (),
        token: str = "",
        now: Any = NOW,
        n_requests: float = math.inf,
        **request: Any,
    ) -> tuple[Receipt, Sink]:
        addresses = [servers(fake).url for fake in (instance, *more)]
        sources = {"mastodon": {"instances": addresses, "hashtags": hashtags}}
        here = topic_with(topic, sources=sources, hashtags={"en": ["CECOT"], "es": []})
        host = addresses[0].removeprefix("http://")
        keys = {"mastodon_tokens": SecretStr(f"{host}={token}") if token else None}
        sink = Sink()
        asked = Request(here, settings.model_copy(update=keys), now, **request)
        receipt = collect(
            HastyMastodon(), asked, sink, budget=Budget(n_requests=n_requests, sleep=mastodon_waits.append)
        )
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        return receipt, sink

    return run
