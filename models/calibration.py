"""Temperatures and the threshold that turn a model's logits into honest probabilities and labels."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

_SPANISH = re.compile(
    r"\b(el|la|los|las|de|del|que|en|una|un|y|por|para|con|se|lo|su|es|al|más|muy"
    r"|está|pero|ya|ni|si|sí|esto|esta)\b"
    r"|[ñ¿¡]",
    re.IGNORECASE,
)
_ENGLISH = re.compile(
    r"\b(the|of|and|to|in|is|that|for|it|on|with|this|are|was|be|we|you|they|not|by"
    r"|at|have|has|will|an|as|from)\b",
    re.IGNORECASE,
)


def softmax(logits: np.ndarray) -> np.ndarray:
    """Return the softmax over the last axis."""
    raised = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return raised / raised.sum(axis=-1, keepdims=True)


@dataclass(frozen=True, slots=True)
class Calibration:
    """One temperature a language, and the probability under which a reading is `unclear`."""

    english: float = 1.0
    spanish: float = 1.0
    threshold: float = 0.0

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Calibration:
        """Return the calibration of a configuration. Raises KeyError or ValueError when a figure is
        missing or absurd.
        """
        made = cls(
            float(config["temperature"]["en"]), float(config["temperature"]["es"]), float(config["threshold"])
        )
        if not (0 < made.english < 20 and 0 < made.spanish < 20 and 0 <= made.threshold < 1):
            raise ValueError("a temperature or the threshold is out of range")
        return made

    def temperature(self, text: str) -> float:
        """Return the temperature for a text: by its function words; their geometric mean when neither
        language leads.

        A temperature never changes which stance is likeliest, so a wrong guess here cannot turn a reading
        around.
        """
        spanish, english = len(_SPANISH.findall(text)), len(_ENGLISH.findall(text))
        if spanish == english:
            return float(np.sqrt(self.english * self.spanish))
        return self.spanish if spanish > english else self.english
