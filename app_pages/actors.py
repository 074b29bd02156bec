"""Actors: who said what, when and where, with the stance that each statement takes."""

from __future__ import annotations

from app_pages.actors_parts import draw_actors
from app_pages.open_page import run_page

run_page(draw_actors)
