"""How the bytes of a file read as text: by its mark, by its zeros, by what its bytes can be."""

from __future__ import annotations

import codecs
import re
from pathlib import Path

_SURROGATE = re.compile(b"\xed[\xa0-\xbf][\x80-\xbf]")


def encoding_of(path: Path, head: bytes, packed: bool) -> str | None:
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
