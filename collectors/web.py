"""Safe fetching of pages that others name: http(s) only, public addresses only, bounded in time, size and redirects.

Proxies of the environment are not used: a proxy would resolve names itself, and the check of the address would say
nothing about where the request ends. Cookies are not kept, credentials in an address are refused.
"""

from __future__ import annotations

import json
import random
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlencode

import httpcore
import httpx

from collectors.addresses import Lookup, NameTimedOut, public_addresses
from collectors.budget import Budget
from collectors.contract import SourceLog
from collectors.errors import Blocked, Malformed, RateLimited, SourceError, Unreachable
from collectors.pages import Page, fault_of_status
from collectors.retry import LONGEST_WAIT, MOST_TRIES, WorthRetry, limit_reset, retry_after, with_retries
from collectors.wire import REDIRECTS, Answer, Limits, exchange
from settings import Settings

__all__ = ["LONGEST_WAIT", "MAX_REDIRECTS", "Fetcher", "Page"]

MAX_REDIRECTS = 5

_CONNECT_SECONDS = 5.0
_TRY_AGAIN = frozenset({408, 425, 429})
_DOWN_AFTER = 4  # hosts that timed out while nobody answered
_WEB_PORTS = frozenset({80, 443})
_PRIVILEGED = 1024  # mail, directories, remote shells: no feed is there

Fault = TypeVar("Fault", bound=SourceError)


class _Ask(NamedTuple):
    """What is asked for, wherever redirects lead. `private` headers are for the first origin alone."""

    method: str
    headers: dict[str, str]
    private: dict[str, str]
    body: bytes
    max_bytes: int
    seconds: float


