"""What a search for news is, and what a source answers to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from collectors.errors import Blocked


class QueryRefused(Blocked):
    """The source does not take this query; others may pass."""


@dataclass(frozen=True, slots=True)
class Search:
    """One query as its source wants it. `place` names it on the receipt and in the cursor."""

    place: str
    query: str
    lang: str = ""
    edition: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """One article that an answer names. `readable`: its page may be asked for its text."""

    id: str
    payload: dict[str, Any]
    readable: bool = True


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """One answer. `is_full`: it holds as many items as the source ever gives; `is_whole`: it did not break off."""

    found: Sequence[Found]
    is_full: bool = False
    is_whole: bool = True
