"""Temperatures by language and the threshold."""

from __future__ import annotations

import numpy as np
import pytest

from models.calibration import Calibration, softmax

MADE = Calibration(english=1.0, spanish=4.0, threshold=0.4)


def test_temperature_follows_the_language_of_the_text() -> None:
    assert MADE.temperature("the deal is bad for us and for them") == 1.0
    assert MADE.temperature("el acuerdo es malo para los dos países") == 4.0


def test_text_without_function_words_gets_the_mean() -> None:
    assert MADE.temperature("CECOT 🤡") == pytest.approx(2.0)


def test_temperature_never_changes_the_likeliest_stance() -> None:
    logits = np.array([[0.2, 0.1, -3.0]])
    assert softmax(logits / 0.5).argmax() == softmax(logits / 5).argmax() == 0


@pytest.mark.parametrize("temperature", [0, -1, 50])
def test_absurd_temperature_is_refused(temperature: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        Calibration.from_config({"temperature": {"en": 1, "es": temperature}, "threshold": 0.4})
