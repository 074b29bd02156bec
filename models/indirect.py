"""Indirect and mixed speech: who reports what in a clause, by patterns around a reporting word."""

from __future__ import annotations

import re

from models.clauses import clause_end, content_after, trim
from models.grammar import Span, is_text
from models.names import word_set
from models.reports import BARE_ES_FORMS, Reports
from models.speech import Cue
from models.subjects import subject_after, subject_before
from models.tokens import Sentence

_WH_ES = word_set("si cuándo cuánto cuántos cuánta cuántas qué quién quiénes cómo dónde cuál cuáles")

_WH_EN = word_set("whether if how what why when where who which")

_NOT_CONTENT = word_set("to for with from into on of at about and or by as in than , . off away up")

_THAT_ONLY = re.compile(
    r"^(?:h[oe]ld|rule|submit|agree|wr[io]t|signal|repeat|answer|repl[iy]|respond|count|observ|report|under|highlight|post|tweet|swear|swor|"
    r"testif|direct|interject|inton|muse|joke|quip|retort|shout|mutter|whisper|chime|interrupt|elaborat|posit|ventur|narrat|vouch|opine|wonder)"
)


_SHARING = frozenset({"and", "but", "y", "e", "pero", "or", "nor", "ni"})
_CLAUSE_JOINTS = frozenset({"and", "but", "while", "y", "pero", "mientras", "que", "who", "that"})


