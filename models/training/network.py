"""The network: an encoder, its mean and first token, a stance head and a relevance head."""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import BertConfig, BertModel

from models.training.examples import UNKNOWN

RELEVANCE_WEIGHT = 0.3


class StanceNetwork(nn.Module):
    """Returns (stance logits (n, 3) in the order favor, against, neutral; relevance logit (n,))."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.dropout = nn.Dropout(0.1)
        self.mixer = nn.Linear(2 * width, width)
        self.stance = nn.Linear(width, 3)
        self.relevance = nn.Sequential(
            nn.Linear(2 * width, 128), nn.GELU(), nn.Dropout(0.2), nn.Linear(128, 1)
        )

    @classmethod
    def from_backbone(cls, folder: Path) -> StanceNetwork:
        """Return the network on the expanded backbone, word embeddings frozen, heads fresh."""
        encoder = BertModel.from_pretrained(
            folder, add_pooling_layer=False, attn_implementation="sdpa", dtype=torch.float32
        )
        encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        return cls(encoder)

    @classmethod
    def from_config(cls, folder: Path) -> StanceNetwork:
        """Return the network with the shape of the backbone and no weights: to load a checkpoint into."""
        config = BertConfig.from_pretrained(folder, attn_implementation="sdpa")
        return cls(BertModel(config, add_pooling_layer=False))

    def freeze(self, layers: int) -> None:
        """Hold the embeddings and the lowest `layers` of the encoder as they are."""
        for part in (self.encoder.embeddings, *self.encoder.encoder.layer[:layers]):
            part.requires_grad_(False)

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> tuple[Tensor, Tensor]:
        pooled = self.pooled(input_ids, attention_mask, token_type_ids)
        hidden = self.dropout(functional.gelu(self.mixer(self.dropout(pooled))))
        return self.stance(hidden), self.relevance(pooled).squeeze(-1)

    def pooled(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        """Return the first token's state beside the mean of all states, (n, 2 * width)."""
        states = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return torch.cat([states[:, 0], (states * mask).sum(1) / mask.sum(1)], dim=-1)


def loss_of(
    stance: Tensor, relevance: Tensor, label: Tensor, relevant: Tensor, has_neutral: Tensor
) -> Tensor:
    """Return the batch loss: cross-entropy, neutral masked where the set has none, plus the relevance
    loss.
    """
    stance = stance.float().clone()
    stance[:, 2] = torch.where(has_neutral, stance[:, 2], torch.full_like(stance[:, 2], -1e4))
    total = functional.cross_entropy(stance, label)
    known = relevant != UNKNOWN
    if known.any():
        part = functional.binary_cross_entropy_with_logits(relevance.float()[known], relevant[known].float())
        total = total + RELEVANCE_WEIGHT * part * known.float().mean()
    return total
