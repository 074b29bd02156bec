from __future__ import annotations

import pytest

from app_pages.markup import link, literal, safe_url


@pytest.mark.parametrize("text", ["$6 million, about $20,000", "*a* _b_ `c`", "# head", "<b>x</b>", "[a](http://x)", ":red[x]", "a | b", "1. x"])  # fmt: skip
def test_every_mark_is_escaped_and_nothing_is_lost(text: str) -> None:
    escaped = literal(text)
    assert escaped.replace("\\", "").replace("\u2060", "") == text
    for mark in "$*_`#<[]|:":
        assert f"{mark}" not in escaped.replace(f"\\{mark}", "")


def test_lines_become_one() -> None:
    assert literal("a\n\n# b") == "a \\# b"


def test_space_that_must_not_break_stays_one() -> None:
    assert literal("52\u00a0% \u2028 and") == "52\u00a0% and"


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//evil", "file:///etc/passwd", "", None, "http://[bad", "https://"])  # fmt: skip
def test_address_that_is_not_http_is_no_link(url: str | None) -> None:
    assert safe_url(url) is None
    assert link("text", url) == "text"


def test_address_cannot_break_out_of_its_link() -> None:
    made = link("a", "https://x.example/a b)>c[d]<script>")
    assert made.startswith("[a](<https://x.example/") and made.endswith(">)")
    assert "<script>" not in made and " " not in made
