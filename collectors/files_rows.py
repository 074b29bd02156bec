"""From a row of an imported table to a raw item: its columns, its id, its author's key, and what is wrong with it.

- An id that a spreadsheet has rounded (`1.91E+18`) names no post any more: such a row is refused.
- A short number is a row number, the same in every file: the row's content is added to it. Without an id the content
  alone makes it. So a second import of a file changes nothing, and no file overwrites another one's rows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from collectors.contract import RawItem, Request
from collectors.files_cells import cell_body, cell_text, digest, plain_cell, was_rounded
from collectors.files_exports import Columns, fit_export, take_columns
from collectors.files_layout import Row, Table
from collectors.files_names import address_of, values_without_name
from collectors.files_peek import columns_of, is_month_first, peek_rows
from collectors.files_posts import id_start, platform_of
from collectors.files_refused import fault_of, kept_cells, long_cell

_CONTENT = ("text", "title", "posted_at", "clock", "url", "place", "context")
_BODIES = frozenset({"text", "title", "context"})
_AS_GIVEN = frozenset(
    {"id", "parent_id", "posted_at"}
)  # a number in these says something that its text does not
_MOST_SHAPES = 1000  # sets of names that the rows of one JSON file may have before they are not remembered
_ROW_NUMBER = re.compile(r"\d{1,9}")
_OWN_ACCOUNTS = ("twitter", "x", "x com", "truth social", "truthsocial")
_HOST = re.compile(r"https?://(?:www\.|mobile\.)?(?:twitter\.com|x\.com|truthsocial\.com)/", re.IGNORECASE)


def fetch_rows(
    table: Table, file: str, request: Request, mapping: Mapping[str, str] | None = None
) -> Iterator[RawItem]:
    """Yield one raw item a row; raises Malformed for a table that cannot be used, before any row is given out.

    A raw item whose payload has a `fault` will be refused for that reason.
    """
    peeked, mapping = peek_rows(table), mapping or {}
    columns = columns_of(table, peeked, file, mapping)
    reading = _Reading(file, request, is_month_first(columns, peeked))
    shapes: dict[tuple[str, ...], Columns] = {}
    for row in chain(peeked, table.rows):
        if table.columns is None:
            shape = tuple(row.cells)
            found = shapes.get(shape)
            columns = found or take_columns(shape, mapping)
            if found is None and len(shapes) < _MOST_SHAPES:
                shapes[shape] = columns
        yield reading.raw_of(row, columns)


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

    def raw_of(self, row: Row, columns: Columns) -> RawItem:
        """Return the raw item of one row. The author's key takes the name's place here, before anything is kept."""
        if fault := row.fault or long_cell(row, columns):
            return self._faulty(row, columns, fault)
        payload: dict[str, Any] = {"form": "row", "file": self._file, "line": row.line}
        values = _values_of(row, columns)
        author = values.pop("author", "").lstrip("@")
        actor_id = self._actor_of(author, values) if author else None
        if actor_id is None:
            values = values_without_name(values, author)
        crosspost_of, crosspost_text = _crosspost_of(row.cells)
        payload |= {
            "values": values,
            "month_first": self._month_first,
            "actor_id": actor_id,
            "author_key": self._request.settings.author_key(platform_of(values) or "files", author),
            "crosspost_of": crosspost_of,
            "crosspost_text": crosspost_text,
        }
        if fault := fault_of(payload):
            payload["fault"] = f"{self._file} line {row.line}: {fault}"
        return RawItem(self._id_of(payload), "files", self._request.now, payload, place=self._file)

    def _faulty(self, row: Row, columns: Columns, fault: str) -> RawItem:
        """Return the raw item of a row that cannot be read. Its id is its place in the file."""
        payload = {
            "form": "row",
            "file": self._file,
            "line": row.line,
            "fault": f"{self._file} line {row.line}: {fault}",
            "cells": kept_cells(row.cells, columns.by_role),
        }
        cells = {name: plain_cell(cell) for name, cell in row.cells.items()}
        key = f"files:{digest(self._file, json.dumps(cells, sort_keys=True))}-line-{row.line}"
        return RawItem(key, "files", self._request.now, payload, place=self._file)

    def _id_of(self, payload: dict[str, Any]) -> str:
        """Return `files:[platform:]<native id>`, with the content's digest where that is not enough.

        Rows of bare texts, without time, author and address, are told apart by how often the same one came before.
        """
        values = payload["values"]
        given, start = cell_text(values.get("id")), id_start(values)
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
        if owner is None:
            return None
        is_there = platform_of(values).replace("-", " ") in _OWN_ACCOUNTS or _HOST.match(address_of(values))
        return owner if is_there else None


def _values_of(row: Row, columns: Columns) -> dict[str, Any]:
    """Return a row's cells by role: as text, but for those in which a number says more; empty ones are left out."""
    cells = row.cells
    values: dict[str, Any] = {}
    for role, name in columns.by_role.items():
        cell = cells.get(name)
        if cell is None or cell == "":
            continue
        plain = cell if isinstance(cell, str) else plain_cell(cell)
        if role in _AS_GIVEN:
            values[role] = plain
        elif value := cell_body(cell) if role in _BODIES else cell_text(plain):
            values[role] = value
    fit_export(columns, values, cells)
    return values


def _crosspost_of(cells: dict[str, Any]) -> tuple[str, str]:
    """Return the id and the text of the post that a Reddit crosspost shows; two empty texts for any other row."""
    parents = cells.get("crosspost_parent_list")
    parent = parents[0] if isinstance(parents, list) and parents else None
    if not isinstance(parent, dict):
        return "", ""
    return cell_text(parent.get("id")), cell_body(parent.get("selftext"))
