"""Method: how a text becomes a number here, and what the numbers cannot tell."""

from __future__ import annotations

from app_pages.method_parts import draw_method
from app_pages.open_page import run_page

run_page(draw_method)
