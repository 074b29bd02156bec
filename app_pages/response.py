"""Response: who answered an event and when, who stayed silent, and whether posts changed after it."""

from __future__ import annotations

from app_pages.open_page import run_page
from app_pages.response_parts import draw_response

run_page(draw_response)
