"""Reddit: new and found submissions of the topic's communities, and the comments under those that mention it.

No name of an author is kept: the payload carries this installation's key for it. Usage is read-only.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from collectors.contract import Collector, RawItem, Request, SourceLog
from collectors.errors import AuthError, NotConfigured, OutOfBudget, RateLimited, SourceError, Unreachable
from collectors.reddit_client import connect, reddit_keys
from collectors.reddit_community import CommunityReading
from collectors.reddit_things import parse_thing
from records import Post
from settings import Settings
from topics import Topic


class RedditCollector(Collector):
    """Reads the topic's communities one by one. One community's fault is that community's place; the others go on.

    Cursor: `communities` (name -> what `reddit_memory.Memory` keeps of one). A community's cursor moves only when it
    was read to the end: listings run from new to old, and a gap that an interruption leaves must be read again.
    """

    name: ClassVar[str] = "reddit"
    title: ClassVar[str] = "Reddit"
    site: ClassVar[str] = "https://www.reddit.com"
    api: ClassVar[str] = "https://oauth.reddit.com"

    def missing_setting(self, settings: Settings, topic: Topic) -> str | None:
        """Return what is missing: keys, or communities in the topic."""
        if not topic.sources.reddit.communities:
            return "the topic lists no communities; add them under [sources.reddit] in its file"
        if reddit_keys(settings) is None:
            return (
                "REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET are not set; Reddit gives keys only to uses that it has"
                " approved; without them import an export: python refresh.py import FILE"
            )
        return None

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield submissions and comments; raises AuthError, as no community can be read then."""
        keys = reddit_keys(request.settings)
        if keys is None:
            raise NotConfigured(self.missing_setting(request.settings, request.topic) or "no keys for Reddit")
        client = connect(keys, request.settings, log, site=self.site, api=self.api)
        kept = dict(request.cursor.get("communities", {}))
        log.cursor = {"communities": kept}
        names = list(dict.fromkeys(_bare(name) for name in request.topic.sources.reddit.communities))
        log.n_places = len(names)
        log.note_asked(*(f"r/{name}" for name in names), *request.topic.sources.reddit.queries)
        n_silent = 0
        for number, name in enumerate(names):
            reading = CommunityReading(name, client, request, kept.get(name, {}))
            try:
                yield from reading.items()
            except (RateLimited, Unreachable) as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
                n_silent += isinstance(error, Unreachable)
                if isinstance(error, RateLimited) or n_silent > 1 or not log.n_bytes:
                    for left in names[number + 1 :]:
                        log.note_place(f"r/{left}", error.state, "not asked after the fault before it")
                    return
            except (AuthError, OutOfBudget) as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
                raise
            except SourceError as error:
                log.note_place(f"r/{name}", error.state, str(error), reading.n_got)
            else:
                log.note_place(f"r/{name}", reading.state, reading.detail, reading.n_got)
                kept = {**kept, name: reading.next_cursor()}
                log.cursor = {"communities": kept}

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Post:
        """Return the post, comment or tombstone that a payload holds."""
        return parse_thing(raw, topic)


def _bare(name: str) -> str:
    return name.strip().removeprefix("/").removeprefix("r/").strip("/")
