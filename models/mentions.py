"""What a mention says by itself: its name, gender, number, and what the words around a name call its bearer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from models.names import (
    FEMALE_TITLES,
    MALE_TITLES,
    NOT_NAMES,
    ORGANISATION_WORDS,
    PLURAL_ROLES,
    TITLES,
    word_set,
)
from models.register import PARTICLES, fold

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*\.?")


_CAPITAL = r"[^\W\d_a-zß-öø-ÿ](?:\w?\.(?=[ \w])|[\w’'\-]*)"


NAME = re.compile(
    rf"{_CAPITAL}(?:[ \u00a0](?:(?:de la|de las|de los|del|de|da|dos|van|von|der|bin|al|la) )?{_CAPITAL}|(?<=\.){_CAPITAL})*"
)


ROLE_NOISE = word_set(
    """the and for who that with from del los las una uno que con por para left right opposition national new former
    general party state states united country"""
)


_COLLECTIVE = word_set("they ellos ellas")


_MALE = word_set("he él este éste aquel")


_FEMALE = word_set("she ella esta ésta aquella")


def pronoun_gender(word: str) -> str | None:
    """Return `f`, `m`, `plural`, `it` for a pronoun that stands for a third person, else None."""
    low = re.sub(r"\s(?:mism[oa]s?|himself|herself)$", "", word.lower())
    if low in _MALE:
        return "m"
    if low in _FEMALE:
        return "f"
    return "plural" if low in _COLLECTIVE else "it" if low == "it" else None


def names_in(match: re.Match[str]) -> list[tuple[int, list[str]]]:
    """Return the names in a run of capitalised words, titles and small words off; a possessor ends one."""
    runs: list[list[tuple[int, str]]] = [[]]
    for word in _WORD.finditer(match.group()):
        bare = re.sub(r"[’']s?$", "", word.group())
        runs[-1].append((word.start(), bare))
        if bare != word.group() or (len(word.group()) > 4 and word.group().endswith(".")):
            runs.append([])
    return [name for run in runs for name in _name_in(match.start(), run)]


def _name_in(offset: int, parts: list[tuple[int, str]]) -> list[tuple[int, list[str]]]:
    titles = [
        i
        for i, (_, word) in enumerate(parts)
        if word.lower().rstrip(".") in TITLES and word.lower() not in PARTICLES
    ]
    if titles and titles[-1] + 1 < len(parts):  # "Virginia Attorney General Jason Miyares"
        parts = parts[titles[-1] + 1 :]
    elif titles and titles[0]:
        parts = parts[: titles[0]]
    while parts and parts[-1][1].lower() in NOT_NAMES | PARTICLES:
        parts.pop()
    while parts and (
        parts[0][1].lower().rstrip(".") in TITLES
        or parts[0][1].lower() in NOT_NAMES
        or parts[0][1].lower() in PARTICLES
    ):
        parts.pop(0)
    words = [word.rstrip(".") if len(word) > 2 else word for _, word in parts]
    if not words or not any(len(word.rstrip(".")) > 2 for word in words):
        return []
    return [(offset + parts[0][0], words)]


def own_name(mention: str, before: int) -> list[str]:
    """Return the words of the name that is the head of a mention, or [] ("Bukele's spokesman" has none)."""
    names: list[tuple[int, list[str]]] = []
    for match in NAME.finditer(mention):
        names += [
            (start, words)
            for start, words in names_in(match)
            if not any(w.lower() in ORGANISATION_WORDS for w in words)
        ]
    names = [(start, words) for start, words in names if start > before]
    kept = []
    for start, words in names:
        ahead = mention[:start].rstrip().lower()
        if re.search(
            r"\b(?:of|for|at|in|from|to|de|del|de la|por|para|en|with|con)(?:\s+(?:the|la|el|los|las))?$",
            ahead,
        ):
            continue
        behind = mention[start + len(" ".join(words)) :]
        if re.match(r"\s[a-zà-ÿ]", behind) and not re.match(
            r"\s(?:of|de|del|for|from|at|in|en|and|y|e|con|with|himself|herself|mism[oa])\b", behind
        ):
            continue  # "a Kestrian official": the name only says of where
        kept.append((start, words))
    two = [words for _, words in kept if len(words) > 1]
    return two[-1] if two else kept[-1][1] if kept else []


def fold_words(words: Sequence[str]) -> list[str]:
    return [part for part in fold(" ".join(words)).split() if part not in PARTICLES] or fold(
        " ".join(words)
    ).split()


def gender_of(mention: str) -> str | None:
    words = [word.lower() for word in _WORD.findall(mention)]
    if any(word in FEMALE_TITLES for word in words[:4]):
        return "f"
    if any(word in MALE_TITLES for word in words[:4]):
        return "m"
    first = words[0] if words else ""
    return (
        {"la": "f", "una": "f", "el": "m", "un": "m"}.get(first)
        if len(words) > 1 and words[1] not in ORGANISATION_WORDS
        else None
    )


def gender_before(text: str, start: int) -> str | None:
    """Return the gender that the words right before a name give it ("la ministra", "Mrs")."""
    words = [word.lower() for word in _WORD.findall(text[max(0, start - 40) : max(0, start)])][-3:]
    for word in reversed(words):
        if word in FEMALE_TITLES:
            return "f"
        if word in MALE_TITLES:
            return "m"
    return None


def roles_around(text: str, start: int, end: int) -> set[str]:
    """Return the folded words that call a person something: a title before the name, an apposition behind it."""
    before = re.split(r"[.;:!?\n“”«»\"()—]|, (?=\w+ed\b)", text[max(0, start - 90) : start])[-1]
    before = (
        before.rsplit(",", 2)[-2]
        if before.rstrip().endswith(",") and before.count(",") > 1
        else before.rstrip(", ")
    )
    if "," in before:
        before = before.rsplit(",", 1)[-1]
    behind = re.match(r"\s*[,(]\s*([^,.;:()“”«»\"\n]{3,90})", text[end : end + 110])
    after = (
        behind[1] if behind and not re.match(r"(?:who|which|que|quien|and|y|said|dijo)\b", behind[1]) else ""
    )
    near = before.split()[-7:]
    near = near[_after_name(near) :]
    words = fold(f"{' '.join(near)} {' '.join(after.split()[:9])}").split()
    return {word for word in words if len(word) > 2} - ROLE_NOISE - NOT_NAMES


def _after_name(words: Sequence[str]) -> int:
    """Return where the words behind the last person's name begin ("Marta Flores met Secretary" -> 2)."""
    for index in range(len(words) - 1, -1, -1):
        if not words[index][0].isupper() or words[index].lower().rstrip(".") in TITLES:
            continue
        first = index
        while first and words[first - 1][0].isupper():
            first -= 1
        if not first or words[first - 1].lower() not in ("de", "del", "la", "of", "for", "y", "and", "the"):
            return index + 1
    return 0


def is_body(mention: str) -> bool:
    """Return whether the head of a mention is a body ("the Nurses' Association", "el Ministerio de Salud")."""
    head = re.split(r"\s(?:of|for|in|at|de|del|en)\s", mention)[0]
    words = [word.lower().rstrip(".") for word in _WORD.findall(head)]
    return bool(words) and (
        words[-1] in ORGANISATION_WORDS
        or (len(words) > 1 and words[1] in ORGANISATION_WORDS and words[0] in ("el", "la", "su"))
    )


def is_plural(mention: str) -> bool:
    words = [word.lower() for word in _WORD.findall(mention)]
    return bool(set(words) & PLURAL_ROLES) or (
        bool(words)
        and words[0] in ("los", "las", "unos", "unas", "several", "some", "both", "varios", "many")
    )


@lru_cache(maxsize=4096)
def stem_role(word: str) -> str:
    """Return a role word without gender, number or ex- (exministra -> ministr)."""
    word = word[2:] if word.startswith("ex") and len(word) > 7 else word
    return re.sub(r"(?:as|os|es|a|o|s|e)$", "", word) if len(word) > 4 else word
