from __future__ import annotations

import unicodedata

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.textmatch import literal_pattern


def finds(needle: str, text: str) -> bool:
    return bool(pl.Series([text]).str.contains(literal_pattern(needle)).item())


@pytest.mark.parametrize(
    ("needle", "text"),
    [
        ("carcel", "La CÁRCEL más grande"),
        ("CÁRCEL", "la carcel"),
        ("españa", "ESPANA"),
        ("ano", "un año"),
        ("cárcel", unicodedata.normalize("NFD", "la cárcel")),
        ("a+b", "1 A+B 2"),
        ("$6 million", "pay $6  million"),
        ("[x] (y) {z} \\d ^ | ? .", "[x] (Y) {z} \\d ^ | ? ."),
        ("#CECOT", "vivir en #cecot"),
        ("🤡🤡", "ja 🤡🤡"),
        ("don't", "DON'T"),
        ("Ü", "pingüino"),
        ("½", "½ of it"),
        ("x" * 500, "x" * 600),
    ],
)
def test_finds(needle: str, text: str) -> None:
    assert finds(needle, text)


@pytest.mark.parametrize(
    ("needle", "text"), [(".", "abc"), ("a.c", "abc"), ("\\d", "5"), ("a|b", "b"), ("cárceles", "carcel")]
)
def test_does_not_find(needle: str, text: str) -> None:
    assert not finds(needle, text)


@given(
    st.text(
        alphabet=st.characters(exclude_categories=["Cs", "Mn", "Mc", "Me", "Cc"]), min_size=1, max_size=40
    )
)
def test_any_text_finds_itself(text: str) -> None:
    assert finds(text, text)


@given(st.text(max_size=40), st.text(alphabet="abcáñ.*$[(", max_size=8))
def test_no_text_makes_a_broken_pattern(needle: str, text: str) -> None:
    usable = needle.encode(errors="replace").decode()
    finds(usable, text)
