"""The dashboard's entry: page configuration, language and navigation; nothing else. Run by `streamlit run`."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from app_pages.open_page import browser_language, read_language, read_setup
from app_pages.url import toggle
from words import LANGUAGES, say

PAGES = ("overview", "actors", "response", "posts", "review", "sources", "method")
ICON = Path(__file__).parent / "static" / "favicon.png"


def main() -> None:
    """Draw the frame around every page, then the page that the address names."""
    lang = read_language()
    st.set_page_config(page_title="Postura", page_icon=ICON, layout="wide", initial_sidebar_state="collapsed")
    pages = [
        st.Page(
            f"app_pages/{name}.py", title=say(lang, f"nav.{name}"), url_path=name, default=name == PAGES[0]
        )
        for name in PAGES
    ]
    here = st.navigation(pages, position="top")
    _, topic = read_setup(lang)
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.text(topic.title.get(lang))
        label = say(lang, "app.language")
        toggle(
            "lang", label, LANGUAGES, browser_language(), lambda code: say(code, "app.own_name"), hidden=True
        )
    here.run()


main()
