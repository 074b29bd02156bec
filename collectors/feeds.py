"""Feeds in: bytes to entries with a canonical address, plain texts and the time as stated."""

from __future__ import annotations

import hashlib
import io
import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import feedparser

from collectors.errors import Malformed
from records import clean_text

LONGEST_KEY = 500
"""Characters of an address that may stand in an id; a longer one is replaced by its hash."""

_TRACKING = re.compile(
    r"(?:utm_\w*|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|igshid|mc_cid|mc_eid|_ga|_gl|yclid|ocid|cmpid"
    r"|ncid|s_cid|smid|taid|ref_src|at_medium|at_campaign|ns_\w+|mkt_tok)",
    re.IGNORECASE,
)
_WEB_PAGE = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)
_BLOCKS = frozenset(
    {
        "p",
        "br",
        "div",
        "li",
        "ul",
        "ol",
        "tr",
        "table",
        "blockquote",
        "figure",
        "figcaption",
        "section",
        "article",
    }
) | {f"h{level}" for level in range(1, 7)}
_SILENT = frozenset({"script", "style", "template", "noscript"})


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a feed, as plain text. `key` is the canonical address, or the hash of title and date without one."""

    key: str
    guid: str
    link: str
    title: str
    summary: str
    content: str  # the whole text, where the feed carries it
    published: str  # as stated
    source: str = ""  # the outlet that an aggregator's feed names
    source_url: str = ""
    names: tuple[str, ...] = ()  # what feedparser found in it


@dataclass(frozen=True, slots=True)
class FeedReading:
    """What one feed holds; `note` says what was wrong with a feed whose entries could be read all the same."""

    entries: tuple[Entry, ...]
    note: str = ""
    is_whole: bool = True  # False: it breaks off in an entry, which is left out


def read_feed(content: bytes, content_type: str, url: str) -> FeedReading:
    """Return the entries of a feed in their order; raises Malformed with a plain sentence.

    A wrong declaration or a broken end is a note, not a fault, as long as entries came out.
    """
    headers = {"content-type": content_type} if content_type else {}
    try:
        # A stream, never the bytes: feedparser takes bare bytes for a file name first.
        found = feedparser.parse(io.BytesIO(content), response_headers={**headers, "content-location": url})
        raw_entries, version = list(found.entries), str(found.get("version") or "")
        bozo = found.get("bozo_exception") if found.get("bozo") else None
        entries = tuple(_read_entry(entry, url, number) for number, entry in enumerate(raw_entries))
    except Exception as error:  # feedparser lets through whatever its input provokes
        raise Malformed(f"the feed cannot be parsed ({type(error).__name__})") from error
    if not version and _WEB_PAGE.match(content[:4096]):
        raise Malformed("this address gives a web page, not a feed; look for the page's RSS link")
    if not entries:
        if not content.strip():
            raise Malformed("this address gives an empty answer, not a feed")
        if not version and "html" in content_type.lower():
            raise Malformed("this address gives a web page, not a feed; look for the page's RSS link")
        if not version and not _looks_like_feed(content):
            raise Malformed("this address gives something that is not a feed")
        if bozo is not None and not isinstance(bozo, UnicodeError) and not _is_closed(content):
            raise Malformed("the feed breaks off before its first entry")
    if bozo is not None and entries and _breaks_off(content):
        return FeedReading(
            entries[:-1], "it is not well formed: it breaks off in an entry, left for the next run", False
        )
    return FeedReading(entries, _note(bozo))


def canonical_url(url: str) -> str:
    """Return the address that stands for `url` as a key, or "" if it is not an http(s) address of a page.

    https for http, lower-case host, no default port, no fragment, no tracking parameters, no trailing slash.
    A bare home page is no key: some feeds give it as the link of every entry.
    """
    try:
        parts = urlsplit(url.strip())
        host = (parts.hostname or "").lower().rstrip(".")
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not host:
        return ""
    netloc = f"[{host}]" if ":" in host else host
    if port not in (None, 80, 443):
        netloc += f":{port}"
    query = urlencode(
        [
            pair
            for pair in parse_qsl(parts.query, keep_blank_values=True, errors="replace")
            if not _TRACKING.fullmatch(pair[0])
        ]
    )
    path = quote(parts.path.rstrip("/"), safe="/%:@!$&'()*+,;=~-._")
    if not path and not query:
        return ""
    return urlunsplit(("https", netloc, path, query, ""))


def shown_url(url: str) -> str:
    """Return host and path of an address for a message: its query may hold a key."""
    try:
        parts = urlsplit(url)
        return f"{parts.hostname or ''}{parts.path}".rstrip("/") or "an address"
    except ValueError:
        return "an address"


def plain_text(markup: str) -> str:
    """Return the text of an HTML fragment, block elements as line breaks, white space squeezed. Never raises."""
    if "<" not in markup and "&" not in markup:
        return _squeeze(clean_text(markup))
    reader = _TextOnly()
    try:
        reader.feed(clean_text(markup))
        reader.close()
    except (AssertionError, ValueError):  # html.parser on broken declarations
        reader.parts.append(" ")
    return _squeeze(clean_text("".join(reader.parts)))


class _TextOnly(HTMLParser):
    """Collects the visible text of a fragment."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _SILENT:
            self._silent += 1
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self._silent = max(0, self._silent - 1)
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.parts.append(data)


