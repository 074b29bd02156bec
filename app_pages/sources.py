"""Sources: what each was asked and gave, what is wrong with it, and what to do about that."""

from __future__ import annotations

from app_pages.open_page import run_page
from app_pages.sources_parts import draw_sources

run_page(draw_sources)
