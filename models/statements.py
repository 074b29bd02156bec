"""Who said what in a news text, English or Spanish, by rules: `extract_statements` and its command line.

    python -m models.statements --in article.txt|X.jsonl --out Y.jsonl [--topic us-el-salvador]

A statement is a span of the stored text (`text[start:end] == quote`), its cue, the mention of its speaker, and whom
the mention means. What cannot be resolved stays a mention. Quotes are found by `models.quotes`, reports by
`models.drafts`, people by `models.speakers`.
"""

from __future__ import annotations

import terminal

if __name__ == "__main__":
    terminal.take_charge("postura")
    terminal.require("lingua")

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace

from models.boilerplate import is_boilerplate
from models.drafts import draft_statements, trailing_lead
from models.language import predict_languages
from models.mentions import pronoun_gender
from models.mojibake import FILLER, same_length_copy
from models.names import word_set
from models.passage import Draft
from models.quotes import Paragraph, Quote, scan_quotes, split_paragraphs
from models.register import Entity, fold, register_of
from models.speakers import Cast
from models.tokens import Block, read_block
from models.transcripts import ANSWERS, transcript_turns
from topics import Topic

_ANY_OFFICE = word_set(
    "funcionario funcionaria jerarca titular politico politica dirigente aludido aludida homenajeado homenajeada implicado religioso "
    "religiosa letrado letrada uniformado juzgador juzgadora legislador legisladora mujer hombre victima experto experta especialista profesional militar official politician lawmaker accused"
)
_REACH = 2  # paragraphs over which a dropped subject may go on
_LONGEST_MENTION = 240  # characters; a longer subject was misread, and its head tells who it is
_RECALLED = 60  # statements back that a pronoun can reach
_MAX_CHARS = 400_000


@dataclass(frozen=True, slots=True)
class Found:
    """One statement. Offsets count characters of the text that was given; -1 where a speaker is not written."""

    start: int
    end: int
    quote: str
    direct: bool
    kind: str  # direct | mixed | indirect
    speaker: str  # the mention as written, or the name that a dropped subject carries on
    speaker_start: int
    speaker_end: int
    actor_id: str | None
    actor_name: str
    camp: str | None
    cue: str
    asserted: bool
    entity_how: str
    paragraph: int
    flags: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()  # the pieces, without what stands between them


def extract_statements(text: str, lang: str | None, topic: Topic, title: str = "") -> list[Found]:
    """Return the attributed statements of `text` in order. Never raises on any text.

    `lang` is `en`, `es` or None (then it is predicted; anything but Spanish is read as English). `title` only tells
    more names. `asserted` is False for "declined to say", "did not say that".
    """
    if lang not in ("en", "es"):
        lang = "es" if predict_languages([text])[0] == "es" else "en"
    return _Reader(text[:_MAX_CHARS], lang, topic, title).read()


