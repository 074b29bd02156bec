"""From a trained network to the weights folder: export, calibration, self-test, checksums, card.

`python -m models.training.build --shared ../shared --out DIR [--checkpoint FILE]`
"""

from __future__ import annotations

import argparse
import hashlib
import json
import logging
import random
import sys
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from transformers import AutoTokenizer

from models.calibration import Calibration
from models.engine import BundledReader
from models.stance import StanceClassifier
from models.training.batches import encode, tensors
from models.training.calibrate import fit
from models.training.card import write_card
from models.training.examples import Example
from models.training.export import to_openvino, weights_int8, whole_int8, write_model
from models.training.measure import measure
from models.training.measured_sets import all_sets
from models.training.mix import Mix
from models.training.network import StanceNetwork
from models.training.score import macro_f1
from models.windows import Layout, Row, length_batches

log = logging.getLogger("training")

LARGEST_LOSS = 0.007
"""Activations stay in int8 only if held-out macro-F1 falls by less than this against full precision."""

SELF_TEST = (
    ("This agreement is a disgrace, cancel it now.", "The agreement should go ahead", "against"),
    ("I fully support this agreement, it is the best decision in years.", "The agreement", "favor"),
    ("Este acuerdo es una vergüenza y hay que anularlo ya.", "El acuerdo", "against"),
    ("Apoyo totalmente este acuerdo, es la mejor decisión en años.", "El acuerdo", "favor"),
)


def load_network(out: Path, checkpoint: Path) -> StanceNetwork:
    """Return the trained network from a final or a partial checkpoint."""
    network = StanceNetwork.from_config(out / "backbone")
    saved = torch.load(checkpoint, map_location="cpu")
    network.load_state_dict(saved.get("network", saved))
    return network.eval()


def torch_logits(network: StanceNetwork, rows: list[Row], layout: Layout) -> np.ndarray:
    """Return full-precision stance logits, (n, 3)."""
    found = np.zeros((len(rows), 3))
    with torch.inference_mode():
        for batch in length_batches([len(r.ids) for r in rows], 2048):
            found[batch] = network(**tensors([rows[i] for i in batch], layout.pad))[0].numpy()
    return found


def write_config(folder: Path, layout: Layout, calibration: Calibration, self_test: bool) -> None:
    """Write config.json: labels, layout, calibration, self-test and the checksums of the other files."""
    sums = {
        n: hashlib.sha256((folder / n).read_bytes()).hexdigest()
        for n in ("model.xml", "model.bin", "tokenizer.json")
    }
    config = {
        "model_type": "bert",
        "id2label": {"0": "favor", "1": "against", "2": "neutral"},
        "layout": asdict(layout),
        "calibration": {
            "temperature": {"en": round(calibration.english, 4), "es": round(calibration.spanish, 4)},
            "threshold": calibration.threshold,
        },
        "self_test": [{"text": t, "target": g, "label": s} for t, g, s in SELF_TEST] if self_test else [],
        "sha256": sums,
    }
    (folder / "config.json").write_text(
        json.dumps(config, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def build(
    out: Path,
    shared: Path,
    weights: Path,
    checkpoint: Path | None = None,
    card: bool = True,
    rough: bool = False,
) -> None:
    """Write the weights folder from the checkpoint (`final.pt` if not named). `rough` leaves out activations, self-test
    and card.
    """
    weights.mkdir(parents=True, exist_ok=True)
    layout = Layout()
    network = load_network(out, checkpoint or out / "final.pt")
    tokenizer = AutoTokenizer.from_pretrained(out / "backbone", local_files_only=True)
    mix = Mix(shared, 1)
    rows = [e.row for e in encode(tokenizer, layout, random.Random(5).sample(mix.main_pass(0), 1024))]
    held = mix.held_out
    held_rows = [e.row for e in encode(tokenizer, layout, held)]
    gold = np.array([e.label for e in held])
    exact = torch_logits(network, held_rows, layout)
    full = macro_f1(gold, exact.argmax(1))
    tables = json.loads((out / "backbone/tokenizer.json").read_text(encoding="utf-8"))
    compact = json.dumps(
        tables, ensure_ascii=False, separators=(",", ":")
    )  # half the size of the indented file
    (weights / "tokenizer.json").write_text(compact, encoding="utf-8")
    model = to_openvino(network)
    chosen, logits = "", exact
    for kind in ("weights",) if rough else ("weights and activations", "weights"):
        small = whole_int8(to_openvino(network), rows, layout) if kind != "weights" else weights_int8(model)
        write_model(small, weights)
        write_config(weights, layout, Calibration(), self_test=False)
        logits, _ = BundledReader(weights).logits(held_rows)
        found = macro_f1(gold, logits.argmax(1))
        log.info("int8 %s: held-out macro-F1 %.4f, full precision %.4f", kind, found, full)
        if full - found <= LARGEST_LOSS:
            chosen = kind
            break
    calibration = fit(logits, gold, np.array([e.lang == "es" for e in held]))
    log.info("int8 of %s; calibration %s", chosen or "weights", calibration)
    write_config(weights, layout, calibration, self_test=not rough)
    if card:
        scores = measure(StanceClassifier.from_pretrained(weights), all_sets(shared))
        write_card(
            weights / "CARD.md", scores, calibration, chosen or "weights", full, _hard_tags(weights, held)
        )


def _hard_tags(weights: Path, held: list[Example]) -> dict[str, tuple[int, float]]:
    """Return for each hard tag of the held-out topics the number of readings and the accuracy."""
    found = StanceClassifier.from_pretrained(weights).predict_proba(
        [e.text for e in held], [e.target for e in held], [e.context for e in held]
    )
    right = found.argmax(1) == np.array([e.label for e in held])
    tags = sorted({t for e in held for t in e.hard})
    return {
        t: (sum(t in e.hard for e in held), float(right[[t in e.hard for e in held]].mean())) for t in tags
    }


def main(arguments: list[str] | None = None) -> int:
    """Build the weights folder from a checkpoint."""
    parser = argparse.ArgumentParser(prog="python -m models.training.build", description=__doc__)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="the training folder")
    parser.add_argument(
        "--weights", type=Path, default=None, help="where the weights go; OUT/weights if left out"
    )
    parser.add_argument("--checkpoint", type=Path, default=None)
    parser.add_argument(
        "--rough", action="store_true", help="no self-test and no card: a look at a model in the making"
    )
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    weights = options.weights or options.out / "weights"
    build(
        options.out, options.shared, weights, options.checkpoint, card=not options.rough, rough=options.rough
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
