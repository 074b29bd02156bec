"""Packed answers, unpacked to no more than a limit: a small body may unpack to gigabytes."""

from __future__ import annotations

import zlib

from collectors.errors import Malformed

_PACKINGS = ("gzip", "x-gzip", "deflate")


class Unpacker:
    """Unpacks one answer chunk by chunk. Raises Malformed for a packing that was not asked for."""

    def __init__(self, encoding: str, host: str) -> None:
        self._packing = encoding.strip().lower().removeprefix("identity")
        self._host = host
        if self._packing and self._packing not in _PACKINGS:
            raise Malformed(f"{host}: the answer is packed as {encoding[:20]!r}, which was not asked for")
        self._state = zlib.decompressobj(wbits=47)  # zlib or gzip, by its header
        self._started = False

    def unpack(self, chunk: bytes, room: int) -> bytes:
        """Return at most `room` bytes of what the chunk holds; raises Malformed where it cannot be unpacked."""
        room = max(room, 1)
        if not self._packing:
            return chunk[:room]
        try:
            return self._members(chunk, room)
        except zlib.error as error:
            raise Malformed(f"{self._host}: the compressed answer cannot be unpacked") from error

    @property
    def is_whole(self) -> bool:
        """Whether the packed data came to their end: a server may close the connection in the middle of them."""
        return not self._packing or not self._started or self._state.eof

    def _members(self, chunk: bytes, room: int) -> bytes:
        """Return what all members in the chunk hold: a gzip file may be several, one behind the other."""
        made = self._one(chunk, room)
        while self._state.eof and self._state.unused_data.strip(b"\0") and len(made) < room:
            rest = self._state.unused_data
            self._state = zlib.decompressobj(wbits=47)
            made += self._one(rest, room - len(made))
        return made

    def _one(self, chunk: bytes, room: int) -> bytes:
        first, self._started = not self._started, True
        try:
            return self._state.decompress(chunk, room)
        except zlib.error:
            if not first or self._packing != "deflate":
                raise
            self._state = zlib.decompressobj(wbits=-15)  # some servers send "deflate" without its header
            return self._state.decompress(chunk, room)
