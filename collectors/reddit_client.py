"""praw, set up so that a run cannot hang, leak a key or die of one odd answer; and what its faults mean.

prawcore trusts several headers to be present and well formed and would leave its own error tree where they are not.
The requestor below repairs them before prawcore sees them. Tests: `tests/collectors/test_reddit.py`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import praw
import prawcore
import requests
from praw.exceptions import PRAWException, RedditAPIException
from praw.objector import Objector
from prawcore.const import ACCESS_TOKEN_PATH

from collectors.contract import SourceLog
from collectors.errors import AuthError, Blocked, Gone, Malformed, RateLimited, SourceError, Unreachable
from collectors.retry import WorthRetry, retry_after, with_retries
from settings import Settings

LONGEST_WAIT = 60
"""Seconds that a run waits for Reddit's rate limit to reset; beyond that it ends with what it has."""

FAULTS: tuple[type[Exception], ...] = (
    prawcore.PrawcoreException,
    PRAWException,
    ValueError,  # HTML where the token's JSON should be
    LookupError,  # the next four: praw on an answer of another shape than it expects
    TypeError,
    AttributeError,
    AssertionError,
    RecursionError,
)
"""What praw raises on the way; `fault_of` says what each one means."""

_UNREADABLE = (ValueError, LookupError, TypeError, AttributeError, AssertionError)
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class RedditKeys:
    """The keys of a registered Reddit application."""

    client_id: str = field(repr=False)
    client_secret: str = field(repr=False)


def reddit_keys(settings: Settings) -> RedditKeys | None:
    """Return the keys in REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET, or None when either is missing."""
    client_id, secret = settings.reddit_client_id, settings.reddit_client_secret
    return RedditKeys(client_id, secret.get_secret_value()) if client_id and secret else None


def connect(keys: RedditKeys, settings: Settings, log: SourceLog, *, site: str, api: str) -> LenientReddit:
    """Return a read-only Reddit client. `site` and `api` are always given: no praw.ini can point them elsewhere."""
    session = requests.Session()
    session.trust_env = False  # a .netrc would replace our token
    session.proxies = requests.utils.get_environ_proxies(api)
    client = LenientReddit(
        client_id=keys.client_id,
        client_secret=keys.client_secret,
        user_agent=settings.user_agent,
        username=None,
        password=None,
        refresh_token=None,
        redirect_uri=None,
        check_for_updates=False,
        check_for_async=False,
        reddit_url=site,
        oauth_url=api,
        requestor_class=CarefulRequestor,
        requestor_kwargs={"session": session, "timeout": settings.timeout_seconds, "log": log},
    )
    client.read_only = True
    return client


