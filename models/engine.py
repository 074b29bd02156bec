"""Runs the bundled stance weights with OpenVINO: no torch, no network, nothing written to disk."""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from models import ModelError
from models.calibration import Calibration, softmax
from models.stance import Pair, Scores
from models.windows import (
    MAX_WINDOWS,
    Layout,
    Row,
    TargetTooLong,
    cut_windows,
    length_batches,
    piece_ids,
    windows_to_read,
)
from records import STANCES

os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

TOKEN_BUDGET = 2048
"""Padded tokens in one batch: enough to fill two cores, small enough to stay in their cache."""
_FILES = ("model.xml", "model.bin", "tokenizer.json", "config.json")
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Manifest:
    """What `config.json` says of the weights: labels, layout, calibration, checksums, the sentences of the
    self-test.
    """

    labels: tuple[str, ...]
    layout: Layout
    calibration: Calibration
    checksums: dict[str, str]
    self_test: list[dict[str, Any]]


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest. Raises ModelError when a file is missing or the labels are not the three
    stances.
    """
    missing = [name for name in _FILES if not (folder / name).is_file()]
    if missing:
        raise ModelError(
            f"the stance weights in {folder} lack {', '.join(missing)}: restore the folder from the "
            "repository "
            "(git checkout -- models/weights) or rebuild it with make train"
        )
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        order = {int(k): str(v) for k, v in config["id2label"].items()}
        labels = tuple(order[i] for i in range(len(order)))
        layout = Layout(**config["layout"])
        calibration = Calibration.from_config(config["calibration"])
        checksums, self_test = dict(config["sha256"]), list(config["self_test"])
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise ModelError(
            f"{folder / 'config.json'} is damaged ({type(fault).__name__}: {fault}): restore "
            "models/weights from the repository"
        ) from fault
    if sorted(labels) != sorted(STANCES):
        raise ModelError(
            f"{folder / 'config.json'}: id2label names {', '.join(labels)}; it must name favor, "
            "against and neutral once each"
        )
    return Manifest(labels, layout, calibration, checksums, self_test)


def _revision(folder: Path, manifest: Manifest) -> str:
    """Return 16 hex that change with any file. Raises ModelError when a file is not the one that was
    built.
    """
    whole = hashlib.sha256()
    for name in _FILES:
        digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if manifest.checksums.get(name, digest) != digest:
            raise ModelError(
                f"{folder / name} is not the file that was built (its checksum differs): restore "
                "models/weights from the repository"
            )
        whole.update(digest.encode())
    return whole.hexdigest()[:16]


def weights_revision(folder: Path) -> str:
    """Return the revision of a weights folder after checking its files. Raises ModelError."""
    return _revision(folder, read_manifest(folder))


def _compiled(folder: Path) -> Any:
    # OpenVINO reports each import to an analytics host, from a process of its own that no setting stops; without the
    # module that does it OpenVINO takes a stub that sends nothing.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    try:
        import openvino
    except ImportError as fault:
        raise ModelError(
            "openvino is not installed: run make run, or pip install -r requirements.txt"
        ) from fault
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    try:
        core = openvino.Core()
        return core.compile_model(
            core.read_model(folder / "model.xml"),
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "INFERENCE_PRECISION_HINT": "f32",
                "CACHE_DIR": "",
            },
        )
    except RuntimeError as fault:
        raise ModelError(
            f"OpenVINO cannot read {folder / 'model.xml'}: restore models/weights from the repository "
            f"({str(fault).splitlines()[0]})"
        ) from fault


class BundledReader:
    """Loads a weights folder, checks it, and reads pairs in batches of similar length."""

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        self.revision = _revision(folder, manifest)
        self.threshold = manifest.calibration.threshold
        self._layout, self._calibration = manifest.layout, manifest.calibration
        self._order = [manifest.labels.index(name) for name in STANCES]
        self._tokenizer = _load_tokenizer(folder)
        self._model = _compiled(folder)
        self._self_test(folder, manifest)

    def read(self, pairs: Sequence[Pair]) -> list[Scores]:
        """Return one answer a pair. Raises ModelError when a target is too long to be read whole."""
        whole = self._windows(pairs)
        windows = [self._to_read(pair, rows) for pair, rows in zip(pairs, whole, strict=True)]
        stance, relevance = self.logits([row for of_pair in windows for row in of_pair])
        scores, at = [], 0
        for pair, of_pair, rows in zip(pairs, windows, whole, strict=True):
            span = slice(at, at + len(of_pair))
            decided = self._decide(pair, of_pair, stance[span], relevance[span])
            scores.append(Scores(*decided, len(rows)))
            at += len(of_pair)
        return scores

    def _to_read(self, pair: Pair, rows: list[Row]) -> list[Row]:
        """Return the windows of one text that are read: all of them, or of a very long text those that name the
        target most.
        """
        if len(rows) <= MAX_WINDOWS:
            return rows
        return [rows[i] for i in windows_to_read(self._word_counts(pair.target, rows))]

    def logits(self, rows: Sequence[Row]) -> tuple[np.ndarray, np.ndarray]:
        """Return stance logits (n, 3) in the order of STANCES and relevance logits (n,), rows in the given
        order.
        """
        stance, relevance = np.zeros((len(rows), 3)), np.zeros(len(rows))
        for batch in length_batches([len(r.ids) for r in rows], TOKEN_BUDGET):
            found = self._model(self._inputs([rows[i] for i in batch]))
            stance[batch] = found[0][:, self._order]
            relevance[batch] = found[1]
        return stance, relevance

    def _inputs(self, rows: Sequence[Row]) -> dict[str, np.ndarray]:
        longest = max(len(r.ids) for r in rows)
        shape = (len(rows), longest)
        ids, mask, types = (
            np.full(shape, self._layout.pad),
            np.zeros(shape, np.int64),
            np.zeros(shape, np.int64),
        )
        for i, row in enumerate(rows):
            ids[i, : len(row.ids)] = row.ids
            mask[i, : len(row.ids)] = 1
            types[i, row.text_at : len(row.ids)] = 1
        return {"input_ids": ids.astype(np.int64), "attention_mask": mask, "token_type_ids": types}

    def _windows(self, pairs: Sequence[Pair]) -> list[list[Row]]:
        targets = {t: i for t, i in _ids_by_string(self._tokenizer, [p.target for p in pairs])}
        contexts = {c: i for c, i in _ids_by_string(self._tokenizer, [p.context for p in pairs])}
        texts = piece_ids(self._tokenizer, [p.text for p in pairs])
        try:
            return [
                cut_windows(self._layout, targets[p.target], contexts[p.context], text)
                for p, text in zip(pairs, texts, strict=True)
            ]
        except TargetTooLong as fault:
            raise ModelError(f"{fault}: shorten the target's sentence in the topic file") from fault

    def _decide(
        self, pair: Pair, rows: list[Row], stance: np.ndarray, relevance: np.ndarray
    ) -> tuple[tuple[float, float, float], float]:
        """Join the windows of one text: those that name the target decide, weighted by relevance; else the
        most relevant. Returns the probabilities in the order of STANCES, and the relevance.
        """
        about = 1 / (1 + np.exp(-relevance))
        deciding = np.arange(len(rows))
        if len(rows) > 1:
            counts = np.array(self._word_counts(pair.target, rows))
            named = np.flatnonzero((counts == counts.max()) & (counts > 0))
            deciding = named if len(named) else np.array([int(about.argmax())])
        probabilities = softmax(stance[deciding] / self._calibration.temperature(pair.text))
        weights = about[deciding] + 1e-6
        joined = (probabilities * weights[:, None]).sum(0) / weights.sum()
        favor, against, neutral = (float(p) for p in joined)
        return (favor, against, neutral), float(about[deciding].max())

    def _word_counts(self, target: str, rows: list[Row]) -> list[int]:
        """Return how many of the target's words each window holds."""
        words = {w[:6] for w in _WORD.findall(target.lower())}
        texts = self._tokenizer.batch_decode([r.ids[r.text_at :] for r in rows])
        return [len(words & {w[:6] for w in _WORD.findall(t.lower())}) for t in texts]

    def _self_test(self, folder: Path, manifest: Manifest) -> None:
        """Read the fixed sentences. Raises ModelError when the runtime on this machine answers otherwise
        than the builder's.
        """
        tests = manifest.self_test
        if not tests:
            return
        found = self.read([Pair(t["text"], t["target"], "") for t in tests])
        for test, scores in zip(tests, found, strict=True):
            label = STANCES[int(np.argmax(scores.probabilities))]
            if label != test["label"]:
                raise ModelError(
                    f"the stance weights in {folder} fail their self-test (“{test['text']}” read as {label}, "
                    "not "
                    f"{test['label']}): reinstall the pinned openvino, or restore models/weights from the "
                    "repository"
                )


def _load_tokenizer(folder: Path) -> Any:
    # The product needs no torch; transformers would say on every start that it is not there.
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    try:
        from transformers import PreTrainedTokenizerFast

        return PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    except ImportError as fault:
        raise ModelError(
            "transformers is not installed: run make run, or pip install -r requirements.txt"
        ) from fault
    except Exception as fault:  # tokenizers raises a bare Exception on a damaged file
        raise ModelError(
            f"{folder / 'tokenizer.json'} is damaged: restore models/weights from the repository"
        ) from fault


def _ids_by_string(tokenizer: Any, strings: Sequence[str]) -> list[tuple[str, list[int]]]:
    distinct = list(dict.fromkeys(strings))
    return list(zip(distinct, piece_ids(tokenizer, distinct), strict=True))
