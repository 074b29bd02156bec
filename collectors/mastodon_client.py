"""Mastodon.py, whose requests go through our own fetcher, and what its faults mean.

Mastodon.py brings its own HTTP client, which would follow redirects into private networks, wait five minutes for an
answer and read one of any size. Its session gets an adapter that hands each request to `collectors.web.Fetcher`.
"""

from __future__ import annotations

import io
import json
import re
import warnings
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from mastodon import Mastodon
from mastodon.errors import MastodonError, MastodonWarning
from requests.adapters import BaseAdapter

from collectors.errors import AuthError, Gone, Malformed, NotConfigured, SourceError
from collectors.web import Fetcher
from settings import Settings

warnings.filterwarnings("ignore", category=MastodonWarning)  # said in words on the receipt instead

_SIGN_IN = re.compile(r"authenticat|access token|log ?in|sign ?in", re.IGNORECASE)
_LISTS = re.compile(r"/api/v1/(timelines/.+|statuses)$")
_OUTSIDE = re.compile(r"scope|not allowed|disabled", re.IGNORECASE)
Result = TypeVar("Result")


class FetcherAdapter(BaseAdapter):
    """Answers the requests of a `requests` session with pages of a Fetcher; GET only. Raises SourceError."""

    def __init__(self, fetcher: Fetcher) -> None:
        super().__init__()
        self._fetcher = fetcher

    def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
        """Return the JSON answer as a response. Time-outs, redirects and certificates are the fetcher's matter."""
        if request.method != "GET":
            raise Malformed("Mastodon is only read from; no other request than GET is made")
        token = request.headers.get("Authorization")
        value = self._fetcher.fetch_json(
            str(request.url), headers={"Authorization": str(token)} if token else None
        )
        parts = urlsplit(str(request.url))
        if _LISTS.search(parts.path) and not isinstance(
            value, list
        ):  # Mastodon.py would make a list of its letters
            raise Malformed(f"{parts.hostname}: gave something else than a list of posts")
        response = requests.Response()
        response.status_code = 200
        response.url = str(request.url)
        response.request = request
        response.encoding = "utf-8"
        response.headers["Content-Type"] = "application/json"
        response.raw = io.BytesIO(json.dumps(value).encode())
        return response

    def close(self) -> None:
        """Nothing is open between two requests."""


def connect(address: str, token: str | None, settings: Settings, fetcher: Fetcher) -> Mastodon:
    """Return a client for one instance that makes no request before it is asked something."""
    session = requests.Session()
    session.trust_env = False
    session.adapters.clear()  # no other scheme, and no adapter but ours
    for scheme in ("https://", "http://"):
        session.mount(scheme, FetcherAdapter(fetcher))
    return Mastodon(
        api_base_url=address,
        access_token=token,
        session=session,
        user_agent=settings.user_agent,
        ratelimit_method="throw",
        version_check_mode="none",
    )


def tokens_of(settings: Settings) -> dict[str, str]:
    """Return the access tokens of MASTODON_TOKENS by instance; raises NotConfigured without repeating what is there."""
    if settings.mastodon_tokens is None:
        return {}
    found = {}
    for pair in filter(str.strip, settings.mastodon_tokens.get_secret_value().split(",")):
        name, _, token = (part.strip() for part in pair.partition("="))
        if not (name and token and token.isascii() and token.isprintable() and " " not in token):
            raise NotConfigured("MASTODON_TOKENS is not of the form mastodon.social=TOKEN, mstdn.mx=TOKEN")
        found[host_of(name)] = token
    return found


def host_of(address: str) -> str:
    """Return the name of an instance without its scheme, in lower case."""
    return re.sub(r"^https?://", "", address.strip().lower()).rstrip("/")


def asked(call: Callable[[], Result], host: str, *, with_token: bool) -> Result:
    """Return what `call` returns; raises the SourceError that its fault means."""
    try:
        return call()
    except MastodonError as error:
        raise _fault_of(error, host, with_token) from error
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise Malformed(
            f"{host}: the answer has another shape than expected ({type(error).__name__})"
        ) from error


def _fault_of(error: MastodonError, host: str, with_token: bool) -> SourceError:
    """Return the fetcher's fault inside an error of Mastodon.py, in the words of this platform."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, SourceError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return Malformed(f"{host}: Mastodon.py cannot read the answer ({type(error).__name__})")
    reason = reason_of(cause)
    if cause.status == 401 or (cause.status in (403, 422) and reason and _SIGN_IN.search(reason)):
        return _sign_in(host, with_token)
    if cause.status == 403 and with_token and _OUTSIDE.search(reason):
        return AuthError(
            f"{host}: the token in MASTODON_TOKENS may not do this; it needs the scope read:statuses"
        )
    if cause.status == 404 and not reason:
        return Gone(f"{host}: no Mastodon instance answers here (status 404)")
    if cause.status == 422:
        return Malformed(f"{host}: did not understand the request (status 422)")
    return cause


def _sign_in(host: str, with_token: bool) -> SourceError:
    if with_token:
        return AuthError(
            f"{host}: does not accept the token in MASTODON_TOKENS; make a new one there under Preferences > Development"
        )
    return NotConfigured(
        f"{host}: shows hashtags only to those who sign in; make a token there under Preferences > Development"
        f" (scope read:statuses) and set MASTODON_TOKENS to {host}=TOKEN"
    )


def reason_of(fault: SourceError) -> str:
    """Return the reason that a refusal of Mastodon's names in its JSON, or ""."""
    try:
        body = json.loads(fault.body)
    except (ValueError, RecursionError):
        return ""
    reason = body.get("error") if isinstance(body, dict) else None
    return reason if isinstance(reason, str) else ""
