"""One training stage: schedule, checkpoints, resumption, and the average of the last snapshots."""

from __future__ import annotations

import logging
import math
import random
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from models.training.batches import Encoded, tensors
from models.training.network import StanceNetwork, loss_of
from models.windows import Layout

log = logging.getLogger("training")

SAVE_SECONDS = 480
AVERAGED_SHARE = 0.12
"""The last part of a stage whose snapshots are averaged; the rate is then near zero and the average is a
steadier model.
"""
AVERAGED_EVERY = 20
BFLOAT16 = torch.ops.mkldnn._is_mkldnn_bf16_supported()
"""Whether the processor multiplies in bfloat16; without it such products are fifty times slower than in float32."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Name, peak learning rate, share of warm-up, and the most minutes it may take."""

    name: str
    rate: float
    warmup: float
    minutes: float


def rate_at(progress: float, warmup: float) -> float:
    """Return the factor on the peak rate at `progress` (0-1): a linear rise, then a half cosine to 2 %."""
    if progress < warmup:
        return progress / warmup
    return 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def _optimizer(network: StanceNetwork, rate: float) -> torch.optim.Optimizer:
    heads = {"mixer", "stance", "relevance"}
    groups: dict[tuple[bool, bool], list[torch.nn.Parameter]] = {}
    for name, weight in network.named_parameters():
        if weight.requires_grad:
            groups.setdefault((name.split(".")[0] in heads, weight.ndim > 1), []).append(weight)
    return torch.optim.AdamW(
        [
            {"params": ps, "lr": rate * (4 if head else 1), "weight_decay": 0.01 if matrix else 0.0}
            for (head, matrix), ps in groups.items()
        ],
        fused=True,
    )


def run_stage(
    network: StanceNetwork,
    stage: Stage,
    batches: list[list[Encoded]],
    layout: Layout,
    out: Path,
) -> StanceNetwork:
    """Train through `batches` or until the minutes are over, whichever comes first; return the averaged
    network.

    Progress is the larger of the share of batches and the share of minutes, so that the rate ends low in
    either case. A checkpoint `<stage>.part.pt` is written every few minutes and taken up again after an
    interruption.
    """
    final = out / f"{stage.name}.pt"
    if final.exists():
        network.load_state_dict(torch.load(final))
        log.info("%s: done before, loaded %s", stage.name, final.name)
        return network
    optimizer = _optimizer(network, stage.rate)
    peaks = [g["lr"] for g in optimizer.param_groups]
    part, first, spent = out / f"{stage.name}.part.pt", 0, 0.0
    if part.exists():
        saved = torch.load(part)
        network.load_state_dict(saved["network"])
        optimizer.load_state_dict(saved["optimizer"])
        first, spent = saved["step"], saved["spent"]
        log.info("%s: resumed at step %d", stage.name, first)
    average, n_average = None, 0
    begun, last_save, seen, running = time.monotonic() - spent, time.monotonic(), 0, 0.0
    network.train()
    for step in range(first, len(batches)):
        progress = max(step / len(batches), (time.monotonic() - begun) / (60 * stage.minutes))
        if progress >= 1:
            log.info("%s: the minutes are over at step %d of %d", stage.name, step, len(batches))
            break
        for group, peak in zip(optimizer.param_groups, peaks, strict=True):
            group["lr"] = peak * rate_at(progress, stage.warmup)
        batch = batches[step]
        loss = _step(network, optimizer, batch, layout)
        seen, running = seen + len(batch), 0.98 * running + 0.02 * loss if running else loss
        if progress > 1 - AVERAGED_SHARE and step % AVERAGED_EVERY == 0:
            average, n_average = _averaged(average, n_average, network)
        if step % 50 == 0:
            pace = seen / (time.monotonic() - begun - spent + 1e-9)
            log.info(
                "%s %d/%d progress %.3f loss %.3f texts/s %.1f",
                stage.name,
                step,
                len(batches),
                progress,
                running,
                pace,
            )
        if time.monotonic() - last_save > SAVE_SECONDS:
            last_save = time.monotonic()
            _save(part, network, optimizer, step + 1, last_save - begun)
    if average is not None:
        network.load_state_dict({k: v.to(network.state_dict()[k].dtype) for k, v in average.items()})
    torch.save(network.state_dict(), final)
    part.unlink(missing_ok=True)
    return network


def _step(
    network: StanceNetwork, optimizer: torch.optim.Optimizer, batch: list[Encoded], layout: Layout
) -> float:
    inputs = tensors([b.row for b in batch], layout.pad)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=BFLOAT16):
        stance, relevance = network(**inputs)
    loss = loss_of(
        stance,
        relevance,
        torch.tensor([b.label for b in batch]),
        torch.tensor([b.relevant for b in batch]),
        torch.tensor([b.has_neutral for b in batch]),
    )
    optimizer.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_([p for p in network.parameters() if p.requires_grad], 1.0)
    optimizer.step()
    return float(loss.detach())


def _averaged(average: dict | None, n: int, network: StanceNetwork) -> tuple[dict, int]:
    state = {k: v.detach().float() for k, v in network.state_dict().items()}
    if average is None:
        return {k: v.clone() for k, v in state.items()}, 1
    return {k: a + (state[k] - a) / (n + 1) for k, a in average.items()}, n + 1


def _save(
    path: Path, network: StanceNetwork, optimizer: torch.optim.Optimizer, step: int, spent: float
) -> None:
    fresh = path.with_suffix(".tmp")
    torch.save(
        {"network": network.state_dict(), "optimizer": optimizer.state_dict(), "step": step, "spent": spent},
        fresh,
    )
    fresh.replace(path)
    log.info("checkpoint %s at step %d", path.name, step)


def seeded(seed: int) -> random.Random:
    """Seed torch and return a generator with the same seed."""
    torch.manual_seed(seed)
    return random.Random(seed)