class _Reader:
    """The state of reading one article: who spoke last, and where."""

    def __init__(self, text: str, lang: str, topic: Topic, title: str) -> None:
        self.stored, self.lang = text, lang
        self.text = text = same_length_copy(text)  # what is read; offsets are those of the stored text
        paragraphs = split_paragraphs(text)
        self.quotes = scan_quotes(text, paragraphs)
        self.register = register_of(topic)
        self.cast = Cast(text, self.quotes, self.register, title)
        self.turns = transcript_turns(text, paragraphs, self.cast)
        self.paragraphs = paragraphs
        self.spoken: list[tuple[int, Draft, Entity, str]] = []  # position, draft, entity, mention

    def read(self) -> list[Found]:
        """Return every statement, its speaker resolved in reading order."""
        found: list[Found] = []
        next_quote = 0
        lead: Draft | None = None  # of a paragraph that ends with a colon
        for paragraph in self.paragraphs:
            own: list[Quote] = []
            while next_quote < len(self.quotes) and self.quotes[next_quote].start < paragraph.end:
                own.append(self.quotes[next_quote])
                next_quote += 1
            turn = self.turns.get(paragraph.number)
            if turn is not None:
                found.append(self._turn(paragraph, *turn))
            elif not is_boilerplate(self.text[paragraph.start : paragraph.end]):
                block = read_block(self.text, paragraph, own)
                drafts = draft_statements(self.text, block, self.lang)
                _flag_echoes(drafts)
                if (
                    lead is not None
                    and drafts
                    and drafts[0].spans[0][0] <= paragraph.start + 2
                    and drafts[0].kind == "direct"
                ):
                    _lend(lead, drafts[0])
                lead = trailing_lead(self.text, block, self.lang)
                for draft in sorted(drafts, key=lambda d: d.at):
                    found.append(self._finish(draft, block))
        found = [item for item in found if "echo" not in item.flags]
        return _merged(sorted(found, key=lambda item: (item.start, item.end)), self.stored)

    def _turn(self, paragraph: Paragraph, name: tuple[int, int], start: int, quoted: bool) -> Found:
        mention = self.text[name[0] : name[1]]
        if mention.lower().rstrip(".-") in ANSWERS:
            person = self.cast.main_person()
            entity = person.entity("continued") if person else Entity(mention, "unresolved")
        else:
            entity = self.cast.resolve(mention.title() if mention.isupper() else mention, name[0], self.lang)
        draft = Draft(
            [(start, paragraph.end)],
            "direct" if quoted else "indirect",
            ":",
            name[1],
            paragraph.number,
            0,
            name,
        )
        self.spoken.append((start, draft, entity, mention))
        return self._found(draft, entity, mention)

    def _finish(self, draft: Draft, block: Block) -> Found:
        mention = self.text[draft.subject[0] : draft.subject[1]] if draft.subject else ""
        pronoun = pronoun_gender(mention) if mention else None
        if pronoun:
            entity = self._pronoun(pronoun, draft, block)
        elif mention:
            entity = self.cast.resolve(
                mention[:_LONGEST_MENTION], draft.subject[0] if draft.subject else 0, self.lang
            )
            entity = self._generic(mention, draft, entity)
        else:
            entity, mention = self._dropped(draft, block)
        self.spoken.append((draft.spans[0][0], draft, entity, mention))
        return self._found(draft, entity, mention)

    def _generic(self, mention: str, draft: Draft, entity: Entity) -> Entity:
        """Return who spoke or was named last for "la funcionaria", "the official": a word that fits any office."""
        words = fold(mention).split()
        if entity.how != "unresolved" or len(words) > 2 or not words or words[-1] not in _ANY_OFFICE:
            return entity
        gender = "f" if words[0] == "la" else "m" if words[0] == "el" else None
        at = draft.at
        recent = [(p, person.entity("role")) for p, person in self.cast.mentions[-400:] if p < at]
        recent += [
            (d.at, e) for _, d, e, _ in self.spoken[-_RECALLED:] if d.at < at and not e.collective and e.name
        ]
        fitting = [
            e for _, e in sorted(recent, key=lambda r: r[0]) if gender is None or e.gender in (gender, None)
        ]
        return _as(fitting[-1], "role") if fitting else entity

    def _pronoun(self, wanted: str, draft: Draft, block: Block) -> Entity:
        """Return whom he, she, it, they mean: this sentence first, then the ones before, the subject first."""
        assert draft.subject is not None
        here = draft.subject[0]
        sentence = block.sentences[min(draft.sentence, len(block.sentences) - 1)]
        places = [
            (block.tokens[sentence.first].start, here),
            *reversed(self._sentences_before(block, sentence.first)),
        ]
        fits = _fits(wanted)
        for number, place in enumerate(places):
            spoke = [
                e
                for at, d, e, _ in self.spoken[-_RECALLED:]
                if place[0] <= d.at < place[1] or place[0] <= at < place[1]
            ]
            matching = [e for e in spoke if fits(e) and e.name]
            if matching and (number or wanted in ("it", "plural")):
                return _as(matching[-1], "pronoun")
            if wanted in ("it", "plural"):
                named = self.cast.organisations_between(*place) if wanted == "it" else []
                if named and number:
                    return named[0]
                continue
            people = [p for p in self.cast.named_between(*place) if p.gender == wanted]
            if people:
                return people[0].entity("pronoun")
        for place in places:  # a person whose gender nothing tells
            people = [p for p in self.cast.named_between(*place) if p.gender is None and p.roles]
            if people:
                return people[0].entity("pronoun")
        return Entity("", "unresolved")

    def _sentences_before(self, block: Block, token: int) -> list[tuple[int, int]]:
        """Return the text ranges of the sentences before a token: this paragraph's, then whole paragraphs before."""
        ranges = [
            (p.start, p.end)
            for p in self.paragraphs[max(0, block.paragraph.number - 6) : block.paragraph.number]
        ]
        number = block.sentence_of(token).number
        for sentence in block.sentences[max(0, number - 10) : number]:
            ranges.append((block.tokens[sentence.first].start, block.tokens[sentence.last - 1].end))
        return ranges

    def _dropped(self, draft: Draft, block: Block) -> tuple[Entity, str]:
        """Return the speaker of a statement without a mention: the sentence's subject, or who spoke before."""
        if draft.link == "own":
            return Entity("", "unresolved"), ""
        sentence = block.sentences[min(draft.sentence, len(block.sentences) - 1)]
        begin, end = block.tokens[sentence.first].start, draft.at
        last = self.spoken[-1] if self.spoken else None
        if draft.link == "sentence":
            if last and begin <= last[1].at < end:
                return _as(last[2], last[2].how if last[2].name else "unresolved"), last[3]
            people = self.cast.subjects_between(begin, end)
            if people:
                return people[0].entity("name"), people[0].name
        how = "null-subject" if draft.cue and self.lang == "es" else "continued"
        if not draft.cue:
            return self._unattributed(block, how)
        near = last if last and block.paragraph.number - last[1].paragraph <= _REACH else None
        before = self._sentences_before(block, sentence.first)
        place = before[-1] if before else (0, 0)
        if near is None or not (
            place[0] <= near[1].at < end
        ):  # nobody spoke in the sentence before: its subject goes on
            people = self.cast.subjects_between(*place) if sentence.first else []
            if people:
                return people[0].entity(how), people[0].name
        if near:
            return _as(near[2], how), near[3]
        return Entity("", "unresolved"), ""

    def _unattributed(self, block: Block, how: str) -> tuple[Entity, str]:
        """Return the speaker of a quote with no words around it: who was last quoted, else the article's main person."""
        near = [
            s
            for s in self.spoken[-_RECALLED:]
            if block.paragraph.number - s[1].paragraph <= _REACH and s[2].name
        ]
        quoted = [s for s in near if s[1].kind == "direct" and not s[2].collective]
        for spoken in (*reversed(quoted), *[s for s in reversed(near) if not s[2].collective]):
            return _as(spoken[2], how), spoken[3]
        person = self.cast.main_person()
        if person:
            return person.entity(how), person.name
        return (_as(near[-1][2], how), near[-1][3]) if near else (Entity("", "unresolved"), "")

    def _found(self, draft: Draft, entity: Entity, mention: str) -> Found:
        spans = [_tidy(self.text, *span) for span in draft.spans]
        start, end = draft.shown or (spans[0][0], max(span[1] for span in spans))
        return Found(
            start=start,
            end=end,
            quote=self.stored[start:end],
            direct=draft.kind == "direct",
            kind=draft.kind,
            speaker=self.stored[slice(*draft.subject)] if draft.subject else mention.replace(FILLER, ""),
            speaker_start=draft.subject[0] if draft.subject else -1,
            speaker_end=draft.subject[1] if draft.subject else -1,
            actor_id=entity.actor_id,
            actor_name=(entity.name or mention).replace(FILLER, ""),
            camp=entity.camp,
            cue=draft.cue,
            asserted=draft.asserted,
            entity_how=entity.how,
            paragraph=draft.paragraph,
            flags=tuple(flag for flag in dict.fromkeys(draft.flags) if flag not in ("thing", "gerund")),
            spans=tuple(spans),
        )


