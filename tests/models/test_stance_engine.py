"""Damaged, missing and odd weights folders are refused in one plain sentence."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from models import ModelError
from models.engine import BundledReader, read_manifest
from models.stance import BUNDLED, Pair, StanceClassifier, model_revision


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("model.xml", "model.bin", "tokenizer.json", "config.json"):
        shutil.copy(BUNDLED / name, tmp_path / name)
    return tmp_path


def edit_config(folder: Path, **changes: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | changes), encoding="utf-8")


def test_missing_files_are_named_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"lack model.xml, model.bin, tokenizer.json, config.json: restore"):
        BundledReader(tmp_path)


def test_named_folder_without_a_model_is_told_apart_from_one_of_transformers(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"holds no stance model: it lacks model\.xml"):
        StanceClassifier.from_pretrained(tmp_path)
    with pytest.raises(ModelError, match=r"holds no stance model"):
        model_revision(str(tmp_path))
    (tmp_path / "config.json").write_text('{"model_type": "bert", "architectures": ["X"]}', encoding="utf-8")
    with pytest.raises(ModelError) as refusal:
        StanceClassifier.from_pretrained(tmp_path)
    assert "torch" in str(refusal.value) or "cannot be loaded" in str(refusal.value)


def test_weights_of_ours_that_lack_a_file_say_which(copy: Path) -> None:
    (copy / "model.xml").unlink()
    for refused in (StanceClassifier.from_pretrained, model_revision):
        with pytest.raises(ModelError, match=r"lack model\.xml: restore the folder"):
            refused(copy)


def test_file_in_place_of_a_model_is_told_to_be_one(copy: Path) -> None:
    with pytest.raises(ModelError, match=r"model\.xml is a file: name the folder"):
        StanceClassifier.from_pretrained(copy / "model.xml")


def test_truncated_weights_are_refused(copy: Path) -> None:
    data = (copy / "model.bin").read_bytes()
    (copy / "model.bin").write_bytes(data[: len(data) // 2])
    with pytest.raises(ModelError, match=r"model\.bin is not the file that was built"):
        StanceClassifier.from_pretrained(copy)


def test_a_config_that_is_not_json_is_refused(copy: Path) -> None:
    (copy / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ModelError, match=r"config\.json is damaged"):
        BundledReader(copy)


def test_a_config_with_other_labels_is_refused(copy: Path) -> None:
    edit_config(copy, id2label={"0": "yes", "1": "no", "2": "neutral"})
    with pytest.raises(ModelError, match="must name favor, against and neutral"):
        read_manifest(copy)


def test_label_order_is_read_from_the_configuration(copy: Path) -> None:
    edit_config(copy, id2label={"0": "against", "1": "favor", "2": "neutral"}, self_test=[])
    pair = [Pair("I fully support this agreement.", "The agreement", "")]
    as_built, swapped = BundledReader(BUNDLED).read(pair)[0], BundledReader(copy).read(pair)[0]
    assert as_built.probabilities[0] == pytest.approx(swapped.probabilities[1])


def test_self_test_catches_weights_that_read_wrongly(copy: Path) -> None:
    edit_config(copy, id2label={"0": "against", "1": "favor", "2": "neutral"})
    with pytest.raises(ModelError, match="fail their self-test"):
        BundledReader(copy)


def test_revision_changes_with_the_configuration(copy: Path) -> None:
    before = BundledReader(copy).revision
    edit_config(copy, note="recalibrated")
    assert BundledReader(copy).revision != before


def test_a_target_too_long_to_be_read_whole_is_refused() -> None:
    with pytest.raises(ModelError, match="shorten the target"):
        StanceClassifier.from_pretrained().predict(["a text"], ["the agreement " * 400])
