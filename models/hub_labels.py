"""Which outputs of somebody else's model mean favor, against and neutral: read from its own configuration,
or refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from models import ModelError
from records import STANCES

_MEANINGS = {
    "favor": "favor favour support supports supporting supportive pro for agree agrees in_favor "
    "in_favour a_favor",
    "against": "against oppose opposes opposing con contra anti deny disagree disagrees en_contra",
    "neutral": "neutral none neither comment query unrelated discuss no_stance neutro",
}
_STANCE_OF = {word: stance for stance, words in _MEANINGS.items() for word in words.split()}
_POSITIONAL = re.compile(r"^label_?\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class StanceOutputs:
    """A model that answers (text, target) with a stance: the output columns of each stance, in the order
    of STANCES.
    """

    columns: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class InferenceOutputs:
    """A model that answers (premise, hypothesis): the columns of entailment, contradiction and neutral, if
    it has them.
    """

    entailment: int
    contradiction: int | None
    neutral: int | None


def outputs_of(id2label: Mapping[int, str], name: str) -> StanceOutputs | InferenceOutputs:
    """Return what the model's outputs mean. Raises ModelError when its own label names do not say.

    Order is never guessed: `LABEL_0` could be any of the three.
    """
    labels = {int(i): re.sub(r"[\s-]+", "_", str(label).strip().lower()) for i, label in id2label.items()}
    listed = ", ".join(str(id2label[i]) for i in sorted(id2label)) or "none"
    if not labels or all(_POSITIONAL.match(label) for label in labels.values()):
        raise ModelError(
            f"{name}: its configuration does not name its labels ({listed}), and their order is never "
            "guessed: "
            "write id2label into its config.json, or choose another model"
        )
    if any(label in ("contradiction", "not_entailment", "entailment") for label in labels.values()):
        return _inference(labels, listed, name)
    columns = tuple(
        tuple(i for i in sorted(labels) if _STANCE_OF.get(labels[i]) == stance) for stance in STANCES
    )
    unknown = [str(id2label[i]) for i in sorted(labels) if labels[i] not in _STANCE_OF]
    if unknown or not columns[0] or not columns[1]:
        raise ModelError(
            f"{name}: its labels ({listed}) are neither stances (favor, against, neutral) nor "
            "inference labels "
            "(entailment, contradiction, neutral): choose a stance or an inference model"
        )
    return StanceOutputs(columns)


def _inference(labels: Mapping[int, str], listed: str, name: str) -> InferenceOutputs:
    by_name = {label: i for i, label in labels.items()}
    if "entailment" not in by_name:
        raise ModelError(
            f"{name}: an inference model needs a label named entailment to be read as stance, its "
            f"labels are {listed}: "
            "choose another model"
        )
    return InferenceOutputs(by_name["entailment"], by_name.get("contradiction"), by_name.get("neutral"))


def checked_template(template: str) -> str:
    """Return a hypothesis template that holds {label} and {target}. Raises ModelError when it cannot tell
    labels apart.

    A template such as "This text is about {target}." gives one sentence for all three stances: every text
    would get equal probabilities.
    """
    try:
        sentences = {stance: template.format(label=stance, target="T1") for stance in STANCES}
        other = template.format(label=STANCES[0], target="T2")
    except (KeyError, IndexError, ValueError) as fault:
        raise ModelError(
            f"the hypothesis template “{template}” cannot be filled in: it may hold {{label}} and "
            f"{{target}} and nothing else in braces"
        ) from fault
    if len(set(sentences.values())) < len(STANCES):
        raise ModelError(
            f"the hypothesis template “{template}” makes the same sentence for every label: put "
            f"{{label}} into it"
        )
    if other == sentences[STANCES[0]]:
        raise ModelError(
            f"the hypothesis template “{template}” makes the same sentence for every target: put "
            f"{{target}} into it"
        )
    return template


def split_revision(path_or_id: str) -> tuple[str, str]:
    """Return (id, revision) of `organisation/model@revision`. Raises ModelError when the revision is not
    pinned.
    """
    name, _, revision = path_or_id.partition("@")
    if not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", name):
        raise ModelError(
            f"{path_or_id}: neither a folder here nor a hub model; write organisation/model@revision"
        )
    if not revision:
        raise ModelError(
            f"{path_or_id}: no such folder here, and as a hub model it lacks a revision: write "
            f"{name}@COMMIT, "
            "so that the weights cannot change between two runs"
        )
    return name, revision
