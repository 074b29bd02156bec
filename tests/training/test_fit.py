"""Batches, the loss and the schedule (these need torch)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="torch is not installed; training needs requirements-train.txt")

from transformers import BertConfig, BertModel  # noqa: E402

from models.training.batches import Encoded, tensors, token_batches  # noqa: E402
from models.training.fit import Stage, rate_at, run_stage  # noqa: E402
from models.training.network import StanceNetwork, loss_of  # noqa: E402
from models.training.relevance import blended, fit_relevance  # noqa: E402
from models.windows import Layout, compose  # noqa: E402

LAYOUT = Layout()


def tiny_network() -> StanceNetwork:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=50, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32
    )
    return StanceNetwork(BertModel(config, add_pooling_layer=False))


def rows(n: int, seed: int = 0) -> list[Encoded]:
    """Return rows whose label is written in the text's first token: learnable in a few steps."""
    rng = random.Random(seed)
    made = []
    for _ in range(n):
        label = rng.randrange(3)
        text = [10 + label] + [rng.randrange(20, 50) for _ in range(rng.randrange(3, 20))]
        made.append(Encoded(compose(LAYOUT, [5], [], text), label, label != 2, True))
    return made


def test_batches_hold_every_row_once_under_the_budget() -> None:
    made = token_batches(rows(500), 256, random.Random(1))
    assert sum(len(b) for b in made) == 500
    assert all(len(b) * max(len(r.row.ids) for r in b) <= 256 for b in made)


def test_padding_does_not_change_a_reading() -> None:
    network, pair = (
        tiny_network().eval(),
        [compose(LAYOUT, [5], [], [11, 30]), compose(LAYOUT, [5], [], list(range(20, 40)))],
    )
    with torch.no_grad():
        alone, together = network(**tensors(pair[:1], 1))[0], network(**tensors(pair, 1))[0]
    assert torch.allclose(alone[0], together[0], atol=1e-5)


def test_neutral_logit_is_out_of_the_loss_where_the_set_has_no_neutral() -> None:
    label, relevant = torch.tensor([0]), torch.tensor([-1])
    loud = torch.tensor([[1.0, 0.0, 9.0]])
    quiet = torch.tensor([[1.0, 0.0, -9.0]])
    masked = [loss_of(s, torch.zeros(1), label, relevant, torch.tensor([False])) for s in (loud, quiet)]
    assert masked[0] == pytest.approx(float(masked[1]))
    assert loss_of(loud, torch.zeros(1), label, relevant, torch.tensor([True])) > masked[0]


def test_unknown_relevance_is_out_of_the_loss() -> None:
    stance, label, masked = torch.zeros(1, 3), torch.tensor([0]), torch.tensor([True])
    unknown = [loss_of(stance, torch.tensor([r]), label, torch.tensor([-1]), masked) for r in (-9.0, 9.0)]
    assert unknown[0] == unknown[1]


def test_rate_rises_then_falls_to_almost_nothing() -> None:
    assert rate_at(0.0, 0.1) == 0 and rate_at(0.1, 0.1) == pytest.approx(1)
    assert rate_at(0.5, 0.1) > rate_at(0.9, 0.1) > rate_at(1.0, 0.1) == pytest.approx(0.02)


def test_a_stage_learns_and_a_finished_stage_is_not_run_again(tmp_path: Path) -> None:
    batches = token_batches(rows(3000), 512, random.Random(1))
    network = run_stage(tiny_network(), Stage("main", 3e-3, 0.1, 5), batches, LAYOUT, tmp_path).eval()
    test = rows(200, seed=9)
    with torch.no_grad():
        right = network(**tensors([r.row for r in test], 1))[0].argmax(1) == torch.tensor(
            [r.label for r in test]
        )
    assert right.float().mean() > 0.9
    again = run_stage(tiny_network(), Stage("main", 3e-3, 0.1, 5), [], LAYOUT, tmp_path)
    assert torch.equal(again.stance.weight, network.stance.weight)
    assert [p.name for p in tmp_path.iterdir()] == ["main.pt"]


def test_relevance_head_learns_on_a_frozen_encoder() -> None:
    network = tiny_network()
    before = {k: v.clone() for k, v in network.state_dict().items()}
    bare = [
        Encoded(compose(LAYOUT, [5], [], [10 + i % 3] * 3), i % 3, int(i % 3 != 2), True) for i in range(900)
    ]
    fit_relevance(network, [bare[:300], bare[300:]], LAYOUT, seed=1)
    with torch.no_grad():
        found = network(**tensors([r.row for r in bare[:3]], 1))[1] > 0
    assert found.tolist() == [True, True, False]
    after = network.state_dict()
    assert all(torch.equal(before[k], after[k]) for k in before if not k.startswith("relevance"))


def test_blended_weights_lie_between() -> None:
    made = blended({"w": torch.zeros(2)}, {"w": torch.ones(2)}, 0.25)
    assert torch.equal(made["w"], torch.full((2,), 0.25))
