"""Article pages in: the story's text, or the reason why the page is a wall and not a story.

The text of a wall (consent, sign-in, payment, robot check) must never be taken for the article: its words would be
read as somebody's stance. Where in doubt the item stays a headline.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

import trafilatura

from collectors.errors import Malformed
from collectors.feeds import shown_url
from collectors.web import Page
from records import clean_text

SHORTEST = 200
"""Characters that a text must have to count as an article."""

LONG_ENOUGH = 2500
"""Characters from which a page is an article even if a line of it speaks of subscribing."""

_WALL_HOST = re.compile(
    r"^(?:consent|consents|login|signin|accounts?|auth|sso|subscribe|myaccount|idp|privacy)\.", re.I
)
_WALL_PATH = re.compile(
    r"/(?:consent|cookie-?wall|collectconsent|privacy-gate|log-?in|sign-?in|register|subscribe|subscription|paywall"
    r"|suscripcion(?:es)?|suscribete|iniciar-sesion|registro|captcha|checkpoint)(?:[/._?-]|$)",
    re.I,
)
_WALL_WORDS = re.compile(
    r"before you continue|accept (?:all|cookies)|we (?:and our partners )?use cookies|your privacy choices"
    r"|manage (?:your )?(?:cookies|consent|preferences)|(?:subscribe|register|sign up|log ?in|sign in) (?:now )?(?:to|for) "
    r"(?:continue|keep|read|access|view|unlock|unlimited|full)|already (?:a |have an? )?(?:subscriber|account|subscription)"
    r"|subscribers? only|only (?:for|available to) subscribers|exclusive(?:ly)? (?:for|to) subscribers"
    r"|(?:article|content|story) is (?:reserved for|for|only available to) (?:our )?(?:subscribers|members)"
    r"|you(?:'|’)?(?: ha)?ve (?:reached|used|read) (?:your|all|the|\w+) (?:\w+ )?(?:limit|free|articles?)|free articles? (?:left|remaining|this month)"
    r"|verify (?:that )?you are (?:a )?human|are you a robot|checking (?:if the site|your browser)|enable javascript"
    r"|access (?:to this page has been )?denied|unusual traffic|just a moment"
    r"|antes de continuar|acept(?:ar|a|o|e) (?:todas? )?(?:las )?cookies|utilizamos cookies|usamos cookies"
    r"|(?:config|gestion)\w* (?:las |sus |tus )?(?:cookies|preferencias|consentimiento)"
    r"|(?:suscr[ií]b\w+|reg[ií]str\w+|inici\w+ sesi[oó]n|hazte (?:socio|miembro)) (?:\w+ ){0,3}?(?:para|y) (?:\w+ ){0,2}?"
    r"(?:seguir|continuar|leer|acceder|ver|disfrutar|desbloquear)|(?:contenido|art[ií]culo|nota) (?:\w+ ){0,2}?(?:exclusiv\w|solo|reservad\w) (?:\w+ ){0,2}?"
    r"(?:para )?(?:suscriptor|socio|miembro|abonad)|(?:solo|exclusivo) para (?:nuestros )?(?:suscriptores|socios|abonados)"
    r"|(?:ya (?:eres|es|soy) suscriptor)|(?:has|ha) (?:alcanzado|llegado) (?:al|el|tu|su) l[ií]mite"
    r"|verifi\w+ que (?:eres|es|no eres) (?:un )?(?:human|robot)|habilit\w+ javascript|acceso denegado",
    re.IGNORECASE,
)
_NOT_FREE = re.compile(rb'"isAccessibleForFree"\s*:\s*"?(?:false|0)\b', re.IGNORECASE)
_WORD = re.compile(r"\w{4,}")


@dataclass(frozen=True, slots=True)
class ArticleReading:
    """The text of an article page, or `wall` with the reason why there is none. `stated_on` is the page's own date."""

    text: str = ""
    wall: str = ""
    stated_on: str = ""


def read_article(page: Page, link: str, title: str) -> ArticleReading:
    """Return the story's text with one line a paragraph, or the reason why this page does not give it."""
    if wall := wall_of_address(page.url, link):
        return ArticleReading(wall=wall)
    kind = page.content_type.lower()
    if kind and "html" not in kind and "xml" not in kind:
        return ArticleReading(wall="not a web page")
    try:
        found = trafilatura.bare_extraction(
            page.content, url=page.url, include_comments=False, include_tables=False, with_metadata=True
        )
    except Exception as error:  # lxml and trafilatura let through whatever their input provokes
        raise Malformed(f"{shown_url(page.url)}: the page cannot be read ({type(error).__name__})") from error
    text = clean_text(getattr(found, "text", None) or "").strip()
    text = _without_headline(text, title, str(getattr(found, "title", None) or ""))
    if wall := wall_of_text(text, title, not_free=bool(_NOT_FREE.search(page.content))):
        return ArticleReading(wall=wall)
    return ArticleReading(_without_wall_lines(text), stated_on=str(getattr(found, "date", None) or ""))


def wall_of_text(text: str, title: str, *, not_free: bool = False) -> str:
    """Return why `text` is not the article that `title` announces, or ""."""
    if len(text) < SHORTEST:
        return "no article text on the page"
    if len(text) < LONG_ENOUGH:
        if _WALL_WORDS.search(text):
            return "a consent, sign-in or payment wall"
        if not_free:
            return "a payment wall"
    if not _speaks_of(title, text):
        return "the page does not speak of what the headline says"
    return ""


def wall_of_address(end: str, link: str) -> str:
    """Return why a page at this address cannot be the linked article, or ""."""
    try:
        here, asked = urlsplit(end), urlsplit(link)
    except ValueError:
        return "not an address"
    if (here.hostname, here.path) == (asked.hostname, asked.path):
        return ""
    if _WALL_HOST.match(here.hostname or "") or _WALL_PATH.search(here.path):
        return "a consent, sign-in or payment wall"
    if here.path.strip("/") == "" and not here.query:
        return "the link leads to a home page"
    return ""


def _speaks_of(title: str, text: str) -> bool:
    """Return whether a quarter of the headline's longer words (by their first five letters) occur in the text."""
    wanted = {word[:5] for word in _WORD.findall(_plain(title))}
    if len(wanted) < 3:
        return True
    folded = _plain(text)
    return 4 * sum(word in folded for word in wanted) >= len(wanted)


def _without_headline(text: str, *headlines: str) -> str:
    """Return the text without a first line that repeats the headline: it is no evidence that the story follows."""
    first, _, rest = text.partition("\n")
    return (
        rest.lstrip()
        if _plain(first).split() in [_plain(line).split() for line in headlines if line]
        else text
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).casefold()


def _without_wall_lines(text: str) -> str:
    """Return a long article without the short lines in it that only ask to subscribe or accept cookies."""
    lines = text.split("\n")
    return "\n".join(line for line in lines if len(line) > 300 or not _WALL_WORDS.search(line)).strip()
