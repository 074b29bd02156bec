"""From a row of an imported table to a record: its columns, its id, its author's key, and the pure mapping.

- An id that a spreadsheet has rounded (`1.91E+18`) names no post any more: such a row is refused.
- A short number is a row number, the same in every file: the row's content is added to it. Without an id the content
  alone makes it. So a second import of a file changes nothing, and no file overwrites another one's rows.
- A row is kept if its text, title or context mentions the topic. What its author or platform deleted is a tombstone,
  whatever is left around it.
- A row with an outlet and a title is an article, any other one is a post.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import chain, islice
from typing import Any

from collectors.contract import RawItem, Request
from collectors.errors import Malformed, MalformedItem, OffTopic
from collectors.files_cells import cell_body, cell_text, digest, plain_cell, read_language, was_rounded
from collectors.files_columns import find_columns, no_text_column
from collectors.files_names import address_of, values_without_name
from collectors.files_tables import Row, Table
from collectors.files_times import has_clock, month_first_in, read_time
from records import Article, ItemState, Post, believable
from topics import Topic

_CONTENT = ("text", "title", "posted_at", "clock", "url", "place", "context")
_PEEKED = 200  # rows that are looked at before the first one is given out
_REDDIT_NAME = re.compile(r"t[13]_")
_ROW_NUMBER = re.compile(r"\d{1,9}")
_GONE = re.compile(r"\\?\[\s*(deleted|removed)\b[\w\s,.]*\\?\]", re.IGNORECASE)
_OWN_ACCOUNTS = ("twitter", "x", "x com", "truth social", "truthsocial")
_HOST = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter\.com|x\.com|truthsocial\.com)/", re.IGNORECASE)
_KINDS = {
    "post": "post", "submission": "post", "publicacion": "post", "t3": "post", "tweet": "post",
    "comment": "comment", "comentario": "comment", "t1": "comment", "reply": "reply", "respuesta": "reply",
}  # fmt: skip


def fetch_rows(table: Table, file: str, request: Request) -> Iterator[RawItem]:
    """Yield one raw item a row; raises Malformed for a table without a text column, before any row is given out."""
    peeked = list(islice(table.rows, _PEEKED))
    columns = _columns_of(table, peeked, file)
    times = [row.cells.get(columns["posted_at"]) for row in peeked] if "posted_at" in columns else []
    reading = _Reading(file, request, month_first_in(value for value in times if isinstance(value, str)))
    shapes: dict[tuple[str, ...], dict[str, str]] = {}
    for row in chain(peeked, table.rows):
        if table.columns is None:
            shape = tuple(row.cells)
            columns = (
                shapes.setdefault(shape, find_columns(shape)) if len(shapes) < 1000 else find_columns(shape)
            )
        yield reading.raw_of(row, columns)


def _columns_of(table: Table, peeked: list[Row], file: str) -> dict[str, str]:
    if table.columns is not None:
        found, names = find_columns(table.columns), table.columns
    else:
        readable = [row for row in peeked if not row.fault]
        if peeked and not readable:
            raise Malformed(f"{file} line {peeked[0].line}: {peeked[0].fault}")
        names = tuple(dict.fromkeys(name for row in readable for name in row.cells))
        found = find_columns(names)
    if "text" not in found and "title" not in found and (names or table.columns is not None):
        raise Malformed(no_text_column(file, names))
    return found


class _Reading:
    """The reading of one table: what its rows share."""

    def __init__(self, file: str, request: Request, month_first: bool) -> None:
        self._file = file
        self._request = request
        self._month_first = month_first
        self._met: dict[str, int] = {}
        actors = request.topic.actors
        self._owners = {
            handle.lstrip("@").casefold(): actor.id for actor in actors for handle in actor.handles
        }

    def raw_of(self, row: Row, columns: dict[str, str]) -> RawItem:
        """Return the raw item of one row. The author's key takes the name's place here, before anything is kept."""
        payload: dict[str, Any] = {"form": "row", "file": self._file, "line": row.line}
        if row.fault:
            payload |= {"fault": row.fault, "cells": _cells_of_faulty_row(row.cells, columns)}
            cells = {name: plain_cell(cell) for name, cell in row.cells.items()}
            key = f"files:{digest(self._file, json.dumps(cells, sort_keys=True))}-line-{row.line}"
            return RawItem(key, "files", self._request.now, payload, place=self._file)
        values = {role: plain_cell(row.cells[name]) for role, name in columns.items() if name in row.cells}
        author = cell_text(values.pop("author", None)).lstrip("@")
        actor_id = self._actor_of(author, values)
        if actor_id is None:
            values = values_without_name(values, author)
        payload |= {
            "values": values,
            "month_first": self._month_first,
            "actor_id": actor_id,
            "author_key": self._request.settings.author_key(_platform(values) or "files", author),
        }
        payload |= _crosspost_of(row.cells)
        return RawItem(self._id_of(payload), "files", self._request.now, payload, place=self._file)

    def _id_of(self, payload: dict[str, Any]) -> str:
        """Return `files:[platform:]<native id>`, with the content's digest where that is not enough.

        Rows of bare texts, without time, author and address, are told apart by how often the same one came before.
        """
        values = payload["values"]
        given, start = cell_text(values.get("id")), _start(values)
        rounded = was_rounded(values.get("id"))
        if given and not rounded and not _ROW_NUMBER.fullmatch(given):
            return start + given
        content = digest(
            *(cell_text(values.get(role)) for role in _CONTENT),
            str(payload["author_key"]),
            str(payload["actor_id"]),
        )
        if rounded:
            return f"{start}{content}-line-{payload['line']}"
        if given:
            return f"{start}{given}-{content}"
        if (
            not any(cell_text(values.get(role)) for role in ("posted_at", "clock", "url"))
            and not payload["author_key"]
        ):
            self._met[content] = self._met.get(content, 0) + 1
            content += f"-{self._met[content]}" if self._met[content] > 1 else ""
        return start + content

    def _actor_of(self, author: str, values: dict[str, Any]) -> str | None:
        """Return the actor whose own account this is: the handle alone is not enough, the network must be it too."""
        owner = self._owners.get(author.casefold())
        is_there = _platform(values).replace("-", " ") in _OWN_ACCOUNTS or _HOST.match(address_of(values))
        return owner if is_there else None


def parse_row(raw: RawItem, topic: Topic) -> Post | Article:
    """Return the record of one row; raises MalformedItem that names file and line, or OffTopic."""
    payload = raw.payload
    where = f"{payload['file']} line {payload['line']}"
    if "fault" in payload:
        raise MalformedItem(f"{where}: {payload['fault']}")
    values = payload["values"]
    if was_rounded(values.get("id")):
        raise MalformedItem(
            f"{where}: the id {cell_text(values['id'])} was rounded by a spreadsheet and names no post any more; "
            "export again with the id column as text"
        )
    body, title = cell_body(values.get("text")), cell_body(values.get("title"))
    context = cell_body(values.get("context"))
    gone = _GONE.fullmatch(body or title)
    body = body or cell_body(payload.get("crosspost_text"))
    if not body and not title:
        raise MalformedItem(f"{where}: the row has no text")
    if (
        gone
    ):  # before the topic is looked for: an earlier import may hold the text that made it one of the topic's
        return _post_of(raw, topic, "", "deleted" if gone[1].casefold() == "deleted" else "removed")
    if not any(topic.matches(text) for text in (body, title, context) if text):
        raise OffTopic(f"{where}: neither text, title nor context mentions the topic")
    if title and cell_text(values.get("outlet")):
        return _article_of(raw, topic, title, body)
    joined = body if not title or body.startswith(title) else f"{title}\n\n{body}" if body else title
    return _post_of(raw, topic, joined, "live")


def _post_of(raw: RawItem, topic: Topic, text: str, state: ItemState) -> Post:
    payload, values = raw.payload, raw.payload["values"]
    posted_at, flags = _time_of(raw, topic)
    parent_id, kind = _parent_of(raw.id, values)
    stated_kind = _KINDS.get(cell_text(values.get("kind")).casefold())
    return Post(
        id=raw.id,
        source=raw.source,
        text=text,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        kind=stated_kind or kind,
        lang=read_language(values.get("lang")),
        author_key=None if payload["actor_id"] or state != "live" else payload["author_key"],
        actor_id=payload["actor_id"],
        place=cell_text(values.get("place")) or cell_text(values.get("platform")) or payload["file"],
        url=address_of(values) if state == "live" else "",  # it may hold the title's words
        parent_id=parent_id,
        context=cell_body(values.get("context")) if state == "live" else "",
        repost_of=_start(values) + payload["crosspost_of"] if payload.get("crosspost_of") else None,
        state=state,
        flags=flags,
    )


def _article_of(raw: RawItem, topic: Topic, title: str, body: str) -> Article:
    values = raw.payload["values"]
    posted_at, flags = _time_of(raw, topic)
    return Article(
        id=raw.id,
        source=raw.source,
        title=title,
        text=body,
        seen_at=raw.seen_at,
        posted_at=posted_at,
        lang=read_language(values.get("lang")),
        outlet=cell_text(values.get("outlet")),
        url=address_of(values),
        headline_only=not body,
        flags=flags,
    )


def _time_of(raw: RawItem, topic: Topic) -> tuple[datetime | None, tuple[str, ...]]:
    """Return the believable instant and the flags; a row without one is undated, never dated now."""
    values, month_first = raw.payload["values"], raw.payload["month_first"]
    stated, clock = values.get("posted_at"), cell_text(values.get("clock"))
    if not cell_text(stated):
        stated, clock = clock, ""
    if clock and not has_clock(stated):
        stated = f"{cell_text(stated)} {clock}"
    at = believable(read_time(stated, topic.tz, month_first=month_first), raw.seen_at)
    return at, () if at else ("undated",)


def _cells_of_faulty_row(cells: dict[str, Any], columns: dict[str, str]) -> dict[str, Any]:
    """Return what quarantine may keep of a row that cannot be read: the known columns that hold no name.

    An unquoted delimiter moves cells to the right, so that behind the author's column only texts are kept.
    """
    names = list(cells)
    author = columns.get("author", "")
    end = names.index(author) if author in names else len(names)
    kept = {
        role: name
        for role, name in columns.items()
        if name in cells and role != "author" and (role in ("text", "title") or names.index(name) < end)
    }
    values = values_without_name(
        {role: cells[name] for role, name in kept.items()}, cell_text(cells.get(author))
    )
    return {kept[role]: plain_cell(value) for role, value in values.items()}


def _crosspost_of(cells: dict[str, Any]) -> dict[str, str]:
    """Return the id and the text of the post that a Reddit crosspost shows; {} for any other row."""
    parents = cells.get("crosspost_parent_list")
    parent = parents[0] if isinstance(parents, list) and parents else None
    if not isinstance(parent, dict):
        return {}
    return {"crosspost_of": cell_text(parent.get("id")), "crosspost_text": cell_text(parent.get("selftext"))}


def _platform(values: dict[str, Any]) -> str:
    return re.sub(r"[^a-z0-9]+", "-", cell_text(values.get("platform")).casefold()).strip("-")


def _start(values: dict[str, Any]) -> str:
    """Return what every id of the row's platform begins with."""
    platform = _platform(values)
    return f"files:{platform}:" if platform else "files:"


def _parent_of(own_id: str, values: dict[str, Any]) -> tuple[str | None, str]:
    """Return the parent's id, written as the row's own id is, and the kind that having one implies."""
    parent = cell_text(values.get("parent_id"))
    if not parent or was_rounded(values.get("parent_id")):
        return None, "post"
    on_reddit = _REDDIT_NAME.match(parent)
    start = _start(values)
    if on_reddit and not _REDDIT_NAME.match(own_id.removeprefix(start)):
        parent = parent[on_reddit.end() :]
    return start + parent, "comment" if on_reddit and on_reddit[0] == "t3_" else "reply"
