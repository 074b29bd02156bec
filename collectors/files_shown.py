"""How a preview of an import says what it found: which column holds what, with a short example."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from collectors.files_text import Sniffed

SHOWN = 40
"""Characters of an example."""

_KINDS = {
    "csv": "delimited table", "jsonl": "JSON Lines", "json": "JSON", "parquet": "Parquet", "xlsx": "workbook",
    "reddit": "dump of Reddit", "txt": "article as text", "html": "article as a page", "pdf": "article as PDF",
}  # fmt: skip
UNSHOWN = {
    "author": "kept as a key, never as a name",
    "url": "left out where it names the author",
    "outlet": "on rows of the press",
}
WITHOUT = {
    "time": "none: the posts are undated and move no chart", "id": "none: made from the content",
    "author": "none: no voices are told apart", "language": "none: read from the text",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Use:
    """What holds one part of a post: the columns, or why none, and an example of at most `SHOWN` characters."""

    role: str
    columns: str
    example: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file was taken for. `fault` is the sentence for one that cannot be read; `unused` are other columns."""

    file: str
    kind: str = ""
    n_rows: int = 0
    uses: tuple[Use, ...] = ()
    unused: tuple[str, ...] = ()
    note: str = ""
    fault: str = ""
    is_table: bool = False


def short(text: str) -> str:
    """Return a text on one line, printable, of at most `SHOWN` characters."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * SHOWN]).split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def note_of(faults: Counter[str]) -> str:
    """Return how many of the rows looked at cannot be read and why, or ""."""
    if not faults:
        return ""
    reason, n = faults.most_common(1)[0]
    return f"{sum(faults.values())} of these rows cannot be read ({n}: {reason[:200]})"


def kind_of(file: Sniffed) -> str:
    """Return the words for a file's format, encoding and packing."""
    packed = ", packed with Zstandard" if file.packed else ""
    encoding = f", {file.encoding}" if file.encoding and file.encoding != "utf-8" else ""
    return f"{_KINDS[file.format]}{encoding}{packed}"
