"""Words, marks and quotes of a paragraph as tokens with offsets, and its sentences; no model."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from models.names import word_set
from models.quotes import Paragraph, Quote

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., EE.UU. below
    r"|EE\.\s?UU\."
    r"|\d+(?:[.,:]\d+)*%?"
    r"|[^\W_]+(?:[’'\-][^\W_]+)*[’']?(?<=[^\W_])"
    r"|\.{3}|[^\w\s]|_"
)
_LEAD = re.compile(  # the clock of a live blog, a bullet, a number
    r"(?:[•·*▪►]\s*|\d{1,2}[:.h]\d{2}(?:\s?(?:[ap]\.?m\.?|h|hrs?|horas|ET|GMT))?\s*[-—–|:.]?\s+|\d{1,2}[.)]\s+)(?=\S)",
    re.IGNORECASE,
)
_DATELINE = re.compile(  # LIMA, 3 feb (EFE).- | WASHINGTON (AP) — | San Salvador. / KOLAR:
    r"(?:[^\W\d_a-zß-öø-ÿ][^\s.,;:!?“«\"]*(?:[ ,/]{1,2}(?:de|del|la|el|y|and|of|\([^)\n]{1,30}\)|\d{1,4}|[a-z]{3,10}\.?(?= \d| \(|\.?[-—–])"
    r"|[^\W\d_a-zß-öø-ÿ][^\s,;:!?“«\"]*)){0,9})\s?(?:\.?\s?[—–]|\.-+|--|\s-)\s?(?=[^\W\d_a-zß-öø-ÿ]|[“«\"¿])"
)
_ABBREVIATED = word_set(
    """mr mrs ms dr sen rep gov gen col lt sgt capt prof rev hon st jr sr sra srta dra lic licda ing arq dip dn no vs etc
    jan feb mar apr aug sept sep oct nov dec d.n dña hno fr msgr mons gral cnel art núm pág smt shri cllr mt ft jn ver
    inc corp ltd co dept u.s ee.uu pdte"""
)
_LONGEST = 400  # tokens of a sentence; a longer run is no prose, and would cost its square
_STOPS = frozenset(".!?…") | {"..."}
_CLOSING = frozenset(")]}”»’\"'")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a mark, or a whole quote (`quote` set, `low` empty). `low` is the lower-case form."""

    text: str
    low: str
    start: int
    end: int
    quote: Quote | None = None

    @property
    def is_word(self) -> bool:
        """Whether this is a word or a number."""
        return self.quote is None and self.text[0].isalnum()

    @property
    def is_capital(self) -> bool:
        """Whether this is a word that begins with a capital."""
        return self.quote is None and self.text[0].isupper()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A run of tokens `[first, last)` of its paragraph, numbered from 0."""

    first: int
    last: int
    number: int = 0


@dataclass(slots=True)
class Block:
    """A paragraph with its tokens and sentences."""

    paragraph: Paragraph
    tokens: list[Token]
    sentences: list[Sentence] = field(default_factory=list)

    def sentence_of(self, index: int) -> Sentence:
        """Return the sentence that holds token `index` (the last one for an index past the end)."""
        return self.sentences[
            min(bisect_right(self.sentences, index, key=lambda s: s.last), len(self.sentences) - 1)
        ]


def read_block(text: str, paragraph: Paragraph, quotes: Sequence[Quote]) -> Block:
    """Return the tokens and sentences of one paragraph, each quote being a single token."""
    lead = _LEAD.match(text, paragraph.start, paragraph.end) or _DATELINE.match(
        text, paragraph.start, paragraph.end
    )
    start = lead.end() if lead and not any(quote.start < lead.end() for quote in quotes) else paragraph.start
    block = Block(paragraph, list(_tokens(text, start, paragraph.end, quotes)))
    first = 0
    for index, token in enumerate(block.tokens):
        if _ends_sentence(text, block.tokens, index, token) or index - first > _LONGEST:
            block.sentences.append(Sentence(first, index + 1, len(block.sentences)))
            first = index + 1
    if first < len(block.tokens):
        block.sentences.append(Sentence(first, len(block.tokens), len(block.sentences)))
    return block


def _tokens(text: str, position: int, end: int, quotes: Sequence[Quote]) -> Iterator[Token]:
    for quote in quotes:
        yield from _words(text, position, quote.start)
        if _is_nickname(text, quote):
            yield from _words(text, quote.inner_start, quote.inner_end)
        else:
            yield Token(text[quote.start : quote.end], "", quote.start, quote.end, quote)
        position = quote.end
    yield from _words(text, position, end)


def _is_nickname(text: str, quote: Quote) -> bool:
    """Return whether one capitalised word stands in marks between two capitalised words (Manuel "Chino" Flores)."""
    inner = text[quote.inner_start : quote.inner_end]
    before = re.search(r"(\w+) $", text[max(0, quote.start - 30) : quote.start])
    after = text[quote.end : quote.end + 2].lstrip()
    return (
        inner.isalpha()
        and inner[0].isupper()
        and bool(before and before[1][0].isupper())
        and after[:1].isupper()
    )


def _words(text: str, start: int, end: int) -> Iterator[Token]:
    position = start
    while match := _TOKEN.search(text, position, end):
        word, last = match.group(), match.end()
        if text[last : last + 1] == "." and last < end and _is_abbreviation(text, word, last, end):
            word, last = word + ".", last + 1
        if word.endswith(("'s", "’s")) and len(word) > 3:  # the possessor and its mark are two tokens
            yield Token(word[:-2], word[:-2].lower(), match.start(), last - 2)
            yield Token(word[-2:], "'s", last - 2, last)
        else:
            yield Token(word, word.lower().replace("’", "'"), match.start(), last)
        position = last


def _is_abbreviation(text: str, word: str, last: int, end: int) -> bool:
    following = text[last + 1 : end].lstrip()[:1]
    if word.lower() == "no":  # "No. 5", but "dijo que no. Helen"
        return following.isdigit()
    if word.lower() in _ABBREVIATED:
        return bool(following) and (following.isalnum() or following in '“"«,')
    return len(word) == 1 and word.isupper() and word not in "IYAO" and following.isupper()


def _ends_sentence(text: str, tokens: list[Token], index: int, token: Token) -> bool:
    following = tokens[index + 1] if index + 1 < len(tokens) else None
    if following is None:
        return True
    if token.quote is None and token.text not in _STOPS:
        if token.text in (")", "]") and index and tokens[index - 1].text in _STOPS:
            return _may_start(following)
        return _is_stop_abbreviation(token) and following.low in _STARTERS and following.is_capital
    if token.quote is not None:
        inner = text[token.quote.inner_start : token.quote.inner_end].rstrip()
        if not inner.endswith((".", "!", "?", "…")) or token.quote.mark == "—":
            return False
        before = tokens[index - 1] if index else None
        within = before is not None and before.text not in _STOPS and before.text not in (":", ",")
        ends = inner.endswith(".") or (within and before is not None and before.is_word)
        return _may_start(following) and (ends or following.quote is not None)
    if (
        following.text in _STOPS
        or following.text in _CLOSING
        or (following.text == "," and token.text != ".")
    ):
        return False
    return _may_start(following)


def _may_start(token: Token) -> bool:
    return (
        token.quote is not None
        or token.text[0].isupper()
        or token.text[0].isdigit()
        or token.text[0] in "¿¡(—–-["
    )


def _is_stop_abbreviation(token: Token) -> bool:
    return token.text in ("U.S.", "EE.UU.", "EE. UU.", "U.N.", "D.C.", "a.m.", "p.m.")


_STARTERS = word_set(
    """the he she they it we his her their this that these those but and however in on at after when while a an as if
    el la los las un una su sus en al del pero y sin además también este esta según para por"""
)
