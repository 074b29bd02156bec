"""Lines of a stream, none longer than a bound: a file without a line end must not fill the memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO, TextIO

LONGEST_LINE = 20_000_000
"""Bytes or characters of one line. Of a longer one as many and one more are given, so that the reader can tell."""

_CHUNK = 1 << 20


def byte_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each line that is not blank, as they come out of the stream.

    What the stream raises is raised after the whole lines before it; of a stream that breaks off, the broken line is left.
    """
    read: Any = getattr(stream, "read1", stream.read)  # `read` would lose what came before a fault
    number, rest, n_rest = 0, [b""], 0
    while chunk := read(_CHUNK):
        first, *more = chunk.split(b"\n")
        if n_rest <= LONGEST_LINE:
            rest.append(first)
            n_rest += len(first)
        for following in more:
            number += 1
            if line := b"".join(rest)[: LONGEST_LINE + 1].strip(b" \t\r\x00\xef\xbb\xbf"):
                yield number, line
            rest, n_rest = [following], len(following)
    if line := b"".join(rest)[: LONGEST_LINE + 1].strip(b" \t\r\x00\xef\xbb\xbf"):
        yield number + 1, line


def text_lines(stream: TextIO) -> Iterator[str]:
    """Yield the lines of a text with their ends; of one that is too long the beginning."""
    while line := stream.readline(LONGEST_LINE + 1):
        yield line
        while len(line) > LONGEST_LINE and not line.endswith("\n") and line:
            line = stream.readline(LONGEST_LINE + 1)
