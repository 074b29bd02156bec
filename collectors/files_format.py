"""Which format a file of text is in, by what was asked for, by its name, and by its first characters."""

from __future__ import annotations

import json
import re
from pathlib import Path

from collectors.errors import Malformed
from collectors.files_columns import find_columns
from collectors.files_reddit import is_reddit_dump

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "reddit", "txt", "html", "pdf")
BLANKS = "\ufeff \t\r\n"

_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".pdf": "pdf",
    ".txt": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
}
_NO_TEXT = {"parquet": "a Parquet file", "xlsx": "a workbook", "pdf": "a PDF"}
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


def format_of(path: Path, text: str, file_format: str) -> str:
    """Return the format that was asked for, or else the one that name and content agree on."""
    if file_format != "auto":
        if file_format not in FORMATS:
            raise Malformed(
                f"the format {file_format!r} is not known; use auto or one of {', '.join(FORMATS)}"
            )
        if file_format in _NO_TEXT:
            raise Malformed(f"{path.name} is not {_NO_TEXT[file_format]}")
        return "csv" if file_format == "tsv" else file_format
    name = Path(path.stem) if path.suffix.casefold() == ".zst" else path
    named = _BY_SUFFIX.get(name.suffix.casefold())
    is_page = bool(_HTML_START.match(text))
    if is_page and named in {"csv", "json", "jsonl"}:
        raise Malformed(
            f"{path.name} is an HTML page, not a table: the download gave a page instead; fetch it again"
        )
    if named in _NO_TEXT:
        raise Malformed(
            f"{path.name} is not {_NO_TEXT[named]}; if it is a table of text, name it .csv or .jsonl"
        )
    start = text.lstrip(BLANKS)[:1]
    if named in {"json", "jsonl"} or (named is None and start in {"[", "{"}):
        return "reddit" if is_reddit_dump(text) else _json_or_lines(text, named or "json")
    if named in {"csv", "html"}:
        return named
    if is_page:
        return "html"
    return "csv" if _looks_like_table(text) else "txt"


def _json_or_lines(text: str, named: str) -> str:
    """Return `json` for an array, `jsonl` when the first line is an object and another one follows."""
    if text.lstrip(BLANKS).startswith("["):
        return "json"
    first, _, rest = text.lstrip(BLANKS).partition("\n")
    try:
        is_object = isinstance(json.loads(first), dict)
    except (ValueError, RecursionError):
        return named
    return "jsonl" if is_object and rest.lstrip().startswith("{") else named


def _looks_like_table(text: str) -> bool:
    """Return whether the first line is a header: a column with the text beside another that we know."""
    first = text.lstrip("\ufeff").splitlines()[0]
    for delimiter in "\t;,|":
        found = find_columns([name.strip().strip('"') for name in first.split(delimiter)])
        if "text" in found and len(found) > 1:
            return True
    return False