class CarefulRequestor(prawcore.Requestor):
    """Counts what goes over the wire, repairs headers, and refuses to wait longer than LONGEST_WAIT.

    prawcore tries twice more on a server error or a cut connection. It would also renew the token twice; a fresh
    token that is refused is a matter of the keys, so that the second refusal in a row is the last.
    """

    def __init__(self, *, log: SourceLog, **settings: Any) -> None:
        super().__init__(**settings)
        self._log = log
        self._shut_until: float | None = None
        self._refused_before = False
        self._failed: tuple[str, float] | None = None  # what, when: prawcore sleeps and asks for it again

    def request(self, *args: Any, timeout: float | None = None, **kwargs: Any) -> requests.Response:
        """Return the answer; a 429 is obeyed and asked again.

        Raises RateLimited when Reddit allows no request for long, AuthError on a second refusal, OutOfBudget.
        """
        return with_retries(lambda: self._ask(*args, **kwargs), self._log)

    def _ask(self, *args: Any, **kwargs: Any) -> requests.Response:
        if self._shut_until is not None and time.monotonic() < self._shut_until:
            raise RateLimited("Reddit allows no further request for longer than this run can wait")
        self._log.check()
        what, failed = f"{args} {kwargs.get('params')}", self._failed
        self._failed = None
        if failed is not None and failed[0] == what:
            self._log.note_wait(time.monotonic() - failed[1])
            self._log.note_retry()
        self._log.note_request()
        try:
            response = super().request(*args, timeout=self.timeout, **kwargs)
        except prawcore.RequestException as error:
            self._log.note_fault(
                "time-out" if isinstance(error.original_exception, requests.Timeout) else "no connection"
            )
            self._failed = what, time.monotonic()
            raise
        self._log.note_bytes(len(response.content))
        if response.status_code >= 400:
            self._log.note_fault(f"status {response.status_code}")
        if not str(args[1]).endswith(ACCESS_TOKEN_PATH):
            refused = response.status_code == 401
            if refused and self._refused_before:
                raise _refused_keys()
            self._refused_before = refused
        _repair_limits(response)
        _repair_refusals(response)
        reset = int(response.headers.get("x-ratelimit-reset", 0))
        if int(float(response.headers.get("x-ratelimit-remaining", 1))) <= 0 and reset > LONGEST_WAIT:
            self._shut_until = time.monotonic() + reset
            response.headers["x-ratelimit-reset"] = "0"  # prawcore would sleep it off
        if response.status_code == 429 and self._shut_until is None:
            stated = response.headers.get("retry-after", "")
            fault = RateLimited("Reddit asks for fewer requests (status 429)")
            raise WorthRetry(fault, retry_after(stated), least=1.0)
        if response.status_code >= 500:
            self._failed = what, time.monotonic()
        if response.status_code == 200 and response.content and not _is_json(response):
            self._log.note_fault("not JSON")
            raise WorthRetry(Malformed("Reddit answered with something that is not JSON"))
        return response


class LenientObjector(Objector):
    """Leaves out of a list what praw cannot make a thing of, and keeps it in `refused` instead of losing the page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused: list[dict[str, Any]] = []

    def objectify(self, *, data: Any) -> Any:
        """Return praw's objects for `data`."""
        if not isinstance(data, list):
            return super().objectify(data=data)
        made = []
        for item in data:
            try:
                made.append(super().objectify(data=item))
            except _UNREADABLE as error:
                given = item if isinstance(item, dict) else {"given": item}
                self.refused.append(
                    {"given": given, "fault": f"praw cannot read it ({type(error).__name__})"}
                )
        return made


class LenientReddit(praw.Reddit):
    """praw's client with the objector above, for which praw has no public setting."""

    objector: LenientObjector

    def take_refused(self) -> list[dict[str, Any]]:
        """Return what could not be read since the last call."""
        taken, self.objector.refused = self.objector.refused, []
        return taken

    def request(self, **call: Any) -> Any:
        """Return the answer's JSON, with `[deleted]` for an author that is null: praw cannot read a null one."""
        answer = super().request(**call)
        if answer is None or answer == "":
            raise ValueError("an empty answer")  # praw would take it for an empty listing
        open_parts: list[Any] = [answer]
        while open_parts:
            part = open_parts.pop()
            if isinstance(part, dict):
                if "author" in part and not isinstance(part["author"], str):
                    part["author"] = "[deleted]"
                open_parts.extend(part.values())
            elif isinstance(part, list):
                open_parts.extend(part)
        return answer

    def _prepare_objector(self) -> None:
        super()._prepare_objector()
        self.objector = self._objector = LenientObjector(self, self._objector.parsers)


def asked(call: Callable[[], Result], where: str) -> Result:
    """Return what `call` returns; raises the SourceError that praw's fault means. StopIteration passes through."""
    try:
        return call()
    except FAULTS as error:
        raise fault_of(error, where) from error


def fault_of(error: Exception, where: str) -> SourceError:
    """Return the SourceError that a fault of praw means for `where`. Its message holds no header and no key."""
    if isinstance(error, prawcore.RequestException):
        return Unreachable(f"{where}: {_why_unreachable(error.original_exception)}")
    if isinstance(error, prawcore.OAuthException):
        return _refused_keys()
    if isinstance(error, prawcore.Redirect):
        if "login" in error.path or "over18" in error.path:
            return Blocked(f"{where}: Reddit asks for a sign-in")
        return Gone(f"{where}: banned or not existing (Reddit sends the request to its search)")
    if isinstance(error, prawcore.BadJSON):
        return Malformed(f"{where}: Reddit answered with something that is not JSON")
    if isinstance(error, prawcore.ResponseException):
        return _fault_of_status(error.response, where)
    if isinstance(error, RedditAPIException):
        if any(item.error_type == "RATELIMIT" for item in error.items):
            return RateLimited("Reddit asks for fewer requests")
        return Malformed(f"{where}: Reddit did not understand the request")
    return Malformed(f"{where}: Reddit's answer has another shape than expected ({type(error).__name__})")


