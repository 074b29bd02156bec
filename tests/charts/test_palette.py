from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from charts.palette import DARK, LIGHT, Palette, palette

ROOT = Path(__file__).resolve().parents[2]


def luminance(colour: str) -> float:
    """Return the relative luminance of WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_names_are_readable_and_lines_are_visible(colours: Palette) -> None:
    for stance in ("favor", "against", "neutral", "unclear"):
        assert contrast(colours.label(stance), colours.background) >= 4.5
    for stance in ("favor", "against", "neutral"):
        assert contrast(colours.line(stance), colours.background) >= 3.0
    assert contrast(colours.muted, colours.background) >= 4.5


def test_pairs_are_the_ones_that_were_checked() -> None:
    assert (LIGHT.favor, LIGHT.against, LIGHT.neutral) == ("#0B5D66", "#D95F02", "#8A8F98")
    assert (DARK.favor, DARK.against, DARK.neutral) == ("#8FE3D9", "#EF8636", "#868C95")
    assert palette(True) is DARK and palette(False) is LIGHT


def test_band_is_the_lines_colour_seen_through() -> None:
    assert LIGHT.band("favor") == "rgba(11,93,102,0.18)"


def test_thin_bar_is_seen_better_than_a_band() -> None:
    assert LIGHT.thin("favor") == "rgba(11,93,102,0.55)"


def test_page_theme_agrees_with_the_charts() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    for name, colours in (("light", LIGHT), ("dark", DARK)):
        assert theme[name]["backgroundColor"] == colours.background
        assert theme[name]["textColor"] == colours.text
        assert theme[name]["blueColor"] == theme[name]["primaryColor"] == colours.favor
        assert theme[name]["orangeColor"] == colours.against
        assert theme[name]["grayColor"] == colours.neutral


def test_colours_live_in_one_file() -> None:
    pattern = re.compile(r"#[0-9A-Fa-f]{6}\b")
    for folder in ("charts", "app_pages"):
        for path in (ROOT / folder).rglob("*.py"):
            if path.name != "palette.py":
                assert not pattern.search(path.read_text(encoding="utf-8")), path.name
