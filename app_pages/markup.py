"""Text that is safe inside a line of Markdown. Text of posts never comes here: it is shown by `st.text` or a table."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_PUNCTUATION = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:^=&\"'/@])")
_KEPT_SPACES = "\u00a0\u202f"
"""No-break spaces, as in `52 %`: every other run of white space becomes one space."""
_WORD_JOINER = "\u2060"


def literal(text: str) -> str:
    """Return `text` escaped so that Markdown, LaTeX, HTML, directives and emoji codes all show as written.

    Every ASCII mark gets a backslash (CommonMark 6.1). Emoji codes and arrows are replaced after parsing, where
    backslashes are gone: an unseen word joiner breaks them apart.
    """
    flat = re.sub(rf"[^\S{_KEPT_SPACES}]+", " ", text).strip()
    flat = re.sub(r"(:)(?=[\w+-]+:)", rf"\1{_WORD_JOINER}", flat)
    flat = re.sub(r"(-|<|>|=|~)(?=[->=])", rf"\1{_WORD_JOINER}", flat)
    return _PUNCTUATION.sub(r"\\\1", flat)


def safe_url(url: str | None) -> str | None:
    """Return an http(s) address that is safe inside a link, or None for anything else."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return None
    return quote(url.strip(), safe=":/?#@!&+,;=%~.-_$*'")


def link(text: str, url: str | None) -> str:
    """Return a Markdown link that shows `text` literally, or only the text where there is no usable address."""
    address = safe_url(url)
    return f"[{literal(text)}](<{address}>)" if address else literal(text)
