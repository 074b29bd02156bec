"""One HTTP exchange with one checked address, bounded in time as a whole and not only from byte to byte.

A client's read time-out starts anew with every byte, so that a server can hold a reader for days with one byte of a
header every ten seconds. Here the deadline belongs to the connection, which serves one exchange and is then closed.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import httpcore
import httpx

from collectors.errors import Malformed
from collectors.unpacking import Unpacker

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_REASON = 64_000
"""Bytes of a refusal's body that are read."""


class DeadlineStream(httpcore.NetworkStream):
    """A connection whose reads and writes end at one instant (`time.monotonic`).

    `connect_seconds` is the patience with a server that takes a connection and then says nothing about its encryption.
    """

    def __init__(self, stream: httpcore.NetworkStream, deadline: float, connect_seconds: float) -> None:
        self._stream = stream
        self._deadline = deadline
        self._connect_seconds = connect_seconds

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what came in; raises httpcore.ReadTimeout."""
        return self._stream.read(max_bytes, self._left(httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send; raises httpcore.WriteTimeout."""
        self._stream.write(buffer, self._left(httpcore.WriteTimeout))

    def close(self) -> None:
        """Close the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the encrypted connection, with the same deadline."""
        seconds = min(self._connect_seconds, self._left(httpcore.ConnectTimeout))
        encrypted = self._stream.start_tls(ssl_context, server_hostname, seconds)
        return DeadlineStream(encrypted, self._deadline, self._connect_seconds)

    def get_extra_info(self, info: str) -> Any:
        """Return what the connection tells of itself."""
        return self._stream.get_extra_info(info)

    def _left(self, over: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise over("the exchange took too long")
        return left


class DeadlineBackend(httpcore.NetworkBackend):
    """Connects within `connect_seconds`, and gives what follows until `deadline`."""

    def __init__(self, connect_seconds: float, deadline: float) -> None:
        self._backend = httpcore.SyncBackend()
        self._connect_seconds = connect_seconds
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to an address; raises httpcore.ConnectError or ConnectTimeout."""
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise httpcore.ConnectTimeout("the exchange took too long")
        seconds = min(self._connect_seconds, left)
        stream = self._backend.connect_tcp(host, port, seconds, local_address, socket_options)
        return DeadlineStream(stream, self._deadline, self._connect_seconds)


class Answer(NamedTuple):
    """What came back: header names are lower case; the body is unpacked, and empty for a redirect."""

    status: int
    headers: httpx.Headers
    body: bytes


class Limits(NamedTuple):
    """What one exchange may take. `note_bytes` is told of every piece of a body that came in."""

    seconds: float
    connect_seconds: float
    max_bytes: int
    note_bytes: Callable[[int], None]


def exchange(
    url: httpx.URL,
    address: str,
    port: int,
    *,
    method: str,
    headers: Mapping[str, str],
    body: bytes,
    tls: ssl.SSLContext,
    limits: Limits,
) -> Answer:
    """Return the answer of one IP address to a request for `url`, whose host the certificate must name.

    Raises httpcore's errors for the connection, Malformed for an answer that is too large or cannot be unpacked.
    """
    at = httpcore.URL(scheme=url.raw_scheme, host=address.encode("ascii"), port=port, target=url.raw_path)
    connection = httpcore.HTTPConnection(
        at.origin,
        ssl_context=tls if url.scheme == "https" else None,
        network_backend=DeadlineBackend(limits.connect_seconds, time.monotonic() + limits.seconds),
    )
    request = httpcore.Request(
        method.encode("ascii"),
        at,
        headers=[(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()],
        content=body,
        extensions={"sni_hostname": url.raw_host.decode("ascii")},
    )
    try:
        response = connection.handle_request(request)
        found = httpx.Headers(response.headers)
        if response.status in REDIRECTS or response.status == 304:
            return Answer(response.status, found, b"")
        read = _whole_body if response.status < 300 else _reason
        return Answer(response.status, found, read(response, found, url.host, limits))
    finally:
        connection.close()


def _whole_body(response: httpcore.Response, headers: httpx.Headers, host: str, limits: Limits) -> bytes:
    """Return the unpacked body; raises Malformed over the size limit, RemoteProtocolError where it was cut off."""
    too_large = f"{host}: the answer is larger than {limits.max_bytes / 1e6:g} MB"
    stated = headers.get("content-length", "")
    if stated.isascii() and stated.isdigit() and int(stated[:18]) > limits.max_bytes:
        raise Malformed(too_large)
    unpacker = Unpacker(headers.get("content-encoding", ""), host)
    body, n_came = bytearray(), 0
    for chunk in response.iter_stream():
        limits.note_bytes(len(chunk))
        n_came += len(chunk)
        body += unpacker.unpack(chunk, limits.max_bytes + 1 - len(body))
        if max(len(body), n_came) > limits.max_bytes:  # packed data may go on for ever and hold nothing
            raise Malformed(too_large)
    if not unpacker.is_whole:
        raise httpcore.RemoteProtocolError("closed in the middle of the packed data")
    return bytes(body)


def _reason(response: httpcore.Response, headers: httpx.Headers, host: str, limits: Limits) -> bytes:
    """Return the beginning of a refusal's body, as far as it came: it may name the reason, and is no data."""
    body, n_came = bytearray(), 0
    try:
        unpacker = Unpacker(headers.get("content-encoding", ""), host)
        for chunk in response.iter_stream():
            limits.note_bytes(len(chunk))
            n_came += len(chunk)
            body += unpacker.unpack(chunk, MAX_REASON - len(body))
            if max(len(body), n_came) >= MAX_REASON:
                break
    except (Malformed, httpcore.NetworkError, httpcore.ProtocolError, httpcore.TimeoutException):
        pass
    return bytes(body[:MAX_REASON])
