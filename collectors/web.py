"""Safe fetching of pages that others name: http(s) only, public addresses only, bounded in time, size and redirects.

Proxies of the environment are not used (`trust_env=False`): a proxy would resolve names itself, and the check of the
address would say nothing about where the request ends. Cookies are not kept, credentials in an address are refused.
"""

from __future__ import annotations

import random
import socket
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from collectors.addresses import Lookup, NameTimedOut, public_addresses
from collectors.errors import Blocked, Gone, Malformed, RateLimited, SourceError, Unreachable
from settings import Settings

MAX_REDIRECTS = 5
LONGEST_WAIT = 30.0
"""Seconds of Retry-After that a run waits for; a longer one ends the host for this run."""

_CONNECT_SECONDS = 5.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_DOWN_AFTER = 4  # hosts that timed out while nobody answered


@dataclass(frozen=True, slots=True)
class Page:
    """One answer: the address it came from after redirects, and its decompressed body."""

    url: str
    status: int
    content: bytes
    content_type: str = ""
    etag: str = ""
    modified: str = ""

    @property
    def not_modified(self) -> bool:
        """Whether the server said that nothing changed since the last run."""
        return self.status == 304


class _WorthRetry(Exception):
    """A fault that one more try may mend; `wait` is what the server asked for, in seconds."""

    def __init__(self, fault: SourceError, wait: float | None = None) -> None:
        super().__init__(str(fault))
        self.fault = fault
        self.wait = wait


class _NoAnswer(_WorthRetry):
    """Nobody answered in time."""


