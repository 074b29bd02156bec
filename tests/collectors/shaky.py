"""A sound server behind a seeded die: which request meets which fault is the same on every run."""

from __future__ import annotations

import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import replace

from tests.collectors.replay import Answer, Ask, Handle

MARK = re.compile(r"mark[a-z]\d+")
"""A word that stands in one item alone, so that what was delivered can be compared with what was kept."""

SHARES: tuple[tuple[str, float], ...] = (
    ("server error", 0.10),
    ("late", 0.05),
    ("429 with Retry-After", 0.03),
    ("429", 0.03),
    ("cut", 0.04),
    ("half", 0.03),
    ("html", 0.03),
    ("encoding", 0.06),
)
"""How often a request meets each fault. `encoding` is an answer that came whole, in another encoding than it says."""

STORM: tuple[tuple[str, float], ...] = (
    ("server error", 0.55),
    ("cut", 0.10),
    ("half", 0.05),
    ("html", 0.05),
    ("encoding", 0.05),
)
"""So many faults that tries run out."""


class Shaky:
    """A sound server behind a seeded die. Which fault a request meets hangs on its address and how often it was asked.

    `thrown` counts the faults by kind; `whole` holds the marks in what came whole. `spared` tells of a path which faults
    it does not meet: nobody can tell a web page from half of it, or from another page.
    """

    def __init__(
        self,
        handle: Handle,
        seed: int,
        late: float,
        spared: Callable[[str], Collection[str]] = lambda _: (),
        shares: tuple[tuple[str, float], ...] = SHARES,
    ) -> None:
        self._handle, self._seed, self._late, self._spared = handle, seed, late, spared
        self._shares = shares
        self._n_asked: Counter[str] = Counter()
        self._lock = threading.Lock()
        self.on = True
        self.thrown: Counter[str] = Counter()
        self.whole: set[str] = set()

    def __call__(self, ask: Ask) -> Answer:
        kind = self._kind(ask) if self.on else ""
        if kind:
            self._count(kind, 1)
        refused = {
            "server error": Answer(503, "busy"),
            "429 with Retry-After": Answer(429, "{}", {"Retry-After": "1"}),
            "429": Answer(429, "{}"),
            "html": Answer(200, "<!DOCTYPE html><p>Please wait</p>", {"Content-Type": "text/html"}),
        }.get(kind)
        if refused is not None:
            return refused
        answer = self._handle(ask)
        content = answer.content()
        if kind and answer.status != 200:
            self._count(kind, -1)  # one fault at a time
            return answer
        match kind:
            case "late":
                return replace(answer, delay=self._late)
            case "cut":
                return replace(answer, body=content[: len(content) // 2], cut=True)
            case "half":
                return replace(answer, body=content[: len(content) // 2])
            case "encoding":
                answer = replace(answer, body=_in_another_encoding(content))
        with self._lock:
            self.whole |= set(MARK.findall(content.decode(errors="replace")))
        return answer

    def _count(self, kind: str, n: int) -> None:
        with self._lock:
            self.thrown[kind] += n

    def _kind(self, ask: Ask) -> str:
        key = f"{ask.method} {ask.path} {ask.pairs}"
        with self._lock:
            self._n_asked[key] += 1
            nth = self._n_asked[key]
        share = random.Random(f"{self._seed} {key} {nth}").random()
        for kind, part in self._shares:
            if share < part:
                return "" if kind in self._spared(ask.path) else kind
            share -= part
        return ""


def _in_another_encoding(content: bytes) -> bytes:
    """Return JSON or markup in Windows-1252, whatever its headers say."""
    text = content.decode()
    with suppress(ValueError):
        text = json.dumps(json.loads(text), ensure_ascii=False)
    return text.encode("cp1252", "ignore")
