"""Which addresses may be fetched at all, by how they are written; where they lead is checked in `addresses`."""

from __future__ import annotations

import httpx

from collectors.errors import Blocked, Malformed

_WEB_PORTS = frozenset({80, 443})
_PRIVILEGED = 1024  # mail, directories, remote shells: no feed is there


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


def redirect_target(here: httpx.URL, location: str, method: str) -> str:
    """Return the address that a redirect leads to, still to be checked; raises Malformed where there is none to follow."""
    if method != "GET":
        raise Malformed(f"{here.host}: redirects a call that is not to be repeated elsewhere")
    if not location:
        raise Malformed(f"{here.host}: a redirect that names no address")
    try:
        return str(here.join(location))
    except (httpx.InvalidURL, ValueError) as error:
        raise Malformed(f"{here.host}: a redirect to something that is not an address") from error
