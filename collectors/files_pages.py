"""A page that was saved by hand: the story in it, its headline alone where a wall hides the story, or neither.

A wall that says of itself that it is one (a consent page, a sign-in, a robot check) is no article and is refused. Where
the page says that it is an article, behind a paywall say, its headline is kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import trafilatura
from lxml import html as lxml_html

from collectors.articles import SHORTEST, wall_of_text
from collectors.errors import MalformedItem
from records import clean_text

_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='DC.date.issued']/@content",
    "//time[@itemprop='datePublished']/@datetime",
)
_IS_ARTICLE = (
    "//meta[@property='og:type' and translate(@content, 'ARTICLE', 'article')='article']",
    "//meta[@property='article:published_time']",
    "//*[contains(@itemtype, 'schema.org/') and contains(@itemtype, 'Article')]",
)
_LINKED_ARTICLE = re.compile(r'"@type"\s*:\s*(?:\[[^\]]*)?"\w*Article"')


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What a saved page holds; `text` is empty where only the headline could be had. `stated` are times, best first."""

    title: str
    text: str
    stated: tuple[str, ...]
    lang: str
    outlet: str
    url: str


def read_page(content: str) -> SavedPage:
    """Return what a page holds; raises MalformedItem for a wall, for one without a text, and for one that is broken."""
    content = clean_text(content)
    try:
        found = trafilatura.bare_extraction(
            content, include_comments=False, include_tables=False, with_metadata=True
        )
        tree = lxml_html.fromstring(
            content.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=False)
        )
        is_article = any(tree.xpath(path) for path in _IS_ARTICLE) or bool(_LINKED_ARTICLE.search(content))
        stated = tuple(str(value) for path in _PUBLISHED for value in tree.xpath(path))
    except Exception as error:  # lxml and trafilatura let through whatever their input provokes
        raise MalformedItem(f"the page cannot be read ({type(error).__name__}); save it again") from error
    text, title = _said(found, "text"), _said(found, "title")
    wall = _wall(text, title, is_article)
    if wall and not (is_article and title and not _is_walls_title(title)):
        raise MalformedItem(
            f"{wall}; open the article itself and save that page, or save the article's text as .txt"
        )
    lang = re.search(r"<html\b[^>]*\blang\s*=\s*[\"']?([A-Za-z-]+)", content[:5000], re.IGNORECASE)
    return SavedPage(
        title=title,
        text="" if wall else text,
        stated=(*stated, _said(found, "date")),
        lang=lang[1] if lang else "",
        outlet=_said(found, "sitename") or _said(found, "hostname"),
        url=_said(found, "url"),
    )


def _wall(text: str, title: str, is_article: bool) -> str:
    """Return why the text is not the article's, or "". A page that is saved by hand may be short and still be whole."""
    if not text:
        return "no article text on the page"
    if not is_article and _is_walls_title(title):
        return "a consent, sign-in or payment wall"
    return wall_of_text(text.ljust(SHORTEST), title)


def _is_walls_title(title: str) -> bool:
    """Return whether a title speaks of cookies, signing in or subscribing, as those of walls do."""
    return bool(wall_of_text(title.ljust(SHORTEST), ""))


def _said(found: object, name: str) -> str:
    return clean_text(getattr(found, name, None) or "").strip()
