"""Writes the model card: data with terms, scores with intervals, known failures, what not to use it for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from models.calibration import Calibration

if TYPE_CHECKING:
    from models.training.measure import Score

_HEAD = """# Model card: Postura stance classifier

Written by `models/training/card.py`; do not edit by hand.

**What it does.** Reads a text, a target that one can agree with, and (if there is one) the post it answers
or the paragraph it stands in, in English or Spanish, and gives the probabilities of favor, against and
neutral and the probability that the text is about the target at all.

**What it is.** A BERT-layout encoder (12 layers, 384 wide, 48,356 pieces, 40.06 M parameters) cut from
intfloat/multilingual-e5-small (MIT licence, (c) its authors), fine-tuned, exported to OpenVINO with int8
{kind}.

## Data it learned from

| data | terms |
|---|---|
| stance readings written for this project, except 17 topic files that were held out | ours |
| marked statements in articles written for this project | ours |
| ArgKP-2021 claims | CDLA-Sharing 1.0 |
| Perspectrum claims | CC BY-SA 4.0 |
| IBM claim stance | CC BY-SA 3.0 |
| Touché 2023 arguments | CC BY 4.0 |
| statements of the US executive on bills | public domain |
| SNLI dev and test (a part), counterfactually augmented SNLI (a part) | CC BY-SA 4.0; Apache-2.0 |
| MultiNLI matched dev | OANC and CC |
| negation NLI | MIT |
| InferES (Spanish inference) | CC BY 4.0 |
| Tatoeba sentences, as texts that are about no target | CC BY 2.0 |

No tweet benchmark, no Reddit text and nothing under non-commercial terms was trained on: the scores on
public stance sets below are zero-shot. Development sets served for choosing only.

Some topics of our own corpus are neighbours of held-out ones (another prisoner exchange, another asylum deal abroad); no
held-out text or seven-word run of one was trained on. The share of the closing stage in the averaged weights was chosen
with the held-out topics, everyday talk and the topic statements in view, so those three are slightly flattered.

## Scores

Macro-F1 of the likeliest class with a 95 % bootstrap interval over rows; F1 by class; expected calibration
error (15 bins). Temperature and threshold were fitted on the held-out written topics, so their calibration
error is slightly flattered.

| set | n | macro-F1 | favor | against | neutral | calibration error |
|---|---|---|---|---|---|---|
"""

_TAIL = """
Held-out topics in full precision (torch): {full:.3f}. Temperatures: English {en:.2f}, Spanish {es:.2f}. A
reading whose likeliest class has a probability under {threshold:.2f} is labelled `unclear`.

Notes on the sets: ArgKP, Perspectrum and Touché know no neutral (two classes are scored). VAST's neutral is
mostly a random pairing of text and topic. The Catalan sets were labelled by user, IberEval texts look like
glued tweets: rough checks.

### Accuracy by kind of difficulty, held-out topics

| tag | n | accuracy |
|---|---|---|
"""

_FAILURES = """
## Known failures

- Irony, quotations of the other side and rhetorical questions are read worse than plain judgement (table
  above).
- Institutional language that does not judge openly ("announced", "is ready to receive") lies on the border
  of favor and neutral.
- A text that judges a neighbouring issue (deportation in general, a leader) can be read as judging the
  target.
- The wording of a target moves the reading. Write targets as full sentences and keep them fixed over time.
- Bare superlatives ("the most unprecedented agreement") are often read as against: the praise stands in the verb
  around the quotation. A stated legal limit is often read as a judgement.
- Relevance is cautious: about a fifth of readings that are on topic by their label, most without a word of the target,
  get a relevance under 0.5.
- Short targets ("The deal") are read worse than full sentences.
- Very short replies mean nothing without the post that they answer: pass it as the context.
- Languages other than English and Spanish: unmeasured.

## Not for

- Judging a person: it reads one text, never its author, and errs often enough that a single reading proves
  nothing.
- Decisions about anybody, moderation, or ranking of people.
- Shares without correction: label a random sample and correct with it before a figure is published.
"""


def write_card(
    path: Path,
    scores: list[Score],
    calibration: Calibration,
    kind: str,
    full: float,
    tags: dict[str, tuple[int, float]],
) -> None:
    """Write the card. `full` is the held-out macro-F1 in full precision, `tags` the count and accuracy by
    hard tag.
    """
    lines = [_HEAD.format(kind=kind)]
    for s in scores:
        f, a, n = s.by_class
        neutral = "-" if s.ece is None else f"{n:.2f}"
        ece = "-" if s.ece is None else f"{s.ece:.3f}"
        lines.append(
            f"| {s.title} | {s.n} | {s.macro:.3f} [{s.lo:.3f}, {s.hi:.3f}] "
            f"| {f:.2f} | {a:.2f} | {neutral} | {ece} |\n"
        )
    lines.append(
        _TAIL.format(
            full=full, en=calibration.english, es=calibration.spanish, threshold=calibration.threshold
        )
    )
    lines += [f"| {tag} | {n} | {accuracy:.2f} |\n" for tag, (n, accuracy) in tags.items()]
    lines.append(_FAILURES)
    path.write_text("".join(lines), encoding="utf-8")
