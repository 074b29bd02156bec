from __future__ import annotations

from datetime import date, timedelta

import pytest

from charts.axes import time_ticks


@pytest.mark.parametrize("n_days", [1, 2, 6, 14, 31, 60, 75, 76, 200, 410, 900, 2500])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_ticks_are_few_inside_and_named_in_the_readers_language(n_days: int, lang: str) -> None:
    first = date(2025, 1, 17)
    last = first + timedelta(days=n_days - 1)
    days, texts = time_ticks(first, last, lang)
    assert 1 <= len(days) <= 5
    assert all(first <= at <= last for at in days)
    assert len(texts) == len(days)
    assert str(days[0].year) in texts[0]
    if lang == "es":
        assert not any(word in " ".join(texts) for word in ("Jan", "Apr", "Aug", "Dec"))


def test_year_is_said_once_a_year() -> None:
    days, texts = time_ticks(date(2025, 2, 1), date(2026, 3, 1), "en")
    assert sum("2025" in text for text in texts) == 1
    assert sum("2026" in text for text in texts) == (1 if any(at.year == 2026 for at in days) else 0)
