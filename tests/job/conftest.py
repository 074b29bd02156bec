"""Fixtures of the job's tests: a quiet reporter, and a job that needs no weights."""

from __future__ import annotations

import pytest
from rich.console import Console

from job.report import Reporter
from tests.job.made_sources import NeutralModel


@pytest.fixture
def quiet() -> Reporter:
    return Reporter(Console(quiet=True))


@pytest.fixture
def neutral_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("job.run.LocalModel", NeutralModel)
