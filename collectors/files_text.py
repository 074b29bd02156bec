"""What kind of file a path holds, and how its bytes read as text: looked at, never trusted from the name alone.

A file packed with Zstandard is what it holds; everything else that is packed is refused with the way to unpack it.
"""

from __future__ import annotations

import codecs
import io
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from collectors.errors import Blocked, Gone, Malformed, SourceError
from collectors.files_columns import find_columns
from collectors.files_reddit import is_reddit_dump
from collectors.files_workbook import is_workbook
from collectors.files_zst import MAGIC, ZstStream

FORMATS = ("csv", "tsv", "jsonl", "json", "parquet", "xlsx", "reddit", "txt", "html", "pdf")

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
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".pdf": "pdf",
    ".txt": "txt",
    ".md": "txt",
    ".html": "html",
    ".htm": "html",
}
_FOREIGN = (
    (
        b"PK\x03\x04",
        "a ZIP archive; unpack it and import what it holds (of a document: save the sheet as CSV)",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old or a locked Office file; save the sheet as CSV (UTF-8) or .xlsx without a password",
    ),
    (b"\x1f\x8b", "compressed with gzip; unpack it first (gunzip FILE)"),
    (b"BZh", "compressed with bzip2; unpack it first (bunzip2 FILE)"),
    (b"\xfd7zXZ\x00", "compressed with xz; unpack it first (unxz FILE)"),
    (b"SQLite format 3", "an SQLite database; export the table as CSV"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
)
_NO_TEXT = {"parquet": "a Parquet file", "xlsx": "a workbook", "pdf": "a PDF"}
_SURROGATE = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]")
_HTML_START = re.compile(
    r"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is: one of `FORMATS` (`csv` for every kind of delimited table).

    `encoding` is None where the format is no text. `n_bytes` are those on the disk; `packed` is True for Zstandard.
    """

    path: Path
    format: str
    n_bytes: int
    encoding: str | None = None
    packed: bool = False

    def open(self) -> TextIO:
        """Return the file opened as text, line ends as they are; bytes that do not fit become U+FFFD."""
        return io.TextIOWrapper(self.open_bytes(), encoding=self.encoding, errors="replace", newline="")

    def open_bytes(self) -> BinaryIO:
        """Return the file opened as bytes, unpacked."""
        return io.BufferedReader(ZstStream(self.path), 1 << 17) if self.packed else self.path.open("rb")


def sniff_file(path: Path, file_format: str = "auto") -> Sniffed:
    """Return what a file is; raises Gone, Blocked or Malformed with one sentence that says what to do."""
    head, n_bytes = _read_head(path)
    packed = head.startswith(MAGIC)
    if packed:
        head = _unpacked_head(path)
    if not packed and (found := _binary_format(path, head)):
        if file_format not in {"auto", found}:
            raise Malformed(f"{path.name} is not {file_format} but {found}; leave --format out")
        return Sniffed(path, found, n_bytes)
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            raise Malformed(f"{path.name} is {what}")
    encoding = _encoding_of(path, head, packed)
    if encoding is None or head.startswith((b"PAR1", b"%PDF-")):
        raise Malformed(
            f"{path.name} {'holds a file that' if packed else 'is binary, not text; it'} cannot be read; give CSV, JSONL, "
            "Parquet, .xlsx, .txt, .html, .pdf, or a .zst of lines"
        )
    text = head.decode(encoding, errors="ignore")
    if not text.strip():
        raise Malformed(f"{path.name} is empty: it holds nothing but blanks")
    return Sniffed(path, _format_of(path, text, file_format), n_bytes, encoding, packed)


def _binary_format(path: Path, head: bytes) -> str:
    """Return the format of a file that is no text and that can be read, or ""."""
    if head.startswith(b"PAR1"):
        return "parquet"
    if b"%PDF-" in head[:1024]:
        return "pdf"
    return "xlsx" if head.startswith(b"PK\x03\x04") and is_workbook(path) else ""


def _read_head(path: Path) -> tuple[bytes, int]:
    try:
        if path.is_dir():
            raise Malformed(f"{path.name} is a folder; name the files in it, such as {path.name}/*.csv")
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


def _unpacked_head(path: Path) -> bytes:
    """Return the first bytes of what a packed file holds; raises Malformed where not even these can be unpacked."""
    head = b""
    with io.BufferedReader(ZstStream(path), _HEAD) as stream:
        try:
            while len(head) < _HEAD and (more := stream.read1(_HEAD)):
                head += more
        except SourceError:  # the reader that follows says what is wrong, after what can be read
            if not head:
                raise
    if not head:
        raise Malformed(f"{path.name} is empty")
    return head


def _encoding_of(path: Path, head: bytes, packed: bool) -> str | None:
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
    return "utf-8" if packed or _is_utf8(path) else "cp1252"  # a dump is not read twice to be sure


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
    start = text.lstrip(_BLANKS)[:1]
    if named in {"json", "jsonl"} or (named is None and start in {"[", "{"}):
        return "reddit" if is_reddit_dump(text) else _json_or_lines(text, named or "json")
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
