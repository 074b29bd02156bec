"""The words of a post's HTML, as a reader sees them and with whole links."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.mastodon_text import plain_text
from records import clean_text

LINK = (
    '<a href="https://example.org/a/long/path?x=1&amp;y=2" target="_blank"><span class="invisible">https://</span>'
    '<span class="ellipsis">example.org/a/long</span><span class="invisible">/path?x=1&amp;y=2</span></a>'
)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Uno</p><p>Dos<br>tres<br />cuatro</p>", "Uno\n\nDos\ntres\ncuatro"),
        (f"<p>Lean {LINK}</p>", "Lean https://example.org/a/long/path?x=1&y=2"),
        (
            '<p><span class="h-card"><a href="https://x.example/@a" class="u-url mention">@<span>a</span></a></span> no</p>',
            "@a no",
        ),
        (
            '<p><a href="https://x.example/tags/CECOT" class="mention hashtag">#<span>CECOT</span></a>!</p>',
            "#CECOT!",
        ),
        (
            '<p class="quote-inline">RE: <a href="https://x.example/1"><span>x</span></a></p><p>Peor</p>',
            "Peor",
        ),
        ("<ul><li>uno</li><li>dos</li></ul>tres", "uno\ndos\n\ntres"),
        (
            "<p>$6 million &amp; &lt;b&gt; * _ # [ &#1114112; &iexcl;no!</p>",
            "$6 million & <b> * _ # [ \ufffd ¡no!",
        ),
        ("<script>alert(1)</script><p>a<style>p {}</style>b</p>", "ab"),
        ("<p>a\n  b\t c</p>", "a b c"),
        ("plain, with 1 < 2 and no tags", "plain, with 1 < 2 and no tags"),
        ("<p>open <b>never closed", "open never closed"),
        ("</p></p>a</div>", "a"),
        ("hola \ud83d \x00", "hola \ufffd \ufffd"),
        ("a <![; b", "a <![; b"),
        ("", ""),
    ],
)
def test_html_is_read_as_it_looks(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_deep_nesting_is_no_trouble() -> None:
    assert plain_text("<blockquote>" * 20_000 + "a" + "</blockquote>" * 20_000) == "a"


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("<>/&;#pbrdivscript \n!-[]\"'=\ud83d\x00é"), max_size=80))
def test_no_html_breaks_the_reader(html: str) -> None:
    text = plain_text(html)
    assert clean_text(text) == text == text.strip()
