"""How a share, a difference, a count, a date and an age are written, in English and in Spanish.

One format for chart, table, tile and tooltip. Spanish follows the Academy: a no-break space before the percent sign
and between thousands, so that neither a comma nor a point can be misread.
"""

from __future__ import annotations

import math
from datetime import date, datetime, timedelta

from words import say

NBSP = "\u00a0"
MINUS = "\u2212"


def count(value: float, lang: str) -> str:
    """Return a whole number with its thousands set apart: `12,480`, `12 480`."""
    written = f"{round(value):,}"
    return written.replace(",", NBSP) if lang == "es" else written


def decimal(value: float, lang: str) -> str:
    """Return a number with one decimal: `1,234.5`, `1 234,5`."""
    whole, tenth = f"{value:,.1f}".split(".")
    return f"{whole.replace(',', NBSP)},{tenth}" if lang == "es" else f"{whole}.{tenth}"


def mean(value: float, lang: str) -> str:
    """Return a mean of counts, with one decimal where it is under ten: `0.4`, `9.5`, `12`."""
    return decimal(value, lang) if value < 9.95 else count(value, lang)


def size(n_bytes: float, lang: str) -> str:
    """Return a number of bytes as `840 B`, `12.4 kB` or `3.1 MB` (thousands, not 1,024s)."""
    for unit, one in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if n_bytes >= one:
            return f"{decimal(n_bytes / one, lang)}{NBSP}{unit}"
    return f"{count(n_bytes, lang)}{NBSP}B"


def percent(share: float | None, lang: str) -> str:
    """Return a share between 0 and 1 as a percentage without decimals, or a dash where there is none."""
    if share is None or math.isnan(share):
        return "–"
    return f"{round(share * 100)}{NBSP if lang == 'es' else ''}%"


def points(difference: float, lang: str, signed: bool = True) -> str:
    """Return a difference of two shares (in 0-1) in points: `+4 points`, `−1 punto`."""
    whole = round(difference * 100)
    sign = "" if not signed or whole == 0 else ("+" if whole > 0 else MINUS)
    return say(lang, "format.point" if abs(whole) == 1 else "format.points", n=f"{sign}{abs(whole)}")


def signed_points(difference: float) -> str:
    """Return a difference of two shares (in 0-1) in points, without the word: `+4`, `−12`, `0`."""
    whole = round(difference * 100)
    return f"{'+' if whole > 0 else MINUS if whole < 0 else ''}{abs(whole)}"


def signed_percent(change: float, lang: str) -> str:
    """Return a relative change (0.2 is a fifth more) as `+20%`."""
    whole = round(change * 100)
    return f"{'+' if whole > 0 else MINUS if whole < 0 else ''}{percent(abs(whole) / 100, lang)}"


def interval(lo: float | None, hi: float | None, lang: str) -> str:
    """Return a 95 % interval as `38–44%`, or a dash where there is none."""
    if lo is None or hi is None or math.isnan(lo) or math.isnan(hi):
        return "–"
    return f"{round(lo * 100)}–{percent(hi, lang)}"


def month(number: int, lang: str) -> str:
    """Return the short name of a month, 1-12."""
    return say(lang, "format.months").split()[number - 1]


def day(value: date | datetime | None, lang: str) -> str:
    """Return a day as `3 Feb 2025`, or the word for "undated"."""
    if value is None:
        return say(lang, "format.undated")
    return f"{value.day} {month(value.month, lang)} {value.year}"


def short_day(value: date, lang: str) -> str:
    """Return a day without its year: `3 Feb`."""
    return f"{value.day} {month(value.month, lang)}"


def instant(value: datetime, lang: str) -> str:
    """Return an instant as `3 Feb 2025, 06:10`, in the zone that it carries."""
    return f"{day(value, lang)}, {value:%H:%M}"


def age(span: timedelta, lang: str) -> str:
    """Return how long ago something was, rounded down: `3 hours ago`."""
    minutes = max(0, int(span.total_seconds() // 60))
    if minutes < 1:
        return say(lang, "age.now")
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            n = minutes // size
            return say(lang, f"age.{unit}" if n == 1 else f"age.{unit}s", n=n)
    return say(lang, "age.now")
