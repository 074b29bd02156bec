"""Reports whose cue stands behind the content or names its source ("…, the minister said"; "según X, …"; "Para X, …")."""

from __future__ import annotations

import re

from models.clauses import clause_end, trim
from models.grammar import Span, is_finite, is_text
from models.names import FEMALE_TITLES, MALE_TITLES, ORGANISATION_WORDS, PLURAL_ROLES, TITLES, word_set
from models.passage import NOMINAL, Draft, Passage
from models.speech import Cue
from models.subjects import subject_after
from models.tokens import Sentence

BARE_ES_FORMS = re.compile(
    r"^(?:dic|dij|dec|afirm|cont|cuent|coment|opin|declar|escrib|escrito|asegur|sost|señal|explic|respond|contest|replic|pregunt|public|agreg|añad|"
    r"insist|indic|consider|estim|calcul|argument|relat|narr|suger|sugir|sugier|conclu|abund|brome|apunt|expon|expus|lee|ley|resum|"
    r"remat|inici|culmin|finaliz|interv|solt|suelt|sentenci|coincid|mant|gritó|protest|quej|excus|plante|lanz|dispar|invoc|public)"
)

_SHORT_OBJECT = 60  # characters: under this a judgement is shown with the clause that reports it

_SPEAKERS = word_set("él ella ellos ellas este esta otro otra mismo misma")


