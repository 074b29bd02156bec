"""The rows of a published archive, one after the other, whatever its form: JSON or a delimited table. No network here."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from collectors.errors import Malformed
from collectors.files_csv import MAX_FIELD
from collectors.known_posts import key_of
from collectors.officials_json import are_lines, rows_of_lines, rows_of_list, rows_of_object
from collectors.officials_layout import BreaksOff, Refused, Row

_DELIMITERS = (",", ";", "\t", "|")
_HEAD = 1 << 16  # bytes that say what an archive is
_HIGH = bytes(range(0x80, 0x100))


def read_rows(content: bytes, text_field: str, records: str = "") -> Iterator[Row]:
    """Yield the rows of an archive; raises Malformed where this is none, BreaksOff at a row that is not whole.

    `text_field` is what a table is told by; `records` the field of a JSON object that holds the list.
    """
    encoding = encoding_of(content)
    head = content[:_HEAD].decode(encoding, errors="replace").strip()
    if not head:
        raise Malformed("the archive is empty")
    if head[0] == "<":
        raise Malformed(
            "this address gives a web page, not an archive; look for the address of the file itself"
        )
    if head[0] == "[":
        yield from rows_of_list(content.decode(encoding, errors="replace"))
    elif head[0] != "{":
        yield from _rows_of_table(_lines(content, encoding), text_field)
    elif are_lines(head):
        yield from rows_of_lines(_lines(content, encoding))
    else:
        yield from rows_of_object(content.decode(encoding, errors="replace"), text_field, records)


def encoding_of(content: bytes) -> str:
    """Return the encoding of a text: by its mark, else UTF-8 unless most of its letters are none in it, then cp1252."""
    if content.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    n_high = len(content) - len(content.translate(None, _HIGH))
    n_bad = content.decode(errors="replace").count("\ufffd") if n_high else 0
    return "utf-8" if 2 * n_bad <= n_high else "cp1252"


def _lines(content: bytes, encoding: str) -> io.TextIOWrapper:
    """Return the lines of an archive, decoded as they are read."""
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")


def _rows_of_table(lines: Iterator[str], text_field: str) -> Iterator[Row]:
    head = next(line for line in lines if line.strip())
    names, delimiter = _header_of(head.strip("\r\n "), text_field)
    csv.field_size_limit(MAX_FIELD)
    asks_for_more = False

    def fed() -> Iterator[str]:
        nonlocal asks_for_more
        yield from (line.replace("\x00", "") for line in lines)
        asks_for_more = True

    n_rows = 0
    try:
        for cells in csv.reader(fed(), delimiter=delimiter):
            if asks_for_more:  # beyond the last line: a quotation mark of this row is still open
                raise BreaksOff(n_rows)
            if not any(cells):
                continue
            n_rows += 1
            if any(cell.strip() for cell in cells[len(names) :]):
                yield Refused("a row with more cells than the header", key_of("\x00".join(cells)))
            else:
                yield dict(zip(names, cells, strict=False))
    except csv.Error:
        raise BreaksOff(n_rows) from None


def _header_of(line: str, text_field: str) -> tuple[list[str], str]:
    """Return the names of a table's columns and its delimiter: the one that makes `text_field` a name."""
    for delimiter in _DELIMITERS:
        names = [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
        if text_field in names:
            return names, delimiter
    raise Malformed(f"the archive has no column {text_field!r}; its first line is {line[:120]!r}")
