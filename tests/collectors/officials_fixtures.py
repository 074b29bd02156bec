"""Fixtures of the tests of officials' archives: a run over one archive or several against a loopback server.

Test modules load them by `pytest_plugins = ["tests.collectors.officials_fixtures"]`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from collectors.budget import Budget
from collectors.contract import Request
from collectors.officials import OfficialsCollector
from collectors.run import collect
from records import Receipt
from settings import Settings
from tests.collectors.fake_archive import NOW, Host, ReadArchive
from tests.collectors.replay import Replay, Sink, counts_of, topic_with
from topics import Topic


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def read_archive(
    host: Host, topic: Topic, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[ReadArchive]:
    """Run the collector over one archive, as mapped by `columns` and the rest of `archive`, or over several by name."""
    monkeypatch.setattr(OfficialsCollector, "pause_seconds", 0.0)
    with Replay(host) as server:

        def run(
            *names: str, now: datetime = NOW, columns: dict[str, str] | None = None, n_requests: float = math.inf,
            given: dict[str, Any] | None = None, archive: dict[str, Any] | None = None, **request: Any,
        ) -> tuple[Receipt, Sink]:  # fmt: skip
            archives = [
                {
                    "id": name, "name": f"Archive {name}", "url": f"{server.url}/{name}", "actor": "donald-trump",
                    "lang": "en", "columns": columns or {}, **(archive or {}),
                }
                for name in names or ("posts",)
            ]  # fmt: skip
            here = topic_with(topic, sources={"officials": {"archives": archives}})
            sink = Sink()
            budget = Budget(n_requests=n_requests, sleep=lambda _: None)
            asked = Request(here, settings.model_copy(update=given or {}), now, **request)
            receipt = collect(OfficialsCollector(), asked, sink, budget=budget)
            came, went = counts_of(receipt)
            assert came == went == sum(place.n_got for place in receipt.places)
            return receipt, sink

        yield run
