"""What to search for on Bluesky: the topic's own queries, or phrases made of its keywords; and its hashtags.

A search finds whole words and knows no `*`. A keyword's parts that end in one are left out of the query, and whatever
comes back is held against the keywords afterwards: `el salvador & deport*` is searched as `"el salvador"`.
"""

from __future__ import annotations

from collections.abc import Iterable

from topics import Topic
from topics.matching import fold_text


def search_queries(topic: Topic) -> tuple[str, ...]:
    """Return the queries, one a search, in both languages; none of those made here is contained in another."""
    tags = {tag.casefold(): "#" + tag.lstrip("#") for tag in (*topic.hashtags.en, *topic.hashtags.es)}
    own = topic.sources.bluesky.queries or _phrases((*topic.keywords.en, *topic.keywords.es))
    return tuple(dict.fromkeys((*own, *tags.values())))


def _phrases(keywords: Iterable[str]) -> list[str]:
    """Return a query for each keyword that asks for whole words, but for those that a wider one covers."""
    parts = [[part.strip() for part in keyword.split("&")] for keyword in keywords]
    whole = [[part for part in one if not part.endswith("*")] for one in parts]
    if not any(whole):  # nothing but stems: better searched as they are than not at all
        whole = [[part.rstrip("*") for part in one] for one in parts]
    asked = {frozenset(map(fold_text, one)): one for one in whole if one}
    return [
        " ".join(f'"{part}"' if " " in part else part for part in one)
        for needs, one in asked.items()
        if not any(other != needs and _covers(other, needs) for other in asked)
    ]


def _covers(wider: frozenset[str], needs: frozenset[str]) -> bool:
    """Return whether `wider` finds all that `needs` finds: `"el salvador"` covers `"el salvador" reos`."""
    return all(any(phrase in mine for mine in needs) for phrase in wider)
