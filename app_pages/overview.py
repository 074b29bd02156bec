"""Overview: what changed, how sure that is, and the days, events, parts and posts behind it."""

from __future__ import annotations

from app_pages.open_page import run_page
from app_pages.overview_parts import draw_overview

run_page(draw_overview)
