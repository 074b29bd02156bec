"""Queries for searches of news, made of the keywords where the topic names none of its own.

Such a search finds whole words and knows no `*`: parts that end in one are left out, unless nothing else is there. The
keywords of one head stand in one query: `el salvador & prison`, `el salvador & detention` become
`"el salvador" (prison OR detention)`. One of three parts is a query of its own: brackets hold nothing but OR.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from topics.matching import fold_text

LONGEST = 200
"""Characters of a query: GDELT refuses longer ones."""

SHORTEST_WORD = 3


def queries_of(keywords: Iterable[str], own: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the topic's own queries, or those made of its keywords."""
    return tuple(dict.fromkeys(own or _made(list(keywords))))


def _made(keywords: list[str]) -> Iterator[str]:
    alone: list[str] = []
    longer: list[str] = []
    grouped: dict[str, list[str]] = {}
    for keyword in keywords:
        terms = [term for part in keyword.split("&") if (term := _term(part))]
        if len(terms) < 2 and "&" in keyword:  # without its stems it would find far too much
            terms = [term for part in keyword.split("&") if (term := _term(part.replace("*", "")))]
        if len(terms) == 1:
            alone.append(terms[0])
        elif len(terms) == 2:
            grouped.setdefault(terms[0], []).append(terms[1])
        elif terms:
            longer.append(" ".join(terms))
    yield from _alternatives("", alone)
    for head, others in grouped.items():
        yield from _alternatives(f"{head} ", others)
    yield from longer


def _term(part: str) -> str:
    """Return a word, or a phrase in quotes; "" for a stem and for what is too short to be searched."""
    words = " ".join(part.split())
    if words.endswith("*") or len(words) < SHORTEST_WORD:
        return ""
    return f'"{words}"' if len(fold_text(words).split()) > 1 else words


def _alternatives(head: str, terms: list[str]) -> Iterator[str]:
    """Yield queries of at most LONGEST characters that find `head` with any of the terms."""
    group: list[str] = []
    for term in dict.fromkeys(terms):
        if group and len(head) + len(" OR ".join([*group, term])) + 2 > LONGEST:
            yield head + _either(group)
            group = []
        group.append(term)
    if group:
        yield head + _either(group)


def _either(terms: list[str]) -> str:
    return terms[0] if len(terms) == 1 else f"({' OR '.join(terms)})"
