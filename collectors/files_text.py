"""What kind of file a path holds, and how its bytes read as text: looked at, never trusted from the name alone.

A file packed with Zstandard is what it holds; everything else that is packed is refused with the way to unpack it.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from collectors.errors import Blocked, Gone, Malformed, SourceError
from collectors.files_encoding import encoding_of
from collectors.files_format import BLANKS, format_of
from collectors.files_workbook import is_workbook
from collectors.files_zst import MAGIC, ZstStream

_HEAD = 65_536
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


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file is: one of `files_format.FORMATS` (`csv` for every kind of delimited table).

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
    encoding = encoding_of(path, head, packed)
    if encoding is None or head.startswith((b"PAR1", b"%PDF-")):
        raise Malformed(
            f"{path.name} {'holds a file that' if packed else 'is binary, not text; it'} cannot be read; give CSV, JSONL, "
            "Parquet, .xlsx, .txt, .html, .pdf, or a .zst of lines"
        )
    text = head.decode(encoding, errors="ignore")
    if not text.strip():
        raise Malformed(f"{path.name} is empty: it holds nothing but blanks")
    if not packed and path.suffix.casefold() == ".zst" and text.lstrip(BLANKS)[:1] not in {"{", "["}:
        raise Malformed(
            f"{path.name} is not packed with Zstandard: the download gave something else; fetch it again"
        )
    return Sniffed(path, format_of(path, text, file_format), n_bytes, encoding, packed)


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
