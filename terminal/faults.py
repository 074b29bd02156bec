"""Whatever ends a command early, as an exit status and one plain sentence."""

from __future__ import annotations

import traceback
from pathlib import Path

FAILED, USAGE = 1, 2
ROOT = Path(__file__).resolve().parents[1]

INSTALL = "run `make run` once, then start it with .venv/bin/python"

EXIT_STATUS = {
    "job.options.UsageError": USAGE,
    "job.cluster.EngineError": USAGE,
    "settings.errors.SettingsError": USAGE,
    "topics.loader.TopicError": USAGE,
    "job.export.ExportError": FAILED,
    "models.ModelError": FAILED,
    "store.errors.StoreError": FAILED,
}
"""Our own errors, whose message is the sentence. By name: to import them all would take longer than most commands."""


def explained(error: BaseException) -> tuple[int, str]:
    """Return the exit status and the sentence for an error that ended a command."""
    for kind in type(error).__mro__:
        status = EXIT_STATUS.get(f"{kind.__module__}.{kind.__qualname__}")
        if status is not None:
            return status, str(error)
    if isinstance(error, ModuleNotFoundError) and not _is_ours(error.name or ""):
        return FAILED, f"not installed here: {error.name}; {INSTALL}"
    if isinstance(error, MemoryError):
        return FAILED, "this machine has too little free memory for it; what was stored is kept"
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return FAILED, f"{where}{error.strerror}; check the disk and the folder's rights, then run it again"
    what = " ".join(str(error).split())[:300]
    if type(error).__module__.startswith(("polars", "pyo3_runtime", "deltalake")):
        return FAILED, (
            f"a table of the store could not be worked with ({type(error).__name__}: {what}; at {_way(error)}); restore "
            "the store from a backup, or move its folder away and run refresh.py to build it anew"
        )
    return FAILED, (
        f"a fault of ours ended it ({type(error).__name__}: {what}; at {_way(error)}); what was stored is kept. "
        "Please report it with these words"
    )


def _is_ours(module: str) -> bool:
    top = ROOT / module.partition(".")[0]
    return top.is_dir() or top.with_suffix(".py").is_file()


def _way(error: BaseException) -> str:
    """Return the places in our code that led to the error, the innermost first: the traceback in one line."""
    ours = [
        f"{Path(frame.filename).relative_to(ROOT)}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(ROOT) and ".venv" not in frame.filename
    ]
    return " < ".join(reversed(ours[-6:])) or "no place of ours"
