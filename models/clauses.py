"""The content of a reporting word: where it begins behind the cue and where it ends. Patterns over tokens, no parser."""

from __future__ import annotations

import re
from collections.abc import Sequence

from models.grammar import DAYS, DET, JOINS, PREPOSITIONS, PRONOUNS, RECIPIENTS, STOP, VERBISH, Span, is_text
from models.names import word_set
from models.speech import Cue
from models.subjects import subject_after
from models.tokens import Token

_MONTHS = word_set(
    "jan jan. feb feb. march april may june july aug aug. sept sept. oct oct. nov nov. dec dec. january february "
    "august september october november december"
)  # fmt: skip


def content_after(
    tokens: Sequence[Token], cue: Cue, stop: int, following: int, lang: str
) -> tuple[int, Span | None] | None:
    """Return (first token of the content of `cue`, inverted subject or None), or None where nothing follows.

    The sentence stops at token `stop`; the next cue, whose "that" is its own, begins at `following`.
    """
    if lang == "es":
        return _content_es(tokens, cue, stop, following)
    return _content_en(tokens, cue, stop, following)


def _content_en(
    tokens: Sequence[Token], cue: Cue, stop: int, following: int
) -> tuple[int, Span | None] | None:
    index = cue.last
    told = tokens[cue.verb].low in _TELLS
    if cue.passive and index < stop and tokens[index].low == "by":
        agent = subject_after(tokens, index + 1, stop, "en")
        that = _find_word(tokens, agent[1], min(stop, agent[1] + 6), ("that",), commas=0) if agent else None
        return (that + 1 if that is not None else agent[1], agent) if agent else None
    that = _find_word(tokens, index, min(following, index + 16), ("that",), commas=1)
    if that is not None and cue.kind != "call" and _is_adverbial(tokens, index, that, told):
        return (that + 1, None)
    index = _skip_adverbials(tokens, index, stop, told)
    return (
        (index, None)
        if index < stop and (is_text(tokens[index]) or tokens[index].text in "$£€¿¡@#")
        else None
    )


_TELLS = word_set(
    "tell tells told telling remind reminds reminded reminding assure assures assured assuring inform informs informed informing"
)


def _find_word(
    tokens: Sequence[Token], first: int, last: int, words: Sequence[str], commas: int
) -> int | None:
    for index in range(first, last):
        token = tokens[index]
        if token.low in words:
            return index
        if token.text == ",":
            commas -= 1
        if token.quote is not None or token.text in STOP or token.text == ":" or commas < 0:
            return None
    return None


def _is_adverbial(tokens: Sequence[Token], first: int, last: int, told: bool) -> bool:
    """Return whether tokens `[first, last)` between a cue and "that" are recipient, time or place."""
    if first == last or told:
        return True
    low = tokens[first].low
    if (
        low in RECIPIENTS
        or low in DAYS
        or low in PREPOSITIONS["en"]
        or low in ("out", "back", "this", "last", "it", "in", ",", "clear")
    ):
        return True
    return (
        last - first <= 3
        and not any(VERBISH.match(t.low) for t in tokens[first:last])
        and tokens[first].is_capital
    )


def _skip_adverbials(tokens: Sequence[Token], index: int, stop: int, told: bool) -> int:
    """Return where the content begins behind a recipient ("told reporters"), a day or "in a statement"."""
    if told and index < stop and tokens[index].quote is None:
        index = _skip_recipient(tokens, index, stop)
    while index < stop:
        low = tokens[index].low
        if low in DAYS:
            index += 1
        elif (
            low in ("this", "last")
            and index + 1 < stop
            and tokens[index + 1].low in ("week", "month", "year", "morning", "afternoon", "evening")
        ):
            index += 2
        elif (
            low == "to"
            and index + 1 < stop
            and not (tokens[index + 1].is_capital or tokens[index + 1].low in DET["en"] | RECIPIENTS)
        ):
            break
        elif (
            low
            in (
                "in",
                "on",
                "at",
                "to",
                "during",
                "through",
                "by",
                "from",
                "via",
                "after",
                "before",
                "outside",
            )
            and index + 1 < stop
        ):
            index = _skip_phrase(tokens, index + 1, stop)
        else:
            break
    return index


def _skip_recipient(tokens: Sequence[Token], index: int, stop: int) -> int:
    if tokens[index].low in RECIPIENTS:
        return index + 1
    start = index
    while index < stop and tokens[index].quote is None and tokens[index].is_word:
        low = tokens[index].low
        if index > start and (
            low in DET["en"]
            or low in PRONOUNS["en"]
            or low in ("there", "to", "how", "what", "why")
            or low in DAYS
        ):
            break
        if index > start and low in PREPOSITIONS["en"] and low not in ("of", "for"):
            break
        if (
            index > start
            and tokens[index].is_capital
            and not tokens[index - 1].is_capital
            and tokens[index - 1].low not in ("the", "of")
        ):
            break
        index += 1
    return index


