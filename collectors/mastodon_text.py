"""The words of a Mastodon post, whose content is HTML: paragraphs, whole links, mentions as a reader sees them."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from records import clean_text

_BLOCKS = frozenset({"p", "div", "blockquote", "pre", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"})
_LINES = frozenset({"br", "li", "tr"})
_UNSEEN = frozenset({"script", "style", "template"})
_MANY_LINES = re.compile(r"\n{3,}")
_DECLARATION = re.compile(r"<!(?!--)")  # Python's parser raises on a broken one, and a post has none
_SPACES = re.compile(r"[ \t\r\f\v]+")


def plain_text(html: str) -> str:
    """Return the text of a post's HTML; paragraphs stand apart by an empty line.

    A link is shown shortened, with its rest in spans that the page hides: it is put together again. The line that
    stands for a quoted post where quotes cannot be shown (`quote-inline`) is left out.
    """
    reader = _Reader()
    reader.feed(_DECLARATION.sub("&lt;!", html))
    reader.close()
    lines = (_SPACES.sub(" ", line).strip() for line in "".join(reader.parts).split("\n"))
    return clean_text(_MANY_LINES.sub("\n\n", "\n".join(lines)).strip())


class _Reader(HTMLParser):
    """Collects the text; `_unseen` is the element whose content is skipped, with its depth."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen: tuple[str, int] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, a line or a part that is not seen."""
        if self._unseen is not None:
            name, depth = self._unseen
            if tag == name:
                self._unseen = (name, depth + 1)
            return
        if tag in _UNSEEN or "quote-inline" in (dict(attrs).get("class") or "").split():
            self._unseen = (tag, 1)
        elif tag in _BLOCKS:
            self.parts.append("\n\n")
        elif tag in _LINES:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a block, or a part that is not seen."""
        if self._unseen is not None:
            name, depth = self._unseen
            if tag == name:
                self._unseen = (name, depth - 1) if depth > 1 else None
        elif tag in _BLOCKS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        """Keep text; line ends in HTML are blanks."""
        if self._unseen is None:
            self.parts.append(data.replace("\n", " "))
