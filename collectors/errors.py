"""The ways in which a source can fail a run, each tied to the state that its receipt shows."""

from __future__ import annotations

from typing import ClassVar

from records import SourceState


class SourceError(Exception):
    """A source could not go on; what it gave before is kept. `state` is what the receipt shows.

    `status` and `body` are the HTTP answer's where there was one, for a collector that knows the platform's own reasons.
    """

    state: ClassVar[SourceState] = "failed"
    status: int = 0
    body: bytes = b""


class NotConfigured(SourceError):
    """A key or an address is missing; the message names the setting."""

    state = "not_configured"


class AuthError(SourceError):
    """The source refused our credentials, also after one renewal."""

    state = "auth"


class RateLimited(SourceError):
    """The source told us to slow down for longer than this run can wait."""

    state = "rate_limited"


class Blocked(SourceError):
    """The source, or a wall in front of it, refuses this client."""

    state = "blocked"


class Gone(SourceError):
    """The feed, community or page does not exist (any more)."""

    state = "gone"


class Malformed(SourceError):
    """The answer is not what the source's format promises."""

    state = "malformed"


class Unreachable(SourceError):
    """No connection: name not resolved, refused, timed out, or cut off."""

    state = "unreachable"


class OutOfBudget(SourceError):
    """The source has used up its seconds, requests or bytes, or the run its time; the next run goes on from the cursor."""

    state = "partial"


class Stopped(OutOfBudget):
    """The run is to end: it was asked to (Ctrl-C, SIGTERM), or cannot go on."""


class MalformedItem(Exception):
    """One item cannot be read; it is quarantined with this reason and the run goes on."""


class OffTopic(Exception):
    """One item does not mention the topic; it is counted and not kept."""
