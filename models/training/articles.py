"""Statements marked in articles written for this project, as stance examples with and without their
paragraph.
"""

from __future__ import annotations

import re
from pathlib import Path

from models.training.examples import CODES, NEUTRAL, UNKNOWN, Example, read_rows

_TAG = re.compile(r"<(/?)(q|src|cue)(?: s=\"(\d+)\")?>")
_SENTENCE_END = re.compile(r"(?<=[.!?…][”\"»’'])\s+|(?<=[.!?…])\s+")


def _untag(marked: str) -> str:
    return _TAG.sub("", marked)


def _quotes(marked: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for number, body in re.findall(r'<q s="(\d+)">(.*?)</q>', marked, flags=re.DOTALL):
        found.setdefault(number, []).append(_untag(body).strip())
    return found


def _own_sentences(paragraph: str) -> dict[str, str]:
    """Return, for statements that have a sentence of the paragraph to themselves, that sentence without
    tags.
    """
    owners: dict[str, list[str]] = {}
    for sentence in _SENTENCE_END.split(paragraph):
        numbers = set(re.findall(r'<q s="(\d+)">', sentence))
        if len(numbers) == 1 and sentence.count("<q ") == sentence.count("</q>"):
            owners.setdefault(numbers.pop(), []).append(_untag(sentence).strip())
    return {number: sentences[0] for number, sentences in owners.items() if len(sentences) == 1}


def article_examples(shared: Path) -> list[Example]:
    """Return each marked statement as `quote` (its words) and, where it has one to itself, `sentence`.

    Both carry the paragraph as context; the mix decides when to drop it. Neutral statements on a target that
    is not the article's main one say nothing sure about relevance.
    """
    chosen = []
    for path in sorted((shared / "data/quotes/written").glob("*.jsonl")):
        for row in read_rows(path):
            facts = {str(s["s"]): s for s in row["statements"]}
            for paragraph in row["text"].split("\n\n"):
                context = _untag(paragraph).strip()
                sentences = _own_sentences(paragraph)
                for number, parts in _quotes(paragraph).items():
                    fact = facts.get(number)
                    if fact is None or not fact.get("target"):
                        continue
                    label = CODES[fact["stance"]]
                    readings = {("quote", " ".join(parts))}
                    if number in sentences:
                        readings.add(("sentence", sentences[number]))
                    for kind, text in sorted(readings):
                        chosen.append(
                            Example(
                                text,
                                fact["target"],
                                label,
                                row["lang"],
                                context=context,
                                relevant=1 if label != NEUTRAL or fact["asserted"] else UNKNOWN,
                                topic=f"article-{row['id']}",
                                kind=kind,
                            )
                        )
    return chosen
