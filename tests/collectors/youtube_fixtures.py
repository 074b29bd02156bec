"""Fixtures of the YouTube tests: a run over some queries, videos and channels against the fake API.

Test modules load them by `pytest_plugins = ["tests.collectors.youtube_fixtures"]`.
"""

from __future__ import annotations

import logging
import math
from typing import Any

import pytest
from pydantic import SecretStr

from collectors.budget import Budget
from collectors.contract import Request
from collectors.run import collect
from collectors.youtube import YoutubeCollector
from records import Receipt
from settings import Settings
from tests.collectors.fake_youtube import KEY, NAME, NOW, FakeYoutube, ReadYoutube
from tests.collectors.replay import Replay, Sink, counts_of, topic_with
from topics import Topic


@pytest.fixture
def tube() -> FakeYoutube:
    return FakeYoutube()


@pytest.fixture
def read_youtube(
    tube: FakeYoutube,
    topic: Topic,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> ReadYoutube:
    """Run the collector over some queries, videos and channels; "cecot" where none is named. The key is nowhere after it."""
    monkeypatch.setattr(YoutubeCollector, "pause_seconds", 0.0)
    caplog.set_level(logging.INFO)

    def run(
        *queries: str, videos: Any = (), channels: Any = (), key: str = KEY, now: Any = NOW, n_requests: float = math.inf,
        given: dict[str, Any] | None = None, **request: Any,
    ) -> tuple[Receipt, Sink]:  # fmt: skip
        named = queries or (() if videos or channels else ("cecot",))
        sources = {"youtube": {"queries": named, "videos": videos, "channels": channels}}
        with Replay(tube) as server:
            monkeypatch.setattr(YoutubeCollector, "api", f"{server.url}/youtube/v3")
            keys = {"youtube_api_key": SecretStr(key), **(given or {})}
            asked = Request(
                topic_with(topic, sources=sources), settings.model_copy(update=keys), now, **request
            )
            sink = Sink()
            budget = Budget(n_requests=n_requests, sleep=lambda _: None)
            receipt = collect(YoutubeCollector(), asked, sink, budget=budget)
        came, went = counts_of(receipt)
        assert came == went == sum(place.n_got for place in receipt.places)
        for secret in (key, NAME, "maria"):
            assert secret not in repr(receipt) and secret not in repr(sink.batches)
            assert secret not in caplog.text
        assert all(key not in f"{ask.path}{ask.query}" for ask in tube.asked)
        return receipt, sink

    return run
