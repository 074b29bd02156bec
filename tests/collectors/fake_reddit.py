"""A Reddit made of plain data, to be served by `replay.Replay`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from tests.collectors.replay import Answer, Ask


def submission(id_: str, title: str = "", selftext: str = "", /, **more: Any) -> dict[str, Any]:
    """A submission as Reddit lists it."""
    data = {
        "id": id_,
        "name": f"t3_{id_}",
        "title": title,
        "selftext": selftext,
        "is_self": True,
        "author": f"writer_{id_}",
        "author_fullname": f"t2_{id_}",
        "subreddit": "news",
        "created_utc": 1738600000.0,
        "permalink": f"/r/news/comments/{id_}/slug/",
        "url": f"https://www.reddit.com/r/news/comments/{id_}/slug/",
        "num_comments": 0,
        "edited": False,
        "score": 1,
    }
    return {"kind": "t3", "data": {**data, **more}}


def comment(
    id_: str, body: str, parent: str, link: str, replies: Iterable[Any] = (), /, **more: Any
) -> dict[str, Any]:
    """A comment as Reddit gives it in a tree; `parent` and `link` are fullnames."""
    nested = list(replies)
    data = {
        "id": id_,
        "name": f"t1_{id_}",
        "body": body,
        "author": f"writer_{id_}",
        "author_fullname": f"t2_{id_}",
        "subreddit": "news",
        "created_utc": 1738603600.0,
        "parent_id": parent,
        "link_id": link,
        "permalink": f"/r/news/comments/{link[3:]}/slug/{id_}/",
        "replies": listing(nested) if nested else "",
        "edited": False,
        "score": 1,
    }
    return {"kind": "t1", "data": {**data, **more}}


def listing(things: Iterable[Any], after: str | None = None) -> dict[str, Any]:
    """A page of things."""
    return {
        "kind": "Listing",
        "data": {"modhash": None, "children": list(things), "after": after, "before": None},
    }


def as_json(value: Any, status: int = 200, **headers: str) -> Answer:
    """An answer with a JSON body."""
    return Answer(status, json.dumps(value), {"Content-Type": "application/json; charset=UTF-8", **headers})


class FakeReddit:
    """Answers like Reddit for communities, comment trees, folded comments and lookups by name.

    `listings` maps a community to its things, newest first; `trees` a submission's id to its comments; `overrides`
    a path to an answer, or to a list of answers that are used up one by one.
    """

    def __init__(self) -> None:
        self.listings: dict[str, list[Any]] = {}
        self.found: dict[str, list[Any]] = {}
        self.trees: dict[str, list[Any]] = {}
        self.more: dict[str, list[Any]] = {}
        self.overrides: dict[str, Answer | list[Answer]] = {}
        self.n_tokens = 0

    def __call__(self, ask: Ask) -> Answer:
        if ask.path in self.overrides:
            prepared = self.overrides[ask.path]
            if isinstance(prepared, Answer):
                return prepared
            if prepared:
                return prepared.pop(0)
        if ask.path == "/api/v1/access_token":
            self.n_tokens += 1
            return as_json(
                {
                    "access_token": f"token{self.n_tokens}",
                    "expires_in": 3600,
                    "scope": "*",
                    "token_type": "bearer",
                }
            )
        if ask.path.rstrip("/") == "/api/info":
            return as_json(
                listing(self._by_name(name) for name in ask.query["id"].split(",") if self._by_name(name))
            )
        if ask.path.rstrip("/") == "/api/morechildren":
            things = self.more.get(ask.form["children"])
            if things is not None:
                return as_json({"json": {"errors": [], "data": {"things": things}}})
        parts = ask.path.strip("/").split("/")
        if parts[0] == "comments":
            return self._tree(parts[1])
        if parts[0] == "r" and len(parts) > 2 and parts[2] in ("new", "search"):
            things = (self.listings if parts[2] == "new" else self.found).get(parts[1], [])
            return self._page(things, ask.query.get("after"))
        return as_json({"message": "Not Found", "error": 404}, 404)

    def _page(self, things: list[Any], after: str | None) -> Answer:
        names = [thing["data"].get("name") for thing in things]
        start = names.index(after) + 1 if after else 0
        page = things[start : start + 100]
        more = start + 100 < len(things)
        return as_json(listing(page, after=page[-1]["data"].get("name") if more else None))

    def _tree(self, id_: str) -> Answer:
        top = self._by_name(f"t3_{id_}")
        if top is None:
            return as_json({"message": "Not Found", "error": 404}, 404)
        return as_json([listing([top]), listing(self.trees.get(id_, []))])

    def _by_name(self, name: str) -> Any:
        places = (self.listings, self.found, self.trees, self.more)
        open_things = [thing for place in places for things in place.values() for thing in things]
        while open_things:
            thing = open_things.pop(0)
            if not isinstance(thing, dict) or not isinstance(thing.get("data"), dict):
                continue
            if thing["data"].get("name") == name:
                return thing
            replies = thing["data"].get("replies")
            if isinstance(replies, dict):
                open_things += replies["data"]["children"]
        return None
