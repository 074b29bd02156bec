"""Where the window of a run begins."""

from __future__ import annotations

from datetime import UTC, datetime, time

from collectors.contract import Request


def window_start(request: Request) -> float:
    """Return the start of the window in epoch seconds: the run's, or the day on which the topic starts, in its zone."""
    start = request.since or datetime.combine(request.topic.starts_on, time.min, tzinfo=request.topic.tz)
    return (start if start.tzinfo else start.replace(tzinfo=UTC)).timestamp()
