"""Filters whose single truth is the page's address: a link reopens the view, in either language.

Streamlit's own `bind="query-params"` writes an option's *label* into the address, so that a link made in Spanish would
not reopen in English. Here the address holds ids. A value that is not an option falls back to the default and leaves
the address; a value that was chosen before survives a change of page through the session.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

MAX_TEXT = 120
_MEMORY = "chosen"


def _memory() -> dict[str, str]:
    return st.session_state.setdefault(_MEMORY, {})


def read_choice(name: str, options: Sequence[str], default: str) -> str:
    """Return the option that the address names, else the one chosen earlier in this session, else the default."""
    stated = st.query_params.get(name)
    if stated is not None and stated not in options:
        del st.query_params[name]
        stated = None
    value = stated if stated is not None else _memory().get(name, default)
    if value not in options:
        value = default
    _write(name, value, default)
    return value


def read_text(name: str) -> str:
    """Return the free text that the address holds under `name`, cut to MAX_TEXT characters; empty by default."""
    value = st.query_params.get(name, _memory().get(name, ""))[:MAX_TEXT]
    _write(name, value, "")
    return value


def _write(name: str, value: str, default: str) -> None:
    """Keep the session and the address in step; a default stays out of the address."""
    if value == default:
        _memory().pop(name, None)
        if name in st.query_params:
            del st.query_params[name]
        return
    _memory()[name] = value
    if st.query_params.get(name) != value:
        st.query_params[name] = value


def _take_over(name: str, key: str, default: str) -> None:
    """Move what the reader just chose from the widget into the address."""
    value = st.session_state.get(key)
    _write(name, default if value is None else str(value), default)


def choose(
    name: str,
    label: str,
    options: Sequence[str],
    default: str,
    show: Callable[[str], str],
    *,
    width: int | None = None,
) -> str:
    """Return the option that the reader picked from a list; drawn where it is called."""
    key = f"pick-{name}"
    st.session_state[key] = read_choice(name, options, default)
    st.selectbox(
        label,
        options,
        key=key,
        format_func=show,
        on_change=_take_over,
        args=(name, key, default),
        width=width or "stretch",
        filter_mode=None,
    )
    return read_choice(name, options, default)


def toggle(
    name: str,
    label: str,
    options: Sequence[str],
    default: str,
    show: Callable[[str], str],
    *,
    hidden: bool = False,
) -> str:
    """Return the option that the reader picked from a row of buttons; drawn where it is called."""
    key = f"pick-{name}"
    st.session_state[key] = read_choice(name, options, default)
    st.segmented_control(
        label,
        options,
        key=key,
        required=True,
        format_func=show,
        on_change=_take_over,
        args=(name, key, default),
        label_visibility="collapsed" if hidden else "visible",
    )
    return read_choice(name, options, default)


def search_box(name: str, label: str, placeholder: str) -> str:
    """Return the text that the reader is looking for; drawn where it is called."""
    key = f"pick-{name}"
    st.session_state[key] = read_text(name)
    st.text_input(
        label,
        key=key,
        max_chars=MAX_TEXT,
        placeholder=placeholder,
        type="search",
        on_change=_take_over,
        args=(name, key, ""),
    )
    return read_text(name).strip()


def take(name: str, value: str) -> None:
    """Set a filter as if the reader had picked it: for a button that stands for one choice."""
    _write(name, value, "")


def forget(names: Sequence[str]) -> None:
    """Take filters back to their defaults, in the session and in the address."""
    for name in names:
        _memory().pop(name, None)
        if name in st.query_params:
            del st.query_params[name]


def reset_button(label: str, names: Sequence[str]) -> None:
    """Draw the button that resets filters; it is disabled while all of them stand at their defaults."""
    changed = any(name in _memory() for name in names)
    st.button(label, key="reset", on_click=forget, args=(names,), disabled=not changed, type="tertiary")
