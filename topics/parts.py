"""The tables of a topic file, as frozen pydantic models that each check themselves."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator

from topics.matching import keyword_fault, without_accents

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
MaybeAddress = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+\S*)?$")]
Lang = Literal["en", "es"]


class Part(BaseModel):
    """A frozen table of a topic file that takes no key it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Part):
    """One wording in each language of the product."""

    en: Text
    es: Text

    def get(self, lang: str) -> str:
        """Return the wording in `lang`; English for a language other than Spanish."""
        return self.es if lang == "es" else self.en


class WordLists(Part):
    """Several wordings in each language; a list may be empty."""

    en: tuple[Text, ...] = ()
    es: tuple[Text, ...] = ()

    def get(self, lang: str) -> tuple[str, ...]:
        """Return the list of `lang`; the English one for a language other than Spanish."""
        return self.es if lang == "es" else self.en


class Keywords(WordLists):
    """What a text must mention to be on the topic (syntax: `topics.matching`), and phrases that do not count."""

    exclude: tuple[Text, ...] = ()

    @field_validator("en", "es", "exclude")
    @classmethod
    def _well_formed(cls, keywords: tuple[str, ...]) -> tuple[str, ...]:
        for keyword in keywords:
            if fault := keyword_fault(keyword):
                raise ValueError(
                    f"expected phrases such as 'mega prison', 'deport*' or 'one & other', found {fault}"
                )
        return keywords


class Camp(Part):
    """A side from which actors speak."""

    id: Slug
    name: Words


class Target(Part):
    """What stance is measured toward."""

    id: Slug
    name: Words
    sentence: Words  # a claim that one can agree with
    opposite: Words  # the claim that an opponent would sign
    wordings: WordLists = WordLists()  # other ways to put the sentence
    primary: bool = False

    @cached_property
    def wording_key(self) -> str:
        """16 hex digits that change when the sentence that the classifier reads changes in either language."""
        return digest(self.id, self.sentence.en, self.sentence.es)


class Actor(Part):
    """A person or organisation of the register. Roles help to resolve "the president of El Salvador"."""

    id: Slug
    name: Text
    aliases: tuple[Text, ...] = ()
    role: Words
    party: Text | None = None
    camp: Slug
    kind: Literal["person", "organisation"] = "person"
    gender: Literal["f", "m"] | None = None
    handles: tuple[Text, ...] = ()  # accounts of an office or a public figure, never of a private person

    @cached_property
    def spellings(self) -> tuple[str, ...]:
        """The name and the aliases, each also without accents, longest first.

        Look for them with their capitals: ARENA and VAMOS are parties, "arena" and "vamos" are words.
        """
        names = {self.name, *self.aliases}
        return tuple(sorted(names | {without_accents(name) for name in names}, key=lambda n: (-len(n), n)))


class Frame(Part):
    """A way to look at the topic, such as legality or cost."""

    id: Slug
    name: Words


class TopicEvent(Part):
    """A dated event; `on` is a day in the topic's zone."""

    id: Slug
    on: date
    title: Words
    url: MaybeAddress = ""
    source: str = ""
    status: Literal["read", "cited"] = "cited"


class Feed(Part):
    """One RSS or Atom feed. `verified` says that someone saw it answer; `official_of` is the camp that publishes it."""

    url: Address
    outlet: Text
    lang: Lang
    verified: bool = False
    official_of: Slug | None = None


class News(Part):
    """The feeds to read."""

    feeds: tuple[Feed, ...] = ()


class Reddit(Part):
    """Where to look on Reddit and what to search for there."""

    communities: tuple[Text, ...] = ()
    queries: tuple[Text, ...] = ()


class Bluesky(Part):
    """What to search for on Bluesky; without queries they are made of the topic's keywords and hashtags."""

    queries: tuple[Text, ...] = ()


Instance = Annotated[str, StringConstraints(pattern=r"^(https?://)?[A-Za-z0-9.-]+(:[0-9]+)?$")]


class Mastodon(Part):
    """The instances whose hashtag timelines are read, by name (`mastodon.social`).

    `hashtags` are read beside the topic's own: tags that are also used for other things, whose posts count only where
    they mention the topic.
    """

    instances: tuple[Instance, ...] = ()
    hashtags: tuple[Text, ...] = ()


class Files(Part):
    """A folder whose files are imported on each run, relative to the working folder; none by default."""

    folder: Text | None = None


class Simulated(Part):
    """Whether the invented posts that ship with a topic are loaded."""

    enabled: bool = True


class Sources(Part):
    """Where the topic's texts come from."""

    news: News = News()
    reddit: Reddit = Reddit()
    bluesky: Bluesky = Bluesky()
    mastodon: Mastodon = Mastodon()
    files: Files = Files()
    simulated: Simulated = Simulated()


def digest(*parts: str) -> str:
    """Return 16 hex digits that stand for these texts in this order."""
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=8).hexdigest()
