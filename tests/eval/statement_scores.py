"""Scores of the statement extractor: marked texts in, matched statements and rates out."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from models.register import fold
from models.statements import Found, extract_statements
from topics import Topic

Spans = tuple[tuple[int, int], ...]
_TAG = re.compile(r'<(/?)(q|src|cue)(?: s="(\d+)")?>')
_SMALL = frozenset("the a an of la el los las de del and y his her their its".split())  # noqa: SIM905


@dataclass(frozen=True, slots=True)
class Gold:
    """A statement that a person marked."""

    spans: Spans
    kind: str  # direct | mixed | indirect
    speaker: str | None


@dataclass(frozen=True, slots=True)
class Marked:
    """A text with every statement in it."""

    text: str
    lang: str
    statements: tuple[Gold, ...]


def read_tagged(path: Path) -> Iterator[Marked]:
    """Yield texts whose statements are tagged inline (<q s="1">…</q>)."""
    for line in path.open(encoding="utf-8"):
        row = json.loads(line)
        plain, position, opened = "", 0, (0, "", 0)
        spans: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for tag in _TAG.finditer(row["text"]):
            plain += row["text"][position : tag.start()]
            position = tag.end()
            if not tag[1]:
                opened = (int(tag[3]), tag[2], len(plain))
            elif opened[1] == "q":
                spans[opened[0]].append((opened[2], len(plain)))
        plain += row["text"][position:]
        statements = (Gold(tuple(spans[s["s"]]), s["type"], s["speaker"]) for s in row["statements"])
        yield Marked(plain, row["lang"], tuple(statements))


def read_offsets(path: Path) -> Iterator[Marked]:
    """Yield texts whose statements are given by offsets; the file may be gzipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            quotes = (Gold(tuple(map(tuple, q["spans"])), q["type"], q["speaker"]) for q in row["quotes"])
            yield Marked(row["text"], row["lang"], tuple(quotes))


def letters(text: str, spans: Iterable[tuple[int, int]]) -> set[int]:
    """Return the places of the letters and digits in spans."""
    return {i for start, end in spans for i in range(start, end) if text[i].isalnum()}


def match(text: str, gold: Iterable[Spans], found: Iterable[Spans]) -> dict[int, tuple[int, float]]:
    """Return gold index -> (found index, Jaccard of letters), one to one, the best first, at least 0.5."""
    wanted, given = [letters(text, s) for s in gold], [letters(text, s) for s in found]
    pairs = [
        (len(a & b) / len(a | b), i, j) for i, a in enumerate(wanted) for j, b in enumerate(given) if a & b
    ]
    matched: dict[int, tuple[int, float]] = {}
    taken: set[int] = set()
    for overlap, i, j in sorted(pairs, reverse=True):
        if overlap >= 0.5 and i not in matched and j not in taken:
            matched[i] = (j, overlap)
            taken.add(j)
    return matched


def same_speaker(gold: str | None, name: str) -> bool:
    """Return whether two names can be one: the words of one within the other, or half of the shorter."""
    a, b = set(fold(gold or "").split()) - _SMALL, set(fold(name).split()) - _SMALL
    return bool(a & b) and (a <= b or b <= a or 2 * len(a & b) >= min(len(a), len(b)))


def score(texts: Iterable[Marked], topic: Topic, mention: bool = False) -> dict[str, float]:
    """Return recall, precision, f, direct_f, direct_exact, asserted aside, and the share of right speakers among
    those found (`mention`: the words as written instead of the entity)."""
    n: Counter[str] = Counter()
    for marked in texts:
        found = extract_statements(marked.text, marked.lang, topic)
        _count(n, "", marked, list(marked.statements), found, mention)
        direct = [g for g in marked.statements if g.kind == "direct"]
        _count(n, "direct_", marked, direct, [f for f in found if f.direct], mention)
    rates = {}
    for part in ("", "direct_"):
        recall = n[part + "hit"] / max(1, n[part + "gold"])
        precision = n[part + "hit"] / max(1, n[part + "found"])
        rates |= {part + "recall": recall, part + "precision": precision}
        rates[part + "f"] = 2 * recall * precision / max(1e-9, recall + precision)
        rates[part + "exact"] = 2 * n[part + "exact"] / max(1, n[part + "gold"] + n[part + "found"])
        rates[part + "speaker"] = n[part + "speaker"] / max(1, n[part + "named"])
    return rates


def _count(
    n: Counter[str], part: str, marked: Marked, gold: list[Gold], found: list[Found], mention: bool
) -> None:
    matched = match(marked.text, [g.spans for g in gold], [f.spans for f in found])
    n[part + "gold"] += len(gold)
    n[part + "found"] += len(found)
    n[part + "hit"] += len(matched)
    n[part + "exact"] += sum(overlap == 1 for _, overlap in matched.values())
    for index, (other, _) in matched.items():
        if gold[index].speaker:
            n[part + "named"] += 1
            given = found[other].speaker if mention else found[other].actor_name
            n[part + "speaker"] += same_speaker(gold[index].speaker, given)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A statement of a topic article: a whole sentence or a quote, with its speaker."""

    spans: Spans
    lang: str
    speaker: str


def read_article(folder: Path, number: str) -> tuple[str, str, list[Labelled]]:
    """Return body, title and statements of a labelled article; the author's own judgements are left out."""
    head, _, body = (folder / "articles" / f"{number}.txt").read_text(encoding="utf-8").partition("\n\n")
    title = next((line[7:] for line in head.splitlines() if line.startswith("title: ")), "")
    rows = [json.loads(line) for line in (folder / "statements.jsonl").open(encoding="utf-8")]
    labelled = [
        Labelled(((row["char_start"], row["char_end"]),), row["lang"], row["speaker"])
        for row in rows
        if row["article"] == number and not row["author_voice"]
    ]
    return body, title, labelled


def score_article(body: str, title: str, labelled: list[Labelled], topic: Topic) -> Counter[str]:
    """Return counts: `en_n`, `en_hit`, `en_speaker` (and `es_…`).

    A label is a sentence, a statement its content: one is found where they overlap by half, or where one holds the other.
    """
    n: Counter[str] = Counter()
    found = extract_statements(body, None, topic, title)
    given = [letters(body, f.spans) for f in found]
    for label in labelled:
        wanted = letters(body, label.spans)
        hits = [
            f
            for f, g in zip(found, given, strict=True)
            if g and len(g & wanted) >= min(0.5 * len(g | wanted), 0.8 * min(len(g), len(wanted)))
        ]
        n[label.lang + "_n"] += 1
        n[label.lang + "_hit"] += bool(hits)
        n[label.lang + "_speaker"] += any(same_speaker(label.speaker, f.actor_name) for f in hits)
    return n