class Fetcher:
    """Fetches addresses within one run; safe to share between threads. Counts into `log` and keeps to its budget.

    `pause` is the least number of seconds between two requests to one host.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        log: SourceLog | None = None,
        pause: float = 1.0,
        sleep: Callable[[float], object] | None = None,
        clock: Callable[[], float] = time.monotonic,
        jitter: Callable[[], float] = random.random,
        lookup: Lookup = socket.getaddrinfo,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.log = log or SourceLog(budget=Budget(clock=clock, sleep=sleep))
        self._settings = settings
        self._pause = pause
        self._clock = clock
        self._jitter = jitter
        self._lookup = lookup
        self._tls = tls or httpx.create_ssl_context(trust_env=False)
        self._lock = threading.Lock()
        self._next_at: dict[str, float] = {}
        self._closed_until: dict[str, float] = {}
        self._timed_out: set[str] = set()
        self._failing: set[str] = set()  # hosts whose last request failed for good, all tries used
        self._answered = False
        self._headers = {
            "User-Agent": settings.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }

    @property
    def n_requests(self) -> int:
        """Requests made so far."""
        return self.log.n_requests

    @property
    def n_bytes(self) -> int:
        """Bytes of answers that came in so far, as they were packed."""
        return self.log.n_bytes

    def close(self) -> None:
        """Nothing is open between two requests; here for `contextlib.closing`."""

    def fetch(
        self,
        url: str,
        *,
        accept: str = "*/*",
        etag: str = "",
        modified: str = "",
        headers: Mapping[str, str] | None = None,
        max_bytes: int | None = None,
        seconds: float | None = None,
    ) -> Page:
        """Return the page behind `url`, or a 304 page when `etag` or `modified` still hold.

        Tries again what a further try may mend (see `collectors.retry`). `headers` may hold a key: they go to this
        origin alone and not to where it redirects. Raises a SourceError whose message names the host and never a query,
        a password or a header.
        """
        asked = {"Accept": accept}
        if etag and etag.isascii():
            asked["If-None-Match"] = etag
        if modified and modified.isascii():
            asked["If-Modified-Since"] = modified
        return self._try(url, self._asking("GET", asked, headers, b"", max_bytes, seconds))

    def fetch_json(self, url: str, *, headers: Mapping[str, str] | None = None, **limits: Any) -> Any:
        """Return the JSON value behind `url`; what is no whole JSON is asked for again, and at last is Malformed."""
        ask = self._asking("GET", {"Accept": "application/json"}, headers, b"", **limits)
        return self._try(url, ask, self._json_of)

    def post_json(
        self,
        url: str,
        *,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        **limits: Any,
    ) -> Any:
        """Return the JSON answer to a JSON body or a form, for calls that may be repeated (a sign-in, a search).

        A redirect of it is refused.
        """
        kind = "application/x-www-form-urlencoded" if form is not None else "application/json"
        body = urlencode(form).encode() if form is not None else json.dumps(json_body or {}).encode()
        asked = {"Accept": "application/json", "Content-Type": kind, "Content-Length": str(len(body))}
        return self._try(url, self._asking("POST", asked, headers, body, **limits), self._json_of)

    def _asking(
        self,
        method: str,
        headers: dict[str, str],
        private: Mapping[str, str] | None,
        body: bytes,
        max_bytes: int | None = None,
        seconds: float | None = None,
    ) -> _Ask:
        return _Ask(
            method,
            headers,
            dict(private or {}),
            body,
            max_bytes or self._settings.max_bytes,
            seconds or self._settings.timeout_seconds,
        )

    def _try(self, url: str, ask: _Ask, read: Callable[[Page], Any] = lambda page: page) -> Any:
        """Return what `read` makes of the page; a host that failed for good gets one try until it answers again."""
        host = checked_url(url).host
        most = 1 if host in self._failing else MOST_TRIES
        try:
            result = with_retries(
                lambda: read(self._follow(url, ask)), self.log, jitter=self._jitter, most_tries=most
            )
        except Unreachable:
            with self._lock:
                self._failing.add(host)
            raise
        with self._lock:
            self._failing.discard(host)
        return result

    def _json_of(self, page: Page) -> Any:
        try:
            return page.json()
        except Malformed as error:
            raise WorthRetry(self._noted(error, "not JSON")) from error

    def _follow(self, url: str, ask: _Ask) -> Page:
        """Return the page at the end of at most MAX_REDIRECTS redirects, each one checked like the first address."""
        here = first = checked_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            is_home = (here.scheme, here.host, here.port) == (first.scheme, first.host, first.port)
            private = ask.private if is_home else {}
            answer = self._ask(here, ask, private)
            if answer.status not in REDIRECTS:
                return self._page_of(here, answer, with_keys=bool(private))
            target = answer.headers.get("location", "")
            if ask.method != "GET":
                fault = Malformed(f"{here.host}: redirects a call that is not to be repeated elsewhere")
                raise self._noted(fault, "redirect")
            if not target:
                fault = Malformed(f"{here.host}: a redirect (status {answer.status}) that names no address")
                raise self._noted(fault, "redirect")
            try:
                joined = str(here.join(target))
            except (httpx.InvalidURL, ValueError) as error:
                fault = Malformed(f"{here.host}: a redirect to something that is not an address")
                raise self._noted(fault, "redirect") from error
            here = checked_url(joined)
        raise self._noted(Blocked(f"{here.host}: more than {MAX_REDIRECTS} redirects"), "redirect")

    def _page_of(self, url: httpx.URL, answer: Answer, *, with_keys: bool) -> Page:
        status, headers = answer.status, answer.headers
        if status == 304 or 200 <= status < 300:
            return Page(
                str(url),
                status,
                answer.body,
                content_type=headers.get("content-type", ""),
                etag=headers.get("etag", ""),
                modified=headers.get("last-modified", ""),
            )
        fault = self._noted(
            fault_of_status(status, headers, url.host, with_keys=with_keys), f"status {status}"
        )
        fault.status, fault.body = status, answer.body
        if isinstance(fault, Blocked) or not (status in _TRY_AGAIN or status >= 500):
            raise fault
        wait = retry_after(headers.get("retry-after", ""))
        if wait is None and status == 429:
            wait = limit_reset(headers)
        if wait is not None:
            self._heed(url.host, wait)
        raise WorthRetry(fault, wait, least=max(1.0, self._pause) if status == 429 else 0.0)

    def _heed(self, host: str, wait: float) -> None:
        """Let nobody ask this host before it allows it; for longer than a run waits, nobody asks it any more."""
        with self._lock:
            until = self._clock() + wait
            self._next_at[host] = max(self._next_at.get(host, until), until)
            if wait > min(LONGEST_WAIT, self.log.budget.seconds_left):
                self._closed_until[host] = until

    def _ask(self, url: httpx.URL, ask: _Ask, private: Mapping[str, str]) -> Answer:
        """Return the answer of the first of the host's checked addresses that takes a connection."""
        self._wait_turn(url.host)
        port = url.port or (443 if url.scheme == "https" else 80)
        addresses = self._addresses(url.host, port, ask.seconds)
        failed: Exception | None = None
        for address in addresses:
            try:
                return self._ask_at(url, address, port, ask, private)
            except httpcore.ConnectError as error:
                failed = error
            except httpcore.ConnectTimeout as error:
                failed = error
                break  # the next address would cost as long again
            except httpcore.TimeoutException as error:
                raise self._silent(url.host, "no answer in time") from error
            except httpcore.ProtocolError as error:
                if not any(word in str(error) for word in ("disconnect", "closed")):
                    fault = Malformed(f"{url.host}: the answer is not HTTP as it should be")
                    raise self._noted(fault, "broken HTTP") from error
                raise self._cut_off(url.host) from error
            except httpcore.NetworkError as error:
                raise self._cut_off(url.host) from error
            except Malformed as error:
                raise self._noted(error, "unreadable answer") from None
        if isinstance(failed, httpcore.ConnectTimeout):
            raise self._silent(url.host, "no connection in time") from failed
        why = "its certificate is not valid" if "certificate" in str(failed).lower() else "no connection"
        raise self._noted(Unreachable(f"{url.host}: {why}"), why.removeprefix("its ")) from failed

    def _addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """Return the addresses that this host may be asked at; raises Blocked or Unreachable."""
        try:
            return public_addresses(
                host,
                port,
                allow_loopback=self._settings.allow_loopback,
                seconds=min(_CONNECT_SECONDS, seconds),
                lookup=self._lookup,
            )
        except NameTimedOut as error:
            self._note_silence(host)
            raise self._noted(error, "name not resolved") from None
        except Unreachable as error:
            raise self._noted(error, "name not resolved") from None
        except Blocked as error:
            raise self._noted(error, "forbidden address") from None

    def _ask_at(
        self, url: httpx.URL, address: str, port: int, ask: _Ask, private: Mapping[str, str]
    ) -> Answer:
        """Return the answer of one checked address; the host's name goes into the Host header."""
        self.log.note_request()
        seconds = min(ask.seconds, max(self.log.budget.seconds_left, 0.1))
        answer = exchange(
            url,
            address,
            port,
            method=ask.method,
            headers={**self._headers, **ask.headers, **private, "Host": url.netloc.decode("ascii")},
            body=ask.body,
            tls=self._tls,
            limits=Limits(seconds, min(_CONNECT_SECONDS, seconds), ask.max_bytes, self.log.note_bytes),
        )
        self._answered = True
        return answer

    def _wait_turn(self, host: str) -> None:
        """Wait until this host may be asked again; raises at once when it, or the whole network, is known to be shut."""
        self.log.check()
        with self._lock:
            now = self._clock()
            if self._closed_until.get(host, now) > now:
                raise RateLimited(f"{host}: asked us to wait longer than this run can")
            if not self._answered and len(self._timed_out) >= _DOWN_AFTER:
                raise Unreachable(f"{host}: not asked, because nothing on the network answers")
            turn = max(now, self._next_at.get(host, now))
            self._next_at[host] = turn + self._pause
        if turn > now:
            self.log.pause(turn - now)

    def _noted(self, fault: Fault, kind: str) -> Fault:
        self.log.note_fault(kind)
        return fault

    def _cut_off(self, host: str) -> WorthRetry:
        return WorthRetry(self._noted(Unreachable(f"{host}: the connection was cut off"), "cut off"))

    def _silent(self, host: str, what: str) -> Exception:
        """Return what to raise when nobody answers: where nobody has yet, another try would cost as long again."""
        self._note_silence(host)
        fault = self._noted(Unreachable(f"{host}: {what}"), "time-out")
        return WorthRetry(fault) if self._answered else fault

    def _note_silence(self, host: str) -> None:
        with self._lock:
            self._timed_out.add(host)


def checked_url(url: str) -> httpx.URL:
    """Return the parsed address; raises Malformed or Blocked for one that is not plain http(s) on a web server's port."""
    try:
        parsed = httpx.URL(url.strip())
    except (httpx.InvalidURL, ValueError, TypeError, AttributeError) as error:
        raise Malformed("this is not an address that can be fetched") from error
    if parsed.scheme not in ("http", "https"):
        raise Blocked(
            f"only http and https addresses are fetched, not {parsed.scheme[:20] or 'a bare name'!r}"
        )
    if not parsed.host:
        raise Malformed("the address names no host")
    if parsed.userinfo:
        raise Blocked(f"{parsed.host}: an address with a user name or password in it is not fetched")
    if parsed.port is not None and parsed.port < _PRIVILEGED and parsed.port not in _WEB_PORTS:
        raise Blocked(f"{parsed.host}: refused, because port {parsed.port} is not a web server's")
    return parsed
