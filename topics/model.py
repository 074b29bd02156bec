"""What a topic is: one frozen pydantic model, its tables checked against each other.

A check across entries raises ValueError with the key path in front (`actors[3].camp: ...`); `topics.loader` puts the
file's name before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from topics.matching import Matcher, fold_text
from topics.parts import (
    Actor,
    Camp,
    Frame,
    Keywords,
    Part,
    Slug,
    Sources,
    Target,
    Text,
    TopicEvent,
    WordLists,
    Words,
    Zone,
    digest,
)


class Topic(Part):
    """One agreement that is followed."""

    id: Slug
    title: Words
    summary: Words
    zone: Zone  # days are cut in it
    starts_on: date
    archive: Text | None = None  # folder relative to the repository
    camps: Annotated[tuple[Camp, ...], Field(min_length=1)]
    targets: Annotated[tuple[Target, ...], Field(min_length=1)]
    actors: tuple[Actor, ...] = ()
    keywords: Keywords
    hashtags: WordLists = WordLists()
    frames: tuple[Frame, ...] = ()
    events: tuple[TopicEvent, ...] = ()
    sources: Sources = Sources()

    @model_validator(mode="after")
    def _consistent(self) -> Topic:
        for fault in _faults(self):
            raise ValueError(fault)
        return self

    @property
    def tz(self) -> ZoneInfo:
        """The zone in which days are cut."""
        return ZoneInfo(self.zone)

    @property
    def primary_target(self) -> Target:
        """The target that is shown unless another is asked for."""
        return next(target for target in self.targets if target.primary)

    @cached_property
    def revision(self) -> str:
        """16 hex digits that change when a target comes, goes or is put into other words."""
        return digest(*sorted(target.wording_key for target in self.targets))

    def target(self, target_id: str) -> Target | None:
        """Return the target with this id, or None."""
        return next((target for target in self.targets if target.id == target_id), None)

    def camp(self, camp_id: str) -> Camp | None:
        """Return the camp with this id, or None."""
        return next((camp for camp in self.camps if camp.id == camp_id), None)

    def actor(self, actor_id: str | None) -> Actor | None:
        """Return the actor with this id, or None: a store may hold an actor that has left the register."""
        return self._actors_by_id.get(actor_id) if actor_id else None

    def actors_by_camp(self, camp_id: str) -> tuple[Actor, ...]:
        """Return the actors of a camp in the order of the file."""
        return tuple(actor for actor in self.actors if actor.camp == camp_id)

    def matches(self, text: str) -> bool:
        """Return whether `text` mentions the topic in either language; see `topics.matching`."""
        return self._matcher.matches(text)

    @cached_property
    def _actors_by_id(self) -> dict[str, Actor]:
        return {actor.id: actor for actor in self.actors}

    @cached_property
    def _matcher(self) -> Matcher:
        keywords, hashtags = self.keywords, self.hashtags
        return Matcher.compile(keywords.en + keywords.es, hashtags.en + hashtags.es, keywords.exclude)


def _faults(topic: Topic) -> Iterator[str]:
    """Yield what is wrong between the entries of a topic, each as `key path: expected ..., found ...`."""
    for key in ("camps", "targets", "actors", "frames", "events"):
        first: dict[str, int] = {}
        for index, entry in enumerate(getattr(topic, key)):
            if entry.id in first:
                yield f"{key}[{index}].id: expected an id of its own, found {entry.id!r}, which {key}[{first[entry.id]}] has"
            first[entry.id] = index
    yield from _camp_faults(topic)
    yield from _owner_faults(topic)
    n_primary = sum(target.primary for target in topic.targets)
    if n_primary != 1:
        yield f"targets: expected one target with primary = true, found {n_primary}"
    if not topic.keywords.en and not topic.keywords.es:
        yield "keywords: expected at least one keyword in en or es, found none"
    yield from _alias_faults(topic)
    tags = {f"hashtags.{lang}": topic.hashtags.get(lang) for lang in ("en", "es")}
    for key, listed in {**tags, "sources.mastodon.hashtags": topic.sources.mastodon.hashtags}.items():
        for index, tag in enumerate(listed):
            if len(fold_text(tag).split()) != 1:
                yield f"{key}[{index}]: expected one word, found {tag!r}"


def _camp_faults(topic: Topic) -> Iterator[str]:
    camps = {camp.id for camp in topic.camps}
    named = ", ".join(sorted(camps))
    for index, actor in enumerate(topic.actors):
        if actor.camp not in camps:
            yield f"actors[{index}].camp: expected one of {named}, found {actor.camp!r}"
    for index, feed in enumerate(topic.sources.news.feeds):
        if feed.official_of is not None and feed.official_of not in camps:
            yield f"sources.news.feeds[{index}].official_of: expected one of {named}, found {feed.official_of!r}"


def _owner_faults(topic: Topic) -> Iterator[str]:
    """Yield channels and archives whose owner is nobody of the topic."""
    camps = {camp.id for camp in topic.camps}
    met: set[str] = set()
    for index, channel in enumerate(topic.sources.telegram.channels):
        key = f"sources.telegram.channels[{index}]"
        if channel.name.lower() in met:
            yield f"{key}.name: expected each channel once, found {channel.name!r} again"
        met.add(channel.name.lower())
        if channel.actor is not None and topic.actor(channel.actor) is None:
            yield f"{key}.actor: expected the id of an actor of this topic, found {channel.actor!r}"
        if channel.official_of is not None and channel.official_of not in camps:
            named = ", ".join(sorted(camps))
            yield f"{key}.official_of: expected one of {named}, found {channel.official_of!r}"
    met = set()
    for index, archive in enumerate(topic.sources.officials.archives):
        key = f"sources.officials.archives[{index}]"
        if topic.actor(archive.actor) is None:
            yield f"{key}.actor: expected the id of an actor of this topic, found {archive.actor!r}"
        if archive.id in met:
            yield f"{key}.id: expected an id of its own, found {archive.id!r}, which an archive before it has"
        met.add(archive.id)


def _alias_faults(topic: Topic) -> Iterator[str]:
    """Yield names that would point at two actors: such a mention could not be resolved."""
    owner: dict[str, int] = {}
    for index, actor in enumerate(topic.actors):
        for number, name in enumerate((actor.name, *actor.aliases)):
            where = "name" if number == 0 else f"aliases[{number - 1}]"
            other = owner.setdefault(fold_text(name), index)
            if other != index:
                yield (
                    f"actors[{index}].{where}: expected a name of this actor alone, found {name!r}, "
                    f"which actors[{other}] ({topic.actors[other].id}) has too"
                )