class Fetcher:
    """Fetches addresses within one run; safe to share between threads.

    `pause` is the least number of seconds between two requests to one host.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        pause: float = 1.0,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        lookup: Lookup = socket.getaddrinfo,
    ) -> None:
        self._settings = settings
        self._pause = pause
        self._sleep = sleep
        self._clock = clock
        self._jitter = jitter
        self._lookup = lookup
        self._lock = threading.Lock()
        self._next_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._timed_out: set[str] = set()
        self._answered = False
        self.n_requests = 0
        self.n_bytes = 0
        seconds = settings.timeout_seconds
        self._connect_seconds = min(_CONNECT_SECONDS, seconds)
        self._timeout = httpx.Timeout(seconds, connect=self._connect_seconds)
        # The bare transport: a client would look into redirects and keep cookies by itself.
        self._transport = httpx.HTTPTransport(
            # No connection is kept: they are made to an address, and two hosts may share one.
            limits=httpx.Limits(max_connections=64, max_keepalive_connections=0),
            trust_env=False,
        )
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def fetch(self, url: str, *, accept: str = "*/*", etag: str = "", modified: str = "") -> Page:
        """Return the page behind `url`, or a 304 page when `etag` or `modified` still hold.

        Tries once more, after a short random wait, on a server error, a time-out or a cut connection.
        Raises a SourceError whose message names the host and never a query, a password or a header.
        """
        headers = {"Accept": accept}
        if etag and etag.isascii():
            headers["If-None-Match"] = etag
        if modified and modified.isascii():
            headers["If-Modified-Since"] = modified
        try:
            return self._follow(url, headers)
        except _WorthRetry as first:
            wait = 0.5 + self._jitter() if first.wait is None else first.wait
            if wait > LONGEST_WAIT or (isinstance(first, _NoAnswer) and not self._answered):
                raise first.fault from first
        self._sleep(wait)
        try:
            return self._follow(url, headers)
        except _WorthRetry as second:
            raise second.fault from second

    def _follow(self, url: str, headers: dict[str, str]) -> Page:
        """Return the page at the end of at most MAX_REDIRECTS redirects, each one checked like the first address."""
        here = _checked_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            response, body = self._ask(here, headers)
            if response.status_code not in _REDIRECTS:
                return self._page_of(here, response, body)
            target = response.headers.get("location", "")
            if not target:
                raise Malformed(
                    f"{here.host}: a redirect (status {response.status_code}) that names no address"
                )
            try:
                joined = str(here.join(target))
            except (httpx.InvalidURL, ValueError) as error:
                raise Malformed(f"{here.host}: a redirect to something that is not an address") from error
            here = _checked_url(joined)
        raise Blocked(f"{here.host}: more than {MAX_REDIRECTS} redirects")

    def _page_of(self, url: httpx.URL, response: httpx.Response, body: bytes) -> Page:
        status, headers = response.status_code, response.headers
        if status == 304 or 200 <= status < 300:
            return Page(
                str(url),
                status,
                body,
                content_type=headers.get("content-type", ""),
                etag=headers.get("etag", ""),
                modified=headers.get("last-modified", ""),
            )
        wait = _seconds_of(headers.get("retry-after", "")) if status in (429, 503) else None
        if wait is not None and wait > LONGEST_WAIT:
            with self._lock:
                self._closed_until[url.host] = self._clock() + wait
        fault = _fault_of(status, headers, url.host)
        if status == 429 or (status >= 500 and not isinstance(fault, Blocked)):
            raise _WorthRetry(fault, wait if wait is not None or status != 429 else 2 * self._pause)
        raise fault

    def _ask(self, url: httpx.URL, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        """Return one answer and its body, from the first of the host's checked addresses that takes a connection."""
        self._wait_turn(url.host)
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            addresses = public_addresses(
                url.host,
                port,
                allow_loopback=self._settings.allow_loopback,
                seconds=self._connect_seconds,
                lookup=self._lookup,
            )
        except NameTimedOut:
            self._note_silence(url.host)
            raise
        failed: httpx.HTTPError | None = None
        for address in addresses:
            try:
                return self._ask_at(url, address, headers)
            except httpx.ConnectError as error:
                failed = error
            except httpx.ConnectTimeout as error:
                failed = error
                break  # the next address would cost as long again
            except httpx.TimeoutException as error:
                self._note_silence(url.host)
                raise _NoAnswer(Unreachable(f"{url.host}: no answer in time")) from error
            except httpx.TransportError as error:
                raise _WorthRetry(Unreachable(f"{url.host}: the connection was cut off")) from error
        if isinstance(failed, httpx.ConnectTimeout):
            self._note_silence(url.host)
            raise _NoAnswer(Unreachable(f"{url.host}: no connection in time")) from failed
        why = "its certificate is not valid" if "certificate" in str(failed).lower() else "no connection"
        raise Unreachable(f"{url.host}: {why}") from failed

    def _ask_at(self, url: httpx.URL, address: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        """Return the answer of one checked address; the host's name goes into the Host header and the certificate check."""
        with self._lock:
            self.n_requests += 1
        request = httpx.Request(
            "GET",
            url.copy_with(host=address),
            headers={**self._headers, **headers, "Host": url.netloc.decode("ascii")},
            extensions={"sni_hostname": url.raw_host.decode("ascii"), "timeout": self._timeout.as_dict()},
        )
        deadline = self._clock() + self._settings.timeout_seconds
        response = self._transport.handle_request(request)
        try:
            self._answered = True
            if response.status_code in _REDIRECTS or response.status_code == 304:
                return response, b""
            return response, self._read(response, url.host, deadline)
        finally:
            response.close()

    def _read(self, response: httpx.Response, host: str, deadline: float) -> bytes:
        """Return the decompressed body; raises Malformed over the size limit, Unreachable over the time limit."""
        limit = self._settings.max_bytes
        unpack = _unpacker(response.headers.get("content-encoding", ""), host)
        body = bytearray()
        for chunk in response.iter_raw():
            with self._lock:
                self.n_bytes += len(chunk)
            if self._clock() > deadline:
                raise Unreachable(f"{host}: the answer took longer than {self._settings.timeout_seconds:g} s")
            try:
                body += unpack(chunk, limit + 1 - len(body))
            except zlib.error as error:
                raise Malformed(f"{host}: the compressed answer cannot be unpacked") from error
            if len(body) > limit:
                raise Malformed(f"{host}: the answer is larger than {limit / 1e6:g} MB")
        return bytes(body)

    def _wait_turn(self, host: str) -> None:
        """Wait until this host may be asked again; raises at once when it, or the whole network, is known to be shut."""
        with self._lock:
            now = self._clock()
            if self._closed_until.get(host, now) > now:
                raise RateLimited(f"{host}: asked us to wait longer than this run can")
            if not self._answered and len(self._timed_out) >= _DOWN_AFTER:
                raise Unreachable(f"{host}: not asked, because nothing on the network answers")
            turn = max(now, self._next_at.get(host, now))
            self._next_at[host] = turn + self._pause
        if turn > now:
            self._sleep(turn - now)

    def _note_silence(self, host: str) -> None:
        with self._lock:
            self._timed_out.add(host)


def _checked_url(url: str) -> httpx.URL:
    """Return the parsed address; raises Malformed or Blocked for one that is not plain http(s)."""
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Malformed("this is not an address that can be fetched") from error
    if parsed.scheme not in ("http", "https"):
        raise Blocked(
            f"only http and https addresses are fetched, not {parsed.scheme[:20] or 'a bare name'!r}"
        )
    if not parsed.host:
        raise Malformed("the address names no host")
    if parsed.userinfo:
        raise Blocked(f"{parsed.host}: an address with a user name or password in it is not fetched")
    return parsed


def _fault_of(status: int, headers: httpx.Headers, host: str) -> SourceError:
    """Return the error that an HTTP status stands for."""
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return Blocked(f"{host}: a wall asks for a browser (status {status})")
    if status in (404, 410):
        return Gone(f"{host}: nothing is at this address (any more) (status {status})")
    if status == 429:
        return RateLimited(f"{host}: asks for fewer requests (status 429)")
    if status in (401, 402, 407):
        return Blocked(f"{host}: asks for a sign-in or a payment (status {status})")
    if status == 408 or status >= 500:
        return Unreachable(f"{host}: the server has a fault of its own (status {status})")
    if status >= 400:
        return Blocked(f"{host}: refuses this request (status {status})")
    return Malformed(f"{host}: an answer that makes no sense here (status {status})")


def _seconds_of(stated: str) -> float | None:
    """Return the seconds that a Retry-After header asks for (a number or a date, RFC 9110), or None."""
    stated = stated.strip()
    if not stated:
        return None
    if stated.isascii() and stated.isdigit():
        return float(min(int(stated[:9]), 10**8))
    try:
        at = parsedate_to_datetime(stated)
    except (ValueError, TypeError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (aware - datetime.now(UTC)).total_seconds())


def _unpacker(encoding: str, host: str) -> Callable[[bytes, int], bytes]:
    """Return a function that unpacks a chunk to at most so many bytes: a small body may unpack to gigabytes."""
    encoding = encoding.strip().lower()
    if encoding in ("", "identity"):
        return lambda chunk, room: chunk[: max(room, 0)]
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise Malformed(f"{host}: the answer is packed as {encoding[:20]!r}, which was not asked for")
    state = zlib.decompressobj(wbits=47)  # zlib or gzip, by its header
    started = False

    def unpack(chunk: bytes, room: int) -> bytes:
        nonlocal state, started
        try:
            return state.decompress(chunk, max(room, 1))
        except zlib.error:
            if started or encoding != "deflate":
                raise
            state = zlib.decompressobj(wbits=-15)  # some servers send "deflate" without its header
            return state.decompress(chunk, max(room, 1))
        finally:
            started = True

    return unpack
