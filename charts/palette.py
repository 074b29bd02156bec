"""The one file of colours: a pair for light and one for dark, told apart under simulated colour blindness.

Never green against red, never a party's colour. `.streamlit/config.toml` repeats these values for the page around the
charts, and a test holds the two together.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours of one theme as `#RRGGBB`. `*_text` are the shades that stay readable as text."""

    favor: str
    against: str
    neutral: str
    unclear: str
    favor_text: str
    against_text: str
    neutral_text: str
    text: str
    muted: str
    grid: str
    background: str
    amber: str  # fill behind what needs attention
    amber_text: str

    def line(self, stance: str) -> str:
        """Return the colour of a stance's line, bar or marker."""
        return str(getattr(self, stance))

    def label(self, stance: str) -> str:
        """Return the colour of a stance's name when it is written out."""
        return self.muted if stance == "unclear" else str(getattr(self, f"{stance}_text"))

    def band(self, stance: str) -> str:
        """Return a stance's colour as a see-through fill for its 95 % interval."""
        return self._faded(stance, 0.18)

    def thin(self, stance: str) -> str:
        """Return a stance's colour as it is drawn in a bar of a pixel: less see-through, or it would not be seen."""
        return self._faded(stance, 0.55)

    def _faded(self, stance: str, opacity: float) -> str:
        colour = self.line(stance).lstrip("#")
        red, green, blue = (int(colour[at : at + 2], 16) for at in (0, 2, 4))
        return f"rgba({red},{green},{blue},{opacity})"


LIGHT = Palette(
    favor="#0B5D66",
    against="#D95F02",
    neutral="#8A8F98",
    unclear="#D3D6DB",
    favor_text="#0B5D66",
    against_text="#B34E00",
    neutral_text="#5C626B",
    text="#0F1216",
    muted="#5C626B",
    grid="#E3E5E8",
    background="#FFFFFF",
    amber="#FFF4D6",
    amber_text="#6B4A00",
)
DARK = Palette(
    favor="#8FE3D9",
    against="#EF8636",
    neutral="#868C95",
    unclear="#3F454E",
    favor_text="#8FE3D9",
    against_text="#EF8636",
    neutral_text="#A9AFB8",
    text="#F2F4F7",
    muted="#A9AFB8",
    grid="#2A2F38",
    background="#0E1117",
    amber="#33290F",
    amber_text="#F2D080",
)


def palette(dark: bool) -> Palette:
    """Return the colours of the dark or the light theme."""
    return DARK if dark else LIGHT
