"""Safe fetching of pages that others name: http(s) only, public addresses only, bounded in time, size and redirects.

Proxies of the environment are not used: a proxy would resolve names itself, and the check of the address would say
nothing about where the request ends. Cookies are not kept, credentials in an address are refused.
"""

from __future__ import annotations

import json
import random
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

import httpx

from collectors.addresses import Lookup
from collectors.budget import Budget
from collectors.contract import SourceLog
from collectors.errors import Blocked, Malformed, Unreachable
from collectors.hosts import Asking, Hosts
from collectors.pages import Page, fault_of_status
from collectors.politeness import Turns
from collectors.retry import LONGEST_WAIT, WorthRetry, wait_asked_for, with_retries
from collectors.urls import checked_url, redirect_target
from collectors.wire import REDIRECTS, Answer
from settings import Settings

__all__ = ["LONGEST_WAIT", "MAX_REDIRECTS", "Fetcher", "Page"]

MAX_REDIRECTS = 5

_TRY_AGAIN = frozenset({408, 425, 429})


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
        self._jitter = jitter
        self._turns = Turns(self.log, pause, clock)
        headers = {
            "User-Agent": settings.user_agent,
            "Accept-Encoding": "gzip, deflate",
            "Connection": "close",
        }
        self._hosts = Hosts(
            self.log,
            self._turns,
            headers,
            allow_loopback=settings.allow_loopback,
            lookup=lookup,
            tls=tls or httpx.create_ssl_context(trust_env=False),
        )

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
    ) -> Asking:
        return Asking(
            method,
            headers,
            dict(private or {}),
            body,
            max_bytes or self._settings.max_bytes,
            seconds or self._settings.timeout_seconds,
        )

    def _try(self, url: str, ask: Asking, read: Callable[[Page], Any] = lambda page: page) -> Any:
        """Return what `read` makes of the page; a host that failed for good gets one try until it answers again."""
        host = checked_url(url).host
        try:
            result = with_retries(
                lambda: read(self._follow(url, ask)),
                self.log,
                jitter=self._jitter,
                most_tries=self._turns.most_tries(host),
            )
        except Unreachable:
            self._turns.note_end(host, failed=True)
            raise
        self._turns.note_end(host, failed=False)
        return result

    def _json_of(self, page: Page) -> Any:
        try:
            return page.json()
        except Malformed as error:
            raise WorthRetry(self._hosts.noted(error, "not JSON")) from error

    def _follow(self, url: str, ask: Asking) -> Page:
        """Return the page at the end of at most MAX_REDIRECTS redirects, each one checked like the first address."""
        here = first = checked_url(url)
        for _ in range(MAX_REDIRECTS + 1):
            is_home = (here.scheme, here.host, here.port) == (first.scheme, first.host, first.port)
            private = ask.private if is_home else {}
            answer = self._hosts.ask(here, ask, private)
            if answer.status not in REDIRECTS:
                return self._page_of(here, answer, with_keys=bool(private))
            try:
                target = redirect_target(here, answer.headers.get("location", ""), ask.method)
            except Malformed as error:
                raise self._hosts.noted(error, "redirect") from None
            here = checked_url(target)
        raise self._hosts.noted(Blocked(f"{here.host}: more than {MAX_REDIRECTS} redirects"), "redirect")

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
        fault = self._hosts.noted(
            fault_of_status(status, headers, url.host, with_keys=with_keys), f"status {status}"
        )
        fault.status, fault.body = status, answer.body
        if isinstance(fault, Blocked) or not (status in _TRY_AGAIN or status >= 500):
            raise fault
        wait = wait_asked_for(status, headers)
        if wait is not None:
            self._turns.heed(url.host, wait)
        raise WorthRetry(fault, wait, least=max(1.0, self._turns.pause) if status == 429 else 0.0)
