"""Direct speech: quotes and dialogue with who says them ("…," said X; X: "…"; —… —dijo X—; "…" alone)."""

from __future__ import annotations

import re

from models.clauses import trim
from models.grammar import Span, is_finite, is_long, is_text
from models.passage import Draft, Passage, inner_span
from models.quotes import Paragraph, Quote
from models.speech import Cue, find_cues
from models.subjects import subject_after, subject_before
from models.tokens import Sentence, Token, read_block

_TIGHT = frozenset(",.;:")

_INCISE = re.compile(r"\s[—–](?=[a-záéíóúñ])[^—–]{3,80}[—–]")

_ENDING = re.compile(r"[,?!…]\s+(?=\S)")


class DirectSpeech(Passage):
    """Finds the quotes of a paragraph, with the cue and the subject before, behind or inside them."""

    def find(self) -> None:
        """Add a draft for each quote that has words around it."""
        for index, token in enumerate(self.tokens):
            if token.quote is not None and index not in self.used:
                self._direct(index, token)

    def find_orphans(self) -> None:
        """Add a draft for each long quote that is still in no statement and stands alone."""
        for index, token in enumerate(self.tokens):
            if token.quote is not None and index not in self.used:
                self._orphan(index, token)

    def lead(self) -> Draft:
        """Return the cue and subject of the last sentence, which ends with a colon."""
        sentence = self.block.sentences[-1]
        end = sentence.last - 1
        cue = next((c for c in reversed(self.cues[sentence.number]) if c.form != "source"), None)
        subject = (self.subject(cue, sentence, end) if cue else None) or self._leading(
            trim(self.tokens, sentence.first, cue.first if cue else end)
        )
        words = " ".join(t.text for t in self.tokens[cue.first : cue.last]) if cue else ":"
        at = self.tokens[cue.first if cue else end].start
        draft = Draft(
            [], "direct", words, at, self.block.paragraph.number, sentence.number, self.chars(subject)
        )
        draft.link = "own" if draft.subject else "previous"
        return draft

    def _direct(self, index: int, token: Token) -> None:
        assert token.quote is not None
        if self._cut_inner_tag(index, token):
            return
        if self._inside_report(index, token):
            return
        tag = self._tag_after(index, token)
        intro = None if tag else self._intro_before(index, token)
        if tag is None and intro is None:
            self._continue_last(index, token)
            return
        cue, subject = tag or intro or (None, None)
        if subject is not None and self.is_speechless(subject):
            self.used.add(index)
            return
        self._add_direct(index, token, cue, subject)

    def _inside_report(self, index: int, token: Token) -> bool:
        """Return whether a quote stands within a clause that a report leads in with "that" or "que"."""
        sentence = self.block.sentence_of(index)
        if index and self.tokens[index - 1].text in (":", ".", "?", "!"):
            return False
        for cue in self.cues[sentence.number]:
            if cue.last <= index and cue.verb not in self.spent and cue.kind in ("say", "act"):
                gap = self.tokens[cue.last : index]
                if any(t.low in ("that", "que") for t in gap) and not any(
                    t.quote is not None and is_long(t) for t in gap
                ):
                    return True
        return False

    def _add_direct(self, index: int, token: Token, cue: Cue | None, subject: Span | None) -> None:
        assert token.quote is not None
        sentence = self.block.sentence_of(index)
        if cue is not None:
            self.spent.add(cue.verb)
        self.used.add(index)
        self.last_quote = index
        last = self.drafts[-1] if self.drafts else None
        if last is not None and subject is None and cue is None and last.quotes:
            last.spans.append(inner_span(token.quote))
            last.quotes.append(token.quote)
            return
        words = " ".join(t.text for t in self.tokens[cue.first : cue.last]) if cue else ":"
        at = self.tokens[cue.first].start if cue else token.start
        draft = Draft(
            [inner_span(token.quote)],
            "direct",
            words,
            at,
            self.block.paragraph.number,
            sentence.number,
            quotes=[token.quote],
        )
        draft.asserted = cue.asserted if cue else True
        draft.subject = self.chars(subject)
        shared = cue is not None and (cue.form == "gerund" or self.is_joined(cue, sentence.first))
        draft.link = "own" if subject else "sentence" if shared else "previous"
        if token.quote.continues:
            draft.flags.append("continues")
        elif not token.quote.closed:
            draft.flags.append("unclosed")
        self.drafts.append(draft)

    def _cut_inner_tag(self, index: int, token: Token) -> bool:
        """Read an attribution inside an unclosed quote or dialogue ("We are ready, Bukele said in a post.")."""
        quote = token.quote
        assert quote is not None
        incise = _INCISE.search(token.text) if quote.mark != "—" else None
        if quote.closed and quote.mark != "—" and incise is None:
            return False
        if quote.mark == "—" and index + 1 < len(self.tokens) and self.tokens[index + 1].text in "—–":
            return False
        found = _inner_tag(token.text, quote, self.lang)
        if found is None:
            return False
        spans, cue, subject, at = found
        draft = Draft(
            spans,
            "direct",
            cue,
            at,
            self.block.paragraph.number,
            self.block.sentence_of(index).number,
            subject,
            quotes=[quote],
        )
        draft.link = "own" if subject else "previous"
        if not quote.closed:
            draft.flags.append("unclosed")
        self.used.add(index)
        self.drafts.append(draft)
        return True

    def _tag_after(self, index: int, token: Token) -> tuple[Cue, Span | None] | None:
        """Return the cue and subject of a tag that follows a quote ("…," said X / X said), or None."""
        tokens, sentence = self.tokens, self.block.sentence_of(index)
        inner = token.text.rstrip("”»\"’'").rstrip()
        start = index + 1
        comma = inner.endswith((",", "?", "!", "…", "-", "—")) or (
            token.quote is not None and token.quote.mark == "—"
        )
        while start < sentence.last and tokens[start].text in (",", "—", "–", "-"):
            start += 1
            comma = True
        if start >= sentence.last or (inner.endswith(".") and not comma):
            return None
        for cue in self.cues[sentence.number]:
            if cue.first < start or cue.verb in self.spent:
                continue
            if cue.first == start or all(t.low in ("as", "así") for t in tokens[start : cue.first]):
                return self._inverted(cue, sentence)
            if (
                not comma
                or cue.first - start > 26
                or any(t.quote is not None and len(t.text) > 40 for t in tokens[start : cue.first])
            ):
                return None
            if cue.form != "finite" or self.takes_clause(cue, sentence):
                return None
            subject = subject_before(tokens, start, cue, self.lang)
            if subject is None and self.lang == "en":
                return None
            return (cue, subject)
        return None

    def _inverted(self, cue: Cue, sentence: Sentence) -> tuple[Cue, Span | None] | None:
        if cue.form == "source":
            verb = next(
                (c for c in self.cues[sentence.number] if c.first >= cue.last and c.first - cue.last <= 2),
                None,
            )
            if verb is not None:
                self.spent.add(verb.verb)
            return (
                cue,
                subject_after(self.tokens, verb.last if verb else cue.last, sentence.last, self.lang),
            )
        if cue.form not in ("finite", "infinitive") or cue.passive or self.takes_clause(cue, sentence):
            return None
        subject = subject_after(self.tokens, cue.last, sentence.last, self.lang)
        if subject is None and self.lang == "es":  # "indicó al llegar el comisionado": behind an adverbial
            subject = self.late_subject(cue, sentence)
        if subject is None and self.lang == "en":
            return None
        return (cue, subject)

    def _intro_before(self, index: int, token: Token) -> tuple[Cue | None, Span | None] | None:
        """Return the cue and subject of what leads into a quote (X said: "…"; Petro: "…"), or None."""
        tokens, sentence = self.tokens, self.block.sentence_of(index)
        before = index - 1
        if before < 0:
            return None
        if before < sentence.first:
            if tokens[before].text != ":":
                return None
            sentence = self.block.sentence_of(before)
        mark = tokens[before].text
        cues = [c for c in self.cues[sentence.number] if c.last <= index and c.verb not in self.spent]
        if mark == ":":
            cue = next((c for c in reversed(cues) if c.form != "source"), None)
            if cue is not None:
                return (cue, self.subject(cue, sentence, index))
            span = trim(tokens, sentence.first, before)
            if span[1] - span[0] > 14 and not is_long(token):
                return None
            return (None, self._leading(span))
        if not cues or not is_long(token):
            return None
        cue = cues[-1]
        gap = tokens[cue.last : index]
        ends = (
            index + 1 >= sentence.last
            or tokens[index + 1].text in _TIGHT
            or tokens[index + 1].quote is not None
        )
        if (
            not ends
            or cue.kind == "source"
            or any(t.low in ("that", "que") for t in gap)
            or cue.kind in ("call", "judge", "act")
        ):
            return None
        if (
            mark == ","
            or not gap
            or (len(gap) <= 6 and all(t.quote is None for t in gap) and cue.kind == "say")
        ):
            return (cue, self.subject(cue, sentence, index))
        return None

    def _leading(self, span: Span) -> Span | None:
        """Return the subject of a sentence that leads into a quote by a colon alone."""
        first, last = span
        while first < last and self.tokens[first].low in ("and", "y", "from", "de", "por", "en", "in"):
            first += 1
        end = first
        while (
            end < last
            and self.tokens[end].text not in (",", "(", ";")
            and not (end > first and is_finite(self.tokens[end]))
        ):
            end += 1
        return (first, end) if end > first else None

    def _continue_last(self, index: int, token: Token) -> None:
        """Join a quote that goes on after its tag ("A," she said. "B.") to the statement before it."""
        quote = token.quote
        assert quote is not None
        last = self.drafts[-1] if self.drafts else None
        if quote.continues or not last or not last.quotes or not (is_long(token) or quote.mark == "—"):
            return
        between = self.text[last.spans[-1][1] : quote.start]
        if (
            len(between) > 220
            or self.block.sentence_of(index).number - self.block.sentence_of(self.last_quote).number > 1
        ):
            return
        before = self.tokens[index - 1] if index else None
        joined = (
            before is not None
            and before.low in ("but", "and", "pero", "y")
            and index > 1
            and self.tokens[index - 2].text == ","
        )
        if before is not None and (
            joined
            or before.text in (".", ",", "—", "–", ";")
            or before.quote is not None
            or before.text in "?!…"
        ):
            last.spans.append(inner_span(quote))
            last.quotes.append(quote)
            self.used.add(index)
            self.last_quote = index

    def _orphan(self, index: int, token: Token) -> None:
        """Keep a long quote that has no words around it; the speaker is the one who spoke before."""
        quote = token.quote
        assert quote is not None
        sentence = self.block.sentence_of(index)
        alone = not any(
            is_text(t)
            for k, t in enumerate(self.tokens[sentence.first : sentence.last], sentence.first)
            if k != index
        )
        if alone and quote.mark == "—" and token.text.rstrip().endswith("?"):
            return  # the interviewer's question
        signed = self._signed(index, sentence)
        if quote.continues or (alone and (is_long(token) or quote.mark == "—")) or signed:
            draft = Draft(
                [inner_span(quote)],
                "direct",
                "",
                quote.start,
                self.block.paragraph.number,
                sentence.number,
                quotes=[quote],
            )
            draft.subject, draft.link = (self.chars(signed), "own") if signed else (None, "previous")
            draft.flags.append("continues" if quote.continues else "no-cue")
            if not quote.closed and not quote.continues:
                draft.flags.append("unclosed")
            self.drafts.append(draft)
            self.used.add(index)

    def _signed(self, index: int, sentence: Sentence) -> Span | None:
        """Return a signature behind a quote ("…" -Commissioner Geoffrey Starks)."""
        if (
            index + 1 < len(self.tokens)
            and self.tokens[index + 1].text == "."
            and index + 2 < len(self.tokens)
            and index >= sentence.first
        ):
            sentence = self.block.sentence_of(index + 2)
            line = self.tokens[sentence.first : sentence.last]
            if (
                sentence.first == index + 2
                and len(line) < 20
                and line[0].is_capital
                and not self.cues[sentence.number]
                and not any(is_finite(t) for t in line)
            ):
                return subject_after(self.tokens, index + 2, sentence.last, self.lang)
        rest = self.tokens[index + 1 : index + 9]
        if len(rest) < 2 or rest[0].text not in ("-", "—", "–") or not rest[1].is_capital:
            return None
        return subject_after(self.tokens, index + 2, min(len(self.tokens), index + 9), self.lang)


