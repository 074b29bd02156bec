"""The things that flow through Postura, as frozen dataclasses.

Imports nothing of ours. Every instant is an aware UTC `datetime` (`*_at`), every day a `date` (`*_on`).
Ids are text: `<source>:<native id>`. Stance values are exactly `favor`, `against`, `neutral`, `unclear`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

STANCES: tuple[str, str, str] = ("favor", "against", "neutral")
"""The classifier's three classes, in the order of every probability array."""

LABELS: tuple[str, ...] = (*STANCES, "unclear")
"""What a reading can say; `unclear` is a probability under the calibrated threshold."""

ANSWERS: tuple[str, ...] = (*STANCES, "off_topic")
"""What an analyst can find a text to be toward a target."""

UNSURE = "unsure"
"""What an analyst answers who cannot tell: kept, and counted as no answer."""

RELEVANT = 0.5
"""A text whose relevance to the target is below this is off topic: it stays out of every share."""

Language = Literal["en", "es", "other", "unknown"]
ItemState = Literal["live", "deleted", "removed"]
SourceState = Literal[
    "complete",
    "partial",
    "not_configured",
    "auth",
    "rate_limited",
    "blocked",
    "gone",
    "malformed",
    "unreachable",
    "silent",
    "possibly_truncated",
    "failed",
]

_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")
_EARLIEST = datetime(2005, 1, 1, tzinfo=UTC)


def clean_text(text: str) -> str:
    """Return `text` with lone surrogates and NUL replaced by U+FFFD, so that every store and page can hold it."""
    if "\x00" not in text:
        if text.isascii():
            return text
        with suppress(UnicodeEncodeError):  # quicker than looking at each character
            text.encode()
            return text
    return _UNSTORABLE.sub("\ufffd", text)


def believable(stated: datetime | None, now: datetime) -> datetime | None:
    """Return the stated instant in UTC, or None when it is missing, before 2005 or over a day in the future.

    A naive time is read as UTC. An item whose time is not believable is undated: it is kept, and moves no chart.
    """
    if stated is None:
        return None
    aware = stated.replace(tzinfo=UTC) if stated.tzinfo is None else stated.astimezone(UTC)
    return aware if _EARLIEST <= aware <= now + timedelta(days=1) else None


@dataclass(frozen=True, slots=True)
class Post:
    """One placement of a text by one voice: a post, a comment, a reply, or an official account's statement."""

    id: str
    source: str
    text: str
    seen_at: datetime
    posted_at: datetime | None = None
    kind: str = "post"  # post | comment | reply
    lang: str = "unknown"
    author_key: str | None = None  # salted key of a private author, never a name
    actor_id: str | None = None  # set only for a curated public actor's own account
    place: str = ""  # community, instance or file that it was found in
    url: str = ""
    parent_id: str | None = None
    context: str = ""  # the parent's text, where the post answers one
    repost_of: str | None = None  # id of the post that this one copies (crosspost, repost)
    state: ItemState = "live"  # deleted and removed are tombstones: text is empty
    simulated: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One published page of an outlet. `text` is stored as read and never edited, so that offsets hold."""

    id: str
    source: str
    title: str
    text: str
    seen_at: datetime
    posted_at: datetime | None = None
    lang: str = "unknown"
    outlet: str = ""
    url: str = ""
    headline_only: bool = False  # the body could not be had (a wall, an aggregator link)
    official_of: str | None = None  # camp whose own channel this is
    simulated: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What one speaker said, found in an article (`article.text[start:end] == text`) or documented in the archive."""

    id: str
    source: str
    text: str
    seen_at: datetime
    posted_at: datetime | None = None
    article_id: str | None = None
    start: int = -1
    end: int = -1
    direct: bool = False
    kind: str = "indirect"  # direct | mixed | indirect
    speaker: str = ""  # the mention as written
    actor_id: str | None = None  # register id
    actor_name: str = ""  # the register's name, or the name met in the article
    camp: str | None = None
    cue: str = ""
    asserted: bool = True  # False for "declined to say", "did not say that"
    entity_how: str = ""
    lang: str = "unknown"
    outlet: str = ""
    url: str = ""
    context: str = ""  # the paragraph around it
    verification: str = ""  # archive only: read | cited
    translation: str = (
        ""  # archive only: the same in the product's other language, shown and never classified
    )
    simulated: bool = False
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Event:
    """A dated event of the topic. `on` is a day in the topic's zone."""

    id: str
    on: date
    title_en: str
    title_es: str
    url: str = ""
    verification: str = "cited"  # read | cited


@dataclass(frozen=True, slots=True)
class Reading:
    """The classifier's reading of one text toward one target; the three probabilities sum to 1."""

    text_key: str
    context_key: str
    target: str
    revision: str
    favor: float
    against: float
    neutral: float
    relevance: float
    label: str
    n_windows: int = 1


@dataclass(frozen=True, slots=True)
class Label:
    """An analyst's reading of one text toward one target."""

    text_key: str
    target: str
    analyst: str
    label: str
    labelled_at: datetime


@dataclass(frozen=True, slots=True)
class Quarantined:
    """An item that a parser refused, with its raw form and the reason."""

    id: str
    source: str
    seen_at: datetime
    reason: str
    payload: str


@dataclass(frozen=True, slots=True)
class Place:
    """How one feed, community or file of a source fared in a run."""

    name: str
    state: SourceState
    detail: str = ""
    n_got: int = 0


@dataclass(frozen=True, slots=True)
class Receipt:
    """What one source was asked, gave and lost in one run.

    Counts add up: n_got = n_kept + n_tombstone + n_quarantined + n_off_topic + n_known. What a source showed and a
    collector did not take is in `skipped`, by reason, and not part of n_got. Holds no key, token or password.
    """

    source: str
    state: SourceState
    detail: str
    started_at: datetime
    seconds: float
    n_got: int = 0
    n_kept: int = 0
    n_tombstone: int = 0
    n_quarantined: int = 0
    n_off_topic: int = 0
    n_known: int = 0  # the same id came again within the run
    n_requests: int = 0
    n_bytes: int = 0
    places: tuple[Place, ...] = field(default=())
    newest_at: datetime | None = None
    n_retries: int = 0
    waited: float = 0.0  # seconds of backoff, Retry-After and rate limits, summed over the source's threads
    since: datetime | None = None  # start of the window that was asked for; None: what the source has
    asked: tuple[str, ...] = ()  # queries and places
    quarantined: Mapping[str, int] = field(default_factory=dict)  # reason -> items
    skipped: Mapping[str, int] = field(default_factory=dict)  # reason -> things
    faults: Mapping[str, int] = field(default_factory=dict)  # kind -> times met, mended by a retry or not
    unknown_fields: Mapping[str, int] = field(default_factory=dict)  # name -> items that had it
    cursor_before: Mapping[str, Any] = field(default_factory=dict)  # long lists are told by their length
    cursor_after: Mapping[str, Any] = field(default_factory=dict)
