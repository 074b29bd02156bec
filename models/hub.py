"""Any `transformers` sequence-classification model for stance or inference, by folder or by
`organisation/model@revision`.

Needs torch, which the product does not install; it is imported only when such a model is named. A context is
not read: these models know a pair of texts. They do not say whether a text is about the target, so relevance
is 1.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from models import ModelError
from models.calibration import softmax
from models.hub_labels import InferenceOutputs, StanceOutputs, checked_template, outputs_of, split_revision
from models.stance import Pair, Scores
from models.windows import length_batches
from records import STANCES

MAX_TOKENS = 256
OVERLAP = 32
TOKEN_BUDGET = 2048
_WORD = re.compile(r"[^\W\d_]{4,}")


class HubReader:
    """Reads pairs with a torch model. Build it with `load`."""

    threshold = 0.0

    def __init__(
        self,
        model: Any,
        tokenizer: Any,
        outputs: StanceOutputs | InferenceOutputs,
        template: str | None,
        revision: str,
    ) -> None:
        self._model, self._tokenizer, self._outputs, self._template = model, tokenizer, outputs, template
        self.revision = revision

    @classmethod
    def load(cls, path_or_id: str, template: str | None = None) -> HubReader:
        """Return a reader. Raises ModelError when torch is missing, or the model is missing or unsuitable.

        `template` (for inference models) builds one hypothesis a stance from {label} and {target}; without it
        the target itself is the hypothesis. HF_HUB_OFFLINE is honoured: nothing is then fetched.
        """
        if template is not None:
            template = checked_template(template)
        folder = Path(path_or_id)
        name, pinned = (str(folder), None) if folder.is_dir() else split_revision(path_or_id)
        try:
            import torch
        except ImportError as fault:
            raise ModelError(
                f"{path_or_id}: a hub model needs torch, which is not installed: pip install -r "
                "requirements-train.txt, "
                "or leave the model out to use the bundled weights"
            ) from fault
        from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

        try:
            config = AutoConfig.from_pretrained(name, revision=pinned)
            outputs = outputs_of(config.id2label, name)
            _check_use(outputs, template, name)
            tokenizer = AutoTokenizer.from_pretrained(name, revision=pinned)
            model = AutoModelForSequenceClassification.from_pretrained(
                name, revision=pinned, dtype=torch.float32
            )
        except (OSError, ValueError, RuntimeError) as fault:
            first = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
            raise ModelError(
                f"{path_or_id}: cannot be loaded ({first}): check the name, the revision and the network"
            ) from fault
        revision = pinned or _folder_revision(folder)
        return cls(model.eval(), tokenizer, outputs, template, f"{Path(name).name}@{revision[:16]}")

    def read(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Return one answer a pair. Raises ModelError when a target leaves no room for the text."""
        if self._template is None:
            logits, counts = self._pair_logits([p.text for p in pairs], [p.target for p in pairs])
            return [Scores(self._direct(row), 1.0, n) for row, n in zip(logits, counts, strict=True)]
        assert isinstance(self._outputs, InferenceOutputs)
        columns, counts = [], [1] * len(pairs)
        for stance in STANCES:
            hypotheses = [self._template.format(label=stance, target=p.target) for p in pairs]
            logits, counts = self._pair_logits([p.text for p in pairs], hypotheses)
            columns.append(logits[:, self._outputs.entailment])
        rows = softmax(np.stack(columns, axis=1))
        return [
            Scores((float(f), float(a), float(n)), 1.0, c) for (f, a, n), c in zip(rows, counts, strict=True)
        ]

    def _direct(self, logits: np.ndarray) -> tuple[float, float, float]:
        probabilities = softmax(logits)
        if isinstance(self._outputs, StanceOutputs):
            favor, against, neutral = (float(sum(probabilities[i] for i in c)) for c in self._outputs.columns)
            return favor, against, neutral
        o = self._outputs
        favor = float(probabilities[o.entailment])
        against = float(probabilities[o.contradiction]) if o.contradiction is not None else 0.0
        return favor, against, max(0.0, 1.0 - favor - against)

    def _pair_logits(self, texts: list[str], seconds: list[str]) -> tuple[np.ndarray, list[int]]:
        """Return each pair's logits, from the window that holds the most of the target's words, and its
        windows.
        """
        import torch

        limit = min(MAX_TOKENS, int(self._tokenizer.model_max_length))
        longest = max(len(ids) for ids in self._tokenizer(seconds, add_special_tokens=False)["input_ids"])
        if longest > limit - 2 * OVERLAP:
            raise ModelError(
                f"a target of {longest} tokens leaves this model no room for the text: shorten the target"
            )
        rows = self._tokenizer(
            texts,
            seconds,
            truncation="only_first",
            max_length=limit,
            stride=OVERLAP,
            return_overflowing_tokens=True,
        )
        owner = list(rows.pop("overflow_to_sample_mapping"))
        encoded = [{k: rows[k][i] for k in rows} for i in range(len(owner))]
        best: dict[int, tuple[int, int]] = {}
        for i, of in enumerate(owner):
            words = {w[:6] for w in _WORD.findall(seconds[of].lower())}
            read = self._tokenizer.decode(encoded[i]["input_ids"], skip_special_tokens=True).lower()
            count = sum(len(re.findall(re.escape(w), read)) for w in words)
            if of not in best or count > best[of][0]:
                best[of] = (count, i)
        wanted = [best[of][1] for of in range(len(texts))]
        logits = np.zeros((len(texts), self._model.config.num_labels))
        for batch in length_batches([len(encoded[i]["input_ids"]) for i in wanted], TOKEN_BUDGET):
            padded = self._tokenizer.pad([encoded[wanted[b]] for b in batch], return_tensors="pt")
            with torch.inference_mode():
                logits[batch] = self._model(**padded).logits.float().numpy()
        windows = Counter(owner)
        return logits, [windows[of] for of in range(len(texts))]


def _check_use(outputs: StanceOutputs | InferenceOutputs, template: str | None, name: str) -> None:
    if isinstance(outputs, StanceOutputs) and template is not None:
        raise ModelError(f"{name}: a stance model takes no hypothesis template; leave it out")
    if isinstance(outputs, InferenceOutputs) and template is None and outputs.contradiction is None:
        raise ModelError(
            f"{name}: without a label named contradiction a text can never be against: give a "
            "hypothesis template with "
            "{label} and {target}, or choose another model"
        )


def _folder_revision(folder: Path) -> str:
    whole = hashlib.sha256()
    for path in sorted(
        p for p in folder.iterdir() if p.suffix in (".json", ".safetensors", ".bin", ".txt", ".model")
    ):
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()
