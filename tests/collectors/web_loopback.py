"""What the fetching tests share: a clock that only sleeping moves, prepared answers, a made-up resolver."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from tests.collectors.replay import Answer, Ask


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(round(seconds, 3))
        self.now += seconds


def in_turn(*answers: Answer) -> Callable[[Ask], Answer]:
    """Answer with these one by one; the last one stays."""
    left = list(answers)
    return lambda ask: left.pop(0) if len(left) > 1 else left[0]


def name_with(*addresses: str) -> Callable[..., Any]:
    """A resolver that gives these addresses for any name."""

    def look_up(host: str, port: int, **_: Any) -> list[Any]:
        return [
            (
                socket.AF_INET6 if ":" in address else socket.AF_INET,
                socket.SOCK_STREAM,
                6,
                "",
                (address, port),
            )
            for address in addresses
        ]

    return look_up
