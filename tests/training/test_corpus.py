"""The training corpus in the repository: its form, its balance, and that it holds nothing of what it is measured on."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

CORPUS = Path(__file__).resolve().parents[2] / "models" / "training" / "corpus"
FILES = sorted(CORPUS.glob("*.jsonl"))
KINDS = {"post", "comment", "reply", "statement", "headline", "communique"}
LABELS = {"favor", "against", "neutral"}
RUN = 7


def rows(path: Path) -> Iterator[dict]:
    for line in path.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_row_has_the_form_that_training_reads(path: Path) -> None:
    for number, row in enumerate(rows(path), 1):
        where = f"{path.name}:{number}"
        assert row["text"].strip(), where
        assert row["lang"] in {"en", "es"}, where
        assert row["kind"] in KINDS, where
        assert isinstance(row["context"], str), where
        assert isinstance(row["hard"], list), where
        assert row["readings"], where
        for reading in row["readings"]:
            assert reading["target"].strip(), where
            assert reading["label"] in LABELS, where


def test_labels_and_languages_are_balanced() -> None:
    labels: Counter[str] = Counter()
    languages: Counter[str] = Counter()
    for path in FILES:
        for row in rows(path):
            languages[row["lang"]] += 1
            labels.update(reading["label"] for reading in row["readings"])
    n_readings, n_texts = labels.total(), languages.total()
    assert n_readings > 10_000
    assert all(0.22 <= labels[label] / n_readings <= 0.42 for label in LABELS)
    assert all(0.4 <= languages[lang] / n_texts <= 0.6 for lang in ("en", "es"))


@pytest.fixture(scope="module")
def corpus_runs() -> set[tuple[str, ...]]:
    return {run for path in FILES for row in rows(path) for run in runs(row["text"])}


def test_no_run_of_seven_words_is_shared_with_a_set_that_we_choose_by(shared: Path, corpus_runs: set) -> None:
    for path in sorted((shared / "data/stance/dev").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                common = runs(json.loads(line)["text"]) & corpus_runs
                assert not common, f"{path.name}: {' '.join(next(iter(common)))}"


def test_no_run_of_seven_words_is_shared_with_the_topic_texts(shared: Path, corpus_runs: set) -> None:
    texts = [path.read_text(encoding="utf-8") for path in (shared / "data/topic/articles").glob("*.txt")]
    texts += [row["text"] for row in rows(shared / "data/topic/posts.jsonl")]
    for text in texts:
        common = runs(text) & corpus_runs
        assert not common, " ".join(next(iter(common)))
