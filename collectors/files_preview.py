"""What an import would take a file for, seen from its first rows and before anything is kept."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import replace
from itertools import islice
from pathlib import Path

from pydantic import SecretStr

from collectors.contract import Request, SourceLog
from collectors.errors import MalformedItem, SourceError
from collectors.files_exports import NoSuchColumn
from collectors.files_lines import byte_lines
from collectors.files_preview_table import preview_table
from collectors.files_reddit import Threads, fetch_things
from collectors.files_shown import UNSHOWN, WITHOUT, Preview, Use, kind_of, note_of, short
from collectors.files_text import Sniffed, sniff_file

_LINES = 200
"""Lines of a dump that are looked at."""


def preview_file(path: Path, request: Request) -> Preview:
    """Return what an import would make of a file; raises NoSuchColumn where the request names a column it has not."""
    try:
        file = sniff_file(path, request.file_format)
        match file.format:
            case "reddit":
                return _of_dump(file, request)
            case "txt" | "html" | "pdf":
                return _of_article(file, request)
        return preview_table(file, request)
    except NoSuchColumn:
        raise
    except (SourceError, MalformedItem) as error:
        return Preview(path.name, fault=str(error))
    except Exception as error:  # what the import itself then says in the file's place
        return Preview(path.name, fault=f"{path.name} trips the reader ({type(error).__name__}: {error})")


def _of_article(file: Sniffed, request: Request) -> Preview:
    from collectors.files_articles import fetch_article, parse_article  # what reads pages is slow to import

    raw = fetch_article(file, request)
    if fault := raw.payload.get("fault"):
        return Preview(file.path.name, kind_of(file), fault=fault)
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
    return Preview(file.path.name, kind_of(file), 1, tuple(use for use in uses if use.columns))


def _of_dump(file: Sniffed, request: Request) -> Preview:
    lines, broken = _first_lines(file)
    # Keys are thrown away here, so that the owner's salt need not be made yet.
    trying = replace(request, settings=request.settings.model_copy(update={"salt": SecretStr("preview")}))
    threads = Threads(request.topic)
    found = list(fetch_things(io.BytesIO(b"\n".join(lines)), file.path.name, trying, SourceLog(), threads))
    faults = Counter(fault for raw in found if (fault := raw.payload.get("fault")))
    n_kept = len(found) - faults.total()
    on_topic = (
        f"{n_kept} of the first {len(lines)} lines are on the topic; the others are counted and not kept"
    )
    uses = (
        Use("text", "title and selftext, or body"), Use("time", "created_utc"), Use("id", "id"),
        Use("author", "author", UNSHOWN["author"]), Use("language", WITHOUT["language"]),
        Use("url", "permalink", UNSHOWN["url"]), Use("place", "subreddit"),
    )  # fmt: skip
    note = "; ".join(part for part in (on_topic, note_of(faults), broken) if part)
    return Preview(file.path.name, kind_of(file), len(lines), uses, note=note)


def _first_lines(file: Sniffed) -> tuple[list[bytes], str]:
    """Return the first lines of a dump, and why there are no more where it breaks off among them.

    Raises what the stream raises where no line can be read: what comes before a break is imported.
    """
    lines: list[bytes] = []
    try:
        with file.open_bytes() as stream:
            for _, line in islice(byte_lines(stream), _LINES):
                lines.append(line)
    except SourceError as error:
        if not lines:
            raise
        return lines, str(error)
    return lines, ""
