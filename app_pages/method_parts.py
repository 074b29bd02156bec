"""The Method page: one short section for each step, then the limits, then the targets in full."""

from __future__ import annotations

import streamlit as st

from app_pages.evidence import APART_DAYS, MIN_N, NARROW_DAYS, WIDE_DAYS
from app_pages.load import Page
from app_pages.markup import literal
from words import say

SECTIONS = ("texts", "stance", "share", "interval", "line", "change", "simulated", "people")
LIMITS = ("public", "errors", "mix", "deleted")


def draw_method(page: Page) -> None:
    """Draw the method in the reader's language."""
    lang = page.lang
    st.title(say(lang, "method.title"), anchor=False)
    st.text(page.topic.summary.get(lang))
    numbers = {
        "narrow": NARROW_DAYS,
        "wide": WIDE_DAYS,
        "apart": APART_DAYS,
        "least": MIN_N,
        "zone": page.topic.zone,
    }
    for section in SECTIONS:
        st.subheader(say(lang, f"method.{section}_title"), anchor=False)
        st.markdown(literal(say(lang, f"method.{section}", **numbers)))
    st.subheader(say(lang, "method.limits_title"), anchor=False)
    st.markdown("\n".join(f"- {literal(say(lang, f'method.limit_{name}'))}" for name in LIMITS))
    st.subheader(say(lang, "method.targets_title"), anchor=False)
    for target in page.topic.targets:
        st.markdown(f"**{literal(target.name.get(lang))}**  \n{literal(target.sentence.get(lang))}")
    st.caption(
        literal(
            say(
                lang,
                "method.revision",
                revision=page.published.revision or "–",
                version=page.published.version,
            )
        )
    )
