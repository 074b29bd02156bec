"""What an import would take a file for, seen from its first rows and before anything is kept."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from pydantic import SecretStr

from collectors.contract import Request, SourceLog
from collectors.errors import MalformedItem, SourceError
from collectors.files_articles import fetch_article, parse_article
from collectors.files_cells import cell_text, plain_cell
from collectors.files_exports import ROLES, Columns, NoSuchColumn
from collectors.files_layout import Row
from collectors.files_lines import byte_lines
from collectors.files_posts import stated_time
from collectors.files_reddit import Threads, fetch_things
from collectors.files_rows import columns_of, is_month_first, names_of, peek_rows
from collectors.files_tables import read_table
from collectors.files_text import Sniffed, sniff_file
from collectors.files_times import read_time

SHOWN = 40
"""Characters of an example."""

_LINES = 200  # of a dump
_KINDS = {
    "csv": "delimited table", "jsonl": "JSON Lines", "json": "JSON", "parquet": "Parquet", "xlsx": "workbook",
    "reddit": "dump of Reddit", "txt": "article as text", "html": "article as a page", "pdf": "article as PDF",
}  # fmt: skip
_UNSHOWN = {
    "author": "kept as a key, never as a name",
    "url": "left out where it names the author",
    "outlet": "on rows of the press",
}
_ALWAYS = ("text", "time", "id", "author", "language", "url", "place")
_WITHOUT = {
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


def preview_file(path: Path, request: Request) -> Preview:
    """Return what an import would make of a file; raises NoSuchColumn where the request names a column it has not."""
    try:
        file = sniff_file(path, request.file_format)
        match file.format:
            case "reddit":
                return _of_dump(file, request)
            case "txt" | "html" | "pdf":
                return _of_article(file, request)
        return _of_table(file, request)
    except NoSuchColumn:
        raise
    except (SourceError, MalformedItem) as error:
        return Preview(path.name, fault=str(error))
    except Exception as error:  # what the import itself then says in the file's place
        return Preview(path.name, fault=f"{path.name} trips the reader ({type(error).__name__}: {error})")


def short(text: str) -> str:
    """Return a text on one line, printable, of at most `SHOWN` characters."""
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in text[: 10 * SHOWN]).split())
    return line if len(line) <= SHOWN else line[: SHOWN - 1] + "…"


def _of_table(file: Sniffed, request: Request) -> Preview:
    table = read_table(file, [name for name in request.columns.values() if name])
    peeked = peek_rows(table)
    columns = columns_of(table, peeked, file.path.name, request.columns)
    export = f", columns as in an export of {columns.export.name}" if columns.export else ""
    layout = f" ({table.layout})" if table.layout else ""
    used = columns.used
    return Preview(
        file=file.path.name,
        kind=f"{_kind(file)}{layout}{export}",
        n_rows=len(peeked),
        uses=tuple(_uses(columns, [row for row in peeked if not row.fault], request)),
        unused=tuple(name for name in names_of(table, peeked) if name not in used),
        note=_note(Counter(row.fault for row in peeked if row.fault)),
        is_table=True,
    )


def _uses(columns: Columns, rows: list[Row], request: Request) -> Iterator[Use]:
    for role, key in ROLES.items():
        names = [columns.by_role.get(key, "")]
        names += columns.more_text if key == "text" else [columns.outlet] if key == "outlet" else []
        names = [name for name in names if name]
        if not names:
            if role in _ALWAYS:
                yield Use(role, _WITHOUT.get(role, "none"))
            continue
        example = next((text for row in rows for name in names if (text := _shown(row.cells.get(name)))), "")
        if key in _UNSHOWN and example:
            example = _UNSHOWN[key]
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


def _note(faults: Counter[str]) -> str:
    if not faults:
        return ""
    reason, n = faults.most_common(1)[0]
    return f"{sum(faults.values())} of these rows cannot be read ({n}: {reason[:200]})"


def _of_article(file: Sniffed, request: Request) -> Preview:
    raw = fetch_article(file, request)
    if fault := raw.payload.get("fault"):
        return Preview(file.path.name, _kind(file), fault=fault)
    article = parse_article(raw, request.topic)
    stated = (
        f"{article.posted_at:%d %b %Y %H:%M} UTC"
        if article.posted_at
        else "none: it is undated and moves no chart"
    )
    text = f"{len(article.text):,} characters" if article.text else "none: the headline alone"
    uses = (
        Use("title", short(article.title)),
        Use("text", text, short(article.text)),
        Use("time", stated),
        Use("language", article.lang if article.lang != "unknown" else "none stated: read from the text"),
        Use("outlet", short(article.outlet)),
        Use("url", short(article.url)),
    )
    return Preview(file.path.name, _kind(file), 1, tuple(use for use in uses if use.columns))


def _of_dump(file: Sniffed, request: Request) -> Preview:
    with file.open_bytes() as stream:
        lines = [line for _, line in islice(byte_lines(stream), _LINES)]
    # Keys are thrown away here, so that the owner's salt need not be made yet.
    trying = replace(request, settings=request.settings.model_copy(update={"salt": SecretStr("preview")}))
    threads = Threads(request.topic)
    found = list(fetch_things(io.BytesIO(b"\n".join(lines)), file.path.name, trying, SourceLog(), threads))
    faults = Counter(fault for raw in found if (fault := raw.payload.get("fault")))
    on_topic = (
        f"{len(found) - faults.total()} of these lines are on the topic; the others are counted and not kept"
    )
    uses = (
        Use("text", "title and selftext, or body"), Use("time", "created_utc"), Use("id", "id"),
        Use("author", "author", _UNSHOWN["author"]), Use("language", _WITHOUT["language"]),
        Use("url", "permalink", _UNSHOWN["url"]), Use("place", "subreddit"),
    )  # fmt: skip
    note = "; ".join(part for part in (on_topic, _note(faults)) if part)
    return Preview(file.path.name, _kind(file), len(lines), uses, note=note)


def _kind(file: Sniffed) -> str:
    packed = ", packed with Zstandard" if file.packed else ""
    encoding = f", {file.encoding}" if file.encoding and file.encoding != "utf-8" else ""
    return f"{_KINDS[file.format]}{encoding}{packed}"
