"""Both languages say the same things, and the interface says nothing else."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from string import Formatter

import pytest

from records import LABELS, SourceState
from words import LANGUAGES, load_words, say

ROOT = Path(__file__).resolve().parents[2]
SCREEN = [ROOT / "dashboard.py", *(ROOT / "app_pages").rglob("*.py"), *(ROOT / "charts").rglob("*.py")]


def keys_in_code() -> list[tuple[str, str]]:
    """Return (where, pattern) of every key in the screen's code; a computed part of a key becomes `.+`."""
    found = []
    for path in SCREEN:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            where = f"{path.name}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                if (
                    re.fullmatch(r"[a-z_]+\.[a-z_]*[a-z]", node.value)
                    and node.value.split(".")[0] in SECTIONS
                ):
                    found.append((where, re.escape(node.value)))
            elif isinstance(node, ast.JoinedStr):
                parts = [
                    re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in node.values
                ]
                pattern = "".join(parts)
                if pattern.split(r"\.")[0] in SECTIONS and r"\." in pattern and " " not in pattern:
                    found.append((where, pattern))
    return found


SECTIONS = {key.split(".")[0] for key in load_words("en")}


def test_languages_have_the_same_keys() -> None:
    assert set(load_words("en")) == set(load_words("es"))


@pytest.mark.parametrize("key", sorted(load_words("en")))
def test_sentence_has_the_same_placeholders_and_is_said(key: str) -> None:
    names = []
    for lang in LANGUAGES:
        sentence = load_words(lang)[key]
        assert sentence.strip(), f"{lang}: {key} is empty"
        names.append({name for _, name, _, _ in Formatter().parse(sentence) if name is not None})
    assert names[0] == names[1]


def test_every_key_in_the_code_is_said() -> None:
    keys = load_words("en")
    missing = [(where, p) for where, p in keys_in_code() if not any(re.fullmatch(p, key) for key in keys)]
    assert not missing
    assert len(keys_in_code()) > 100


def test_every_sentence_is_used() -> None:
    patterns = [pattern for _, pattern in keys_in_code()]
    unused = [key for key in load_words("en") if not any(re.fullmatch(pattern, key) for pattern in patterns)]
    assert not unused


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_and_stance_has_a_name_and_a_meaning(lang: str) -> None:
    for state in SourceState.__args__:  # type: ignore[attr-defined]
        assert say(lang, f"source_state.{state}") and say(lang, f"source_meaning.{state}")
    for label in LABELS:
        assert say(lang, f"stance.{label}")
    assert len(say(lang, "format.months").split()) == 12


def test_spanish_is_not_left_in_english() -> None:
    """Sentences (not names such as Reddit) that are equal in both languages were forgotten."""
    en, es = load_words("en"), load_words("es")
    same = [key for key in en if en[key] == es[key] and len(en[key].split()) > 2]
    assert not same


def test_interface_never_speaks_for_the_public() -> None:
    for lang in LANGUAGES:
        text = " ".join(load_words(lang).values()).lower()
        assert "the public thinks" not in text and "el público piensa" not in text
