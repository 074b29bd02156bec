"""One answer of a server, and what its status and its body mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from collectors.errors import AuthError, Blocked, Gone, Malformed, RateLimited, SourceError, Unreachable


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

    def json(self) -> Any:
        """Return the JSON value of the body, in whatever encoding it came; raises Malformed with a plain sentence."""
        for encoding in (
            json.detect_encoding(self.content),
            _charset_of(self.content_type),
            "cp1252",
            "latin-1",
        ):
            try:
                return json.loads(self.content.decode(encoding).removeprefix("\ufeff"))
            except (UnicodeError, LookupError):
                continue
            except (ValueError, RecursionError):
                break
        kind = "a web page" if self.content.lstrip()[:1] == b"<" else "something that is no whole JSON"
        raise Malformed(f"{urlsplit(self.url).hostname}: gave {kind} where JSON was expected")


def fault_of_status(
    status: int, headers: Mapping[str, str], host: str, *, with_keys: bool = False
) -> SourceError:
    """Return the error that an HTTP status stands for; header names are lower case.

    A 401 to a request `with_keys` means that they were refused; a 403 never says so: walls answer with it as well.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return Blocked(f"{host}: a wall asks for a browser (status {status})")
    if status in (404, 410):
        return Gone(f"{host}: nothing is at this address (any more) (status {status})")
    if status == 429:
        return RateLimited(f"{host}: asks for fewer requests (status 429)")
    if status == 401 and with_keys:
        return AuthError(f"{host}: does not accept the keys (status 401)")
    if status in (401, 402, 407):
        return Blocked(f"{host}: asks for a sign-in or a payment (status {status})")
    if status in (408, 425) or status >= 500:
        return Unreachable(f"{host}: the server has a fault of its own (status {status})")
    if status >= 400:
        return Blocked(f"{host}: refuses this request (status {status})")
    return Malformed(f"{host}: an answer that makes no sense here (status {status})")


def _charset_of(content_type: str) -> str:
    _, _, stated = content_type.partition("charset=")
    return stated.split(";")[0].strip("\"' ") or "utf-8"
