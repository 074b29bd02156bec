"""Times as exports state them, read into aware UTC.

- ISO 8601, RFC 2822, and most written forms in English and Spanish ("3 de febrero de 2025, 21:00").
- Epoch seconds, milliseconds, microseconds and nanoseconds, and a spreadsheet's day numbers.
- `03/02/2025` is the day first, as in El Salvador; the month first only where the file shows it (`month_first_in`)
  or where the day first is no date.
- An instant without a zone is read as UTC. A bare day is placed at noon of that day in the topic's zone, so that
  charts show it on that day.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil import parser

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_NUMERIC_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b[\s,T]*(.*)", re.DOTALL)
_BRACKETS = re.compile(r"\([^)]*\)")
_NOTHING = {"", "nan", "nat", "null", "none", "n/a", "na", "-", "sin fecha", "undated", "unknown"}
_SPREADSHEET_EPOCH = datetime(1899, 12, 30, tzinfo=UTC)
_ZONES = {
    "UTC": 0,
    "GMT": 0,
    "Z": 0,
    "CST": -6,
    "CDT": -5,
    "EST": -5,
    "EDT": -4,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
}
_OFFSETS = {name: hours * 3600 for name, hours in _ZONES.items()}
_SPANISH = {
    "enero": "jan", "ene": "jan", "febrero": "feb", "marzo": "mar", "abril": "apr", "abr": "apr", "mayo": "may",
    "junio": "jun", "julio": "jul", "agosto": "aug", "ago": "aug", "septiembre": "sep", "setiembre": "sep",
    "sept": "sep", "set": "sep", "octubre": "oct", "noviembre": "nov", "diciembre": "dec", "dic": "dec",
    "lunes": "", "martes": "", "miercoles": "", "jueves": "", "viernes": "", "sabado": "", "domingo": "",
    "de": "", "del": "", "a": "", "las": "", "la": "", "hora": "", "horas": "", "hrs": "", "h": "",
}  # fmt: skip


def read_time(stated: object, zone: ZoneInfo, *, month_first: bool = False) -> datetime | None:
    """Return the instant in aware UTC that `stated` names, or None when it names none that can be read.

    `stated` is text, a number, or what JSON and Parquet give for a time. Whether it is believable is asked elsewhere.
    """
    try:
        if isinstance(stated, bool) or stated is None:
            return None
        if isinstance(stated, int | float):
            return _of_number(float(stated), zone)
        text = _BRACKETS.sub(" ", str(stated)).strip()
        if text.casefold() in _NOTHING:
            return None
        if _NUMBER.fullmatch(text):
            return _of_digits(text, zone)
        return _of_iso(text, zone) or _of_numeric_day(text, zone, month_first) or _of_words(text, zone)
    except (ValueError, OverflowError, OSError, TypeError, ArithmeticError):
        return None


def month_first_in(stated: Iterable[object]) -> bool:
    """Return whether these values of one column can only be read month first: "02/13/2025", and none "13/02/2025"."""
    found = [match for value in stated if (match := _NUMERIC_DAY.match(str(value).strip()))]
    return any(int(match[2]) > 12 for match in found) and not any(int(match[1]) > 12 for match in found)


def has_clock(stated: object) -> bool:
    """Return whether a stated time names an hour, so that a second column need not."""
    return bool(re.search(r"\d:\d\d|T\d\d", str(stated))) or bool(_NUMBER.fullmatch(str(stated).strip()))


def _of_number(number: float, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a number by its size; a year alone, or a small number, is no time."""
    if number != number:
        return None
    for unit, least in ((1e9, 1e17), (1e6, 1e14), (1e3, 1e11), (1.0, 1e8)):
        if number >= least:
            return datetime.fromtimestamp(number / unit, UTC)
    if 30_000 <= number < 80_000:
        day = _SPREADSHEET_EPOCH + timedelta(days=number)
        return _noon(day.date(), zone) if number == int(number) else day
    return None


def _of_digits(text: str, zone: ZoneInfo) -> datetime | None:
    if text.isdigit() and len(text) == 8 and text[:2] in {"19", "20"}:
        return _noon(datetime.strptime(text, "%Y%m%d").date(), zone)
    if text.isdigit() and len(text) == 14 and text[:2] in {"19", "20"}:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return _of_number(float(text.replace(",", ".")), zone)


def _of_iso(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        if len(text) > len("2025-02-03"):
            return _utc(datetime.fromisoformat(text))
    except ValueError:
        pass  # not as strict as that
    try:
        year_first = re.sub(r"^(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\b", _dashed, text).removesuffix(" UTC")
        year_first = re.sub(r"(?<=[ T])(\d):", r"0\1:", year_first)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", year_first):
            return _noon(date.fromisoformat(year_first), zone)
        return _utc(datetime.fromisoformat(year_first))
    except ValueError:
        return None


def _dashed(day: re.Match[str]) -> str:
    return f"{day[1]}-{day[2]:0>2}-{day[3]:0>2}"


def _of_numeric_day(text: str, zone: ZoneInfo, month_first: bool) -> datetime | None:
    match = _NUMERIC_DAY.fullmatch(text)
    if match is None:
        return None
    first, second, year = int(match[1]), int(match[2]), int(match[3])
    day, month = (second, first) if month_first else (first, second)
    if month > 12:
        day, month = month, day
    on = date(year, month, day)
    rest = _plain(match[4])
    return _noon(on, zone) if not rest else _utc(_parsed(rest, datetime(on.year, on.month, on.day)))


def _of_words(text: str, zone: ZoneInfo) -> datetime | None:
    """Return the instant of a written time that states day, month and year."""
    plain = _plain(text)
    # What the text leaves open is taken from the default: two defaults show whether the date is complete.
    one, other = (
        _parsed(plain, datetime(year, month, day)) for year, month, day in ((2001, 1, 1), (2002, 2, 2))
    )
    if one.date() != other.date():
        return None
    if not re.search(r"\d:\d\d|\d\s*[ap]m\b", plain):
        return _noon(one.date(), zone)
    return _utc(one)


def _plain(text: str) -> str:
    """Return a written time in lower case without accents, with English months and without Spanish filling words."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    folded = re.sub(r"\b([ap])\s*\.?\s*m\b\.?", r"\1m", folded)
    words = re.sub(r"[a-z]+\.?", lambda word: _SPANISH.get(word[0].rstrip("."), word[0]), folded)
    return " ".join(words.split()).strip(" ,")


def _parsed(text: str, default: datetime) -> datetime:
    return parser.parse(text.upper(), default=default, dayfirst=True, tzinfos=_offset)


def _offset(name: str | None, seconds: int | None) -> int | None:
    """Return a zone's offset in seconds, None without a zone; raises ValueError for a name we do not know: no guess."""
    if seconds is not None or name is None:
        return seconds
    if name not in _OFFSETS:
        raise ValueError(f"unknown time zone {name}")
    return _OFFSETS[name]


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), tzinfo=zone).astimezone(UTC)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