def _squeeze(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def _read_entry(entry: Any, feed_url: str, number: int) -> Entry:
    link = _text(entry.get("link"))
    guid = _text(entry.get("id"))
    if not canonical_url(link) and canonical_url(guid) and entry.get("guidislink", True):
        link = guid
    title = " ".join(plain_text(_text(entry.get("title"))).split())
    content = max(
        (plain_text(_text(part.get("value"))) for part in entry.get("content") or ()), key=len, default=""
    )
    summary = plain_text(_text(entry.get("summary"))) or content[:1000]
    published = ""
    given = set(entry)  # asked for one that is missing, feedparser answers with another and a warning
    for name in ("published", "created", "updated"):
        if name in given and _text(entry.get(name)):
            published = _text(entry.get(name))
            break
    key = _key(canonical_url(link), title, summary, published, f"{feed_url} {number}")
    origin = entry.get("source") if "source" in given else None
    source, source_url = (
        (_text(origin.get("title")), _text(origin.get("href"))) if isinstance(origin, dict) else ("", "")
    )
    names = tuple(sorted(name for name in given if not name.endswith(("_detail", "_parsed"))))
    return Entry(
        key,
        guid,
        link,
        title,
        summary,
        content,
        published,
        " ".join(source.split()),
        source_url,
        names,
    )


def _key(canonical: str, title: str, summary: str, published: str, position: str) -> str:
    if canonical and len(canonical) <= LONGEST_KEY:
        return canonical
    if canonical:
        return f"long-{_digest(canonical)}"
    if title or published:
        return f"title-{_digest(f'{title.casefold()}|{published}')}"
    return f"text-{_digest(summary)}" if summary else f"empty-{_digest(position)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="replace"), digest_size=12).hexdigest()


def _text(value: Any) -> str:
    return clean_text(value) if isinstance(value, str) else ""


def _looks_like_feed(content: bytes) -> bool:
    """Return whether bytes of any encoding begin like a feed: an empty one has no version for feedparser."""
    head = content[:2000].replace(b"\x00", b"").lower()
    return any(mark in head for mark in (b"<rss", b"<feed", b"<rdf:rdf", b"<channel", b"jsonfeed.org"))


def _is_closed(content: bytes) -> bool:
    tail = content[-200:].replace(b"\x00", b"").lower()
    return any(mark in tail for mark in (b"</rss", b"</feed", b"</rdf:rdf", b"</channel", b"/>", b"}"))


def _breaks_off(content: bytes) -> bool:
    """Return whether markup ends within an entry, whose words and address may then be half of what they are."""
    text = content.replace(b"\x00", b"").lower()
    if any(end in text[-200:] for end in (b"</rss", b"</feed", b"</rdf:rdf", b"</channel")):
        return False  # badly made, and whole
    opened, closed = (max(text.rfind(mark + name) for name in (b"item", b"entry")) for mark in (b"<", b"</"))
    return opened > closed


def _note(bozo: object) -> str:
    if bozo is None:
        return ""
    if isinstance(bozo, feedparser.CharacterEncodingOverride):
        return "its declared encoding is wrong"
    if isinstance(bozo, feedparser.CharacterEncodingUnknown):
        return "its encoding is unknown and was guessed"
    if isinstance(bozo, feedparser.NonXMLContentType):
        return "its content type is not that of a feed"
    return "it is not well formed"
