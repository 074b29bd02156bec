"""Statements before their speakers are known, and the paragraph that they are read from."""

from __future__ import annotations

from dataclasses import dataclass, field

from models.grammar import Span
from models.names import word_set
from models.quotes import Quote
from models.speech import Cue, find_cues
from models.subjects import subject_after, subject_before
from models.tokens import Block, Sentence


@dataclass(slots=True)
class Draft:
    """A statement without its speaker. `link`: own (a mention), sentence (shares the subject) or previous (dropped)."""

    spans: list[tuple[int, int]]
    kind: str
    cue: str
    at: int  # where the cue stands, or the content where there is none
    paragraph: int
    sentence: int
    subject: tuple[int, int] | None = None
    asserted: bool = True
    link: str = "own"
    flags: list[str] = field(default_factory=list)
    quotes: list[Quote] = field(default_factory=list)
    shown: tuple[int, int] | None = None  # what is shown, where that is more than the spans


SMALL = word_set(
    "a al en de del con por para ante sobre durante tras desde hasta el la los las un una su este esta y e"
)

NOMINAL = word_set(
    "el la los las un una unos unas su sus él ella ellos ellas este esta otro otra ambos algunos fuentes vecinos don doña quien ni"
)


_INANIMATE = word_set(
    """offer proposal plan move decision deal agreement pact initiative visit tour trip measure case law laws sign signs notice bill act constitution clause poster banner placard board plaque card label map menu ticket
    thermometer clock wall painting song ordinance timetable screen sticker graffiti shirt t-shirt leaflet headline rule
    article book film series novel instruction instructions regulations door display mural
    ley leyes letrero rótulo cartel carteles pancarta cartulina artículo cláusula aviso placa lona constitución código plano
    mapa canción camiseta manta ordenanza refrán reloj termómetro pizarra etiqueta pintada pintadas menú folleto título libro
    plan acuerdo pacto tratado proyecto texto oferta propuesta medida decisión calendario horario reglamento norma convenio expresión"""
)


class Passage:
    """One paragraph being read: its tokens and cues, and which quotes and cues are already part of a statement."""

    def __init__(self, text: str, block: Block, lang: str, shared: Passage | None = None) -> None:
        self.text, self.block, self.lang = text, block, lang
        self.tokens = block.tokens
        self.cues: dict[int, list[Cue]] = (
            shared.cues
            if shared
            else {s.number: find_cues(self.tokens, s.first, s.last, lang) for s in block.sentences}
        )
        self.used: set[int] = shared.used if shared else set()  # quote tokens
        self.spent: set[int] = shared.spent if shared else set()  # verb tokens of cues that tag a quote
        self.drafts: list[Draft] = shared.drafts if shared else []
        self.last_quote = 0  # the token of the last direct quote

    def subject(self, cue: Cue, sentence: Sentence, stop: int) -> Span | None:
        """Return the subject of a cue that leads into a quote; None where it shares the subject of another."""
        if cue.form == "gerund" or self.is_joined(cue, sentence.first):
            return None
        subject = subject_before(self.tokens, sentence.first, cue, self.lang)
        if self.lang == "es" and (subject is None or cue.first == sentence.first or self.is_vague(subject)):
            after = subject_after(self.tokens, cue.last, stop, self.lang)
            if after is not None and (
                after[1] >= stop
                or self.tokens[after[1]].text in (",", ":", ".")
                or self.tokens[after[1]].low in ("que", "de", "en", "a")
            ):
                return after
            return None if subject is None or self.is_vague(subject) else subject
        return subject

    def is_joined(self, cue: Cue, floor: int) -> bool:
        """Return whether a joining word stands right before a cue."""
        return cue.first > floor and self.tokens[cue.first - 1].low in ("and", "but", "y", "e", "pero", "or")

    def is_vague(self, subject: Span) -> bool:
        """Return whether a Spanish "subject" has neither article, capital, pronoun nor quote: an adverbial."""
        return not any(
            t.is_capital or t.quote or t.low in NOMINAL for t in self.tokens[subject[0] : subject[1]]
        )

    def late_subject(self, cue: Cue, sentence: Sentence) -> Span | None:
        """Return the inverted subject behind an adverbial ("contó a este medio Ana Ruiz"), or None."""
        for index in range(cue.last, min(sentence.last - 1, cue.last + 6)):
            if self.tokens[index].quote is not None or self.tokens[index].text in (",", ".", ";", ":"):
                return None
            following = self.tokens[index + 1]
            if (
                following.is_capital
                and not self.tokens[index].is_capital
                and self.tokens[index].low not in SMALL
            ):
                return subject_after(self.tokens, index + 1, sentence.last, self.lang)
            if following.low in ("el", "la") and self.tokens[index].low not in SMALL:
                return subject_after(self.tokens, index + 1, sentence.last, self.lang)
        return None

    def is_speechless(self, subject: Span) -> bool:
        words = [t.low for t in self.tokens[subject[0] : subject[1]] if t.is_word]
        head = (
            words[:3]
            if words and words[0] in NOMINAL | {"the", "a", "an", "its", "his", "her", "their"}
            else words[:2]
        )
        return any(word in _INANIMATE for word in head) or (words[-1:] == ["it"] and len(words) > 3)

    def takes_clause(self, cue: Cue, sentence: Sentence) -> bool:
        """Return whether "that" or "que" stands right behind a cue."""
        following = self.tokens[cue.last].low if cue.last < sentence.last else ""
        if following in ("that", "que"):
            return True
        if self.lang == "en" or cue.last >= sentence.last:
            return False
        return (
            following in ("de", "en")
            and cue.last + 1 < sentence.last
            and self.tokens[cue.last + 1].low == "que"
        )

    def chars(self, span: Span | None) -> tuple[int, int] | None:
        """Return a span of tokens as offsets into the article."""
        if span is None or span[0] >= span[1]:
            return None
        return self.tokens[span[0]].start, self.tokens[span[1] - 1].end


def inner_span(quote: Quote) -> tuple[int, int]:
    """Return what stands between the marks of a quote."""
    return (quote.inner_start, quote.inner_end)
