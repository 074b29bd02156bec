"""The YouTube Data API v3 over our own fetcher: the key in a header, quota counted, and what its refusals mean.

Google's client library (google-api-python-client) was weighed and left: it puts the key into the address, brings its own
HTTP client past our checks of addresses, and needs a dozen packages for five GET calls.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar
from urllib.parse import urlencode

from collectors.errors import AuthError, Gone, Malformed, NotConfigured, RateLimited, SourceError
from collectors.web import Fetcher
from collectors.youtube_quota import Quota
from records import SourceState
from settings import Settings

MISSING = (
    "YOUTUBE_API_KEY is not set; make a key in the Google Cloud console (APIs & Services > Credentials) for a project "
    "with the YouTube Data API v3"
)

_SPENT = frozenset((
    "quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg", "rateLimitExceeded", "userRateLimitExceeded",
    "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED",
))  # fmt: skip
_BAD_KEY = frozenset(
    ("keyInvalid", "keyExpired", "API_KEY_INVALID", "API_KEY_EXPIRED", "CREDENTIALS_MISSING")
)
_KEY_MAY_NOT = frozenset((
    "accessNotConfigured", "SERVICE_DISABLED", "API_KEY_SERVICE_BLOCKED", "ipRefererBlocked",
    "API_KEY_IP_ADDRESS_BLOCKED", "API_KEY_HTTP_REFERRER_BLOCKED", "CONSUMER_SUSPENDED", "CONSUMER_INVALID",
))  # fmt: skip


class CommentsOff(SourceError):
    """The comments of this video are turned off: nothing to read, and no fault."""

    state: ClassVar[SourceState] = "complete"


class StalePage(Malformed):
    """The token of a page is not known any more; the list has to be read from its start."""


class YoutubeClient:
    """One key. Raises SourceError; no message of it holds the key."""

    def __init__(self, settings: Settings, fetcher: Fetcher, quota: Quota, api: str) -> None:
        if settings.youtube_api_key is None:
            raise NotConfigured(MISSING)
        self._headers = {"X-Goog-Api-Key": settings.youtube_api_key.get_secret_value()}
        self._fetcher, self._api = fetcher, api
        self.quota = quota

    def ask(self, method: str, **params: str) -> dict[str, Any]:
        """Return the JSON object of a call; its `items` is a list. Empty parameters are left out."""
        is_search = method == "search"
        self.quota.check(search=is_search)
        before = self._fetcher.n_requests
        given = {name: value for name, value in params.items() if value}
        try:
            answer = self._fetcher.fetch_json(
                f"{self._api}/{method}?{urlencode(given)}", headers=self._headers
            )
        except SourceError as error:
            raise meaning(error) from error
        finally:
            self.quota.note(self._fetcher.n_requests - before, search=is_search)
        if not isinstance(answer, dict) or not isinstance(answer.get("items", []), list):
            raise Malformed(f"YouTube: {method} gave something else than a list of items")
        return {**answer, "items": answer.get("items", [])}


def meaning(error: SourceError) -> SourceError:
    """Return the fetcher's fault in the words of this platform, told by the reasons in its body."""
    reasons = reasons_of(error.body)
    named = ", ".join(sorted(reasons))[:80]
    if reasons & _SPENT:
        return RateLimited(
            f"YouTube: the quota is used up ({named}); a day's is renewed at midnight in California"
        )
    if reasons & _BAD_KEY or error.status == 401:
        return AuthError(
            "YouTube: does not accept YOUTUBE_API_KEY; make a new one in the Google Cloud console"
        )
    if reasons & _KEY_MAY_NOT:
        return AuthError(
            f"YouTube: this key may not use the YouTube Data API v3 ({named}); enable it for the key's project in the "
            "Google Cloud console and look at the key's restrictions"
        )
    if "commentsDisabled" in reasons:
        return CommentsOff("comments are turned off")
    if reasons & {"invalidPageToken", "processingFailure"}:
        return StalePage(f"YouTube: does not know this page of the list any more ({named})")
    if error.status == 404:
        return Gone("YouTube: this does not exist (any more), or is not public (status 404)")
    if error.status == 400:
        return Malformed(f"YouTube: does not take this request ({named or 'status 400'})")
    return error


def reasons_of(body: bytes) -> set[str]:
    """Return the reasons that Google's error object names, in its old list and its new details; none for other bodies."""
    try:
        error = json.loads(body).get("error")
    except (ValueError, RecursionError, AttributeError):
        return set()
    if not isinstance(error, dict):
        return set()
    listed = [
        one for name in ("errors", "details") for one in _list(error.get(name)) if isinstance(one, dict)
    ]
    found = [one.get("reason") for one in listed] + [error.get("status")]
    return {reason for reason in found if isinstance(reason, str) and reason.isascii()}


def part_of(value: Any) -> Mapping[str, Any]:
    """Return a part of an answer, an empty one where something else stands."""
    return value if isinstance(value, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
