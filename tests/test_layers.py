"""The import rules of ARCHITECTURE.md, read from the source itself."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
BASE = {"records", "settings", "words"}

ALLOWED: dict[str, set[str]] = {
    "records": set(),
    "settings": set(),
    "words": set(),
    "terminal": set(),
    "topics": {"records"},
    "collectors": {"records", "settings", "topics"},
    "models": {"records", "terminal", "topics"},
    "store": {"records", "topics"},
    "analysis": {"records", "topics"},
    "simulations": {"records", "analysis"},
    "job": {"records", "settings", "topics", "collectors", "models", "store", "analysis"},
    "refresh": {
        "records",
        "terminal",
        "settings",
        "topics",
        "collectors",
        "models",
        "store",
        "analysis",
        "job",
    },
    "charts": {*BASE, "topics", "store", "analysis"},
    "app_pages": {*BASE, "topics", "store", "analysis", "charts"},
    "dashboard": {*BASE, "topics", "store", "analysis", "charts", "app_pages"},
}
STREAMLIT = {"dashboard", "app_pages"}
TORCH = ("models/training/", "models/hub.py")


def source_files() -> list[Path]:
    files = [path for part in ALLOWED for path in (ROOT / part).rglob("*.py")]
    return files + [ROOT / f"{part}.py" for part in ALLOWED if (ROOT / f"{part}.py").exists()]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}:{node.lineno}: use absolute imports"
            names.add(node.module or "")
    return names


def part_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", source_files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_file_imports_only_what_its_layer_may(path: Path) -> None:
    part = part_of(path)
    tops = {name.split(".")[0] for name in imported(path)}
    ours = (tops & set(ALLOWED)) - {part}
    assert ours <= ALLOWED[part], f"{part} may not import {sorted(ours - ALLOWED[part])}"
    if part not in STREAMLIT:
        assert "streamlit" not in tops
    if not str(path.relative_to(ROOT)).startswith(TORCH):
        assert "torch" not in tops


@pytest.mark.parametrize("part", ["charts", "app_pages", "dashboard"])
def test_app_side_knows_only_the_stores_queries(part: str) -> None:
    files = [path for path in source_files() if part_of(path) == part]
    assert files
    for path in files:
        store_names = {name for name in imported(path) if name.split(".")[0] == "store"}
        allowed = {"store", "store.queries", "store.errors"}
        if part == "app_pages":
            allowed |= {"store.labels"}  # what analysts answer is the one thing that a page writes
        assert store_names <= allowed, f"{path.name}: {store_names}"


def test_every_layer_is_there() -> None:
    for part in ALLOWED:
        assert (ROOT / part).is_dir() or (ROOT / f"{part}.py").is_file(), part


def test_no_catch_all_modules() -> None:
    forbidden = {"utils", "helpers", "common", "misc"}
    assert not {path.stem for path in source_files()} & forbidden
