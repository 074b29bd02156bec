"""Asks one host: when it may be asked, at its checked addresses in turn, with a name for whatever goes wrong."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import NamedTuple, TypeVar

import httpcore
import httpx

from collectors.addresses import Lookup, NameTimedOut, public_addresses
from collectors.contract import SourceLog
from collectors.errors import Blocked, Malformed, SourceError, Unreachable
from collectors.politeness import Turns
from collectors.retry import WorthRetry
from collectors.wire import Answer, Limits, exchange

_CONNECT_SECONDS = 5.0

Fault = TypeVar("Fault", bound=SourceError)


class Asking(NamedTuple):
    """What is asked for, wherever redirects lead. `private` headers are for the first origin alone."""

    method: str
    headers: dict[str, str]
    private: dict[str, str]
    body: bytes
    max_bytes: int
    seconds: float


class Hosts:
    """The hosts of one run. `headers` go to each of them; requests, bytes and faults are counted into `log`."""

    def __init__(
        self,
        log: SourceLog,
        turns: Turns,
        headers: Mapping[str, str],
        *,
        allow_loopback: bool,
        lookup: Lookup,
        tls: ssl.SSLContext,
    ) -> None:
        self.turns = turns
        self._log = log
        self._headers = headers
        self._allow_loopback = allow_loopback
        self._lookup = lookup
        self._tls = tls

    def ask(self, url: httpx.URL, ask: Asking, private: Mapping[str, str]) -> Answer:
        """Return the answer of the first of the host's checked addresses that takes a connection."""
        self.turns.wait(url.host)
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
                    raise self.noted(fault, "broken HTTP") from error
                raise self._cut_off(url.host) from error
            except httpcore.NetworkError as error:
                raise self._cut_off(url.host) from error
            except Malformed as error:
                raise self.noted(error, "unreadable answer") from None
        if isinstance(failed, httpcore.ConnectTimeout):
            raise self._silent(url.host, "no connection in time") from failed
        why = "its certificate is not valid" if "certificate" in str(failed).lower() else "no connection"
        raise self.noted(Unreachable(f"{url.host}: {why}"), why.removeprefix("its ")) from failed

    def _addresses(self, host: str, port: int, seconds: float) -> list[str]:
        """Return the addresses that this host may be asked at; raises Blocked or Unreachable."""
        try:
            return public_addresses(
                host,
                port,
                allow_loopback=self._allow_loopback,
                seconds=min(_CONNECT_SECONDS, seconds),
                lookup=self._lookup,
            )
        except NameTimedOut as error:
            self.turns.note_silence(host)
            raise self.noted(error, "name not resolved") from None
        except Unreachable as error:
            raise self.noted(error, "name not resolved") from None
        except Blocked as error:
            raise self.noted(error, "forbidden address") from None

    def _ask_at(
        self, url: httpx.URL, address: str, port: int, ask: Asking, private: Mapping[str, str]
    ) -> Answer:
        """Return the answer of one checked address; the host's name goes into the Host header."""
        self._log.note_request()
        seconds = min(ask.seconds, max(self._log.budget.seconds_left, 0.1))
        answer = exchange(
            url,
            address,
            port,
            method=ask.method,
            headers={**self._headers, **ask.headers, **private, "Host": url.netloc.decode("ascii")},
            body=ask.body,
            tls=self._tls,
            limits=Limits(seconds, min(_CONNECT_SECONDS, seconds), ask.max_bytes, self._log.note_bytes),
        )
        self.turns.somebody_answered = True
        return answer

    def noted(self, fault: Fault, kind: str) -> Fault:
        """Count a fault by its kind, and return it."""
        self._log.note_fault(kind)
        return fault

    def _cut_off(self, host: str) -> WorthRetry:
        return WorthRetry(self.noted(Unreachable(f"{host}: the connection was cut off"), "cut off"))

    def _silent(self, host: str, what: str) -> Exception:
        """Return what to raise when nobody answers: where nobody has yet, another try would cost as long again.

        Raises OutOfBudget where it was our own time that was over.
        """
        if self._log.budget.seconds_left <= 0:
            self._log.check()
        self.turns.note_silence(host)
        fault = self.noted(Unreachable(f"{host}: {what}"), "time-out")
        return WorthRetry(fault) if self.turns.somebody_answered else fault
