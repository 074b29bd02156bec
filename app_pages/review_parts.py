"""The Review page: whose answers, toward which target, one text at a time, and the keys that answer it."""

from __future__ import annotations

from functools import partial

import streamlit as st

from analysis.sampling import queue
from app_pages import review_answers as answers
from app_pages.load import Page
from app_pages.markup import literal
from app_pages.notices import shows_simulated
from app_pages.review_data import Review, read_review, sample_texts
from app_pages.review_progress import draw_files, draw_progress
from app_pages.review_sample import draw_sampling
from app_pages.url import choose
from charts.numbers import count
from records import ANSWERS, UNSURE
from words import say

KEYS = dict(zip((*ANSWERS, UNSURE), "12345", strict=True))
"""Digits, for they are the same in every language; C and R are the browser frame's own."""
MAX_NAME = 40


def draw_review(page: Page) -> None:
    """Draw the page for the target that the address names."""
    lang, topic = page.lang, page.topic
    st.title(say(lang, "review.title"), anchor=False)
    st.caption(say(lang, "review.lead"))
    targets = {target.id: target.name.get(lang) for target in topic.targets}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        target = choose(
            "target", say(lang, "filter.target"), list(targets), topic.primary_target.id, targets.__getitem__, width=280
        )  # fmt: skip
        analyst = read_analyst(lang)
    if st.session_state.get("review-of") != (target, analyst):
        st.session_state["review-of"] = (target, analyst)
        answers.forget_steps()
    review = read_review(page, target, shows_simulated(page))
    if fault := answers.take_fault():
        st.error(literal(fault))
    if review.draw is None:
        st.info(say(lang, "review.no_sample"))
    elif not analyst:
        st.info(say(lang, "review.no_analyst"))
    else:
        draw_text(page, review, analyst)
    draw_sampling(page, review)
    draw_progress(page, review)
    draw_files(page, review.book)


def read_analyst(lang: str) -> str:
    """Return the name under which the answers are kept, as this session's analyst wrote it; empty at first."""
    kept = "review-analyst"

    def keep() -> None:
        st.session_state[kept] = " ".join(str(st.session_state["pick-analyst"] or "").split())

    st.session_state["pick-analyst"] = st.session_state.get(kept, "")
    st.text_input(
        say(lang, "review.analyst"), key="pick-analyst", max_chars=MAX_NAME, on_change=keep, width=280,
        help=say(lang, "review.analyst_help"),
    )  # fmt: skip
    return str(st.session_state.get(kept, ""))


def draw_text(page: Page, review: Review, analyst: str) -> None:
    """Draw the next text with its buttons, or say that none is left; nothing here tells how the classifier read it."""
    assert review.draw is not None
    lang = page.lang
    texts = sample_texts(page, review)
    left = [key for key in answers.ordered(queue(review.draw.sample, review.labels, analyst)) if key in texts]
    n_all = len(texts)
    st.progress(1 - len(left) / n_all if n_all else 0.0, text=_said_left(lang, n_all, len(left)))
    back = partial(answers.undo, review.book)
    if not left:
        st.success(say(lang, "review.done"))
        _button(lang, "undo", "Z", back, disabled=not answers.can_undo())
        return
    row = texts[left[0]]
    toward = next(target for target in page.topic.targets if target.id == review.target)
    st.markdown(f"{literal(say(lang, 'review.toward'))}  \n**{literal(toward.sentence.get(lang))}**")
    with st.container(border=True):
        if row["context"]:
            st.caption(say(lang, "posts.answers"))
            st.text(row["context"])
            st.caption(say(lang, "posts.answer"))
        st.text(row["text"])
    with st.container(horizontal=True):
        for label, key in KEYS.items():
            keep = partial(answers.answer, review.book, left[0], review.target, analyst, label)
            _button(lang, label, key, keep)
    with st.container(horizontal=True):
        _button(lang, "skip", "S", partial(answers.skip, left[0], review.target, analyst))
        _button(lang, "undo", "Z", back, disabled=not answers.can_undo())


def _button(lang: str, name: str, key: str, act: partial[None], disabled: bool = False) -> None:
    st.button(
        say(lang, f"review.answer_{name}"),
        key=f"review-{name}",
        on_click=act,
        shortcut=key,
        disabled=disabled,
    )


def _said_left(lang: str, n_all: int, n_left: int) -> str:
    return say(lang, "review.left", done=count(n_all - n_left, lang), all=count(n_all, lang))
