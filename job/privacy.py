"""Private speakers stay out of every table but the article's own: a stance is stored for public actors alone.

What stays is a mention that names nobody ("a U.S. official", "el ministerio") and the body of a known actor ("Bukele's
administration"). A private person's statement is kept without its speaker, and the name leaves the paragraphs around.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from models.names import FEMALE_GIVEN, MALE_GIVEN, NOT_NAMES, ORGANISATION_WORDS, PLURAL_ROLES, word_set
from models.statements import Found
from topics import Topic
from topics.matching import fold_text

TAKEN_OUT = "[…]"
"""Stands in a stored paragraph where a private person's name was."""

_OPENING = word_set(
    """a an the some several many most one another his her their its our my un una unos unas el la los las al del otro
    otra varios varias algunos algunas su sus nuestro nuestra mi"""
)


def _words(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in fold_text(text).split())


_WORD = re.compile(r"\w[\w.’'-]*\w|\w")
_LONGEST_ACRONYM = 6
_GIVEN = _words([*FEMALE_GIVEN, *MALE_GIVEN])


class PrivateSpeakers:
    """Tells the speakers of an article that may be stored from those that may not."""

    def __init__(self, topic: Topic) -> None:
        bodies = [
            name
            for actor in topic.actors
            if actor.kind == "organisation"
            for name in actor.spellings
            if not _GIVEN & _words([name])  # a body may be named after a person
        ]
        offices = [text for actor in topic.actors for text in (actor.role.en, actor.role.es)]
        camps = [text for camp in topic.camps for text in (camp.name.en, camp.name.es)]
        self._people = [actor.spellings for actor in topic.actors if actor.kind == "person"]
        self._plain = _words([*bodies, *offices, *camps, *NOT_NAMES, *ORGANISATION_WORDS, *PLURAL_ROLES])

    def is_generic(self, mention: str) -> bool:
        """Return whether a mention begins like a description and names nobody: its capitals are of offices, bodies and
        countries that the topic's register or the language knows."""
        words = _WORD.findall(mention)
        opens = len(words) > 1 and words[0].lower() in _OPENING
        return opens and not any(map(self._may_be_name, words[1:]))

    def taken_out(self, found: Found) -> Found:
        """Return the statement as it may be stored: a speaker who is no public actor stays only as a description."""
        if found.actor_id is not None or (found.camp is not None and found.entity_how == "possessor"):
            return found
        name = found.actor_name if self._names_nobody(found.actor_name, found.camp) else ""
        speaker = found.speaker if name and self._names_nobody(found.speaker, found.camp) else name
        return replace(found, speaker=speaker, actor_name=name)

    def names_in(self, text: str, statements: Sequence[Found]) -> re.Pattern[str] | None:
        """Return a pattern of the names by which an article calls its private speakers, or None where it has none.

        A word of the name of a public person whom the article names too goes only as a part of the whole name.
        """
        present = f" {fold_text(text)} "
        public = _words(
            name
            for spellings in self._people
            if any(f" {fold_text(name)} " in present for name in spellings)
            for name in spellings
        )
        names: set[str] = set()
        for found in statements:
            if self.taken_out(found).actor_name == found.actor_name:
                continue
            for mention in (found.actor_name, found.speaker):
                capitals = [word for word in _WORD.findall(mention) if self._may_be_name(word)]
                if len(capitals) > 1:
                    names.add(" ".join(capitals))
                names |= {word for word in capitals if len(word) > 2 and not _words([word]) & public}
        if not names:
            return None
        spelled = (
            r"\s+".join(re.escape(part) for part in name.split())
            for name in sorted(names, key=lambda n: (-len(n), n))
        )
        return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)")

    def _names_nobody(self, mention: str, camp: str | None) -> bool:
        """Return whether a mention is generic, or that of an unnamed body of a camp ("U.S. officials")."""
        if self.is_generic(mention):
            return True
        words = _WORD.findall(mention)
        return camp is not None and len(words) > 1 and not any(map(self._may_be_name, words))

    def _may_be_name(self, word: str) -> bool:
        letters = word.replace(".", "")
        if not word[0].isupper() or _words([word]) & self._plain or word.lower() in _OPENING:
            return False
        return not (letters.isupper() and 1 < len(letters) <= _LONGEST_ACRONYM)


def free_span(text: str, found: Found, names: re.Pattern[str] | None) -> tuple[int, int] | None:
    """Return the part of the article that is stored as the statement: the whole of it, or where a private speaker's
    name stands inside, the longest piece without one; None where no piece is free of it."""
    whole = (found.start, found.end)
    if names is None or found.actor_id is not None or not names.search(text[slice(*whole)]):
        return whole
    free = [span for span in found.spans if span[1] > span[0] and not names.search(text[slice(*span)])]
    return max(free, key=lambda span: span[1] - span[0], default=None)
