"""Keys of copies."""

from __future__ import annotations

import re

import pytest

from models.duplicates import context_key, text_key

BASE = "El acuerdo es una vergüenza para el país"


@pytest.mark.parametrize(
    "copy",
    [
        "EL ACUERDO  es una vergüenza\npara el país ",
        "RT @someone: El acuerdo es una vergüenza para el país",
        "El acuerdo es una vergüenza para el país https://t.co/abc",
        "El acuerdo es una vergüenza para el país via @elfaro",
        "El acuerdo es una vergüenza para el país (vía @elfaro) h/t @ana.example.net",
        "RT @ana.example.net: RT @ana@instance.example El acuerdo es una vergüenza para el país",
        "Via @elfaro: El acuerdo es una vergüenza para el país",
        "El acuerdo es una vergu\u0308enza para el pai\u0301s",
        "El acuerdo es una vergüenza para el \u200bpaís",
        "Ｅｌ acuerdo es una vergüenza para el país",
    ],
)
def test_copies_share_a_key(copy: str) -> None:
    assert text_key(copy) == text_key(BASE)


@pytest.mark.parametrize(
    "other", ["El acuerdo no es una vergüenza para el país", "El acuerdo es una verguenza para el país", ""]
)
def test_other_texts_have_other_keys(other: str) -> None:
    assert text_key(other) != text_key(BASE)


def test_quotation_marks_of_any_kind_are_one() -> None:
    assert text_key("“great deal”") == text_key('"great deal"') == text_key("«great deal»")


def test_two_bare_addresses_are_two_texts() -> None:
    assert text_key("https://a.example/1") != text_key("https://a.example/2")


def test_key_is_sixteen_hex_digits_for_any_text() -> None:
    for text in ("", "🤡", "hola \ud83d", "x" * 100_000):
        assert re.fullmatch(r"[0-9a-f]{16}", text_key(text))


def test_long_run_of_blanks_or_credits_is_read_at_once() -> None:
    """Looked for at every place, each of these takes hours."""
    assert text_key("a" + " " * 20_000 + "b") == text_key("a b")
    assert text_key("a" + " via @x" * 5_000) == text_key("a")
    assert text_key("via @x " * 5_000 + "a") != text_key("a")


def test_repost_marks_alone_are_kept() -> None:
    assert text_key("RT @ana:") != text_key("RT @elfaro:")


def test_no_context_has_no_key() -> None:
    assert context_key("") == context_key("  \n") == ""
    assert context_key("What do you think?") == text_key("what do you  think?")
