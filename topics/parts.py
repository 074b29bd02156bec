"""The tables of a topic file, as frozen pydantic models that each check themselves."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    StringConstraints,
    field_validator,
    model_validator,
)

from topics.matching import keyword_fault, without_accents

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[-_][a-z0-9]+)*$")]
Address = Annotated[str, StringConstraints(pattern=r"^https?://[^\s/]+\S*$")]
MaybeAddress = Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+\S*)?$")]
Lang = Literal["en", "es"]


def known_zone(name: str) -> str:
    """Return the name of an IANA time zone; raises ValueError for any other."""
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f"expected an IANA time zone such as America/El_Salvador, found {name!r}") from error
    return name


Zone = Annotated[str, AfterValidator(known_zone)]


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


VideoId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{11}$")]
YoutubeChannel = Annotated[str, StringConstraints(pattern=r"^UC[A-Za-z0-9_-]{22}$")]


class Youtube(Part):
    """Whose comments are read on YouTube: videos that a search finds, that are listed, or that a channel has uploaded.

    Of what a search or a channel gives, only videos that mention the topic are read; listed ones always.
    """

    queries: tuple[Text, ...] = ()
    videos: tuple[VideoId, ...] = ()
    channels: tuple[YoutubeChannel, ...] = ()


Edition = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}:(en|es)(-[A-Za-z0-9]{2,3})?$")]


class GoogleNews(Part):
    """What to search for on Google News, by language, and in which editions (country and language, `MX:es-419`).

    Without queries they are made of the topic's keywords.
    """

    enabled: bool = True
    queries: WordLists = WordLists()
    editions: tuple[Edition, ...] = ("US:en", "US:es-419")


class Gdelt(Part):
    """What to search for in GDELT, by language; without queries they are made of the topic's keywords."""

    enabled: bool = True
    queries: WordLists = WordLists()


ChannelName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_]{3,31}$")]


class TelegramChannel(Part):
    """One public channel, by the name in its address (`t.me/NAME`), and whose it is: an actor's own, or an outlet's.

    Only channels of public actors and outlets belong here, never a private person's.
    """

    name: ChannelName
    actor: Slug | None = None
    outlet: Text | None = None
    official_of: Slug | None = None  # with an outlet: the camp that publishes it
    lang: Lang | None = None

    @model_validator(mode="after")
    def _has_one_owner(self) -> TelegramChannel:
        if (self.actor is None) == (self.outlet is None):
            raise ValueError("expected either an actor or an outlet, whose channel it is")
        return self


class Telegram(Part):
    """The public channels that are read."""

    channels: tuple[TelegramChannel, ...] = ()


MaybeText = Annotated[str, StringConstraints(strip_whitespace=True)]


class ArchiveColumns(Part):
    """What the fields of an archive's rows are called; `a.b` is field b within a, "" that the archive has none.

    The defaults are Mastodon's names. A row with anything in `repost` repeats somebody else's words, one with anything in
    `deleted` was taken back by its author.
    """

    id: MaybeText = "id"
    text: Text = "content"
    time: MaybeText = "created_at"
    url: MaybeText = "url"
    repost: MaybeText = "reblog"
    deleted: MaybeText = ""


class OfficialArchive(Part):
    """A published archive of one official's own posts, as JSON, JSON Lines or CSV.

    `records` is the field that holds the list, where it is not the whole JSON; `zone` that in which times without one are
    meant. `verified` says that someone saw the address answer.
    """

    id: Slug  # part of the ids of its statements: keep it when the address changes
    url: Address
    name: Text
    actor: Slug
    lang: Lang | None = None
    records: MaybeText = ""
    zone: Zone | None = None
    columns: ArchiveColumns = ArchiveColumns()
    verified: bool = False


class Officials(Part):
    """The archives that are read."""

    archives: tuple[OfficialArchive, ...] = ()


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
    youtube: Youtube = Youtube()
    telegram: Telegram = Telegram()
    officials: Officials = Officials()
    google_news: GoogleNews = GoogleNews()
    gdelt: Gdelt = Gdelt()
    files: Files = Files()
    simulated: Simulated = Simulated()


def digest(*parts: str) -> str:
    """Return 16 hex digits that stand for these texts in this order."""
    return hashlib.blake2b("\x00".join(parts).encode(), digest_size=8).hexdigest()
