"""Why a row of an imported table is refused, and what quarantine keeps of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collectors.files_cells import cell_text, plain_cell, was_rounded
from collectors.files_exports import Columns
from collectors.files_faults import MAX_TEXT, too_long
from collectors.files_layout import Row
from collectors.files_names import values_without_name

_CUT = 2000
"""Characters that quarantine keeps of one cell."""


def fault_of(payload: dict[str, Any]) -> str:
    """Return why a row that could be read is no post, or ""."""
    values = payload["values"]
    if was_rounded(values.get("id")):
        return (
            f"the id {cell_text(values['id'])} was rounded by a spreadsheet and names no post any more; "
            "export again with the id column as text"
        )
    if not (values.get("text") or values.get("title") or payload["crosspost_text"]):
        return "the row has no text"
    return ""


def long_cell(row: Row, columns: Columns) -> str:
    """Return why a row is refused whose cells are too long, or ""."""
    for name in (*columns.by_role.values(), *columns.more_text):
        cell = row.cells.get(name)
        if isinstance(cell, str) and len(cell) > MAX_TEXT:
            return too_long(f"cell in the column {name}", len(cell))
    return ""


def kept_cells(cells: dict[str, Any], columns: Mapping[str, str]) -> dict[str, Any]:
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
        {role: _cut_cell(cells[name]) for role, name in kept.items()}, cell_text(cells.get(author))[:_CUT]
    )
    return {kept[role]: value for role, value in values.items()}


def _cut_cell(cell: object) -> Any:
    return cell[:_CUT] if isinstance(cell, str) else plain_cell(cell)
