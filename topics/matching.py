"""Whether a text mentions a topic: whole words, with case and accents set aside.

A keyword is one of
  `mega prison`               a phrase: these words, side by side
  `deport*`                   a word that begins so; `*` may only end a word
  `el salvador & deport*`     all of these, anywhere in the text
and a hashtag is one word, met only behind a `#`. A phrase also finds the same word as a hashtag.
Exclusions are phrases: they are blanked out of a text first, so a true mention beside one still counts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

# Accents, soft hyphen, zero-width signs.
_MARKS = re.compile("[\u0300-\u036f\u00ad\u200b-\u200f\u2060\ufeff]")
_BLANK = " . "  # stands for an excluded phrase; no folded text has a dot, so its neighbours cannot join up
_GAPS = re.compile(r"[\W_]+")
_ASCII_GAPS = bytes(code if chr(code).isalnum() and code < 128 else ord(" ") for code in range(256))
_FOREIGN = re.compile(r"[^\W\x00-\x7f]")  # letters and digits that are not ASCII
_HASHTAG = re.compile(r"#(\w+)")


def fold_text(text: str) -> str:
    """Return `text` in lower case, without accents, with one space for whatever is neither letter nor digit.

    A space stands at both ends, so that `" word " in folded` asks for a whole word.
    """
    return _spaced(_fold_letters(text))


def without_accents(text: str) -> str:
    """Return `text` without accents and zero-width signs, its case kept."""
    return text if text.isascii() else _MARKS.sub("", unicodedata.normalize("NFKD", text))


def _fold_letters(text: str) -> str:
    return text.lower() if text.isascii() else without_accents(text).casefold()


def _spaced(letters: str) -> str:
    if not letters.isascii() and _FOREIGN.search(letters):
        return f" {_GAPS.sub(' ', letters).strip()} "
    words = letters.encode("ascii", "replace").translate(_ASCII_GAPS).split()  # several times as fast
    return f" {b' '.join(words).decode()} "


def keyword_fault(keyword: str) -> str | None:
    """Return what is wrong with a keyword as a phrase that follows "found", or None if it is well formed."""
    for part in keyword.split("&"):
        if fold_text(part).strip() == "":
            return f"{keyword!r}, which has a part without a word"
        if "*" in part.strip()[:-1]:
            return f"{keyword!r}, where * does not end the phrase"
    return None


@dataclass(frozen=True, slots=True)
class Matcher:
    """The compiled keywords of a topic."""

    single: tuple[str, ...]  # one of these is enough
    combined: tuple[tuple[str, tuple[tuple[str, ...], ...]], ...]  # a part, and what it needs beside it
    hashtags: frozenset[str]
    excluded: tuple[str, ...]
    words: tuple[str, ...]  # a text without any of these cannot match: most texts need no closer look

    @classmethod
    def compile(cls, keywords: Iterable[str], hashtags: Iterable[str], exclude: Iterable[str]) -> Matcher:
        """Return a matcher; the keywords must be well formed (`keyword_fault`)."""
        single: set[str] = set()
        combined: dict[str, set[tuple[str, ...]]] = {}
        for keyword in keywords:
            first, *others = (_needle(part) for part in keyword.split("&"))
            if others:
                combined.setdefault(first, set()).add(tuple(others))
            else:
                single.add(first)
        return cls(
            single=tuple(sorted(single)),
            combined=tuple((first, tuple(sorted(others))) for first, others in sorted(combined.items())),
            hashtags=frozenset(_fold_letters(tag.lstrip("#")) for tag in hashtags),
            excluded=tuple(_needle(phrase) for phrase in exclude),
            words=_telling_words((*single, *combined, *hashtags)),
        )

    def matches(self, text: str) -> bool:
        """Return whether `text` holds a keyword or a hashtag."""
        letters = _fold_letters(text)
        for word in self.words:
            if word in letters:
                break
        else:
            return False
        folded = _spaced(letters)
        for phrase in self.excluded:
            if phrase in folded:
                folded = folded.replace(phrase, _BLANK)
        for needle in self.single:
            if needle in folded:
                return True
        for first, choices in self.combined:
            if first in folded and any(all(needle in folded for needle in others) for others in choices):
                return True
        return "#" in text and not self.hashtags.isdisjoint(_HASHTAG.findall(letters))


def _telling_words(phrases: Iterable[str]) -> tuple[str, ...]:
    """Return the longest word of each phrase, without those that hold another one of them."""
    longest = {max(fold_text(phrase).split(), key=len, default="") for phrase in phrases}
    kept: list[str] = []
    for word in sorted(longest, key=lambda word: (len(word), word)):
        if not any(one in word for one in kept):
            kept.append(word)
    return tuple(kept)


def _needle(phrase: str) -> str:
    """Return the string to look for in a folded text: ` phrase ` for whole words, ` stem` where `*` ends it."""
    folded = fold_text(phrase)
    return folded.rstrip() if phrase.strip().endswith("*") else folded
