"""Whether an archive is as the topic says: it has the fields that a statement needs; and how it writes days. No network."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from typing import Any

from collectors.errors import Malformed
from collectors.files_times import month_first_in
from collectors.officials_layout import BreaksOff, Row, field_of, has_field
from collectors.officials_rows import read_rows
from topics.parts import OfficialArchive

LOOKED_AT = 20
"""Rows at the beginning of which one must have each field that a statement needs; otherwise the mapping is wrong."""

_NUMERIC_DAY = re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{4}")


def checked_rows(content: bytes, archive: OfficialArchive) -> Iterator[Row]:
    """Yield an archive's rows; raises Malformed where the first ones lack a field that the topic names, and BreaksOff."""
    rows = read_rows(content, archive.columns.text, archive.records)
    first: list[Row] = []
    broken: BreaksOff | None = None
    try:
        first.extend(islice(rows, LOOKED_AT))
    except BreaksOff as error:
        broken = error
    if first:
        _check_fields(first, archive)
    yield from first
    if broken is not None:
        raise broken
    yield from rows


def writes_month_first(content: bytes, archive: OfficialArchive) -> bool:
    """Return whether an archive writes days as 02/13/2025; all of it is looked at, as it may show late."""

    def stated() -> Iterator[Any]:
        with suppress(Malformed):  # said when its rows are read
            for row in read_rows(content, archive.columns.text, archive.records):
                yield field_of(row, archive.columns.time)

    is_numeric = any(_NUMERIC_DAY.match(str(one)) for one in islice(stated(), LOOKED_AT))
    return is_numeric and month_first_in(stated())


def _check_fields(rows: list[Row], archive: OfficialArchive) -> None:
    for part in ("text", "time", "id"):
        name = getattr(archive.columns, part)
        if not name or any(has_field(row, name) for row in rows):
            continue
        fields = sorted({str(key) for row in rows if isinstance(row, dict) for key in row})
        said = f"no row has a field {name!r} for the {part}; they have {', '.join(fields)[:200] or 'none'}"
        raise Malformed(said if part == "text" else f'{said}; {part} = "" says that there is none')