def _fault_of_status(response: requests.Response, where: str) -> SourceError:
    status, reason = response.status_code, _reason_of(response)
    if status == 401 or reason == "insufficient_scope":
        return _refused_keys()
    if status == 403:
        return Blocked(f"{where}: {_REFUSALS.get(reason, 'Reddit refuses this client (status 403)')}")
    if status == 404:
        return Gone(f"{where}: banned by Reddit" if reason == "banned" else f"{where}: does not exist")
    if status == 429:
        return RateLimited("Reddit asks for fewer requests (status 429)")
    if status == 451:
        return Blocked(f"{where}: not available here for legal reasons")
    if status == 408 or status >= 500:
        return Unreachable(f"{where}: Reddit has a fault of its own (status {status})")
    return Malformed(f"{where}: Reddit did not understand the request (status {status})")


_REFUSALS = {
    "private": "private, only its members can read it",
    "gated": "gated, Reddit asks each reader to opt in",
    "quarantined": "quarantined, Reddit asks each reader to opt in",
    "gold_only": "for paying members only",
    "premium_only": "for paying members only",
}


def _refused_keys() -> AuthError:
    return AuthError("Reddit does not accept the keys; check REDDIT_CLIENT_ID and REDDIT_CLIENT_SECRET")


def _reason_of(response: requests.Response) -> str:
    """Return the reason that a refusal names, or ""."""
    if "insufficient_scope" in response.headers.get("www-authenticate", ""):
        return "insufficient_scope"
    try:
        body = response.json()
    except ValueError:
        return ""
    reason = body.get("reason") if isinstance(body, dict) else None
    return reason if isinstance(reason, str) else ""


def _why_unreachable(error: Exception) -> str:
    if isinstance(error, requests.Timeout):
        return "Reddit did not answer in time"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy does not let us through to Reddit"
    if isinstance(error, requests.exceptions.SSLError):
        return "Reddit's certificate is not valid on this machine"
    return "no connection to Reddit; check the network"


def _repair_limits(response: requests.Response) -> None:
    """Make the rate-limit headers whole numbers, or take all of them away: prawcore reads them unchecked."""
    names = ("x-ratelimit-remaining", "x-ratelimit-used", "x-ratelimit-reset")
    if "x-ratelimit-remaining" in response.headers:
        numbers = [_number(response.headers.get(name, "0")) for name in names]
        for name, number in zip(names, numbers, strict=True):
            if None in numbers:
                response.headers.pop(name, None)
            else:
                response.headers[name] = str(math.ceil(number or 0))
    elif "x-ratelimit-reset" in response.headers:
        del response.headers["x-ratelimit-reset"]


def _repair_refusals(response: requests.Response) -> None:
    """Give a 401, a 403 and a redirect the headers that prawcore looks up."""
    status, stated = response.status_code, response.headers.get("www-authenticate", "")
    if status == 401 and "insufficient_scope" not in stated:
        response.headers["www-authenticate"] = 'Bearer realm="reddit", error="invalid_token"'
    elif (
        status == 403 and stated and not stated.rstrip('" ').endswith(("insufficient_scope", "invalid_token"))
    ):
        del response.headers["www-authenticate"]
    if status in (301, 302) and not response.headers.get("location"):
        response.headers["location"] = "/"


def _is_json(response: requests.Response) -> bool:
    try:
        response.json()
    except (ValueError, RecursionError):
        return False
    return True


def _number(stated: str) -> float | None:
    try:
        number = float(stated)
    except ValueError:
        return None
    return number if math.isfinite(number) and number >= 0 else None
