"""What kind of file a path holds, and how its bytes read as text: looked at, never trusted from the name alone."""

from __future__ import annotations

import codecs
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from collectors.errors import Blocked, Gone, Malformed
from collectors.files_columns import find_columns

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet", "txt", "html")

_HEAD = 65_536
_BLANKS = "\ufeff \t\r\n"
_BY_SUFFIX = {
    ".csv": "csv",
    ".tsv": "csv",
    ".tab": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".txt": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
}
_FOREIGN = (
    (b"PK\x03\x04", "a ZIP archive or a workbook; unpack it, or save the sheet as CSV (UTF-8)"),
    (b"\xd0\xcf\x11\xe0", "an old Office file; save the sheet as CSV (UTF-8)"),
    (b"\x1f\x8b", "compressed with gzip; unpack it first (gunzip FILE)"),
    (b"\x28\xb5\x2f\xfd", "compressed with Zstandard; unpack it first (zstd -d --long=31 FILE)"),
    (b"BZh", "compressed with bzip2; unpack it first (bunzip2 FILE)"),
    (b"\xfd7zXZ\x00", "compressed with xz; unpack it first (unxz FILE)"),
    (b"%PDF", "a PDF; save its text as .txt"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_SURROGATE = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is: one of `FORMATS` (`csv` for every kind of delimited table). `encoding` is None for Parquet."""

    path: Path
    format: str
    n_bytes: int
    encoding: str | None = None

    def open(self) -> TextIO:
        """Return the file opened as text, line ends as they are; bytes that do not fit become U+FFFD."""
        return self.path.open(encoding=self.encoding, errors="replace", newline="")


def sniff_file(path: Path, file_format: str = "auto") -> Sniffed:
    """Return what a file is; raises Gone, Blocked or Malformed with one sentence that says what to do."""
    head, n_bytes = _read_head(path)
    if head.startswith(b"PAR1"):
        return Sniffed(path, "parquet", n_bytes)
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise Malformed(f"{path.name} is {what}")
    encoding = _encoding_of(path, head)
    if encoding is None:
        raise Malformed(f"{path.name} is binary, not text; give CSV, JSONL, Parquet, .txt or .html")
    text = head.decode(encoding, errors="ignore")
    if not text.strip():
        raise Malformed(f"{path.name} is empty: it holds nothing but blanks")
    return Sniffed(path, _format_of(path, text, file_format), n_bytes, encoding)


def _read_head(path: Path) -> tuple[bytes, int]:
    if path.is_dir():
        raise Malformed(f"{path.name} is a folder; name the files in it, such as {path.name}/*.csv")
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        n_bytes = path.stat().st_size
    except FileNotFoundError as error:
        raise Gone(f"{path} does not exist; check the spelling of its path") from error
    except PermissionError as error:
        raise Blocked(f"{path} may not be read; check its rights") from error
    except OSError as error:
        raise Malformed(f"{path} cannot be read ({error.strerror})") from error
    if not head:
        raise Malformed(f"{path.name} is empty")
    return head, n_bytes


def _encoding_of(path: Path, head: bytes) -> str | None:
    """Return the encoding: by its mark, UTF-16 by its zeros, UTF-8 if the file is that, else cp1252; None for binary."""
    if head.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    pairs = max(len(head) // 2, 1)
    if head[1::2].count(0) > 0.4 * pairs and head[0::2].count(0) < 0.05 * pairs:
        return "utf-16-le"
    if head[0::2].count(0) > 0.4 * pairs and head[1::2].count(0) < 0.05 * pairs:
        return "utf-16-be"
    n_control = sum(head.count(code) for code in range(32) if code not in {9, 10, 11, 12, 13, 27})
    if n_control > max(8, len(head) // 50):
        return None
    return "utf-8" if _is_utf8(path) else "cp1252"


def _is_utf8(path: Path) -> bool:
    """Return whether the file is UTF-8, but for a few broken signs: these must not spoil every accent of the rest."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    n_wide = n_broken = 0
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            # Half an emoji, written by tools that cut text at a number of UTF-16 units: still meant as UTF-8.
            text = decoder.decode(_SURROGATE.sub(b"", chunk))
            if not text.isascii():
                n_wide += len(re.findall(r"[^\x00-\x7f\ufffd]", text))
                n_broken += text.count("\ufffd")
    n_broken += len(decoder.decode(b"", True))
    return n_broken == 0 or n_broken * 20 <= n_wide


def _format_of(path: Path, text: str, file_format: str) -> str:
    """Return the format that was asked for, or else the one that name and content agree on."""
    if file_format != "auto":
        if file_format not in FORMATS:
            raise Malformed(
                f"the format {file_format!r} is not known; use auto or one of {', '.join(FORMATS)}"
            )
        if file_format == "parquet":
            raise Malformed(f"{path.name} is not a Parquet file")
        return "csv" if file_format == "tsv" else file_format
    named = _BY_SUFFIX.get(path.suffix.casefold())
    is_page = bool(_HTML_START.match(text))
    if is_page and named in {"csv", "json", "jsonl"}:
        raise Malformed(
            f"{path.name} is an HTML page, not a table: the download gave a page instead; fetch it again"
        )
    if named == "parquet":
        raise Malformed(
            f"{path.name} is not a Parquet file; if it is a table of text, name it .csv or .jsonl"
        )
    start = text.lstrip(_BLANKS)[:1]
    if named in {"json", "jsonl"} or (named is None and start in {"[", "{"}):
        return _json_or_lines(text, named or "json")
    if named in {"csv", "html"}:
        return named
    if is_page:
        return "html"
    return "csv" if _looks_like_table(text) else "txt"


def _json_or_lines(text: str, named: str) -> str:
    """Return `json` for an array, `jsonl` when the first line is an object and another one follows."""
    if text.lstrip(_BLANKS).startswith("["):
        return "json"
    first, _, rest = text.lstrip(_BLANKS).partition("\n")
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
