"""One imported article: plain text as it stands, or the story within an HTML page.

A `.txt` may begin with `key: value` lines (title, date, lang, publisher, url; in Spanish too) and an empty line. The body
after it is kept to the letter, so that offsets count from its first sign. What a user imports is kept, on topic or not.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import trafilatura
from lxml import html as lxml_html

from collectors.articles import SHORTEST, wall_of_text
from collectors.contract import RawItem, Request
from collectors.errors import Malformed, MalformedItem
from collectors.feeds import canonical_url
from collectors.files_cells import digest, read_language
from collectors.files_text import Sniffed
from collectors.files_times import read_time
from records import Article, believable, clean_text
from topics import Topic

MAX_ARTICLE = 20_000_000
"""Bytes of one article file."""

_LINE = re.compile(r"([^\W\d][\w .-]{0,30}?)[ \t]*:[ \t]*(.*)")
_KEYS = {
    "title": "title", "titulo": "title", "título": "title", "titular": "title", "headline": "title",
    "date": "date", "fecha": "date", "published": "date",
    "lang": "lang", "language": "lang", "idioma": "lang",
    "publisher": "outlet", "outlet": "outlet", "medio": "outlet", "source": "outlet", "fuente": "outlet",
    "url": "url", "enlace": "url", "link": "url",
}  # fmt: skip
_PUBLISHED = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@itemprop='datePublished']/@content",
    "//meta[@name='date' or @name='pubdate' or @name='DC.date.issued']/@content",
    "//time[@itemprop='datePublished']/@datetime",
)


def fetch_article(file: Sniffed, request: Request) -> RawItem:
    """Return the raw item of one article file; raises Malformed when it is too large."""
    if file.n_bytes > MAX_ARTICLE:
        raise Malformed(
            f"{file.path.name} is too large for one article; import tables as CSV, JSONL or Parquet"
        )
    with file.open() as stream:
        text = stream.read()
    payload: dict[str, Any] = {"form": file.format, "file": file.path.name, "content": text}
    return RawItem(f"files:{digest(file.format, text)}", "files", request.now, payload, place=file.path.name)


def parse_article(raw: RawItem, topic: Topic) -> Article:
    """Return the article of one file; raises MalformedItem when there is no text in it."""
    if raw.payload["form"] == "html":
        return _from_page(raw, topic)
    return _from_text(raw, topic)


def split_header(text: str) -> tuple[dict[str, str], str]:
    """Return the fields of the `key: value` lines at the start and the body after the empty line; {} without them."""
    head, gap, body = _cut(text)
    fields: dict[str, str] = {}
    for line in head.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            return {}, text
        fields.setdefault(_KEYS.get(match[1].casefold().strip(), ""), match[2].strip())
    fields.pop("", None)
    return (fields, body) if gap and fields else ({}, text)


def _cut(text: str) -> tuple[str, str, str]:
    match = re.search(r"\r\n\r\n|\n\n|\r\r", text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _from_text(raw: RawItem, topic: Topic) -> Article:
    file = raw.payload["file"]
    fields, body = split_header(clean_text(raw.payload["content"]))
    if not body.strip():
        raise MalformedItem(f"{file}: the file has a header and no text below it")
    title = fields.get("title") or _first_line(body) or file.rsplit(".", 1)[0]
    url = fields.get("url", "")
    return _article(
        raw,
        title=title,
        text=body,
        posted_at=read_time(fields.get("date"), topic.tz),
        lang=read_language(fields.get("lang")),
        outlet=fields.get("outlet", ""),
        url=url if url.startswith(("http://", "https://")) else "",
    )


def _first_line(body: str) -> str:
    """Return the body's first line where it reads like a headline: short, and not the whole text."""
    lines = [line.strip() for line in body.strip().splitlines() if line.strip()]
    return lines[0] if len(lines) > 1 and len(lines[0]) <= 160 else ""


def _from_page(raw: RawItem, topic: Topic) -> Article:
    file, content = raw.payload["file"], clean_text(raw.payload["content"])
    try:
        found = trafilatura.bare_extraction(
            content, include_comments=False, include_tables=False, with_metadata=True
        )
    except Exception as error:  # lxml and trafilatura let through whatever their input provokes
        raise MalformedItem(
            f"{file}: the page cannot be read ({type(error).__name__}); save it again"
        ) from error
    text = clean_text(getattr(found, "text", None) or "").strip()
    title = clean_text(getattr(found, "title", None) or "").strip()
    # Who saves a page by hand may save a short one; a wall is a wall at any length.
    wall = wall_of_text(text.ljust(SHORTEST), title) if text else "no article text on the page"
    if wall and not title:
        raise MalformedItem(f"{file}: {wall}; save the page with its text, or its text as .txt")
    return _article(
        raw,
        title=title or _first_line(text) or file.rsplit(".", 1)[0],
        text="" if wall else text,
        posted_at=_published_at(content, topic) or read_time(getattr(found, "date", None), topic.tz),
        lang=_page_language(content),
        outlet=clean_text(getattr(found, "sitename", None) or getattr(found, "hostname", None) or ""),
        url=clean_text(getattr(found, "url", None) or ""),
        headline_only=bool(wall),
    )


def _article(
    raw: RawItem,
    *,
    title: str,
    text: str,
    posted_at: datetime | None,
    lang: str,
    outlet: str,
    url: str,
    headline_only: bool = False,
) -> Article:
    """Return the article; its id is its canonical address, or else what it says.

    The same story from two files is one article, and a page saved again after a correction is its revision.
    """
    at = believable(posted_at, raw.seen_at)
    return Article(
        id=f"files:{digest(address) if (address := canonical_url(url)) else digest(title, text)}",
        source=raw.source,
        title=title,
        text=text,
        seen_at=raw.seen_at,
        posted_at=at,
        lang=lang,
        outlet=outlet,
        url=url,
        headline_only=headline_only,
        flags=() if at else ("undated",),
    )


def _published_at(content: str, topic: Topic) -> datetime | None:
    """Return the instant that the page states for its publication, or None."""
    tree = lxml_html.fromstring(content.encode("utf-8"), parser=lxml_html.HTMLParser(encoding="utf-8"))
    stated = (value for path in _PUBLISHED for value in tree.xpath(path))
    return next((at for value in stated if (at := read_time(value, topic.tz)) is not None), None)


def _page_language(content: str) -> str:
    match = re.search(r"<html\b[^>]*\blang\s*=\s*[\"']?([A-Za-z-]+)", content[:5000], re.IGNORECASE)
    return read_language(match[1]) if match else "unknown"
