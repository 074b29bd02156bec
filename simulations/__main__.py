"""Run every simulation, print the table and write it into docs/method.md: `python -m simulations [--runs N]`."""

from __future__ import annotations

import argparse
import importlib
import pkgutil
from pathlib import Path

import polars as pl

import simulations
from simulations.table import markdown, replaced

METHOD = Path(__file__).resolve().parents[1] / "docs" / "method.md"
RUNS, SEED = 1000, 2025


def all_simulations() -> list[str]:
    """Return the names of the modules that hold a simulation, in order."""
    names = [f"simulations.{found.name}" for found in pkgutil.iter_modules(simulations.__path__)]
    return [
        name
        for name in names
        if not name.endswith("__main__") and hasattr(importlib.import_module(name), "simulate")
    ]


def run_all(runs: int = RUNS, seed: int = SEED) -> pl.DataFrame:
    """Return the rows of every simulation, one below the other."""
    return pl.concat([importlib.import_module(name).simulate(runs, seed) for name in all_simulations()])


def main() -> None:
    """Run them, print the table, and put it in its place."""
    parser = argparse.ArgumentParser(prog="python -m simulations", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS, help=f"made-up data sets a case (default {RUNS})")
    runs = parser.parse_args().runs
    if runs < 1:
        parser.error(f"--runs: expected at least 1, got {runs}")
    table = markdown(run_all(runs))
    print(table)
    METHOD.write_text(replaced(METHOD.read_text(encoding="utf-8"), table), encoding="utf-8")
    print(f"\nwritten to {METHOD.relative_to(Path.cwd()) if METHOD.is_relative_to(Path.cwd()) else METHOD}")


if __name__ == "__main__":
    main()
