"""Which outlet a page belongs to: the topic's own feed of that site, or the site itself."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from topics import Feed, Topic
from topics.matching import fold_text

_FRONTS = ("www", "m", "amp", "mobile", "beta", "feeds", "rss")
"""First labels of a host that lead to the same outlet."""


def site_of(url: str) -> str:
    """Return the host of an address without `www.` and its like, or "" if there is none."""
    try:
        host = (urlsplit(url if "//" in url else f"//{url}").hostname or "").lower().rstrip(".")
    except ValueError:
        return ""
    first, _, rest = host.partition(".")
    return rest if first in _FRONTS and "." in rest else host


def feed_of(topic: Topic, site: str) -> Feed | None:
    """Return the topic's first feed of this site or of the site above it (`elmundo.sv` for `diario.elmundo.sv`)."""
    for feed in topic.sources.news.feeds:
        home = site_of(feed.url)
        if home and (site == home or site.endswith(f".{home}")):
            return feed
    return None


def headline_key(site: str, title: str) -> str:
    """Return what stands for a headline of a site where no address of the article is known."""
    digest = hashlib.blake2b(fold_text(title).encode(errors="replace"), digest_size=12).hexdigest()
    return f"{site or 'unknown'}/{digest}"
