"""How every page begins and fails: settings, topic, language, store; or one plain sentence that says what to do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import NoReturn

import streamlit as st

from app_pages.load import Page, failed_run, read_topic, warm
from app_pages.markup import literal
from app_pages.notices import draw_notices, failed_line
from app_pages.url import read_choice
from settings import Settings, SettingsError, load_settings
from store.errors import StoreError
from store.queries import read_published
from topics import Topic, TopicError
from words import LANGUAGES, say


def browser_language() -> str:
    """Return the language that the reader's browser asks for where we have it, else English."""
    wished = (st.context.locale or "en").split("-")[0].lower()
    return wished if wished in LANGUAGES else "en"


def read_language() -> str:
    """Return the interface's language: the address's, the one chosen before, the browser's, or English."""
    return read_choice("lang", LANGUAGES, browser_language())


def is_dark() -> bool:
    """Return whether the reader's browser shows the dark theme."""
    return st.context.theme.type == "dark"


def read_setup(lang: str) -> tuple[Settings, Topic]:
    """Return the settings and the topic, or stop the page with one sentence that says what is wrong with them."""
    try:
        settings = load_settings()
        return settings, read_topic(settings.topic)
    except SettingsError as fault:
        _stop(say(lang, "state.bad_settings"), str(fault))
    except TopicError as fault:
        _stop(say(lang, "state.bad_topic"), str(fault))


def run_page(draw: Callable[[Page], None]) -> None:
    """Draw a page on the published version; every way in which the store cannot be read becomes a sentence."""
    lang = read_language()
    settings, topic = read_setup(lang)
    try:
        published = read_published(settings.store_root(), topic.id)
    except StoreError as fault:
        _stop(say(lang, "state.unreadable"), str(fault))
    if published is None:
        _no_store(settings, topic, lang)
    page = Page(settings, topic, lang, is_dark(), datetime.now(UTC), published)
    try:
        with st.spinner(say(lang, "state.loading")):
            warm(page)
        draw_notices(page)
        draw(page)
    except StoreError as fault:
        _retry_once(page, fault)
    st.session_state.pop("retried", None)


def _retry_once(page: Page, fault: StoreError) -> NoReturn:
    """Read the pointer again where a purge removed the version that was being read; else say what is wrong."""
    if st.session_state.get("retried") != page.key:
        st.session_state["retried"] = page.key
        st.rerun()
    _stop(say(page.lang, "state.unreadable"), str(fault))


def _no_store(settings: Settings, topic: Topic, lang: str) -> NoReturn:
    failure = failed_run(settings, topic, None)
    if failure is not None:
        st.warning(literal(failed_line(failure, datetime.now(UTC), topic, lang, None)))
    st.header(say(lang, "state.no_store_title"), anchor=False)
    st.info(say(lang, "state.no_store"))
    st.code("make refresh", language=None)
    st.stop()


def _stop(sentence: str, detail: str) -> NoReturn:
    st.error(sentence)
    st.text(detail)
    st.stop()
