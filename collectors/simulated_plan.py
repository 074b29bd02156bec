"""When, where and by whom each simulated text is placed: the same on every run and machine.

Every text draws from its own generator, seeded with the topic's id and the text's id, so that a text that is added or
dropped moves no other. Only `Generator.random` is used, whose stream is the plain output of the bit generator.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from collectors.errors import Gone, Malformed, Unreachable

N_VOICES = 900
ANY = "any"

_WEEKDAYS = np.array([1.05, 1.1, 1.1, 1.08, 1.0, 0.75, 0.7])
_HOURS = np.array(
    [3, 2, 1, 1, 1, 2, 4, 7, 9, 10, 10, 10, 12, 11, 9, 8, 8, 9, 11, 13, 14, 13, 10, 6], dtype=float
)
_FEW = np.array([0.14, 0.16, 0.18, 0.18, 0.18, 0.16])  # 1 to 6 placements
_CARRIED = {"post": 0.1, "comment": 0.05, "reply": 0.05}  # chance that a text is copied many times
_EVERYDAY = 0.6  # the part of the `any` texts that falls on all days alike, not on the loud ones
_AFTERTALK, _AFTERTALK_HALF_LIFE = (
    0.26,
    65.0,
)  # the part of a window's volume that follows it, and its days to halve
_DULL, _QUIET = 0.08, 0.06  # below this part of the loudest day, a day has nobody at all with this chance
_CARRY_DAYS = 3.5  # the mean delay of a copy after its original
_PASTED = 0.2  # a copy that is pasted as one's own and names no original
_CROSSES = 0.06  # a voice that says what the other side says
_PLACES = {"en": ("forum-a", "forum-b", "forum-c"), "es": ("forum-d", "forum-e", "forum-c")}


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Span(_Table):
    """Days from the first to the last, both included."""

    from_on: date = Field(alias="from")
    to_on: date = Field(alias="to")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to_on < self.from_on:
            raise ValueError(f"to ({self.to_on}) is before from ({self.from_on})")
        return self


class Window(Span):
    """One burst: loudest on its first day, halved every `half_life_days`."""

    weight: float = Field(gt=0)
    half_life_days: float = Field(gt=0)


class Moment(_Table):
    """The windows of one moment, and how far its texts are carried."""

    windows: tuple[Window, ...] = Field(min_length=1)
    reach: float = Field(default=1.0, gt=0)


class Plan(_Table):
    """The whole of a `moments.toml`."""

    first_on: date
    last_on: date
    pauses: tuple[Span, ...] = ()
    moments: dict[str, Moment] = Field(min_length=1)
    earliest: dict[
        str, date
    ] = {}  # texts that speak of something which happened later than their moment begins

    @cached_property
    def days(self) -> tuple[date, ...]:
        """Every day of the plan in order."""
        n = (self.last_on - self.first_on).days + 1
        return tuple(self.first_on + timedelta(days=offset) for offset in range(n))

    def reach(self, moment: str) -> float:
        """Return how far the texts of a moment are carried; 1 for `any`."""
        return self.moments[moment].reach if moment in self.moments else 1.0


def load_plan(path: Path) -> Plan:
    """Return the plan in a `moments.toml`; raises Gone, Unreachable, or Malformed that names the key."""
    try:
        return Plan.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise Gone(f"{path.name} is missing from {path.parent}; restore it from the repository") from error
    except OSError as error:
        raise Unreachable(f"{path} cannot be read ({error.strerror}); check its rights") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Malformed(f"{path.name}: not a TOML file ({error})") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise Malformed(f"{path.name}: {where}: {first['msg']}") from error


@dataclass(frozen=True, slots=True)
class Text:
    """One simulated text, as far as its placing depends on it."""

    id: str
    lang: str
    kind: str
    moment: str
    lean: str


@dataclass(frozen=True, slots=True)
class Placement:
    """One appearance of a text; `copy` is its number, `original` the number of the one that it reposts."""

    copy: int
    at: datetime
    place: str
    voice: str
    original: int | None


class Placer:
    """Places texts by a plan. `topic_id` seeds it; days and hours are cut in `zone`."""

    def __init__(self, plan: Plan, topic_id: str, zone: ZoneInfo) -> None:
        self._plan = plan
        self._seed = topic_id
        self._zone = zone
        loud = {name: self._loudness(moment.windows) for name, moment in plan.moments.items()}
        total = np.sum(list(loud.values()), axis=0)
        loud[ANY] = (1 - _EVERYDAY) * total / total.sum() + _EVERYDAY / len(plan.days)
        lively = self._lively(total / total.max())
        self._open_days = np.flatnonzero(lively)
        self._days = {name: _steps(one * lively) for name, one in loud.items()}
        self._hours = _steps(_HOURS)
        self._voices = {
            (lang, lean): _pool(lang, lean) for lang in _PLACES for lean in ("favor", "against", "neutral")
        }

    def moments(self) -> tuple[str, ...]:
        """Return the moments that a text can name."""
        return tuple(self._days)

    def place(self, text: Text) -> list[Placement]:
        """Return the placements of one text, the original first."""
        draw = _generator(self._seed, text.id)
        day = self._first_day(text, draw)
        first = Placement(1, self._instant(day, draw), self._forum(text, draw), self._voice(text, draw), None)
        placed = [first]
        for copy in range(2, self._n_placements(text, draw) + 1):
            at = self._later(first.at, day, draw)
            pasted = text.kind != "post" or draw.random() < _PASTED
            original = None if pasted else first.copy
            placed.append(Placement(copy, at, self._forum(text, draw), self._voice(text, draw), original))
        return placed

    def _first_day(self, text: Text, draw: np.random.Generator) -> int:
        """Return the day of the original: by the moment's volume, and not before what the text speaks of."""
        weights = np.diff(self._days[text.moment], prepend=0.0)
        earliest = self._plan.earliest.get(text.id)
        if earliest is not None:
            weights = np.where(np.array(self._plan.days) >= earliest, weights, 0.0)
        return _pick(_steps(weights), draw.random())

    def _n_placements(self, text: Text, draw: np.random.Generator) -> int:
        if draw.random() >= _CARRIED[text.kind]:
            return 1 + _pick(_steps(_FEW), draw.random())
        # An exponential tail over a floor: most are carried a dozen times, a few thirty times and more.
        tail = -np.log1p(-draw.random()) * 4 * self._plan.reach(text.moment)
        return min(40, 7 + int(tail))

    def _later(self, first_at: datetime, day: int, draw: np.random.Generator) -> datetime:
        """Return the instant of a copy: within days of the original, later than it, on a day that has posts."""
        delay = -np.log1p(-draw.random()) * _CARRY_DAYS
        after = self._open_days[np.searchsorted(self._open_days, day + int(min(delay, 60))) :]
        at = self._instant(int(after[0]), draw) if len(after) else first_at
        if at <= first_at:
            local = first_at.astimezone(self._zone)
            left = 86_399 - (local.hour * 3600 + local.minute * 60 + local.second)
            at = first_at + timedelta(seconds=1 + int(draw.random() * max(left - 1, 0)))
        return at

    def _instant(self, day: int, draw: np.random.Generator) -> datetime:
        hour = _pick(self._hours, draw.random())
        second = int(draw.random() * 3600)
        local = datetime.combine(self._plan.days[day], time(hour), tzinfo=self._zone)
        return local.astimezone(UTC) + timedelta(seconds=second)

    def _forum(self, text: Text, draw: np.random.Generator) -> str:
        places = _PLACES[text.lang]
        return places[int(draw.random() ** 1.5 * len(places))]

    def _voice(self, text: Text, draw: np.random.Generator) -> str:
        lean = text.lean
        if draw.random() < _CROSSES:
            lean = "neutral"
        numbers, steps = self._voices[text.lang, lean]
        return f"voice-{numbers[_pick(steps, draw.random())]:04d}"

    def _loudness(self, windows: Sequence[Window]) -> np.ndarray:
        """Return a moment's volume by day of the plan; each window sums to its weight, before weekdays count."""
        loud = np.zeros(len(self._plan.days))
        for window in windows:
            age = np.array([(day - window.from_on).days for day in self._plan.days], dtype=float)
            length = (window.to_on - window.from_on).days
            burst = np.where((age >= 0) & (age <= length), 0.5 ** (age / window.half_life_days), 0.0)
            after = np.where(age > 0, 0.5 ** (age / _AFTERTALK_HALF_LIFE), 0.0)
            for share, shape in ((1 - _AFTERTALK, burst), (_AFTERTALK, after)):
                if shape.sum() > 0:
                    loud += window.weight * share * shape / shape.sum()
        weekday = np.array([_WEEKDAYS[day.weekday()] for day in self._plan.days])
        return loud * weekday

    def _lively(self, share_of_loudest: np.ndarray) -> np.ndarray:
        """Return how lively each day is by chance: 0 on pauses and on some dull days, about 1 otherwise."""
        lively = np.empty(len(self._plan.days))
        for number, day in enumerate(self._plan.days):
            draw = _generator(self._seed, day.isoformat())
            quiet = share_of_loudest[number] < _DULL and draw.random() < _QUIET
            paused = any(pause.from_on <= day <= pause.to_on for pause in self._plan.pauses)
            lively[number] = 0.0 if quiet or paused else 0.6 + 0.8 * draw.random()
        return lively


def _pool(lang: str, lean: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the numbers of the voices that may say this, and the steps to pick one: some say far more than others."""
    numbers = np.array([n for n in range(1, N_VOICES + 1) if _fits(n, lang, lean)])
    return numbers, _steps(1.0 / (np.arange(len(numbers)) + 12.0) ** 0.8)


def _fits(number: int, lang: str, lean: str) -> bool:
    # The middle of the scale is open to all; the two sides keep to their own voices.
    side = number // 2 % 9
    return (number % 2 == 0) == (lang == "es") and (lean == "neutral" or (side < 4) == (lean == "favor"))


def _generator(*parts: str) -> np.random.Generator:
    digest = hashlib.blake2b("\x00".join(parts).encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _steps(weights: np.ndarray) -> np.ndarray:
    """Return the cumulated shares of `weights`; all days of a moment being quiet leaves the plain weights' shape."""
    total = weights.sum()
    return np.cumsum(weights / total) if total > 0 else np.linspace(1 / len(weights), 1, len(weights))


def _pick(steps: np.ndarray, u: float) -> int:
    return min(int(np.searchsorted(steps, u, side="right")), len(steps) - 1)
