"""The topic's actors as a register: found by alias, surname or office, accents and case set aside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.mojibake import FILLER
from models.names import TITLES, word_set
from topics import Actor, Topic
from topics.matching import fold_text

PARTICLES = word_set("de la las los del da dos van von der bin al y")


_OFFICIAL = word_set(
    "official officials administration government authorities funcionario funcionaria funcionarios gobierno autoridades spokesperson "
    "spokesman spokeswoman portavoz vocero administración ejecutivo"
)


@dataclass(frozen=True, slots=True)
class Entity:
    """Whom a mention means. `how` is alias, surname, name, role, possessor, organisation, pronoun, continued or unresolved."""

    name: str
    how: str
    actor_id: str | None = None
    camp: str | None = None
    gender: str | None = None
    plural: bool = False
    collective: bool = False  # an organisation or an unnamed group


def fold(text: str) -> str:
    """Return `text` folded for matching: fillers of a repair taken out, lower case, no accents, single spaces."""
    return fold_text(text.replace(FILLER, "").replace("’s ", " ").replace("'s ", " ")).strip()


class Register:
    """The topic's actors, found by alias, surname or office."""

    def __init__(self, topic: Topic) -> None:
        self.topic = topic
        self.aliases: dict[str, Actor] = {}
        self.surnames: dict[str, list[Actor]] = {}
        self.longest = 1
        claimed: dict[str, set[str]] = {}
        for actor in topic.actors:
            for alias in (actor.name, *actor.aliases):
                key = fold(alias)
                self.aliases.setdefault(key, actor)
                claimed.setdefault(key, set()).add(actor.id)
                self.longest = max(self.longest, len(key.split()))
            if actor.kind == "person":
                self._add_surnames(actor)
        for key, owners in claimed.items():  # an alias that two actors claim names neither
            if len(owners) > 1:
                del self.aliases[key]
        self.roles = {actor.id: self._role_words(actor) for actor in topic.actors}
        self.governments = self._government_words(topic)

    def _add_surnames(self, actor: Actor) -> None:
        for word in set(fold(actor.name).split()[1:]):
            if len(word) > 2 and actor not in self.surnames.setdefault(word, []):
                self.surnames[word].append(actor)

    @staticmethod
    def _role_words(actor: Actor) -> tuple[frozenset[str], ...]:
        return tuple(
            frozenset(fold(role).split()) - PARTICLES - {"of", "the", "el"}
            for role in (actor.role.en, actor.role.es)
        )

    @staticmethod
    def _government_words(topic: Topic) -> list[tuple[frozenset[str], str]]:
        """Return the country words of each camp that is a government, from the camp's names and its actors' offices."""
        found = []
        for camp in topic.camps:
            names = fold(f"{camp.name.en} {camp.name.es}")
            if not {"government", "gobierno", "administration"} & set(names.split()):
                continue
            words = (
                set(names.split())
                - _OFFICIAL
                - PARTICLES
                - {"of", "the", "and", "its", "party", "su", "partido", "el", "y"}
            )
            found.append((frozenset(words), camp.id))
        return found

    def match(self, words: Sequence[str]) -> tuple[Actor, str] | None:
        """Return the actor whom a name's folded words mean, and how; None for nobody or for several."""
        key = " ".join(words)
        if key in self.aliases:
            return self.aliases[key], "alias"
        for start in range(1, len(words)):  # "salvadoran president nayib bukele": titles in front
            tail = " ".join(words[start:])
            actor = self.aliases.get(tail)
            if actor and (
                len(words) - start > 1 or all(word in TITLES or word in _OFFICIAL for word in words[:start])
            ):
                return actor, "alias"
        if len(words) > 1:  # "kilmar armando abrego garcia": first name and surname agree
            for actor in self.surnames.get(words[-1], ()):
                own = fold(actor.name).split()
                if own[0] == words[0]:
                    return actor, "alias"
            return None
        holders = self.surnames.get(words[0], []) if words else []
        return (holders[0], "surname") if len(holders) == 1 else None

    def organisation(self, folded: str) -> Actor | None:
        """Return the organisation named in a folded mention, the longest alias first."""
        words = folded.split()
        for size in range(min(self.longest, len(words)), 0, -1):
            for start in range(len(words) - size + 1):
                actor = self.aliases.get(" ".join(words[start : start + size]))
                if actor and actor.kind == "organisation":
                    return actor
        return None

    def office(self, folded: str) -> Actor | None:
        """Return the one actor whose whole office stands in a folded mention ("us secretary of state")."""
        words = with_demonyms(folded)
        found = [
            actor for actor in self.topic.actors
            if any(role and all(_alike(word, words) for word in role) for role in self.roles[actor.id])
        ]  # fmt: skip
        return found[0] if len(found) == 1 else None

    def government_camp(self, mention: str) -> str | None:
        """Return the camp of an unnamed official whose country is written beside the office ("a U.S. official")."""
        words = set(
            fold(mention.replace("U.S.", "US").replace("EE.UU.", "US").replace("EE. UU.", "US")).split()
        )
        if not words & _OFFICIAL:
            return None
        words |= (
            {"united", "states", "us"}
            if "us" in words or "american" in words or "estadounidense" in words
            else set()
        )
        camps = {camp for country, camp in self.governments if words & country}
        return camps.pop() if len(camps) == 1 else None


_REGISTERS: dict[int, Register] = {}


def register_of(topic: Topic) -> Register:
    """Return the topic's register, built once."""
    held = _REGISTERS.get(id(topic))
    if held is None or held.topic is not topic:
        held = _REGISTERS[id(topic)] = Register(topic)
        while len(_REGISTERS) > 8:
            _REGISTERS.pop(next(iter(_REGISTERS)))
    return held


def with_demonyms(folded: str) -> set[str]:
    """Return the words of a mention, with the country beside a word for its people and plainer words for an office."""
    words = set(folded.split())
    if words & {"us", "american", "americano", "estadounidense", "norteamericano", "eeuu"}:
        words |= {"us", "united", "states", "estados", "unidos"}
    if words & {"mandatario", "mandataria", "gobernante"}:
        words |= {"presidente"}
    if words & {"canciller"}:
        words |= {"ministro", "exteriores"}
    return words


def _alike(word: str, words: set[str]) -> bool:
    """Return whether a word or one of its family is among `words` (salvador, salvadoreño)."""
    return word in words or (len(word) > 5 and any(w[:6] == word[:6] for w in words))
