"""Zstandard files as a stream of bytes, however long: windows up to 2 GiB, as the published archives of Reddit need.

`zstandard` reads on every Python that we support; the standard library does so from 3.14 on.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import zstandard

from collectors.errors import Malformed
from collectors.files_faults import CutOff

MAGIC = b"\x28\xb5\x2f\xfd"
LARGEST_WINDOW = 2**31
"""Bytes that a decoder must look back: the most that `zstd --long=31` writes. That much memory may be needed."""

_STEP = 8192  # packed bytes a step: a bomb unpacks these to some 256 MB at most


class ZstStream(io.RawIOBase):
    """The unpacked bytes of a file of one or more frames.

    Raises CutOff at the end of a file that breaks off, and Malformed for one that is damaged, after all that could be
    read was given.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("rb")
        self._unpacker = zstandard.ZstdDecompressor(max_window_size=LARGEST_WINDOW)
        self._frame: Any = None
        self._packed = b""
        self._ready = memoryview(b"")

    def readable(self) -> bool:
        """Return that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Put the next bytes into the buffer and return how many; 0 at the end."""
        while not self._ready:
            if not self._packed:
                self._packed = self._file.read(_STEP)
                if not self._packed:
                    return self._end()
            self._ready = memoryview(self._unpack())
        room = memoryview(buffer).cast("B")
        n = min(len(room), len(self._ready))
        room[:n] = self._ready[:n]
        self._ready = self._ready[n:]
        return n

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()

    def _unpack(self) -> bytes:
        """Return what the packed bytes at hand hold; what is behind the end of a frame waits for the next call."""
        packed, self._packed = self._packed, b""
        if self._frame is None:
            self._frame = self._unpacker.decompressobj()
        try:
            unpacked: bytes = self._frame.decompress(packed)
        except (zstandard.ZstdError, MemoryError) as error:
            raise Malformed(_said(self._path, error)) from error
        if self._frame.eof:
            self._packed, self._frame = self._frame.unused_data, None
        return unpacked

    def _end(self) -> int:
        if self._frame is not None:
            raise CutOff(f"{self._path.name} breaks off before its end; download it again")
        return 0


def _said(path: Path, error: Exception) -> str:
    reason = str(error)
    if isinstance(error, MemoryError) or "too much memory" in reason:
        return (
            f"{path.name} needs more memory to be unpacked than there is or than the archives' 2 GiB; "
            f"unpack it elsewhere (zstd -d --ultra --long=31 {path.name}) and import the result"
        )
    return (
        f"{path.name} is damaged and cannot be unpacked to its end; download it again, "
        f"or see how far `zstd -d --long=31 {path.name}` comes"
    )
