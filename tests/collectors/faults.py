"""Faults thrown into a server's answers by a seeded die: what real life does to a collector."""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.collectors.replay import Answer, Ask

FAULTS: tuple[tuple[float, Answer], ...] = (
    (0.10, Answer(503, "busy")),
    (0.05, Answer(200, '{"posts": [{"uri": "at://', {"Content-Type": "application/json"}, cut=True)),
    (0.04, Answer(429, "{}", {"Retry-After": "2"})),
    (0.04, Answer(429, "{}")),
    (0.04, Answer(200, "<!DOCTYPE html><p>Please wait</p>", {"Content-Type": "text/html"})),
    (0.03, Answer(200, '[{"id": "1', {"Content-Type": "application/json"})),
)
"""The share of requests that meet each fault; three in ten together."""


def thrown(seed: int, *more: tuple[float, Answer]) -> Callable[[Ask], Answer | None]:
    """A function that answers a request with a fault, or with None for none."""
    die = random.Random(seed)

    def throw(ask: Ask) -> Answer | None:
        share = die.random()
        for part, answer in (*FAULTS, *more):
            if share < part:
                return answer
            share -= part
        return None

    return throw
