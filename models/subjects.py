"""The subject of a reporting word: the noun phrase before it, or behind it where a language inverts. No parser."""

from __future__ import annotations

from collections.abc import Sequence

from models.grammar import (
    ADVERBS,
    BREAKS,
    DAYS,
    DET,
    JOINS,
    PREPOSITIONS,
    PRONOUNS,
    RECIPIENTS,
    RELATIVES,
    STOP,
    VERBISH,
    Span,
    is_text,
)
from models.names import ORGANISATION_WORDS, TITLES
from models.speech import Cue
from models.tokens import Token

_BETWEEN = frozenset({"also", "further", "later", "then", "now", "ya", "luego", "también", "además", "sí"})


def subject_before(tokens: Sequence[Token], first: int, cue: Cue, lang: str) -> Span | None:
    """Return the noun phrase before a cue within tokens `[first, cue.first)`, or None where there is none."""
    end = cue.first
    while end > first and (tokens[end - 1].low in _BETWEEN or tokens[end - 1].low in DAYS):
        end -= 1
        if end > first and tokens[end].low in DAYS and tokens[end - 1].low in ("el", "este", "on", "last"):
            end -= 1
    relative = tokens[end - 1].low if end > first and tokens[end - 1].low in RELATIVES else ""
    if relative:
        end -= 1
        if end - 1 > first and (
            tokens[end - 1].low == "in"
            or (tokens[end - 2].low == "en" and tokens[end - 1].low in ("el", "la", "los", "las"))
        ):
            return None  # "a letter in which he says": the writer is the subject, not the letter
        while end > first and (
            tokens[end - 1].text == "," or tokens[end - 1].low in ("in", "of", "en", "de", "la", "el")
        ):
            end -= 1
    if end == first:
        return None
    if tokens[end - 1].text in (",", "—", "–", ")"):
        return _before_aside(tokens, first, end, lang)
    start = _piece_start(tokens, first, end, lang)
    if (
        relative
        and start - 2 >= first
        and tokens[start].low in ("a", "an", "the", "un", "una", "el", "la")
        and tokens[start - 1].text == ","
        and tokens[start - 2].is_capital
    ):
        return _noun_phrase(tokens, _piece_start(tokens, first, start - 1, lang), start - 1, lang)
    if relative == "which":
        nearest = [i for i in range(start, end) if tokens[i].low in DET[lang]]
        return (nearest[-1], end) if nearest else _noun_phrase(tokens, start, end, lang)
    return _noun_phrase(tokens, start, end, lang)


def _before_aside(tokens: Sequence[Token], first: int, end: int, lang: str) -> Span | None:
    """Return the subject before a closed aside ("X, who did Y, said"), its name included where the aside is the name."""
    close = end - 1
    mark = {")": "("}.get(tokens[close].text, tokens[close].text)
    opening = close - 1
    while opening > first and tokens[opening].text != mark:
        if (tokens[opening].text in STOP and close - opening > 4) or (
            tokens[opening].quote is not None and len(tokens[opening].text) > 60
        ):
            return None
        opening -= 1
    if tokens[opening].text != mark or opening == first:
        if (
            tokens[first].low in RELATIVES
            or tokens[first].low in PREPOSITIONS[lang]
            or tokens[first].low in ADVERBS
        ):
            return None
        return _noun_phrase(tokens, first, close, lang) if mark == "," else None
    aside = tokens[opening + 1 : close]
    if not aside:
        return None
    start = _piece_start(tokens, first, opening, lang)
    if (
        aside[0].low in RELATIVES
        or aside[0].low in PREPOSITIONS[lang]
        or aside[0].low in ADVERBS
        or (aside[0].is_word and aside[0].text[0].isdigit())
    ):
        if aside[0].low in RELATIVES or not tokens[start:opening]:
            return _noun_phrase(tokens, start, opening, lang)
        head = _noun_phrase(tokens, start, opening, lang)
        return head
    head = _noun_phrase(tokens, start, opening, lang)
    if head is None or (
        len(tokens[start:opening]) and tokens[start].low in PREPOSITIONS[lang] and head[0] == start
    ):
        return _noun_phrase(tokens, opening + 1, close, lang)
    names_aside = any(t.is_capital for t in aside) and (aside[0].is_capital or aside[0].low not in DET[lang])
    named_head = _ends_in_name(tokens, head)
    return (head[0], close) if names_aside and not named_head else head


def _ends_in_name(tokens: Sequence[Token], span: Span) -> bool:
    last = tokens[span[1] - 1]
    return (
        last.is_capital
        and last.low not in TITLES
        and last.low not in ORGANISATION_WORDS
        and (span[1] - span[0] == 1 or tokens[span[1] - 2].is_capital or tokens[span[1] - 2].low in TITLES)
    )


def _piece_start(tokens: Sequence[Token], first: int, end: int, lang: str) -> int:
    """Return where the clause that ends at `end` begins."""
    start = end
    while start > first:
        token = tokens[start - 1]
        if token.text in (",", ":", "—", "–", "(", ")", "¿", "¡", "»") or token.text in STOP:
            break
        if token.quote is not None and (len(token.text) > 30 or start - 1 == first):
            break
        if token.low in BREAKS[lang] and start < end:
            break
        if (
            token.low in JOINS
            and start < end
            and any(VERBISH.match(t.low) for t in tokens[first : start - 1])
        ):
            break
        start -= 1
    return start


