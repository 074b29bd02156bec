"""The random sample behind the queue: what it was drawn from, and the way to draw another."""

from __future__ import annotations

import streamlit as st

from analysis.correction import MIN_LABELS
from analysis.sampling import draw_sample
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import shows_simulated
from app_pages.review_data import LANGS, Review
from charts.numbers import count, day
from store import queries
from store.errors import StoreError
from store.labels import Draw
from words import say

USUAL, MOST = 2 * MIN_LABELS, 5000
_FAULT = "review-draw-fault"


def draw_sampling(page: Page, review: Review) -> None:
    """Say how the sample was drawn, and offer to draw one."""
    lang, draw = page.lang, review.draw
    if draw is not None:
        said = say(
            lang, "review.sample", n=count(draw.sample.height, lang), frame=count(sum(draw.strata["n_frame"]), lang),
            day=day(draw.drawn_at.astimezone(page.topic.tz), lang), seed=draw.seed,
        )  # fmt: skip
        if draw.revision != page.published.revision:
            said += " " + say(lang, "review.other_revision")
        st.caption(literal(said))
    if fault := st.session_state.pop(_FAULT, ""):
        st.warning(literal(fault))
    with (
        st.expander(say(lang, "review.draw_again" if draw else "review.draw_first"), expanded=draw is None),
        st.form("review-draw", border=False),
    ):
        st.caption(say(lang, "review.draw_help", least=MIN_LABELS))
        st.number_input(say(lang, "review.per_lang"), 10, MOST, USUAL, 10, key="review-n")
        st.number_input(say(lang, "review.seed"), 0, 2**31, draw.seed if draw else 1, key="review-seed")
        st.form_submit_button(say(lang, "review.draw"), on_click=_draw, args=(page, review))


def _draw(page: Page, review: Review) -> None:
    """Draw a sample from what is published and keep it with its probabilities."""
    simulated, seed = shows_simulated(page), int(st.session_state["review-seed"])
    try:
        frame = queries.review_frame(page.published, review.target, page.topic.zone, simulated, LANGS)
        if frame.is_empty():
            st.session_state[_FAULT] = say(page.lang, "review.nothing_to_draw")
            return
        sample, strata = draw_sample(frame, review.target, int(st.session_state["review-n"]), seed)
        review.book.save_draw(
            Draw(review.target, simulated, page.now, seed, page.published.revision, sample, strata)
        )
    except StoreError as fault:
        st.session_state[_FAULT] = str(fault)
