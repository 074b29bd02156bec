"""Where quotation marks enclose speech: a scanner with a stack per paragraph, and no model.

Reads every kind of mark (“ ” " « » „ ‟ ‘ ’ ' `` ''), tells an apostrophe from a mark, follows a quote that is
reopened in the next paragraph, and dialogue set with a raya (—No —dijo X—. Sí.). It never raises; a quote that
is not closed ends with its paragraph, before a like quote that opens inside it, and is flagged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

_OPENS = {"“": '”“‟"', "„": '”“‟"', "‟": '”"', "«": "»", '"': '"”', "‘": "’'", "'": "'’", "``": "''"}
_CLOSES = frozenset("”»’")
_MARKS = re.compile(r"``|''|[“”„‟«»\"‘’']")
_RAYA = re.compile(r"\s*(?:[—–―]|-(?=[^\W\d_¿¡]|[¿¡]))\s*(?=[^\s—–―-])")
_RAYA_WITHIN = re.compile(r"(?<=[.:!?…] )[—–](?=[^\W\d_a-zà-ÿ]|[¿¡])")
_AFTER_RAYA = re.compile(r"(?<=[.!?])\s?[“«\"](?=\S)")
_RAYA_INNER = re.compile(r"\s*[—–―]\s*")
_BLANK = re.compile(r"\n[^\S\n]*\n\s*|\n+")
_STRAY = re.compile(r"(?<=\S)[”»](?=[.,;:]?\s*$|[.,;:]?\n)")
_OPENERS = re.compile(r"[“«\"]")
_REACH = 1500  # characters within which a single mark must close
_DEEPEST = 6  # quotes within quotes; more are stray marks
_LONG_QUOTE = 12  # paragraphs that a quote without marks of its own may run on
_BLACK = re.compile(r"\S")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as offsets into the article, without its surrounding white space."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Quote:
    """An outermost quote. `start`,`end` hold the marks; `inner` is what stands between them."""

    start: int
    end: int
    inner_start: int
    inner_end: int
    paragraph: int
    mark: str  # the opening mark, or "—" for raya dialogue
    closed: bool = True
    continues: bool = False  # goes on the quote that the paragraph before left open


def split_paragraphs(text: str) -> list[Paragraph]:
    """Return the paragraphs of `text` in order; a line that merely wraps is no new paragraph."""
    pieces: list[list[int]] = []
    start = 0
    for gap in (*_BLANK.finditer(text), None):
        end = gap.start() if gap else len(text)
        body = text[start:end].strip()
        if body:
            first = start + (len(text[start:end]) - len(text[start:end].lstrip()))
            wrapped = (
                pieces
                and "\n" not in text[pieces[-1][1] : first].replace("\n", "", 1)
                and text[first].islower()
                and text[pieces[-1][1] - 1] not in '.!?…:;"”»’'
            )
            if wrapped:
                pieces[-1][1] = first + len(body)
            else:
                pieces.append([first, first + len(body)])
        start = gap.end() if gap else end
    return [Paragraph(number, first, last) for number, (first, last) in enumerate(pieces)]


def scan_quotes(text: str, paragraphs: Sequence[Paragraph]) -> list[Quote]:
    """Return the outermost quotes of all paragraphs in order; no two overlap, none leaves its paragraph."""
    found: list[Quote] = []
    carried = ""  # the mark that the paragraph before left open
    for paragraph in paragraphs:
        raya = _RAYA.match(text, paragraph.start, paragraph.end)
        if raya:
            marks = _AFTER_RAYA.search(text, raya.end(), paragraph.end)
            stop = marks.start() if marks else paragraph.end
            quotes = _scan_raya(text, paragraph, raya.end(), stop)
            quotes += _scan_paragraph(text, replace(paragraph, start=stop), "") if marks else []
        else:
            quotes = _scan_paragraph(text, paragraph, carried)
        if quotes and carried and quotes[0].start == paragraph.start:
            quotes[0] = replace(quotes[0], continues=True)
        elif carried and found:
            found[-1] = replace(found[-1], closed=False)
        found += quotes
        left_open = bool(quotes) and not quotes[-1].closed and quotes[-1].end == paragraph.end
        carried = quotes[-1].mark if left_open and quotes[-1].mark != "—" else ""
    return _join_open(text, paragraphs, found)


def _join_open(text: str, paragraphs: Sequence[Paragraph], found: list[Quote]) -> list[Quote]:
    """Return the quotes with those that open in one paragraph and close in a later one carried across.

    A paragraph that only closes a quote is quoted from its start (flagged by `closed=False` where nothing opened it).
    """
    quoted: dict[int, list[Quote]] = {}
    for quote in found:
        quoted.setdefault(quote.paragraph, []).append(quote)
    opened = -9
    for paragraph in paragraphs:
        own = quoted.get(paragraph.number, [])
        closing = _STRAY.search(text, paragraph.start, paragraph.end)
        if not own and closing and not _OPENERS.search(text, paragraph.start, paragraph.end):
            carried = 0 <= paragraph.number - opened <= _LONG_QUOTE and opened >= 0
            for number in range(opened + 1, paragraph.number) if carried else ():
                between = paragraphs[number]
                quoted[number] = [
                    Quote(between.start, between.end, between.start, between.end, number, "“", False, True)
                ]
            quote = _quote(paragraph.start, closing.end(), 0, 1, paragraph, "“", carried)
            quoted[paragraph.number] = [replace(quote, continues=carried)]
            opened = -9
        elif own:
            last = own[-1]
            opened = (
                paragraph.number
                if not last.closed and last.mark in "“«" and last.end == paragraph.end
                else -9
            )
    return [quote for number in sorted(quoted) for quote in quoted[number]]


def _scan_paragraph(text: str, paragraph: Paragraph, carried: str) -> list[Quote]:
    found: list[Quote] = []
    position = paragraph.start
    if carried == "«" and text.startswith("»", position):  # Spanish usage: a closing mark goes on a quote
        end = text.find("»", position + 1, paragraph.end)
        stop = end if end > 0 else paragraph.end
        found.append(_quote(position, stop + (end > 0), 1, int(end > 0), paragraph, "«", end > 0))
        position = stop + 1
    while position < paragraph.end:
        quote = _next_quote(text, position, paragraph)
        raya = _RAYA_WITHIN.search(text, position, quote.start if quote else paragraph.end)
        if raya:
            found += _scan_raya(text, paragraph, raya.end(), quote.start if quote else paragraph.end)
        if quote is None:
            break
        found.append(quote)
        position = max(quote.end, position + 1)
    return found


def _next_quote(text: str, position: int, paragraph: Paragraph) -> Quote | None:
    """Return the first outermost quote at or after `position`, or None."""
    while position < paragraph.end:
        found = _first_quote(text, position, paragraph)
        if not isinstance(found, int):
            return found
        position = found
    return None


def _first_quote(text: str, position: int, paragraph: Paragraph) -> Quote | int | None:
    """Return the first quote, None for no more, or where to go on behind a mark that opens nothing."""
    stack: list[tuple[str, int]] = []
    reopened = -1  # where a mark of the outer kind opened again inside
    for match in _MARKS.finditer(text, position, paragraph.end):
        mark, at = match.group(), match.start()
        if stack and _closes(text, mark, at, stack, paragraph):
            while stack and mark not in _closers(stack[-1][0]):
                stack.pop()  # inner marks that were never closed
            outer, start = stack.pop()
            if not stack:
                return _quote(start, match.end(), len(outer), len(mark), paragraph, outer, True)
        elif opening := _opens(text, mark, at, bool(stack), paragraph):
            if stack and opening == stack[0][0] and reopened < 0:
                reopened = at
            stack.append((opening, at))
            if len(stack) > _DEEPEST:
                break
    if not stack:
        return None
    outer, start = stack[0]
    if outer in "'‘" and not (start == paragraph.start and _reopens(text, outer, paragraph)):
        return start + 1  # a lone single mark is an apostrophe
    end = reopened if reopened > 0 else paragraph.end
    end = start + len(text[start:end].rstrip())
    if end - start <= len(outer):  # a mark with nothing behind it
        return start + len(outer)
    return _quote(start, end, len(outer), 0, paragraph, outer, False)


def _closers(mark: str) -> tuple[str, ...]:
    return ("''", '"', "”") if mark == "``" else tuple(_OPENS[mark])


def _closes(text: str, mark: str, at: int, stack: list[tuple[str, int]], paragraph: Paragraph) -> bool:
    if not any(mark in _closers(opened) for opened, _ in stack):
        return False
    before = text[at - 1] if at > paragraph.start else " "
    after = text[at + len(mark)] if at + len(mark) < paragraph.end else " "
    if mark in "'’":
        if before.isspace() or (before.isalnum() and after.isalnum()):
            return False
        return not (before in "sz" and after == " " and _closes_later(text, at + 1, paragraph))
    if mark in '"“‟':  # may also open: a space before and a letter after says so
        return not ((before.isspace() or before in "([—¿¡") and not after.isspace() and after not in ".,;:)")
    return True


def _opens(text: str, mark: str, at: int, inside: bool, paragraph: Paragraph) -> str:
    """Return the mark that opens here (a closing mark typed the wrong way round included), or an empty string."""
    before = text[at - 1] if at > paragraph.start else " "
    after = text[at + len(mark)] if at + len(mark) < paragraph.end else " "
    starts = (before.isspace() or before in "([{—–-¿¡/:\"“«‘'") and not after.isspace()
    if mark in ("“", "«", "„", "‟", "``"):
        return mark if not after.isspace() or mark == "«" else ""
    if mark == '"':
        return mark if starts or not inside else ""
    if mark in "‘'":
        if at == paragraph.start and not inside and starts and _reopens(text, mark, paragraph):
            return mark
        if not starts or after.isdigit() or not _closes_later(text, at + 1, paragraph):
            return ""
        return mark
    return (
        "“"
        if mark == "”" and not inside and starts and before.isspace() and "”" in text[at + 1 : paragraph.end]
        else ""
    )


def _reopens(text: str, mark: str, paragraph: Paragraph) -> bool:
    """Return whether the next paragraph opens with the same mark, as a quote that goes on does."""
    return text[paragraph.end : paragraph.end + 8].lstrip().startswith(mark)


def _closes_later(text: str, position: int, paragraph: Paragraph) -> bool:
    """Return whether a single mark that can only close stands later in the paragraph, before the next opens."""
    for match in _MARKS.finditer(text, position, min(paragraph.end, position + _REACH)):
        if match.group() not in "'’‘":
            continue
        at = match.start()
        before = text[at - 1]
        after = text[at + 1] if at + 1 < paragraph.end else " "
        if (before.isspace() or at == position) and not after.isspace():
            return False
        if not before.isspace() and not after.isalnum() and (before not in "sz" or after != " "):
            return True
        if not before.isspace() and after == " ":
            return True
    return False


def _scan_raya(text: str, paragraph: Paragraph, start: int, stop: int) -> list[Quote]:
    """Return the spoken pieces of dialogue between `start` (behind its raya) and `stop`: all but the incises."""
    found: list[Quote] = []
    position, spoken = start, True
    for gap in (*_RAYA_INNER.finditer(text, start, stop), None):
        end = gap.start() if gap else stop
        if spoken and (match := _BLACK.search(text, position, end)):
            first = match.start()
            if text[first] in ".,;:" and found:  # the stop that the incise took over
                first = min(first + 1, end)
                first += len(text[first:end]) - len(text[first:end].lstrip())
            if first < end:
                end = first + len(text[first:end].rstrip())
                found.append(_quote(first, end, 0, 0, paragraph, "—", True))
        spoken = not spoken
        position = gap.end() if gap else end
    return found


def _quote(
    start: int, end: int, opening: int, closing: int, paragraph: Paragraph, mark: str, closed: bool
) -> Quote:
    return Quote(start, end, start + opening, end - closing, paragraph.number, mark, closed)
