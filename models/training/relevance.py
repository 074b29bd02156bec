"""Averages the last two stages, and fits the relevance head alone on what the averaged encoder sees.

The head is fitted last and by itself, because many off-topic examples in the whole network's diet make it read on-topic
texts as neutral.
"""

from __future__ import annotations

import logging

import torch
from torch import Tensor
from torch.nn import functional

from models.training.batches import Encoded, tensors
from models.training.examples import UNKNOWN
from models.training.network import StanceNetwork
from models.windows import Layout

log = logging.getLogger("training")

EPOCHS = 25


def blended(first: dict[str, Tensor], second: dict[str, Tensor], share: float) -> dict[str, Tensor]:
    """Return the weights `share` of the way from `first` to `second`."""
    return {k: torch.lerp(a.float(), second[k].float(), share).to(a.dtype) for k, a in first.items()}


def pooled_rows(
    network: StanceNetwork, batches: list[list[Encoded]], layout: Layout
) -> tuple[Tensor, Tensor]:
    """Return (pooled states, relevance 0 or 1) of all rows whose relevance is known."""
    network.eval()
    states, relevant = [], []
    with torch.inference_mode():
        for batch in batches:
            known = [b for b in batch if b.relevant != UNKNOWN]
            if known:
                states.append(network.pooled(**tensors([b.row for b in known], layout.pad)))
                relevant += [float(b.relevant) for b in known]
    return torch.cat(states).clone(), torch.tensor(relevant)


def fit_relevance(network: StanceNetwork, batches: list[list[Encoded]], layout: Layout, seed: int) -> None:
    """Fit the relevance head on frozen states, in place."""
    states, relevant = pooled_rows(network, batches, layout)
    torch.manual_seed(seed)
    head = network.relevance
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, weight_decay=0.05)
    head.train()
    for epoch in range(EPOCHS):
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * (1 - epoch / EPOCHS)
        for rows in torch.randperm(len(states)).split(256):
            loss = functional.binary_cross_entropy_with_logits(head(states[rows]).squeeze(-1), relevant[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    log.info("relevance head on %d rows: last loss %.3f", len(states), float(loss.detach()))
    network.eval()
