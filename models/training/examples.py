"""One training example, and the codes that stand for labels."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FAVOR, AGAINST, NEUTRAL = 0, 1, 2
CODES = {"favor": FAVOR, "against": AGAINST, "neutral": NEUTRAL}
NLI_CODES = {"entailment": FAVOR, "contradiction": AGAINST, "neutral": NEUTRAL}
UNKNOWN = -1


@dataclass(frozen=True, slots=True)
class Example:
    """A text toward a target.

    `relevant` is 1 when the text is about the target, 0 when not, UNKNOWN when the source does not say.
    `has_neutral` is False for sets that know no neutral: that logit is then masked in the loss.
    """

    text: str
    target: str
    label: int
    lang: str
    context: str = ""
    relevant: int = UNKNOWN
    has_neutral: bool = True
    topic: str = ""
    kind: str = ""
    hard: tuple[str, ...] = ()


def read_rows(path: Path) -> Iterator[dict]:
    """Yield the JSON objects of a .jsonl or .jsonl.gz file."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def flipped(label: int) -> int:
    """Return the label toward the opposite of the target."""
    return {FAVOR: AGAINST, AGAINST: FAVOR}.get(label, label)
