"""What an analyst does with a text: answer, skip, and take the last step back. Callbacks of the Review page's buttons."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import streamlit as st

from records import Label
from store.errors import StoreError
from store.labels import LabelBook

_STEPS, _SKIPPED, _FIRST, _FAULT = "review-steps", "review-skipped", "review-first", "review-fault"


def take_fault() -> str:
    """Return, once, why the last answer could not be kept; empty where nothing failed."""
    return str(st.session_state.pop(_FAULT, ""))


def ordered(queue: pl.DataFrame) -> list[str]:
    """Return the keys of the texts left, the next one first: one that was taken back before all, skipped ones last."""
    keys: list[str] = queue["text_key"].to_list()
    skipped: list[str] = st.session_state.get(_SKIPPED, [])
    first = st.session_state.get(_FIRST)
    return sorted(keys, key=lambda key: (key != first, skipped.index(key) + 1 if key in skipped else 0))


def can_undo() -> bool:
    """Return whether this session has a step to take back."""
    return bool(st.session_state.get(_STEPS))


def answer(book: LabelBook, text_key: str, target: str, analyst: str, label: str) -> None:
    """Keep an answer in the store."""

    def keep() -> None:
        book.add_labels(_rows(text_key, target, analyst, label))
        _steps().append((text_key, target, analyst, label))
        st.session_state.pop(_FIRST, None)

    _try(keep)


def skip(text_key: str, target: str, analyst: str) -> None:
    """Put a text to the end of this session's queue; nothing is stored."""
    skipped = st.session_state.setdefault(_SKIPPED, [])
    if text_key in skipped:
        skipped.remove(text_key)
    skipped.append(text_key)
    _steps().append((text_key, target, analyst, ""))
    st.session_state.pop(_FIRST, None)


def undo(book: LabelBook) -> None:
    """Take the last answer or skip of this session back; its text comes next."""

    def back() -> None:
        text_key, target, analyst, label = _steps()[-1]
        if label:
            book.withdraw(text_key, target, analyst, datetime.now(UTC))
        elif text_key in st.session_state.get(_SKIPPED, []):
            st.session_state[_SKIPPED].remove(text_key)
        _steps().pop()
        st.session_state[_FIRST] = text_key

    if can_undo():
        _try(back)


def forget_steps() -> None:
    """Forget what can be taken back and what was skipped: another analyst or target begins."""
    for name in (_STEPS, _SKIPPED, _FIRST):
        st.session_state.pop(name, None)


def _rows(text_key: str, target: str, analyst: str, label: str) -> pl.DataFrame:
    row = Label(text_key, target, analyst, label, datetime.now(UTC))
    return pl.DataFrame([{name: getattr(row, name) for name in Label.__slots__}])


def _steps() -> list[tuple[str, str, str, str]]:
    return st.session_state.setdefault(_STEPS, [])


def _try(step: Callable[[], None]) -> None:
    try:
        step()
    except StoreError as fault:
        st.session_state[_FAULT] = str(fault)