def _noun_phrase(tokens: Sequence[Token], start: int, end: int, lang: str) -> Span | None:
    """Return the noun phrase that ends at `end`, leading adverbials off; None where the piece holds none."""
    while (
        start < end
        and tokens[start].quote is None
        and (tokens[start].low in ADVERBS or not is_text(tokens[start]))
    ):
        start += 1
    while (
        end > start
        and (tokens[end - 1].low in ADVERBS or not is_text(tokens[end - 1]))
        and tokens[end - 1].quote is None
    ):
        end -= 1
    if start >= end:
        return None
    if tokens[start].low in PREPOSITIONS[lang]:
        candidates = [i for i in range(start + 1, end) if _opens_phrase(tokens, i, lang)]
        if not candidates:
            return None
        start = candidates[0]
    verbs = [i for i in range(start, end) if VERBISH.match(tokens[i].low) and not tokens[i].is_capital]
    if verbs and verbs[-1] < end - 1:
        after = [i for i in range(verbs[-1] + 1, end) if _opens_phrase(tokens, i, lang)]
        if after and end - start > 9:
            start = after[-1]
    if tokens[start].low in RELATIVES | BREAKS[lang] or tokens[start].low in (
        "eso",
        "esto",
        "ello",
        "including",
        "incluso",
    ):
        return None
    if not _may_open(tokens[start], lang) and tokens[start].low not in TITLES and end - start > 5:
        return None
    return (start, end)


def _may_open(token: Token, lang: str) -> bool:
    return (
        token.is_capital or token.quote is not None or token.low in DET[lang] or token.low in PRONOUNS[lang]
    )


def _opens_phrase(tokens: Sequence[Token], index: int, lang: str) -> bool:
    token, before = tokens[index], tokens[index - 1]
    if before.low in PREPOSITIONS[lang] or before.low in DET[lang] or before.low in ("and", "y", "e"):
        return False
    if token.low in DET[lang] or token.low in PRONOUNS[lang]:
        return True
    return token.is_capital and not before.is_capital


_BARE_NOUNS = frozenset({"doña", "don", "fuentes", "vecinos", "alias"})


def subject_after(tokens: Sequence[Token], index: int, last: int, lang: str) -> Span | None:
    """Return the noun phrase that begins at token `index` (inverted subject), with the name set beside it."""
    start = index
    while start < last and tokens[start].low in (
        "ayer",
        "hoy",
        "también",
        "además",
        "luego",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
    ):
        start += 1
    if start >= last:
        return None
    token = tokens[start]
    if token.quote is not None or not token.is_word:
        return None
    nominal = (
        token.is_capital or token.low in DET[lang] or token.low in PRONOUNS[lang] or token.low in _BARE_NOUNS
    )
    small = token.low in PREPOSITIONS[lang] or token.low in RECIPIENTS | ADVERBS | BREAKS[lang]
    if not nominal and (lang == "es" or small):
        return None
    if token.low in PRONOUNS[lang] and token.low not in DET[lang]:
        return (start, start + 1)
    end = _phrase_end(tokens, start, last, lang)
    if end == start + 1 and token.low in DET[lang] and token.low not in PRONOUNS[lang]:
        return None
    if end < last and tokens[end].text == "," and end + 1 < last:
        named = _has_own_name(tokens, start, end, lang)
        following = tokens[end + 1]
        if not named and (
            following.is_capital or following.low in ("doctor", "doctora", "ingeniero", "licenciado")
        ):
            end = _phrase_end(tokens, end + 1, last, lang)
    return (start, end)


def _has_own_name(tokens: Sequence[Token], start: int, end: int, lang: str) -> bool:
    """Return whether a phrase holds a name that is not the name of what the office is of ("de Comercio Exterior")."""
    for index in range(start, end):
        if not tokens[index].is_capital or tokens[index].low in DET[lang] or tokens[index].low in TITLES:
            continue
        before = index - 1
        while before > start and tokens[before].is_capital:
            before -= 1
        while before > start and tokens[before].low in DET[lang]:
            before -= 1
        if before < start or tokens[before].low not in ("de", "del", "of", "for", "y", "and"):
            return True
    return False


def _phrase_end(tokens: Sequence[Token], start: int, last: int, lang: str) -> int:
    end = start
    while end < last:
        token = tokens[end]
        if token.quote is not None or (
            (not token.is_word and token.text not in ("-", "/", "'s", "&", "’s")) and token.low != "'s"
        ):
            break
        if end > start:
            if token.low in RELATIVES or token.low in BREAKS[lang] or token.low in DAYS:
                break
            if token.low in PREPOSITIONS[lang] and token.low not in ("of", "de", "del", "for"):
                break
            if token.low in ("y", "e", "and") and not (
                end + 1 < last and (tokens[end + 1].is_capital or tokens[end + 1].low in DET[lang])
            ):
                break
            if VERBISH.match(token.low) and not token.is_capital:
                break
        end += 1
    while end > start and tokens[end - 1].low in ("y", "e", "and", "de", "del", "of"):
        end -= 1
    return end