def _fits(wanted: str) -> Callable[[Entity], bool]:
    """Return the test whether an entity can be meant by a pronoun of this kind."""

    def fits(entity: Entity) -> bool:
        if wanted == "plural":
            return entity.plural or entity.collective
        if wanted == "it":
            return entity.collective and not entity.plural
        return not entity.collective and entity.gender in (wanted, None)

    return fits


def _as(entity: Entity, how: str) -> Entity:
    return Entity(
        entity.name, how, entity.actor_id, entity.camp, entity.gender, entity.plural, entity.collective
    )


def _tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span without white space at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _lend(lead: Draft, draft: Draft) -> None:
    """Give a quote without words around it the cue and subject that led into it."""
    if not draft.cue and draft.subject is None:
        draft.cue, draft.subject, draft.link = lead.cue, lead.subject, lead.link
        draft.flags = [flag for flag in draft.flags if flag != "no-cue"]


def _flag_echoes(drafts: list[Draft]) -> None:
    """Flag a bare thing said beside the report that says it in full ("praised the plan, calling it …"); it is dropped
    once it has lent its speaker."""
    together: dict[int, list[Draft]] = {}
    for draft in drafts:
        together.setdefault(draft.sentence, []).append(draft)
    for draft in drafts:
        after = [d for d in together[draft.sentence] if d.at > draft.at and d.link == "sentence"]
        participle = [d for d in after if "gerund" in d.flags or d.kind == "direct"]
        short = draft.spans[0][1] - draft.spans[0][0] < 60 and draft.kind == "indirect"
        if ("clause" in draft.flags and after) or ("thing" in draft.flags and short and participle):
            draft.flags.append("echo")


def _merged(found: list[Found], text: str) -> list[Found]:
    """Return the statements with quotes that go on over paragraphs joined to the one that they go on."""
    kept: list[Found] = []
    last_paragraph = -9
    for item in found:
        last = kept[-1] if kept else None
        if last and last.direct and "continues" in item.flags and item.paragraph - last_paragraph == 1:
            spans = last.spans + item.spans
            start, end = last.start, item.end
            flags = tuple(f for f in last.flags if f != "unclosed")
            kept[-1] = replace(
                last if last.cue or not item.cue else item,
                start=start, end=end, quote=text[start:end], spans=spans, flags=flags, paragraph=last.paragraph,
            )  # fmt: skip
        elif last and item.start < last.end and item.spans[0][0] < last.spans[-1][1] and _nested(item, last):
            continue
        else:
            kept.append(item)
        last_paragraph = item.paragraph
    return kept


def _nested(item: Found, last: Found) -> bool:
    """Return whether all of `item` lies within a piece of `last`."""
    return any(a <= item.start and item.end <= b for a, b in last.spans)


if __name__ == "__main__":
    from models.statement_files import main

    sys.exit(terminal.run(main))