def _skip_phrase(tokens: Sequence[Token], index: int, stop: int) -> int:
    start = index
    if tokens[index].is_word and tokens[index].low in DET["en"]:
        index += 1
    while index < stop and tokens[index].quote is None and tokens[index].is_word:
        low = tokens[index].low
        if index > start and (low in DET["en"] or low in PRONOUNS["en"] or low in ("there", "that")):
            break
        if low in PREPOSITIONS["en"] and low not in ("of", "for") and index > start:
            break
        if (
            index > start
            and tokens[index].is_capital
            and not tokens[index - 1].is_capital
            and tokens[index - 1].low not in ("the", "of", "for")
        ):
            break
        index += 1
        if tokens[index - 1].low in DAYS or tokens[index - 1].low in (
            "statement",
            "interview",
            "post",
            "tweet",
            "letter",
            "email",
        ):
            break
    while index < stop and (
        tokens[index].low in _MONTHS or (tokens[index].text[0].isdigit() and tokens[index - 1].low in _MONTHS)
    ):
        index += 1
    return index


_WH = word_set("si cuándo cuánto cuántos cuánta cuántas qué quién quiénes cómo dónde cuál cuáles por")


_BEFORE_OTHER_QUE = word_set("lo la los las el al del más menos mientras ya para sin hasta")


def _content_es(
    tokens: Sequence[Token], cue: Cue, stop: int, following: int
) -> tuple[int, Span | None] | None:
    index = cue.last
    if index >= stop:
        return None
    if tokens[index].low == "que":
        return (index + 1, None)
    if tokens[index].low in ("de", "en", "a") and index + 1 < stop and tokens[index + 1].low == "que":
        return (index + 2, None)
    if tokens[index].low in _WH and (
        tokens[index].low != "por" or (index + 1 < stop and tokens[index + 1].low == "qué")
    ):
        return (index, None)
    que = _find_word(tokens, index, min(following, index + 26), ("que",), commas=3)
    agent = subject_after(tokens, index, stop, "es")
    if que is not None and cue.kind in ("say", "act") and tokens[que - 1].low not in _BEFORE_OTHER_QUE:
        subject = agent if agent and agent[1] <= que else None
        between = any(VERBISH.match(t.low) and not t.is_capital for t in tokens[index:que])
        if not between or tokens[que - 1].text == ",":
            return (que + 1, subject)
    return (index, None)


def clause_end(tokens: Sequence[Token], start: int, stop: int, cues: Sequence[Cue], lang: str) -> int:
    """Return where the content that begins at `start` ends: before a coordinated report, a source or the full stop."""
    stop = next((i for i in range(start + 1, stop) if tokens[i].text == ";"), stop)
    if lang == "en":
        stop = next(
            (
                i
                for i in range(start + 4, stop - 2)
                if tokens[i].text == "," and _PARTICIPLE.match(tokens[i + 1].low)
            ),
            stop,
        )
    for cue in cues:
        if cue.first <= start or cue.first >= stop:
            continue
        before = tokens[cue.first - 1]
        if cue.form == "source" or (cue.form == "gerund" and before.text == ","):
            return cue.first
        joined = before.low in JOINS or (before.text == "," and cue.form != "infinitive")
        joined = joined or (
            before.low in ("sí", "además", "también", "later", "also") and tokens[cue.first - 2].low in JOINS
        )
        if joined and cue.form == "finite" and (cue.kind != "judge" or before.low in JOINS):
            return cue.first
        joint = _joint_before(tokens, start, cue.first)
        if joint is not None and cue.form == "finite":
            return joint
        if (
            before.low in ("he", "she", "they", "it")
            and cue.first - start > 3
            and tokens[cue.first - 2].low in ("and", "but", "while")
        ):
            return cue.first - 1
    return stop


_PARTICIPLE = re.compile(
    r"^(?!during|including|regarding|concerning|morning|evening|everything|nothing|something|being)\w{3,}ing$|^potentially$"
)


_JOINTS = word_set("after as while but although though whereas mientras aunque pero")


def _joint_before(tokens: Sequence[Token], start: int, end: int) -> int | None:
    """Return where "after X", "while X" leads into a further report that begins at `end`, or None."""
    for index in range(end - 1, max(start + 2, end - 9), -1):
        token = tokens[index]
        if (
            token.quote is not None
            or token.text in (",", ":")
            or token.low in ("that", "que", "who", "quien", "which")
        ):
            return None
        if token.low in _JOINTS:
            return index
    return None


def trim(tokens: Sequence[Token], first: int, last: int) -> Span:
    """Return the span without marks and joining words at its ends."""
    while (
        first < last
        and not is_text(tokens[first])
        and tokens[first].text not in ("¿", "¡", "(", "$", "€", "£", "#", "@", "[")
    ):
        first += 1
    while (
        last > first
        and not is_text(tokens[last - 1])
        and tokens[last - 1].text not in ("%", ")", "]", "?", "!", "$", "€")
    ):
        last -= 1
    while (
        last > first and (tokens[last - 1].low in JOINS or tokens[last - 1].text == ",") and last - first > 1
    ):
        last -= 1
    return (first, last)
