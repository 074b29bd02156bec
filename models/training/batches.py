"""Token rows in batches of similar length, each under a budget of padded tokens."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from models.training.examples import Example
from models.windows import Layout, Row, cut_windows, piece_ids


@dataclass(frozen=True, slots=True)
class Encoded:
    """A row of ids with what the loss needs."""

    row: Row
    label: int
    relevant: int
    has_neutral: bool


def encode(tokenizer: Any, layout: Layout, examples: Sequence[Example]) -> list[Encoded]:
    """Return one row an example: the first window of its text."""
    texts = piece_ids(tokenizer, [e.text for e in examples])
    targets = piece_ids(tokenizer, [e.target for e in examples])
    contexts = piece_ids(tokenizer, [e.context for e in examples])
    return [
        Encoded(cut_windows(layout, target, context, text)[0], e.label, e.relevant, e.has_neutral)
        for e, target, context, text in zip(examples, targets, contexts, texts, strict=True)
    ]


def token_batches(
    rows: list[Encoded], budget: int, rng: random.Random, pool: int = 2000
) -> list[list[Encoded]]:
    """Return shuffled batches of at most `budget` padded tokens, sorted by length within pools of `pool`
    rows.
    """
    rows = rows[:]
    rng.shuffle(rows)
    batches: list[list[Encoded]] = []
    for begin in range(0, len(rows), pool):
        current: list[Encoded] = []
        for row in sorted(rows[begin : begin + pool], key=lambda r: len(r.row.ids)):
            if current and (len(current) + 1) * len(row.row.ids) > budget:
                batches.append(current)
                current = []
            current.append(row)
        if current:
            batches.append(current)
    rng.shuffle(batches)
    return batches


def tensors(rows: Sequence[Row], pad: int) -> dict[str, torch.Tensor]:
    """Return input_ids, attention_mask and token_type_ids, each (rows, longest)."""
    longest = max(len(r.ids) for r in rows)
    return {
        "input_ids": torch.tensor([r.ids + [pad] * (longest - len(r.ids)) for r in rows]),
        "attention_mask": torch.tensor([[1] * len(r.ids) + [0] * (longest - len(r.ids)) for r in rows]),
        "token_type_ids": torch.tensor([r.types + [0] * (longest - len(r.ids)) for r in rows]),
    }
