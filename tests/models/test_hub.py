"""Somebody else's model through the same face: what is refused and why, and a tiny model that the test
builds.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from models import ModelError
from models.hub import HubReader
from models.hub_labels import InferenceOutputs, StanceOutputs, checked_template, outputs_of, split_revision
from models.stance import Pair, StanceClassifier


def test_template_that_makes_one_sentence_for_all_labels_is_refused() -> None:
    with pytest.raises(ModelError, match="same sentence for every label"):
        checked_template("This text is about {target}.")


def test_template_without_the_target_is_refused() -> None:
    with pytest.raises(ModelError, match="same sentence for every target"):
        checked_template("The author is {label}.")


@pytest.mark.parametrize(
    "template", ["{label} {topic} {target}", "{label} {target} {", "{label} {target} {}"]
)
def test_template_that_cannot_be_filled_in_is_refused(template: str) -> None:
    with pytest.raises(ModelError, match="cannot be filled in"):
        checked_template(template)


def test_good_template_passes() -> None:
    assert checked_template("The author is {label} toward: {target}").startswith("The author")


def test_inference_model_without_entailment_is_refused() -> None:
    with pytest.raises(ModelError, match="needs a label named entailment"):
        outputs_of({0: "contradiction", 1: "neutral"}, "x/y")


@pytest.mark.parametrize("labels", [{0: "LABEL_0", 1: "LABEL_1", 2: "LABEL_2"}, {}])
def test_unnamed_labels_are_refused_not_read_by_position(labels: dict[int, str]) -> None:
    with pytest.raises(ModelError, match="order is never guessed"):
        outputs_of(labels, "x/y")


def test_sentiment_model_is_refused() -> None:
    with pytest.raises(ModelError, match="neither stances"):
        outputs_of({0: "NEG", 1: "NEU", 2: "POS"}, "x/y")


def test_labels_are_read_by_name_whatever_their_order() -> None:
    assert outputs_of({0: "NONE", 1: "AGAINST", 2: "FAVOR"}, "x/y") == StanceOutputs(((2,), (1,), (0,)))
    assert outputs_of({0: "Contradiction", 1: "Neutral", 2: "Entailment"}, "x/y") == InferenceOutputs(2, 0, 1)


def test_two_neutral_labels_are_added_up() -> None:
    assert outputs_of({0: "support", 1: "deny", 2: "query", 3: "comment"}, "x/y") == StanceOutputs(
        ((0,), (1,), (2, 3))
    )


def test_hub_name_needs_a_pinned_revision() -> None:
    assert split_revision("org/model@abc123") == ("org/model", "abc123")
    with pytest.raises(ModelError, match="lacks a revision"):
        split_revision("org/model")
    with pytest.raises(ModelError, match="neither a folder here nor a hub model"):
        split_revision("/no/such/folder")


def test_missing_torch_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "torch", None)
    with pytest.raises(ModelError, match="needs torch, which is not installed: pip install"):
        HubReader.load(str(tmp_path))


def tiny_model(folder: Path, labels: dict[int, str]) -> Path:
    pytest.importorskip("torch", reason="torch is not installed; the hub backend needs it")
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "deal", "is", "good", "bad", "no", "author", "toward"]
    backend = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    backend.pre_tokenizer = pre_tokenizers.Whitespace()
    backend.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        model_max_length=128,
    )
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=128,
        num_labels=len(labels),
        id2label=labels,
        label2id={v: k for k, v in labels.items()},
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_stance_model_of_a_folder_is_read_through_the_same_face(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path, {0: "NONE", 1: "FAVOR", 2: "AGAINST"})
    classifier = StanceClassifier.from_pretrained(folder)
    rows = classifier.predict_proba(["the deal is good", "no"], "the deal")
    assert rows.shape == (2, 3) and rows.sum(1) == pytest.approx([1, 1], abs=1e-5)
    assert classifier.revision == StanceClassifier.from_pretrained(folder).revision


def test_long_text_keeps_its_window_count_and_the_whole_target(tmp_path: Path) -> None:
    reader = HubReader.load(str(tiny_model(tmp_path, {0: "contradiction", 1: "entailment", 2: "neutral"})))
    short, long = reader.read(
        [Pair("the deal", "the deal is good", ""), Pair("no " * 400, "the deal is good", "")]
    )
    assert short.n_windows == 1 and long.n_windows > 3


def test_template_model_gives_three_probabilities(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path, {0: "entailment", 1: "not_entailment"})
    with pytest.raises(ModelError, match="never be against"):
        HubReader.load(str(folder))
    scores = HubReader.load(str(folder), "the author is {label} toward {target}").read(
        [Pair("the deal", "the deal", "")]
    )
    assert sum(scores[0].probabilities) == pytest.approx(1, abs=1e-5)


def test_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("torch", reason="torch is not installed; the hub backend needs it")
    with pytest.raises(ModelError, match="cannot be loaded"):
        HubReader.load(str(tmp_path))
