"""One imported article: plain text as it stands, the story within an HTML page, or the text of a PDF.

A `.txt` may begin with `key: value` lines (title, date, lang, publisher, url; in Spanish too) and an empty line. The body
after it is kept to the letter, so that offsets count from its first sign. What a user imports is kept, on topic or not.
"""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import datetime
from typing import Any

from collectors.contract import RawItem, Request
from collectors.errors import Malformed, MalformedItem
from collectors.feeds import canonical_url
from collectors.files_cells import digest, read_language
from collectors.files_faults import MAX_TEXT, too_long
from collectors.files_pages import read_page
from collectors.files_pdf import read_pdf
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


def fetch_article(file: Sniffed, request: Request) -> RawItem:
    """Return the raw item of one article file; its payload has a `fault` where it is none. Raises Malformed."""
    name = file.path.name
    payload: dict[str, Any] = {"form": file.format, "file": name}
    try:
        content = _content_of(file)
        if file.format == "html":
            payload |= asdict(read_page(content))
        elif file.format == "pdf":
            payload["text"] = content
        else:
            payload["fields"], payload["text"] = split_header(clean_text(content))
            if not payload["text"].strip():
                raise MalformedItem("the file has a header and no text below it")
        if len(payload["text"]) > MAX_TEXT:
            raise MalformedItem(too_long("article", len(payload["text"])))
    except MalformedItem as error:
        payload = {"form": file.format, "file": name, "fault": f"{name}: {error}"}
        content = name
    return RawItem(f"files:{digest(file.format, content)}", "files", request.now, payload, place=name)


def parse_article(raw: RawItem, topic: Topic) -> Article:
    """Return the article of one file; raises MalformedItem when there is none in it."""
    payload = raw.payload
    if fault := payload.get("fault"):
        raise MalformedItem(fault)
    if payload["form"] == "html":
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


def _content_of(file: Sniffed) -> str:
    """Return an article file's text; raises Malformed for one that is too large or cannot be read."""
    too_large = Malformed(
        f"{file.path.name} is too large for one article; import tables as CSV, JSONL or Parquet"
    )
    if file.n_bytes > MAX_ARTICLE:
        raise too_large
    if file.format == "pdf":
        return clean_text(read_pdf(file.path))
    with file.open() as stream:
        content = stream.read(MAX_ARTICLE + 1)
    if len(content) > MAX_ARTICLE:
        raise too_large
    return content


def _cut(text: str) -> tuple[str, str, str]:
    match = re.search(r"\r\n\r\n|\n\n|\r\r", text)
    return (text[: match.start()], match[0], text[match.end() :]) if match else (text, "", "")


def _from_text(raw: RawItem, topic: Topic) -> Article:
    fields, body = raw.payload.get("fields", {}), raw.payload["text"]
    url = fields.get("url", "")
    return _article(
        raw,
        title=fields.get("title") or _first_line(body) or _name_of(raw),
        text=body,
        posted_at=read_time(fields.get("date"), topic.tz),
        lang=read_language(fields.get("lang")),
        outlet=fields.get("outlet", ""),
        url=url if url.startswith(("http://", "https://")) else "",
    )


def _from_page(raw: RawItem, topic: Topic) -> Article:
    page = raw.payload
    stated = (read_time(value, topic.tz) for value in page["stated"])
    return _article(
        raw,
        title=page["title"] or _first_line(page["text"]) or _name_of(raw),
        text=page["text"],
        posted_at=next((at for at in stated if at is not None), None),
        lang=read_language(page["lang"]),
        outlet=page["outlet"],
        url=page["url"],
        headline_only=not page["text"],
    )


def _first_line(body: str) -> str:
    """Return the body's first line where it reads like a headline: short, and not the whole text."""
    lines = [line.strip() for line in body.strip().splitlines() if line.strip()]
    return lines[0] if len(lines) > 1 and len(lines[0]) <= 160 else ""


def _name_of(raw: RawItem) -> str:
    name: str = raw.payload["file"]
    return name.rsplit(".", 1)[0]


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
