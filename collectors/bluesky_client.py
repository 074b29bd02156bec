"""Bluesky's XRPC over our own fetcher: signing in with an app password, one renewal, and what its refusals mean.

The Python SDK (atproto) was weighed and left: it gives one error for 401 and 403, where a wall's 403 is not a wrong
password; one view without a field that its schema requires loses the page of 100; it asks whatever server the
account's identity document names and follows redirects by itself; and it brings four compiled packages more for four calls.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from collectors.errors import AuthError, Blocked, Gone, Malformed, NotConfigured, SourceError
from collectors.web import Fetcher
from settings import Settings

_RENEWED_BY_REFRESH = frozenset({"ExpiredToken", "InvalidToken"})
_HOW = "make an app password in Bluesky under Settings > Privacy and security > App passwords"

MISSING = f"BLUESKY_HANDLE and BLUESKY_APP_PASSWORD are not set; {_HOW}"


class BlueskyClient:
    """One signed-in account on its own server. Raises SourceError; no message of it holds a key."""

    def __init__(self, settings: Settings, fetcher: Fetcher) -> None:
        if not settings.bluesky_handle or settings.bluesky_app_password is None:
            raise NotConfigured(MISSING)
        self._fetcher = fetcher
        self._server = _server_of(settings)
        self.host = urlsplit(self._server).netloc
        self._handle = settings.bluesky_handle.removeprefix("@")
        self._password = settings.bluesky_app_password.get_secret_value()
        self._access = self._refresh = ""

    def sign_in(self) -> None:
        """Open a session; raises AuthError when the handle or the password is not accepted."""
        given = {"identifier": self._handle, "password": self._password}
        try:
            answer = self._fetcher.post_json(
                self._address("com.atproto.server.createSession"), json_body=given
            )
        except SourceError as error:
            raise self._refused_sign_in(error) from error
        self._keep(answer)

    def ask(self, method: str, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return the JSON object of a query; a session that has expired is renewed once."""
        if not self._access:
            self.sign_in()
        try:
            return self._asked_once(method, params)
        except SourceError as error:
            if not (error.status in (400, 401) and _name_of(error) in _RENEWED_BY_REFRESH):
                raise self._meaning(error) from error
        self._renew()
        try:
            return self._asked_once(method, params)
        except SourceError as error:
            raise self._meaning(error) from error

    def _asked_once(self, method: str, params: Sequence[tuple[str, str]]) -> dict[str, Any]:
        address = f"{self._address(method)}?{urlencode(list(params))}"
        answer = self._fetcher.fetch_json(address, headers={"Authorization": f"Bearer {self._access}"})
        if not isinstance(answer, dict):
            raise Malformed(f"{self.host}: gave something else than a JSON object")
        return answer

    def _renew(self) -> None:
        """Renew the session with its refresh token, or sign in anew where that is refused too."""
        address = self._address("com.atproto.server.refreshSession")
        try:
            # An empty form and not an empty object: the server refuses any body here.
            answer = self._fetcher.post_json(
                address, form={}, headers={"Authorization": f"Bearer {self._refresh}"}
            )
        except SourceError as error:
            if error.status not in (400, 401):
                raise self._meaning(error) from error
            self.sign_in()
        else:
            self._keep(answer)

    def _keep(self, answer: Any) -> None:
        tokens = (
            [answer.get(name) for name in ("accessJwt", "refreshJwt")] if isinstance(answer, dict) else []
        )
        if len(tokens) != 2 or not all(
            isinstance(token, str) and token.isascii() and token for token in tokens
        ):
            raise Malformed(f"{self.host}: signed in, but gave no session that can be used")
        self._access, self._refresh = map(str, tokens)

    def _refused_sign_in(self, error: SourceError) -> SourceError:
        name = _name_of(error)
        if name == "AuthFactorTokenRequired":
            return AuthError(
                f"{self.host}: asks for a code by mail, as it does for an account's own password; {_HOW}"
            )
        if name == "AccountTakedown":
            return AuthError(f"{self.host}: this account is suspended")
        if error.status == 401 or (error.status == 400 and name):
            return AuthError(f"{self.host}: does not accept BLUESKY_HANDLE and BLUESKY_APP_PASSWORD; {_HOW}")
        return self._meaning(error)

    def _meaning(self, error: SourceError) -> SourceError:
        """Return the fetcher's fault in the words of this platform. Only a 401 or a named token is a matter of keys."""
        name = _name_of(error)
        if error.status == 401 or (error.status == 400 and name in _RENEWED_BY_REFRESH):
            return AuthError(f"{self.host}: does not accept the session, also after a renewal; {_HOW}")
        if error.status == 403:
            return Blocked(
                f"{self.host}: a wall refuses this client (status 403); Bluesky's public hosts do so for searches,"
                " set BLUESKY_SERVER to the account's own server"
            )
        if error.status == 400:
            return Malformed(f"{self.host}: does not take this search (status 400)")
        if error.status in (404, 501):
            return Gone(
                f"{self.host}: no Bluesky server answers here (status {error.status}); check BLUESKY_SERVER"
            )
        return error

    def _address(self, method: str) -> str:
        return f"{self._server}/xrpc/{method}"


def _server_of(settings: Settings) -> str:
    """Return the server's address; raises NotConfigured where a password would travel in the open."""
    given = settings.bluesky_server.strip().rstrip("/")
    address = given if "://" in given else f"https://{given}"
    if not address.startswith("https://") and not settings.allow_loopback:
        raise NotConfigured("BLUESKY_SERVER must begin with https://, as a password is sent there")
    return address


def _name_of(error: SourceError) -> str:
    """Return the name of the error in an XRPC refusal (`{"error": "ExpiredToken"}`), or ""."""
    try:
        body = json.loads(error.body)
    except (ValueError, RecursionError):
        return ""
    name = body.get("error") if isinstance(body, dict) else None
    return name if isinstance(name, str) else ""
