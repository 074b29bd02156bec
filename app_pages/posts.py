"""Posts: find the texts behind the numbers, and see how each was read."""

from __future__ import annotations

from app_pages.open_page import run_page
from app_pages.posts_parts import draw_posts

run_page(draw_posts)