def _inner_tag(
    shown: str, quote: Quote, lang: str
) -> tuple[list[tuple[int, int]], str, tuple[int, int] | None, int] | None:
    """Return spans, cue, subject and cue's place of an attribution that stands inside the marks, or None."""

    offset = quote.start
    edges = [m.start() for m in _ENDING.finditer(shown)] if not _INCISE.search(shown) else []
    incise = _INCISE.search(shown)
    places = (
        [(incise.start(), incise.start() + 2, incise.end() - 1)]
        if incise
        else [(e, e + 1, len(shown)) for e in edges]
    )
    for edge, start, stop in places:
        block = read_block(shown, Paragraph(0, start, min(stop, start + 160)), [])
        if not block.tokens:
            continue
        sentence = block.sentences[0]
        cues = find_cues(block.tokens, sentence.first, sentence.last, lang)
        cue = cues[0] if cues else None
        if cue is None or cue.form != "finite" or cue.first > 8:
            continue
        if cue.first == 0:
            subject = subject_after(block.tokens, cue.last, sentence.last, lang)
            if subject is None and lang == "en":
                continue
        else:
            subject = subject_before(block.tokens, 0, cue, lang)
            if subject is None or subject[0] > 1 or any(t.text == "," for t in block.tokens[: cue.first]):
                continue
        following = block.tokens[cue.last].low if cue.last < len(block.tokens) else ""
        if following in ("that", "que"):
            continue
        end = quote.inner_start + edge - (quote.inner_start - quote.start)
        spans = [(quote.inner_start, end + (1 if shown[edge] in "?!…" else 0))]
        rest = stop + 1 if incise else None
        if rest is not None and shown[rest:].strip(' ”»"’.,'):
            first = rest + len(shown[rest:]) - len(shown[rest:].lstrip(" ,."))
            spans.append((offset + first, quote.inner_end))
        words = " ".join(t.text for t in block.tokens[cue.first : cue.last])
        chars = None
        if subject:
            chars = (offset + block.tokens[subject[0]].start, offset + block.tokens[subject[1] - 1].end)
        return spans, words, chars, offset + block.tokens[cue.first].start
    return None
