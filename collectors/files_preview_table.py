"""What an import would take the columns of a table for, seen from its first rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from collectors.contract import Request
from collectors.files_cells import cell_text, plain_cell
from collectors.files_exports import ROLES, Columns
from collectors.files_layout import Row
from collectors.files_peek import columns_of, is_month_first, names_of, peek_rows
from collectors.files_posts import stated_time
from collectors.files_shown import UNSHOWN, WITHOUT, Preview, Use, kind_of, note_of, short
from collectors.files_tables import read_table
from collectors.files_text import Sniffed
from collectors.files_times import read_time

_ALWAYS = ("text", "time", "id", "author", "language", "url", "place")
"""Parts of a post that are named also where no column holds them."""


def preview_table(file: Sniffed, request: Request) -> Preview:
    """Return the preview of a table; raises NoSuchColumn or Malformed."""
    table = read_table(file, [name for name in request.columns.values() if name])
    peeked = peek_rows(table)
    columns = columns_of(table, peeked, file.path.name, request.columns)
    export = f", columns as in an export of {columns.export.name}" if columns.export else ""
    layout = f" ({table.layout})" if table.layout else ""
    used = columns.used
    return Preview(
        file=file.path.name,
        kind=f"{kind_of(file)}{layout}{export}",
        n_rows=len(peeked),
        uses=tuple(_uses(columns, [row for row in peeked if not row.fault], request)),
        unused=tuple(name for name in names_of(table, peeked) if name not in used),
        note=note_of(Counter(row.fault for row in peeked if row.fault)),
        is_table=True,
    )


def _uses(columns: Columns, rows: list[Row], request: Request) -> Iterator[Use]:
    for role, key in ROLES.items():
        names = [columns.by_role.get(key, "")]
        names += columns.more_text if key == "text" else [columns.outlet] if key == "outlet" else []
        names = [name for name in names if name]
        if not names:
            if role in _ALWAYS:
                yield Use(role, WITHOUT.get(role, "none"))
            continue
        example = next((text for row in rows for name in names if (text := _shown(row.cells.get(name)))), "")
        if key in UNSHOWN and example:
            example = UNSHOWN[key]
        elif key == "posted_at" and example:
            example = f"{example} = {_read_as(columns, rows, request)}"
        yield Use(role, ", ".join(names), example)


def _read_as(columns: Columns, rows: list[Row], request: Request) -> str:
    """Return how the first stated time is read, so that day and month can be told apart."""
    month_first = is_month_first(columns, rows)
    roles = {role: columns.by_role[role] for role in ("posted_at", "clock") if role in columns.by_role}
    for row in rows:
        values = {role: plain_cell(row.cells.get(name)) for role, name in roles.items()}
        if cell_text(values.get("posted_at")):
            at = read_time(stated_time(values), request.topic.tz, month_first=month_first)
            return f"{at:%d %b %Y %H:%M} UTC" if at else "no time that can be read"
    return "no time"


def _shown(cell: object) -> str:
    return short(cell_text(plain_cell(cell)))
