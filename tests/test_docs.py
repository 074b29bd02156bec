"""The documentation says what is there: commands, settings, sources, links, and nothing that must not be said."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from pydantic import AliasChoices
from pydantic.fields import FieldInfo

from collectors.registry import all_collectors
from refresh import app
from settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DOCS = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name]


def _variable_of(name: str, field: FieldInfo) -> str:
    """The environment's name of a setting: its alias where it has one."""
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return str(alias.choices[0])
    return str(alias) if alias else f"POSTURA_{name.upper()}"


def test_every_setting_is_documented() -> None:
    text = read("docs/operations.md")
    names = [_variable_of(name, field) for name, field in Settings.model_fields.items()]
    assert not [name for name in names if f"`{name}`" not in text]


def test_every_source_is_documented() -> None:
    text = read("docs/sources.md")
    assert not [name for name in all_collectors() if f"| `{name}` |" not in text]


def test_every_command_is_in_the_readme() -> None:
    names = [c.name or getattr(c.callback, "__name__", "") for c in app.registered_commands]
    assert names
    text = read("README.md")
    assert not [name for name in names if f"refresh.py {name}" not in text]


def test_make_targets_named_in_the_docs_exist() -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", read("Makefile"), re.MULTILINE))
    for document in DOCS:
        named = set(re.findall(r"`make ([a-z0-9-]+)`", document.read_text(encoding="utf-8")))
        assert named <= targets, f"{document.name}: {named - targets}"


@pytest.mark.parametrize("document", DOCS, ids=lambda path: path.name)
def test_links_inside_the_repository_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8")):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_every_required_package_has_its_reason() -> None:
    text = read("docs/dependencies.md")
    for name in ("requirements.in", "requirements-dev.in", "requirements-train.in"):
        for line in read(name).splitlines():
            package = re.split(r"[\[=<>~; ]", line.strip(), maxsplit=1)[0]
            if package and not package.startswith(("#", "-")):
                assert package in text, f"{name}: {package} has no reason in docs/dependencies.md"


def test_pins_have_hashes_and_name_no_registry() -> None:
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-train.txt"):
        text = read(name)
        assert "--hash=sha256:" in text
        assert "index-url" not in text
        assert "find-links" not in text


def test_no_file_is_too_long_for_a_newcomer() -> None:
    long = {
        str(path.relative_to(ROOT)): n
        for path in tracked()
        if path.suffix == ".py" and (n := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert not long


def test_no_local_path_or_secret_is_tracked() -> None:
    private = re.compile(r"/(?:home|Users|root|work)/[\w.-]+/|BEGIN [A-Z ]*PRIVATE KEY|ghp_\w{20}|sk-\w{20}")
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".txt", ".in", ".sh", ".yml", ".service", ".json"}:
            found = private.search(path.read_text(encoding="utf-8", errors="replace"))
            assert not found or path.name == "test_docs.py", f"{path.relative_to(ROOT)}: {found and found[0]}"
