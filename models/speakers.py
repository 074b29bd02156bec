"""Who a mention means: the topic's register first, then the people met earlier in the article.

A mention ("the minister", "Flores", "he") and its entity are two things; `how` tells which way led from one to the
other. Only names in the topic or in the text are used. An ambiguous surname stays a name without an actor.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.mentions import (
    NAME,
    ROLE_NOISE,
    fold_words,
    gender_before,
    gender_of,
    is_body,
    is_plural,
    names_in,
    own_name,
    roles_around,
    stem_role,
)
from models.names import ORGANISATION_WORDS, PLACE_WORDS, given_gender
from models.quotes import Quote
from models.register import Entity, Register, fold, with_demonyms
from topics import Actor

_PLAIN = re.compile(r"\b[a-záéíóúñü]{3,}\b")


_STARTS = re.compile(r"(?:^|[.!?:“«\"\n—¿¡])\s?$")


_AFTER_PREPOSITION = re.compile(
    r"\b(?:a|de|con|contra|ante|para|por|sobre|entre|según|of|to|with|against|for|by|about|from|between|on|in|at)\s$"
)


@dataclass(slots=True)
class Person:
    """Someone named in the article, with every place and what the text calls them."""

    name: str
    words: tuple[str, ...]
    gender: str | None
    actor: Actor | None
    places: list[int] = field(default_factory=list)
    roles: set[str] = field(default_factory=set)

    def entity(self, how: str) -> Entity:
        """Return this person as the meaning of a mention."""
        actor = self.actor
        if actor is None:
            return Entity(self.name, how, gender=self.gender)
        return Entity(actor.name, how, actor.id, actor.camp, self.gender)


class Cast:
    """The people named in one article, in order of appearance, and the resolution of mentions to them."""

    def __init__(self, text: str, quotes: Sequence[Quote], register: Register, title: str = "") -> None:
        self.register = register
        self.people: list[Person] = []
        self._by_actor: dict[str, Person] = {}
        self._by_word: dict[str, list[Person]] = {}
        self._quoted = [(quote.start, quote.end) for quote in quotes if quote.end - quote.start > 30]
        self.mentions: list[tuple[int, Person]] = []  # outside quotes, by position
        self.organisations: list[tuple[int, str]] = []
        self._objects: set[int] = set()
        inside = 0
        plain = set(_PLAIN.findall(text))
        for match in NAME.finditer(text):
            while inside < len(self._quoted) and self._quoted[inside][1] <= match.start():
                inside += 1
            quoted = inside < len(self._quoted) and self._quoted[inside][0] <= match.start()
            for start, words in names_in(match):
                while (
                    len(words) > 1
                    and words[0].lower() in plain
                    and _STARTS.search(text, max(0, start - 3), start)
                ):
                    start, words = (
                        start + len(words[0]) + 1,
                        words[1:],
                    )  # "Tanto Trump": a word that only opens the sentence
                self._meet(text, start, words, quoted)
        if title:
            for match in NAME.finditer(title):
                for _, words in names_in(match):
                    if len(words) > 1 and self.register.match(fold_words(words)):
                        self._meet(title, -1, words, True)

    def _meet(self, text: str, start: int, words: list[str], quoted: bool) -> None:
        folded = fold_words(words)
        if any(word in ORGANISATION_WORDS for word in folded):
            if len(words) > 1 and not quoted:
                self.organisations.append((start, " ".join(words)))
            return
        if any(word in PLACE_WORDS for word in folded) or (len(words) > 1 and " ".join(words).isupper()):
            return
        person = self._known(folded)
        actor: Actor | None = None
        if person is None:
            known = self.register.match(folded)
            if known is None and len(words) < 2:
                return
            actor = known[0] if known else None
            if actor is not None and actor.kind == "organisation":
                return
            person = self._by_actor.get(actor.id) if actor else None
        if person is None:
            gender = actor.gender if actor else gender_before(text, start) or given_gender(words[0])
            person = Person(" ".join(words), tuple(folded), gender, actor)
            if actor:
                person.roles |= {word for role in self.register.roles[actor.id] for word in role}
                self._by_actor[actor.id] = person
            self.people.append(person)
        for word in set(folded) | set(fold(person.actor.name).split() if person.actor else ()):
            if person not in self._by_word.setdefault(word, []):
                self._by_word[word].append(person)
        person.places.append(start)
        person.gender = person.gender or gender_before(text, start)
        if start >= 0:
            person.roles |= roles_around(text, start, start + len(" ".join(words)))
        if not quoted and start >= 0:
            self.mentions.append((start, person))
            if _AFTER_PREPOSITION.search(text, max(0, start - 16), start):
                self._objects.add(start)

    def _known(self, folded: Sequence[str]) -> Person | None:
        if not folded:
            return None
        holders = self._by_word.get(folded[-1], [])
        matches = [
            p
            for p in holders
            if set(folded) <= set(p.words) or (p.actor and set(folded) <= set(fold(p.actor.name).split()))
        ]
        if len(folded) > 1:
            exact = [p for p in matches or holders if p.words[0] == folded[0]]
            return exact[-1] if exact else None
        return matches[0] if len(matches) == 1 else None

    def resolve(self, mention: str, start: int, lang: str) -> Entity:
        """Return whom a mention that is not a pronoun means. `start` is its offset in the article."""
        folded = fold(mention)
        possessive = re.search(r"[’']s?\s|[’']s$", mention)
        own = own_name(mention, possessive.start() if possessive else -1)
        if own:
            entity = self._by_name(own, mention)
            if entity:
                return entity
        if possessive:
            return self._possessed(mention, folded)
        organisation = self.register.organisation(folded)
        if organisation:
            return Entity(
                organisation.name, "organisation", organisation.id, organisation.camp, collective=True
            )
        return self._by_role(mention, folded, start)

    def _possessed(self, mention: str, folded: str) -> Entity:
        """Return "Bukele's administration" as an entity of its own, with the owner's camp."""
        organisation = self.register.organisation(folded)
        if organisation:
            return Entity(
                organisation.name, "organisation", organisation.id, organisation.camp, collective=True
            )
        owner = self.register.match(fold(re.split(r"[’']s?\s", mention)[0]).split()[-1:])
        return Entity(
            mention,
            "possessor" if owner else "unresolved",
            None,
            owner[0].camp if owner else None,
            collective=True,
        )

    def _by_name(self, words: list[str], mention: str) -> Entity | None:
        folded = fold_words(words)
        person = self._known(folded)
        if person is not None:
            how = "alias" if person.actor and len(folded) > 1 else "surname" if len(folded) == 1 else "name"
            return person.entity(how)
        holders = [p for p in self._by_word.get(folded[-1], []) if len(folded) == 1]
        bare = [person for person in holders if person.words == tuple(folded)]
        if len(bare) == 1:  # the text itself calls one of them by the surname alone
            return bare[0].entity("surname")
        if len(holders) > 1:
            return self._told_apart(holders, mention) or Entity(" ".join(words), "unresolved")
        known = self.register.match(folded)
        if known:
            actor, how = known
            how = "organisation" if actor.kind == "organisation" else how
            return Entity(
                actor.name, how, actor.id, actor.camp, actor.gender, collective=actor.kind == "organisation"
            )
        if any(word in ORGANISATION_WORDS for word in folded) or (words[0].isupper() and len(words) == 1):
            return None
        return Entity(" ".join(words), "name", gender=given_gender(words[0]))

    def _told_apart(self, holders: list[Person], mention: str) -> Entity | None:
        """Return the one holder of a shared surname whose title or gender the mention gives."""
        said = set(fold(mention).split())
        by_role = [person for person in holders if person.roles & said - ROLE_NOISE]
        if len(by_role) == 1:
            return by_role[0].entity("surname")
        gender = gender_of(mention)
        by_gender = [person for person in holders if gender and person.gender == gender]
        return by_gender[0].entity("surname") if len(by_gender) == 1 else None

    def _by_role(self, mention: str, folded: str, start: int) -> Entity:
        words = with_demonyms(folded) - ROLE_NOISE - {"us", "estados", "unidos"}
        indefinite = re.match(
            r"(?:an?|un|una|unos|unas|some|several|another|otro|otra)\s", mention, re.IGNORECASE
        )
        plural = is_plural(mention)
        if not indefinite and not plural and not is_body(mention):
            gender = gender_of(mention)
            actor = self.register.office(folded)
            if actor:
                return Entity(actor.name, "role", actor.id, actor.camp, actor.gender)
            person = self._called(words, gender, start + len(mention))
            if person:
                return person.entity("role")
        camp = self.register.government_camp(mention)
        if not indefinite and is_body(mention) and len(words) < 3:
            named = [
                name
                for place, name in self.organisations
                if place < start and words & set(fold(name).split())
            ]
            if named:
                return Entity(named[-1], "organisation", None, camp, collective=True)
        collective = plural or bool(set(folded.split()) & ORGANISATION_WORDS) or not gender_of(mention)
        return Entity(mention, "unresolved", None, camp, gender_of(mention), plural, collective)

    def _called(self, words: set[str], gender: str | None, end: int) -> Person | None:
        """Return the person whom the text calls by most of these words, the nearest before `end` first."""
        stems = {stem_role(word) for word in words}
        best: tuple[tuple[int, bool, int], Person] | None = None
        for person in self.people:
            if gender and person.gender and gender != person.gender:
                continue
            score = len(stems & {stem_role(word) for word in person.roles})
            places = [place for place in person.places if place >= 0] if score else []
            if not places:
                continue
            before = [place for place in places if place < end]
            rank = (score, bool(before), max(before) if before else -min(places))
            if best is None or rank > best[0]:
                best = (rank, person)
        return best[1] if best else None

    def main_person(self) -> Person | None:
        """Return the person named most often outside quotes, the first named among equals."""
        counts: dict[int, int] = {}
        for _, person in self.mentions:
            counts[id(person)] = counts.get(id(person), 0) + 1
        return max(self.people, key=lambda p: counts.get(id(p), 0)) if counts else None

    def named_between(self, start: int, end: int) -> list[Person]:
        """Return the people named outside quotes in text `[start, end)`, in order."""
        return [person for _, person in self._mentions_between(start, end)]

    def subjects_between(self, start: int, end: int) -> list[Person]:
        """Return the people named in text `[start, end)` other than behind a preposition ("ante Trump", "de Rubio")."""
        return [person for place, person in self._mentions_between(start, end) if place not in self._objects]

    def _mentions_between(self, start: int, end: int) -> list[tuple[int, Person]]:
        first = bisect_left(self.mentions, start, key=lambda mention: mention[0])
        last = bisect_left(self.mentions, end, key=lambda mention: mention[0])
        return self.mentions[first:last]

    def organisations_between(self, start: int, end: int) -> list[Entity]:
        """Return the bodies named outside quotes in text `[start, end)`, in order."""
        return [
            Entity(name, "pronoun", collective=True)
            for place, name in self.organisations
            if start <= place < end
        ]
