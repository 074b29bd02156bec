"""Made-up posts for the bench: distinct texts on the topic, and an export that holds them."""

from __future__ import annotations

import itertools
import json
import random
from collections.abc import Iterator
from pathlib import Path

import msgspec

from settings import ROOT

POSTS = 100_000
LENGTHS = (12, 60)
"""Fewest and most words of a post, before the one that puts it on the topic."""

_SIMULATED = ROOT / "archive" / "us-el-salvador" / "simulated"


def simulated_texts(lang: str) -> list[str]:
    """Return the simulated texts of a language."""
    lines = (_SIMULATED / f"{lang}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in lines]


def post_texts(n: int) -> Iterator[str]:
    """Yield `n` distinct texts that mention the topic, half in English and half in Spanish: walks from word to next word
    through the simulated texts, the same on every run."""
    rng = random.Random(7)
    following: dict[str, dict[str, list[str]]] = {"en": {}, "es": {}}
    for lang, after in following.items():
        for text in simulated_texts(lang):
            words = text.split()
            for word, next_word in itertools.pairwise(words):
                after.setdefault(word, []).append(next_word)
    starts = {lang: list(after) for lang, after in following.items()}
    for i in range(n):
        lang = "en" if i % 2 else "es"
        walk = [rng.choice(starts[lang])]
        for _ in range(rng.randint(*LENGTHS)):
            walk.append(rng.choice(following[lang].get(walk[-1]) or starts[lang]))
        yield f"{' '.join(walk)} CECOT {i}"


def write_export(path: Path, n: int) -> None:
    """Write `n` posts as JSON Lines, in the columns that exports of networks have; no language is stated."""
    with path.open("wb") as out:
        for i, text in enumerate(post_texts(n)):
            row = {
                "id": f"11{i:017}",
                "created_at": f"2025-{3 + i % 9:02}-{1 + i % 28:02}T{i % 24:02}:{i % 60:02}:00Z",
                "author": f"user_{i % 20_000}",
                "text": text,
                "url": f"https://example.social/p/11{i:017}",
                "platform": "example",
                "likes": i % 97,
            }
            out.write(msgspec.json.encode(row) + b"\n")
