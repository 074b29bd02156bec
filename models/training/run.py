"""Rebuilds the bundled weights: `python -m models.training.run --shared ../shared --out DIR`.

Stages: expand the backbone, inference pairs, main mix, a closing stage on relevance, then calibrate, export and write
the card (`--train-only` stops after the last stage). A stage that is done is not done again.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
from pathlib import Path

import torch
from transformers import AutoTokenizer

from models.training.batches import encode, token_batches
from models.training.fit import Stage, run_stage, seeded
from models.training.mix import Mix
from models.training.network import StanceNetwork
from models.training.relevance import blended, fit_relevance
from models.windows import Layout

log = logging.getLogger("training")

CLOSING_SHARE = 1 / 2
"""Weight of the closing stage in the average with the main one: after a long main stage it alone calls too many texts
neutral, while without it talk about nothing passes for stance."""


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """Return the command line's choices."""
    parser = argparse.ArgumentParser(prog="python -m models.training.run", description=__doc__)
    parser.add_argument(
        "--shared", type=Path, required=True, help="the evaluation folder with backbone and data"
    )
    parser.add_argument(
        "--out", type=Path, required=True, help="folder for checkpoints, the log and the built weights"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--passes", type=int, default=3, help="passes over our own texts")
    parser.add_argument("--rate", type=float, default=1e-4, help="peak learning rate of the encoder")
    parser.add_argument("--budget", type=int, default=1536, help="padded tokens a batch")
    parser.add_argument("--nli-minutes", type=float, default=15, help="at most this long on inference pairs")
    parser.add_argument("--minutes", type=float, default=55, help="at most this long on the main mix")
    parser.add_argument(
        "--relevance-minutes", type=float, default=7, help="at most this long on the closing stage"
    )
    parser.add_argument(
        "--start", type=Path, help="weights folder to go on from, in place of the stage on inference pairs"
    )
    parser.add_argument("--frozen", type=int, default=0, help="layers held as they are, counted from below")
    parser.add_argument(
        "--closing-share",
        type=float,
        default=CLOSING_SHARE,
        help="weight of the closing stage in the average",
    )
    parser.add_argument("--only-first", type=int, default=0, help="smoke run: only so many examples a pass")
    parser.add_argument("--train-only", action="store_true")
    return parser.parse_args(arguments)


def train(options: argparse.Namespace) -> None:
    """Expand the backbone and run the three stages; leaves `final.pt` in the folder."""
    out: Path = options.out
    out.mkdir(parents=True, exist_ok=True)
    backbone = out / "backbone"
    if not (backbone / "model.safetensors").exists():
        expand = options.shared / "backbone/expand.py"
        subprocess.run([sys.executable, str(expand), str(backbone)], check=True)
    tokenizer = AutoTokenizer.from_pretrained(backbone, local_files_only=True)
    layout, rng = Layout(), seeded(options.seed)
    mix = Mix(options.shared, options.seed)
    network = StanceNetwork.from_backbone(backbone)
    limit = options.only_first or None
    nli, batches = [], []
    if options.start:
        save_start(network, options.start, out / "nli.pt")
    if not (out / "nli.pt").exists():
        nli = token_batches(encode(tokenizer, layout, mix.nli_pass()[:limit]), options.budget, rng)
    if options.frozen:
        network.freeze(options.frozen)
    network = run_stage(network, Stage("nli", options.rate, 0.08, options.nli_minutes), nli, layout, out)
    for number in range(0 if (out / "main.pt").exists() else options.passes):
        chosen = mix.continued_pass(number) if options.start else mix.main_pass(number)
        rows = encode(tokenizer, layout, chosen[:limit])
        log.info("pass %d: %d examples", number, len(rows))
        batches += token_batches(rows, options.budget, rng)
    network = run_stage(network, Stage("main", options.rate, 0.05, options.minutes), batches, layout, out)
    closing = token_batches(
        encode(tokenizer, layout, mix.relevance_pass(1, bool(options.start))[:limit]), options.budget, rng
    )
    stage = Stage("relevance", 0.3 * options.rate, 0.05, options.relevance_minutes)
    network = run_stage(network, stage, closing, layout, out)
    network.load_state_dict(blended(torch.load(out / "main.pt"), network.state_dict(), options.closing_share))
    talk = token_batches(encode(tokenizer, layout, mix.relevance_pass(3)[:limit]), options.budget, rng)
    fit_relevance(network, talk, layout, options.seed)
    torch.save(network.state_dict(), out / "final.pt")


def save_start(network: StanceNetwork, folder: Path, path: Path) -> None:
    """Write the weights of `folder` as if they came out of the first stage; the backbone's word vectors stay exact."""
    from models.training.recover import recovered_state  # here: only this needs OpenVINO before the end

    words = "encoder.embeddings.word_embeddings.weight"
    torch.save(recovered_state(folder, network) | {words: network.state_dict()[words]}, path)


def main(arguments: list[str] | None = None) -> int:
    """Train, then build the weights folder."""
    options = parsed(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(int(os.environ.get("TRAIN_THREADS", "2")))
    train(options)
    if not options.train_only:
        from models.training.build import build  # here: a training run needs neither OpenVINO nor nncf

        build(options.out, options.shared, options.out / "weights")
    return 0


if __name__ == "__main__":
    sys.exit(main())
