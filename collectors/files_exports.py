"""Exports of other tools, told by their columns: which column holds what where the name alone misleads.

The columns are those that the tools' publishers and users document; docs/sources.md names where.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from collectors.errors import Malformed
from collectors.files_cells import cell_text
from collectors.files_columns import find_columns, fold_name

ROLES: Mapping[str, str] = {
    "text": "text", "title": "title", "id": "id", "time": "posted_at", "author": "author", "url": "url",
    "language": "lang", "place": "place", "platform": "platform", "outlet": "outlet", "parent": "parent_id",
    "context": "context", "kind": "kind", "clock": "clock",
}  # fmt: skip
"""What a column can be taken for, by the word that a user says it with."""


class NoSuchColumn(Malformed):
    """The user named a column that a table does not have."""


@dataclass(frozen=True, slots=True)
class Export:
    """A tool's export. Column names are folded (`files_columns.fold_name`), best one first."""

    name: str
    marks: tuple[frozenset[str], ...]  # one of these sets of columns must be there
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more_text: tuple[str, ...] = ()  # where the text is too
    beside: bool = (
        False  # True: these hold other excerpts of it; False: they stand in where the text is empty
    )
    outlet: str = ""  # the column with the outlet's name, on rows that are articles
    not_articles: frozenset[str] = frozenset()  # values of the platform's column that are no press
    articles: frozenset[str] = frozenset()  # values that are; where given, all others are not


_NETWORKS = frozenset(
    {"twitter", "x", "facebook", "facebook public", "instagram", "reddit", "youtube", "tiktok", "bluesky", "threads",
     "linkedin", "pinterest", "twitch", "tumblr", "mastodon", "telegram", "vk", "douyin", "wechat", "forums", "forum",
     "social", "blogs", "blog", "comments", "reviews"}
)  # fmt: skip

EXPORTS = (
    Export(
        "Brandwatch",
        marks=(
            frozenset({"query_name", "snippet"}), frozenset({"query_id", "page_type"}),
            frozenset({"snippet", "full_text"}), frozenset({"thread_entry_type", "full_text"}),
        ),
        roles={
            "text": ("full_text", "snippet"), "title": ("title",), "id": ("resource_id", "mention_id"),
            "posted_at": ("date",), "author": ("author",), "url": ("url", "original_url"), "lang": ("language",),
            "platform": ("page_type_name", "content_source_name", "page_type", "content_source"),
            "place": ("subreddit", "domain"), "kind": ("thread_entry_type",), "context": (), "parent_id": (),
        },
        more_text=("snippet",),
        outlet="domain",
        articles=frozenset({"news", "noticias", "online news", "news sites"}),
    ),
    Export(
        "Meltwater",
        marks=(
            frozenset({"hit_sentence", "headline"}), frozenset({"hit_sentence", "opening_text"}),
            frozenset({"opening_text", "headline"}), frozenset({"hit_sentence", "document_id"}),
        ),
        roles={
            "text": ("full_text", "opening_text", "hit_sentence"), "title": ("headline", "title"),
            "id": ("tweet_id", "document_id"), "posted_at": ("date",), "clock": ("time",), "url": ("url",),
            "author": ("author_handle", "twitter_screen_name", "author_name", "influencer"), "lang": ("language",),
            "platform": ("source_type", "source"), "place": ("source_name", "source"), "kind": (), "context": (),
        },
        more_text=("hit_sentence",),
        beside=True,
        outlet="source",
        not_articles=_NETWORKS,
    ),
    Export(
        "4CAT",
        marks=(frozenset({"thread_id", "timestamp", "body"}), frozenset({"thread_id", "unix_timestamp", "body"})),
        roles={
            "text": ("body",), "title": ("subject", "title"), "posted_at": ("unix_timestamp", "timestamp"),
            "parent_id": ("parent", "parent_id", "reply_to", "replied_to_id"), "context": (),
            "lang": ("languages", "language", "lang"),
        },
    ),
    Export("Communalytic", marks=(frozenset({"id", "username", "date", "text"}),)),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table's columns were taken for: by role the column as it is written there."""

    by_role: Mapping[str, str]
    export: Export | None = None
    more_text: tuple[str, ...] = ()
    outlet: str = ""

    @property
    def used(self) -> set[str]:
        """The columns that are read."""
        return {*self.by_role.values(), *self.more_text, *([self.outlet] if self.outlet else [])}


def take_columns(names: Iterable[str], mapping: Mapping[str, str]) -> Columns:
    """Return what the columns of a table hold, by their names and by what the user says.

    `mapping` is the user's, by role; an empty name says that no column has this role.
    """
    there = list(names)
    folded: dict[str, str] = {}
    for name in there:
        folded.setdefault(fold_name(name), name)
    export = next((one for one in EXPORTS if any(marks <= folded.keys() for marks in one.marks)), None)
    by_role = find_columns(there)
    for role, candidates in (export.roles if export else {}).items():
        by_role.pop(role, None)
        if found := next((folded[name] for name in candidates if name in folded), None):
            by_role[role] = found
    for role, name in mapping.items():
        by_role = {other: column for other, column in by_role.items() if other != role and column != name}
        if name:
            by_role[role] = name
    if export is None:
        return Columns(by_role)
    more = () if "text" in mapping else (folded[name] for name in export.more_text if name in folded)
    more_text = tuple(name for name in more if name != by_role.get("text"))
    return Columns(by_role, export, more_text, "" if "outlet" in by_role else folded.get(export.outlet, ""))


def check_mapping(names: Iterable[str], mapping: Mapping[str, str], file: str) -> None:
    """Raise NoSuchColumn where the user's mapping names a column that is not there, naming those that are."""
    there = list(names)
    if absent := [name for name in mapping.values() if name and name not in there]:
        shown = ", ".join(there[:40]) + (f" and {len(there) - 40} more" if len(there) > 40 else "")
        raise NoSuchColumn(f"{file} has no column {', '.join(absent)}; its columns are {shown or 'none'}")


def fit_export(columns: Columns, values: dict[str, Any], cells: Mapping[str, Any]) -> None:
    """Put into a row's values what its export keeps in several columns: the whole text, and the outlet of an article."""
    export = columns.export
    if export is None:
        return
    if columns.more_text:
        parts = [values.get("text"), *(cells.get(name) for name in columns.more_text)]
        texts = [text for part in parts if (text := cell_text(part))]
        values["text"] = _joined(texts) if export.beside else (texts or [""])[0]
    if columns.outlet and cell_text(values.get("title")):
        platform = cell_text(values.get("platform")).casefold()
        if platform in export.articles if export.articles else platform not in export.not_articles:
            values["outlet"] = cell_text(cells.get(columns.outlet))
            values.pop("platform", None)  # an outlet is no network on which its readers have accounts


def _joined(texts: Iterable[str]) -> str:
    """Return excerpts of one text as one, without those that another one holds."""
    kept: list[str] = []
    for text in texts:
        bare = text.strip(" .…")
        if bare and not any(bare in one for one in kept):
            kept.append(text)
    return "\n\n".join(kept)