class Reports(Passage):
    """What the readers of indirect speech share: adding a report, and the reports that are not subject, cue, content."""

    def is_tail(self, sentence: Sentence, cue: Cue, start: int, subject: Span | None) -> bool:
        """Return whether the content stands before the cue ("The fee is low, the minister said on Monday.")."""
        if cue.kind not in ("say", "act") or cue.form != "finite":
            return False
        before = self.tokens[cue.first - 1].text if cue.first > sentence.first else ""
        if self.lang == "en" and subject is None and before in (",", "—", "–"):
            after = subject_after(self.tokens, cue.last, sentence.last, "en")
            return after is not None and (
                after[1] >= sentence.last or self.tokens[after[1]].text in (",", ".", "—", "–", "?", "!")
            )
        if self.lang == "es":
            first = self.tokens[cue.first - 1] if cue.first > sentence.first else None
            return (
                first is not None
                and first.text == ","
                and subject is not None
                and subject[0] >= cue.last
                and start <= subject[1]
                and not self._has_que(cue, sentence)
            )
        if subject is None or subject[0] <= sentence.first + 2 or subject[0] >= cue.last:
            return False
        if self.tokens[subject[0] - 1].text not in (",", "—", "–"):
            return False
        rest = [t for t in self.tokens[start : sentence.last] if is_text(t)]
        return not rest or self.tokens[cue.last].text in (",", ".") or (cue.last < start and len(rest) < 3)

    def is_human(self, span: Span, cue: Cue) -> bool:
        """Return whether an inverted phrase can speak: it has a name, an office or a body; any will do behind "dijo"."""
        words = self.tokens[slice(*span)]
        if words[0].low in ("su", "sus"):  # "expresó su confianza en que"
            words = words[1:]
        lows = {t.low for t in words}
        known = lows & (
            PLURAL_ROLES | ORGANISATION_WORDS | FEMALE_TITLES | MALE_TITLES | _SPEAKERS | (TITLES - NOMINAL)
        )
        return (
            bool(known)
            or any(t.is_capital for t in words)
            or bool(BARE_ES_FORMS.match(self.tokens[cue.verb].low))
        )

    def trailing_subject(self, sentence: Sentence, cue: Cue) -> Span | None:
        """Return the subject of a Spanish report behind its content ("…, informó hoy el instituto en un boletín")."""
        if (
            self.lang != "es"
            or cue.form != "finite"
            or cue.kind not in ("say", "act")
            or cue.first <= sentence.first + 2
        ):
            return None
        if self.tokens[cue.first - 1].text not in (",", "—", "–") or self._has_que(cue, sentence):
            return None
        after = subject_after(self.tokens, cue.last, sentence.last, "es") or self.late_subject(cue, sentence)
        if after is None or not self.is_human(after, cue):
            return None
        following = self.tokens[after[1]] if after[1] < sentence.last else None
        ok = (
            following is None
            or following.text in (",", ".", "—", "–", ";", "?", "!")
            or following.low
            in ("en", "por", "mediante", "durante", "ante", "tras", "a", "al", "con", "sobre")
        )
        return after if ok else None

    def _has_que(self, cue: Cue, sentence: Sentence) -> bool:
        return any(t.low == "que" for t in self.tokens[cue.last : min(sentence.last, cue.last + 12)])

    def read_tail(self, sentence: Sentence, cue: Cue, subject: Span | None, link: str) -> None:
        if (
            cue.kind not in ("say", "act")
            or cue.form != "finite"
            or (cue.passive and self.tokens[cue.verb].low not in ("told", "informed"))
        ):
            return
        inverted = subject is None or subject[0] > cue.first
        edge = cue.first if inverted else subject[0] if subject else cue.first
        if edge <= sentence.first or self.tokens[edge - 1].text not in (",", "—", "–"):
            return
        if self.lang == "en" and inverted:
            subject = subject_after(self.tokens, cue.last, sentence.last, "en")
            if subject is None:
                return
        first, last = trim(self.tokens, self._dateline(sentence), edge - 1)
        after = next(
            (
                i
                for i in range(max(cue.last, subject[1] if subject else 0), sentence.last)
                if self.tokens[i].text == ","
            ),
            None,
        )
        if sum(is_text(t) for t in self.tokens[first:last]) < (
            1 if after and after + 3 < sentence.last else 3
        ) or any(c.first < edge and c.verb in self.spent for c in self.cues[sentence.number]):
            return
        if any(
            d.sentence == sentence.number
            and d.spans[0][0] < self.tokens[edge - 1].start
            and d.paragraph == self.block.paragraph.number
            for d in self.drafts[-40:]
        ):
            return
        self.add_indirect(sentence, cue, subject, "own" if subject or cue.passive else link, (first, last))
        if after is not None:
            span = trim(
                self.tokens,
                after,
                clause_end(self.tokens, after, sentence.last, self.cues[sentence.number], self.lang),
            )
            if (
                span[1] - span[0] >= 3
                and self.drafts
                and not all(t.is_capital for t in self.tokens[slice(*span)])
            ):
                self.drafts[-1].spans.append(self.chars(span) or (0, 0))
                self._mark_quotes(span, self.drafts[-1])

    def _dateline(self, sentence: Sentence) -> int:
        """Return the first token behind "LIMA (AP) —", or the sentence's first."""
        for index in range(sentence.first, min(sentence.last, sentence.first + 14)):
            if self.tokens[index].text in ("—", "–", "-") and all(
                t.is_capital or not t.is_word or t.text[0].isdigit() or t.low in ("de", "el")
                for t in self.tokens[sentence.first : index]
            ):
                return index + 1
        return sentence.first

    def read_source(self, sentence: Sentence, cue: Cue) -> None:
        tokens = self.tokens
        verb = next(
            (
                c
                for c in self.cues[sentence.number]
                if c.first >= cue.last and c.first - cue.last <= 3 and c.form == "finite"
            ),
            None,
        )
        subject = subject_after(tokens, verb.last if verb else cue.last, sentence.last, self.lang)
        if verb is not None:
            self.spent.add(verb.verb)
            if subject is None and verb.first > cue.last:
                subject = (cue.last, verb.first)
                subject = None if tokens[cue.last].low in ("se", "le", "les", "nos") else subject
        own = any(t.low in ("su", "his", "her", "its", "nuestro") for t in tokens[cue.first : cue.last])
        unnamed = cue.last < sentence.last and tokens[cue.last].low in ("se", "ha")
        if own:
            subject, verb = None, None
        elif subject is None and verb is None and not unnamed:
            return
        if subject is not None and self.is_speechless(subject):
            return
        after = subject[1] if subject else verb.last if verb else cue.last
        leading = all(
            not is_text(t) or t.low in ("y", "pero", "and", "but", "además", "also")
            for t in tokens[sentence.first : cue.first]
        )
        if leading or cue.first - sentence.first < 3:
            comma = next((i for i in range(after, sentence.last) if tokens[i].text == ","), None)
            if comma is None:
                return
            end = clause_end(tokens, comma + 1, sentence.last, self.cues[sentence.number], self.lang)
            span = trim(tokens, comma + 1, end)
        else:
            span = trim(tokens, self._dateline(sentence), cue.first)
        if (span[1] - span[0] < 2 and not any(t.quote for t in tokens[slice(*span)])) or any(
            d.sentence == sentence.number and d.spans[0][0] <= tokens[span[0]].start < d.spans[-1][1]
            for d in self.drafts[-40:]
        ):
            return
        self.add_indirect(sentence, cue, subject, "own" if subject else "previous", span)

    def read_opinion(self, sentence: Sentence) -> None:
        """Read "Para X, …" where X is a person, a group or a body."""
        first = sentence.first
        if self.lang != "es" or self.tokens[first].low != "para":
            return
        subject = subject_after(self.tokens, first + 1, sentence.last, "es")
        if subject is None or subject[1] >= sentence.last or self.tokens[subject[1]].text != ",":
            return
        words = [t for t in self.tokens[slice(*subject)] if t.is_word]
        lows = {t.low for t in words}
        human = lows & (
            PLURAL_ROLES
            | ORGANISATION_WORDS
            | TITLES - {"el", "la", "los", "las", "the"}
            | {"él", "ella", "ellos"}
        )
        if not human and not (len(words) > 1 and all(t.is_capital for t in words)):
            return
        start = subject[1] + 1
        comma = next(
            (i for i in range(start, min(start + 6, sentence.last)) if self.tokens[i].text == ","), None
        )
        if comma is not None and self.tokens[start].low in ("en", "sin", "por", "además"):
            start = comma + 1
        span = trim(
            self.tokens,
            start,
            clause_end(self.tokens, start, sentence.last, self.cues[sentence.number], "es"),
        )
        if (
            span[1] - span[0] >= 3
            and not any(c.first < span[1] and c.kind == "say" for c in self.cues[sentence.number])
            and not any(i in self.used for i in range(*span))
        ):
            cue = Cue(first, first + 1, first, "source", "source")
            self.add_indirect(sentence, cue, subject, "own", span)

    def add_indirect(self, sentence: Sentence, cue: Cue, subject: Span | None, link: str, span: Span) -> None:
        words = " ".join(t.text for t in self.tokens[cue.first : cue.last])
        chars = self.chars(span) or (0, 0)
        draft = Draft(
            [chars],
            "indirect",
            words,
            self.tokens[cue.first].start,
            self.block.paragraph.number,
            sentence.number,
        )
        draft.subject, draft.asserted, draft.link = self.chars(subject), cue.asserted, link
        self._mark_quotes(span, draft)
        before = self.tokens[span[0] - 1].low if span[0] else ""
        if (
            self.lang == "en"
            and before not in ("that", "que")
            and not any(is_finite(t) for t in self.tokens[slice(*span)])
        ):
            draft.flags.append("thing")
        if cue.form == "gerund":
            draft.flags.append("gerund")
        if cue.kind == "judge" and chars[1] - chars[0] < _SHORT_OBJECT and draft.kind == "indirect":
            begin = draft.subject[0] if draft.subject and draft.subject[0] < draft.at else draft.at
            draft.shown = (begin, chars[1])
            draft.flags.append("clause")
        self.drafts.append(draft)

    def _mark_quotes(self, span: Span, draft: Draft) -> None:
        for index in range(*span):
            token = self.tokens[index]
            if token.quote is not None:
                self.used.add(index)
                draft.kind = "mixed"
                if not token.quote.closed:
                    draft.flags.append("unclosed")
