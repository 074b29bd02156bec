"""Where reporting words stand in a sentence, and what negates or hedges them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from models.lexicon import (
    ARTICLES,
    AUX_EN,
    AUX_ES,
    BE_EN,
    BEFORE_VERB,
    DETERMINERS,
    EN_PHRASES,
    EN_REFUSALS,
    EN_VERBS,
    ES_PHRASES,
    ES_REFUSALS,
    ES_VERBS,
    HAVE_ES,
    MODAL_EN,
    MODAL_ES,
    NEGATED_EN,
    NOUNS_TOO,
    REFLEXIVE,
    Class,
    Form,
)
from models.tokens import Token


@dataclass(frozen=True, slots=True)
class Cue:
    """Reporting words at tokens `[first, last)`; `verb` is the token that carries the meaning."""

    first: int
    last: int
    verb: int
    kind: Class
    form: Form
    asserted: bool = True
    passive: bool = False
    plural: bool | None = None


def _english_forms(entry: str) -> list[tuple[str, Form, bool | None]]:
    if "/" in entry:
        base, third, past, *rest = entry.split("/")
        gerund = rest[0] if rest else base + "ing"
        participle = rest[1] if len(rest) > 1 else past
    else:
        base = entry
        if base.endswith("y") and base[-2] not in "aeiou":
            third, past = base[:-1] + "ies", base[:-1] + "ied"
        else:
            third = base + ("es" if base.endswith(("s", "sh", "ch", "x", "z")) else "s")
            past = base + ("d" if base.endswith("e") else "ed")
        gerund = (base[:-1] if base.endswith("e") and not base.endswith("ee") else base) + "ing"
        participle = past
    return [
        (base, "infinitive", True),
        (third, "finite", False),
        (participle, "participle", None),
        (past, "finite", None),
        (gerund, "gerund", None),
    ]


def _spanish_forms(entry: str) -> list[tuple[str, Form, bool | None]]:
    if "/" in entry:
        base, *forms = entry.split("/")
        names: list[tuple[Form, bool | None]] = [
            ("finite", False), ("finite", True), ("finite", False), ("finite", True), ("finite", False),
            ("finite", True), ("gerund", None), ("participle", None),
        ]  # fmt: skip
        listed = [(form, *name) for form, name in zip(forms, names, strict=False)]
        return [(base, "infinitive", None), *listed]
    stem, ending = entry[:-2], entry[-2:]
    if ending == "ar":
        soft = stem
        forms = [
            stem + "a",
            stem + "an",
            soft + "ó",
            stem + "aron",
            stem + "aba",
            stem + "aban",
            stem + "ando",
            stem + "ado",
        ]
    else:
        forms = [
            stem + "e",
            stem + "en",
            stem + "ió",
            stem + "ieron",
            stem + "ía",
            stem + "ían",
            stem + "iendo",
            stem + "ido",
        ]
        if stem.endswith("ñ"):
            forms[2:4] = [stem + "ó", stem + "eron"]
    return _spanish_forms("/".join([entry, *forms]))


@cache
def _lexicon(lang: str) -> dict[str, tuple[Class, Form, bool | None]]:
    """Return form -> (class, form's kind, plural) of every reporting verb of a language."""
    lexicon: dict[str, tuple[Class, Form, bool | None]] = {}
    source, inflect = (ES_VERBS, _spanish_forms) if lang == "es" else (EN_VERBS, _english_forms)
    for kind, words in source.items():
        for entry in words.split():
            for form, name, plural in inflect(entry):
                lexicon[form] = (kind, name, plural)
    if lang == "es":  # verbs that judge a thing and also take a clause
        for form in list(lexicon):
            if form.startswith(("compar", "defin")) and lexicon[form][0] == "call":
                lexicon[form] = ("act", *lexicon[form][1:])
    return lexicon


@cache
def _phrases(lang: str) -> dict[str, list[tuple[tuple[str, ...], Class, Form]]]:
    """Return first word -> phrases that begin with it, longest first."""
    table: dict[str, list[tuple[tuple[str, ...], Class, Form]]] = {}
    for phrase, (kind, form) in (ES_PHRASES if lang == "es" else EN_PHRASES).items():
        words = tuple(phrase.split())
        table.setdefault(words[0], []).append((words, kind, form))
    for entries in table.values():
        entries.sort(key=lambda entry: -len(entry[0]))
    return table


def find_cues(tokens: Sequence[Token], first: int, last: int, lang: str) -> list[Cue]:
    """Return the reporting words among tokens `[first, last)` in order, with what negates or hedges them."""
    cues: list[Cue] = []
    lexicon, phrases = _lexicon(lang), _phrases(lang)
    index = first
    while index < last:
        low = tokens[index].low
        cue = None
        if low in phrases:
            cue = _phrase_at(tokens, index, last, phrases[low], lang)
        if cue is None and low in lexicon:
            cue = _verb_at(tokens, first, index, lexicon[low], lang)
        if cue is not None and (not cues or cue.first >= cues[-1].last):
            cues.append(cue)
            index = cue.last
        else:
            index += 1
    return cues


def _phrase_at(
    tokens: Sequence[Token],
    index: int,
    last: int,
    entries: list[tuple[tuple[str, ...], Class, Form]],
    lang: str,
) -> Cue | None:
    for words, kind, form in entries:
        if index + len(words) <= last and all(tokens[index + k].low == word for k, word in enumerate(words)):
            if form == "source":
                return Cue(index, index + len(words), index, kind, form)
            verb = _verb_at(tokens, max(0, index - 6), index, (kind, form, None), lang)
            return verb and Cue(verb.first, index + len(words), index, kind, verb.form, verb.asserted)
    return None


def _verb_at(
    tokens: Sequence[Token], first: int, index: int, entry: tuple[Class, Form, bool | None], lang: str
) -> Cue | None:
    kind, form, plural = entry
    low = tokens[index].low
    if (
        index > first
        and low in NOUNS_TOO
        and tokens[index - 1].low
        in (DETERMINERS - {"la", "los", "las"} if lang == "es" and form == "participle" else DETERMINERS)
    ):
        return None
    if lang != "es" and index > first and tokens[index - 1].low in ARTICLES:
        return None
    if (
        lang != "es"
        and low in NOUNS_TOO
        and low.endswith("s")
        and index + 1 < len(tokens)
        and tokens[index + 1].low in BEFORE_VERB
    ):
        return None
    if lang == "es" and index > first and tokens[index - 1].low == "se" and not REFLEXIVE.match(low):
        return None
    if (
        tokens[index].is_capital
        and index > first
        and tokens[index - 1].is_capital
        and lang == "en"
        and low in NOUNS_TOO
    ):
        return None
    return (
        _english(tokens, first, index, kind, form, plural)
        if lang != "es"
        else _spanish(tokens, first, index, kind, form, plural)
    )


def _english(
    tokens: Sequence[Token], first: int, index: int, kind: Class, form: Form, plural: bool | None
) -> Cue | None:
    start = index
    while start > first and tokens[start - 1].low in AUX_EN:
        start -= 1
    group = [token.low for token in tokens[start:index]]
    negated = any(word in NEGATED_EN for word in group)
    if group[:1] == ["to"] or (form in ("infinitive", "gerund") and (not group or "to" in group)):
        refusal = _refusal_before(tokens, first, start + (group[:1] == ["to"]))
        if refusal is not None:
            return Cue(refusal, index + 1, index, kind, "finite", False)
        if group[:1] == ["to"] or "to" in group:
            return None
    if any(word in MODAL_EN for word in group) and not negated:
        return None
    passive = bool(group) and any(word in BE_EN for word in group) and form in ("participle", "finite")
    if (
        form == "infinitive" and not group and plural
    ):  # "officials say": only where a plural subject stands before
        if index == first or not (tokens[index - 1].is_word or tokens[index - 1].text in ",)—"):
            return None
        before = tokens[index - 1].low
        if (
            before in DETERMINERS
            or before in ("to", "who's")
            or (tokens[index].low in NOUNS_TOO and not before.endswith("s"))
        ):
            return None
    if form == "participle" and not group:
        form = "finite"
    if form == "infinitive" and group:
        form = "finite"
    if form == "gerund" and any(word in BE_EN for word in group):
        form = "finite"
    return Cue(
        start,
        index + 1,
        index,
        kind,
        form if form != "participle" else "finite",
        not negated,
        passive,
        plural,
    )


def _refusal_before(tokens: Sequence[Token], first: int, index: int) -> int | None:
    """Return where "declined to", "stopped short of" and the like begin, when they end at `index`."""
    for words in EN_REFUSALS:
        start = index - len(words)
        if start >= first and [token.low for token in tokens[start:index]] == words:
            while start > first and tokens[start - 1].low in AUX_EN:
                start -= 1
            return start
    return None


def _spanish(
    tokens: Sequence[Token], first: int, index: int, kind: Class, form: Form, plural: bool | None
) -> Cue | None:
    start = index
    while (
        start > first
        and tokens[start - 1].low in AUX_ES
        and not (tokens[start - 1].low == "la" and form == "participle")
    ):
        start -= 1
    group = [token.low for token in tokens[start:index]]
    refused = start > first and tokens[start - 1].low in ES_REFUSALS
    if refused:
        start -= 1
    negated = refused or any(word in ES_REFUSALS for word in group)
    if form == "participle":
        if not any(word in HAVE_ES for word in group):
            return None
        return Cue(start, index + 1, index, kind, "finite", not negated, False, plural)
    if form == "infinitive":
        wanted = any(word in ("quiso", "quisieron", "querido", "supo", "pudo", "quiere") for word in group)
        if negated and (refused or wanted):
            return Cue(start, index + 1, index, kind, "finite", False, False, plural)
        if start > first and tokens[start - 1].low in ("al", "por", "tras", "además"):
            return Cue(start, index + 1, index, kind, "gerund", True, False, plural)
        return None
    if start > first and tokens[start - 1].low in MODAL_ES:
        return None
    if start > first and tokens[start - 1].low == "si":
        return None
    return Cue(start, index + 1, index, kind, form, not negated, False, plural)
