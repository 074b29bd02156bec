"""What of a day's quota of the YouTube Data API is used up. A day of YouTube's begins at midnight in California."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from collectors.errors import OutOfBudget
from settings import Settings

_ZONE = ZoneInfo("America/Los_Angeles")


@dataclass(slots=True)
class Quota:
    """Two allowances a day, as the platform keeps them: pages of searches, and units for all else (1 a call)."""

    day: str
    most_units: int
    most_searches: int
    units: int = 0
    searches: int = 0

    @classmethod
    def of(cls, kept: Any, settings: Settings, now: datetime) -> Quota:
        """Return what a cursor says of today's use; a new day has used nothing."""
        day = now.astimezone(_ZONE).date().isoformat()
        quota = cls(day, settings.youtube_units, settings.youtube_searches)
        if isinstance(kept, dict) and kept.get("day") == day:
            quota.units, quota.searches = int(kept.get("units", 0)), int(kept.get("searches", 0))
        return quota

    def as_cursor(self) -> dict[str, Any]:
        """Return a new object for the cursor."""
        return {"day": self.day, "units": self.units, "searches": self.searches}

    def check(self, *, search: bool) -> None:
        """Raise OutOfBudget when no further call may be made today."""
        if search and self.searches >= self.most_searches:
            raise OutOfBudget(
                f"YouTube: the day's {self.most_searches} searches are used up (POSTURA_YOUTUBE_SEARCHES)"
            )
        if not search and self.units >= self.most_units:
            raise OutOfBudget(
                f"YouTube: the day's {self.most_units:,} units are used up (POSTURA_YOUTUBE_UNITS)"
            )

    def note(self, n_calls: int, *, search: bool) -> None:
        """Count calls: each one costs 1, also one that is refused or tried again."""
        if search:
            self.searches += n_calls
        else:
            self.units += n_calls
