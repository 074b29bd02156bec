"""Every word of the interface, in English and Spanish: `say(lang, key, **values)`. Imports nothing of ours."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "es")


@cache
def load_words(lang: str) -> dict[str, str]:
    """Return the flat mapping `section.key` -> sentence of one language; raises KeyError for an unknown language."""
    if lang not in LANGUAGES:
        raise KeyError(lang)
    with (Path(__file__).parent / f"{lang}.toml").open("rb") as file:
        tree = tomllib.load(file)
    return {f"{section}.{key}": text for section, entries in tree.items() for key, text in entries.items()}


def say(lang: str, key: str, **values: object) -> str:
    """Return the sentence for `key` with `{placeholders}` filled; an unknown language falls back to English."""
    sentence = load_words(lang if lang in LANGUAGES else "en")[key]
    return sentence.format(**values) if values else sentence