class IndirectSpeech(Reports):
    """Finds reports without quotes, or with quotes inside their clause ("She said that …", "rechazó el plan")."""

    def find(self) -> None:
        """Add a draft for each report that no quote has used up."""
        for sentence in self.block.sentences:
            self.read_opinion(sentence)
            for cue in self.cues[sentence.number]:
                if cue.verb not in self.spent:
                    self._indirect(sentence, cue)

    def _indirect(self, sentence: Sentence, cue: Cue) -> None:
        if cue.form == "source":
            self.read_source(sentence, cue)
            return
        if cue.form == "infinitive" and not self.subject(cue, sentence, sentence.last):
            return
        late = self.trailing_subject(sentence, cue)
        if late is not None:
            self.read_tail(sentence, cue, late, "own")
            return
        later = (c.first for c in self.cues[sentence.number] if c.first >= cue.last)
        found = content_after(self.tokens, cue, sentence.last, next(later, sentence.last), self.lang)
        agent = found[1] if found else None
        subject, link = self._who(sentence, cue, agent)
        if subject is not None and self.is_speechless(subject):
            return
        if found is None or self.is_tail(sentence, cue, found[0], subject):
            self.read_tail(sentence, cue, subject, link)
            return
        if subject is None and (link == "none" or self._heads(sentence)):
            return
        if (
            cue.passive
            and agent is None
            and self.tokens[cue.verb].low not in ("told", "informed", "warned", "assured", "reminded")
        ):
            return
        start = found[0]
        end = clause_end(self.tokens, start, sentence.last, self.cues[sentence.number], self.lang)
        end = next((i for i in range(start + 1, end) if i in self.used), end)
        span = trim(self.tokens, *self._narrow(cue, start, end))
        if self._worth(cue, span, start):
            self.add_indirect(sentence, cue, subject, link if not cue.passive else "own", span)

    def _who(self, sentence: Sentence, cue: Cue, agent: Span | None) -> tuple[Span | None, str]:
        """Return the subject and how it is linked: own, sentence, previous, or none (nobody can be meant)."""
        if cue.passive:
            return agent, "own"
        before = self.tokens[cue.first - 1] if cue.first > sentence.first else None
        if agent is not None and not self.is_human(agent, cue):
            agent = None
        if cue.form == "gerund" or (before is not None and before.low in _SHARING):
            lent = None if agent else self._lent(sentence, cue)
            return (agent or lent, "own") if agent or lent else (None, "sentence")
        subject = subject_before(self.tokens, self._floor(sentence, cue), cue, self.lang)
        if self.lang == "es":
            if subject is None or self.is_vague(subject):
                subject = agent or self._inverted_subject(sentence, cue)
            shared = "sentence" if cue.first > sentence.first else "previous"
        else:
            shared = "sentence" if before is not None and before.text == "," else "none"
        return (subject, "own") if subject else (None, shared)

    def _lent(self, sentence: Sentence, cue: Cue) -> Span | None:
        """Return the subject of a reporting verb before `cue` that is no statement itself ("respondió a las críticas,
        señalando que …"), or None."""
        if any(draft.sentence == sentence.number for draft in self.drafts[-8:]):
            return None
        earlier = [c for c in self.cues[sentence.number] if c.last <= cue.first and c.form == "finite"]
        subject = subject_before(self.tokens, sentence.first, earlier[0], self.lang) if earlier else None
        return None if subject is None or (self.lang == "es" and self.is_vague(subject)) else subject

    def _heads(self, sentence: Sentence) -> bool:
        """Return whether a sentence is a heading or a question: a verb without a subject reports nothing there."""
        last = self.tokens[sentence.last - 1]
        if last.text == "?" or self.tokens[sentence.first].text == "¿":
            return True
        return last.is_word and sentence.last - sentence.first < 12 and len(self.block.sentences) == 1

    def _floor(self, sentence: Sentence, cue: Cue) -> int:
        """Return where the clause of a cue can begin at the earliest: behind the content of a report before it."""
        floor = sentence.first
        before = [
            other
            for other in self.cues[sentence.number]
            if other.last <= cue.first and other.verb != cue.verb
        ]
        for other in before[-4:]:
            joint = next((i for i in range(cue.first - 1, other.last - 1, -1) if self._joins(i)), None)
            if joint is None:
                continue
            starts = self.tokens[joint].low in ("and", "y", "but", "pero") and joint + 1 < cue.first
            floor = max(floor, joint + 1 if starts else min(other.last, joint))
        return floor

    def _joins(self, index: int) -> bool:
        token = self.tokens[index]
        return token.text in (",", ";") or token.low in _CLAUSE_JOINTS

    def _inverted_subject(self, sentence: Sentence, cue: Cue) -> Span | None:
        after = subject_after(self.tokens, cue.last, sentence.last, self.lang)
        if after is None or cue.kind in ("act", "judge", "call"):
            return None
        following = self.tokens[after[1]] if after[1] < sentence.last else None
        ok = following is None or following.text in (",", ":", ".") or following.low in ("que", "de", "en")
        named = any(t.is_capital for t in self.tokens[after[0] : after[1]])
        return after if ok and (named or (following is not None and following.low == "que")) else None

    def _narrow(self, cue: Cue, start: int, end: int) -> Span:
        """Return the part of the clause that is the content: for a name given to a thing, the name itself."""
        if cue.kind != "call":
            return (start, end)
        for index in range(start, end):
            if self.tokens[index].quote is not None:
                return (index, end)
        return (start, end)

    def _worth(self, cue: Cue, span: Span, start: int) -> bool:
        first, last = span
        words = sum(is_text(t) for t in self.tokens[first:last])
        if first >= last or any(i in self.used for i in range(first, last)):
            return False
        quoted = any(t.quote is not None for t in self.tokens[first:last])
        clause = start > cue.last and self.tokens[start - 1].low in ("that", "que")
        if self.lang == "es" and cue.kind == "say" and not clause and not quoted:
            token = self.tokens[start]
            if token.low in _WH_ES:
                return True
            if re.search(r"(?:ar|er|ir)(?:se|lo|la)?$", token.low) and token.low not in (
                "ayer",
                "mujer",
                "lugar",
            ):
                return True
            if BARE_ES_FORMS.match(self.tokens[cue.verb].low):
                return False
        if (
            self.lang == "es"
            and cue.kind == "say"
            and self.tokens[start].low in ("a", "en", "con", "ante", "por", "para")
            and not clause
        ):
            return False
        if self.lang == "en" and not clause and not quoted:
            if cue.kind == "say" and self.tokens[start].low in _NOT_CONTENT:
                return False
            if _THAT_ONLY.match(self.tokens[cue.verb].low) and self.tokens[start].low not in _WH_EN:
                return False
        return words >= (1 if cue.kind in ("judge", "act") or not cue.asserted or quoted else 2)
