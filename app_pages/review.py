"""Review: analysts read a random sample of texts, without seeing how the classifier read them."""

from __future__ import annotations

from app_pages.open_page import run_page
from app_pages.review_parts import draw_review

run_page(draw_review)
