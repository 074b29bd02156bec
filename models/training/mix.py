"""What each stage of training reads, pass by pass."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

from models.training.articles import article_examples
from models.training.examples import NEUTRAL, Example
from models.training.noise import noisy, reworded
from models.training.public_sets import (
    claim_examples,
    everyday_posts,
    everyday_sentences,
    executive_examples,
    mismatched_claims,
    nli_examples,
)
from models.training.written import FarTargets, corpus_examples, off_topic_pairs, written_examples

REWORDED = 0.15
"""Share of written readings whose target becomes a sentence for or against it."""
CLAIMS_BY_PASS = (5000, 3000, 1000, 0)
OFF_TOPIC = 2600
EVERYDAY = 500
RELEVANCE_SHARES = {"written": 4200, "articles": 1300, "claims": 300, "off_topic": 2600, "everyday": 3000}
"""What the closing stage reads: a sample of the main mix beside many texts that are about something else."""
POST_TARGETS = 7
"""Targets that each of our own everyday posts is paired with in the closing stage."""


UNREAD = ("g", "h")
"""Beginnings of the names of corpus files that came after the weights which a continued training starts from."""
UNREAD_TIMES = 3
REHEARSED = {"written": 13_000, "articles": 2_000, "claims": 400, "off_topic": 1_500, "everyday": 300}
"""What a continued training reads again beside them, so that nothing is unlearned."""


class Mix:
    """Builds the examples of a stage. The same seed gives the same examples."""

    def __init__(self, shared: Path, seed: int) -> None:
        self._shared, self._seed = shared, seed
        written, self.held_out = written_examples(shared)
        self._written = written + corpus_examples()
        self._articles = article_examples(shared)
        self._claims = claim_examples(shared)
        self._executive = executive_examples(shared)

    def nli_pass(self) -> list[Example]:
        """Return the inference pairs, read as stance."""
        rng = random.Random(self._seed)
        return nli_examples(self._shared, rng)

    def main_pass(self, number: int) -> list[Example]:
        """Return pass `number` (from 0) of the main stage: our own texts, fewer claims each time,
        off-topic pairs.
        """
        rng = random.Random(self._seed * 1000 + number)
        far = FarTargets(self._written, rng)
        chosen = [self._vary_written(e, rng) for e in self._written]
        chosen += [self._vary_article(e, rng) for e in self._articles]
        n_claims = CLAIMS_BY_PASS[min(number, len(CLAIMS_BY_PASS) - 1)]
        if n_claims:
            chosen += rng.sample(self._claims, n_claims) + rng.sample(self._executive, n_claims // 5)
            chosen += mismatched_claims(self._claims, n_claims // 8, rng)
        chosen += off_topic_pairs(self._written, OFF_TOPIC, far, rng)
        chosen += off_topic_pairs(self._articles, OFF_TOPIC // 6, far, rng)
        chosen += [
            Example(sentence, far.any_target(), NEUTRAL, lang, relevant=0, kind="off_topic")
            for sentence, lang in everyday_sentences(self._shared, EVERYDAY, rng)
        ]
        return [replace(e, text=noisy(e.text, e.lang, rng)) for e in chosen]

    def continued_pass(self, number: int) -> list[Example]:
        """Return pass `number` (from 0) of a training that starts from earlier weights: the texts these have not read,
        several times, and a sample of the others.
        """
        rng = random.Random(self._seed * 1000 + 500 + number)
        far, n = FarTargets(self._written, rng), REHEARSED
        unread = [e for e in self._written if e.topic[:1] in UNREAD] * UNREAD_TIMES
        known = [e for e in self._written if e.topic[:1] not in UNREAD]
        chosen = [self._vary_written(e, rng) for e in unread + rng.sample(known, n["written"])]
        chosen += [self._vary_article(e, rng) for e in rng.sample(self._articles, n["articles"])]
        chosen += rng.sample(self._claims, n["claims"])
        chosen += off_topic_pairs(self._written, n["off_topic"], far, rng)
        chosen += [
            Example(sentence, far.any_target(), NEUTRAL, lang, relevant=0, kind="off_topic")
            for sentence, lang in everyday_sentences(self._shared, n["everyday"], rng)
        ]
        return [replace(e, text=noisy(e.text, e.lang, rng)) for e in chosen]

    def relevance_pass(self, talk_times: int = 1, continued: bool = False) -> list[Example]:
        """Return the closing stage: our texts, and as many that are about something else, praise and scorn included.

        Off-topic texts meet reworded targets too: else a target that is a sentence would itself be a sign of stance.
        `talk_times` multiplies the everyday talk; `continued` takes our texts from those that `UNREAD` names.
        """
        rng = random.Random(self._seed * 1000 + 999)
        far, n = FarTargets(self._written, rng), RELEVANCE_SHARES
        ours = [e for e in self._written if e.topic[:1] in UNREAD] if continued else self._written
        chosen = [self._vary_written(e, rng) for e in rng.sample(ours, n["written"])]
        chosen += [self._vary_article(e, rng) for e in rng.sample(self._articles, n["articles"])]
        chosen += rng.sample(self._claims, n["claims"])
        away = off_topic_pairs(self._written, n["off_topic"], far, rng)
        away += off_topic_pairs(self._articles, n["off_topic"] // 6, far, rng)
        talk = everyday_sentences(
            self._shared, n["everyday"] * talk_times, rng, evaluative=0.5
        ) + everyday_posts() * (POST_TARGETS * talk_times)
        away += [
            Example(text, far.any_target(), NEUTRAL, lang, relevant=0, kind="off_topic")
            for text, lang in talk
        ]
        chosen += [reworded(e, rng) if rng.random() < 0.4 else e for e in away]
        return [replace(e, text=noisy(e.text, e.lang, rng)) for e in chosen]

    def _vary_written(self, example: Example, rng: random.Random) -> Example:
        if example.context and rng.random() < 0.15:
            # Replies need their parent to be understood: it is dropped seldom, only so that a bare reply is
            # not alien.
            example = replace(example, context="")
        return reworded(example, rng) if rng.random() < REWORDED else example

    def _vary_article(self, example: Example, rng: random.Random) -> Example:
        # A scrap of a quotation means nothing alone: it keeps its paragraph.
        if len(example.text.split()) >= 5 and rng.random() < 0.4:
            example = replace(example, context="")
        return reworded(example, rng) if rng.random() < REWORDED else example
