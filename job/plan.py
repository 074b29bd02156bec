"""What one run of the job is asked to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from collectors.contract import Collector


@dataclass(frozen=True, slots=True)
class Plan:
    """The sources to ask, when (aware UTC), from when on, with which files, and what reads the texts."""

    collectors: Sequence[Collector]
    now: datetime
    since: datetime | None = None
    files: tuple[Path, ...] = ()
    file_format: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)  # role -> column, for files
    again: bool = False  # read files that were imported before and have not changed
    engine: str = "local"
