"""Paragraphs that are furniture of a page, not text: skipped where statements are sought, never cut."""

from __future__ import annotations

import re

_START = re.compile(
    r"(?:read (?:more|also|next)|related|see also|also read|reported by|reporting by|edited by|editing by|written by|by [A-Z][\w.]+ [A-Z]\w+$"
    r"|photos?\b|image|video|watch|caption|credit|file photo|published|updated|posted|last modified|filed under|tags?:|share (?:this|on)|follow us|sign up|subscribe|newsletter"
    r"|advertisement|sponsored|copyright|©|\(c\)|all rights reserved|we use cookies|this site uses cookies|accept (?:all )?cookies|click here|contact us|physical address"
    r"|terms of|privacy policy|min(?:ute)?s? read|listen to this|download the app|for media inquiries|media contact"
    r"|lea (?:también|además|más|aquí)|leer más|le puede interesar|te puede interesar|ver más|vea también|también lea|puede leer|relacionad[oa]s?|foto\b|fotos?:|fotografía|imagen|vídeo|video"
    r"|publicado|actualizado|archivado en|etiquetas|comparte|compartir|síguenos|síganos|suscríb|suscrib|boletín|publicidad|todos los derechos|utilizamos cookies|usamos cookies|aceptar|haga clic|haz clic"
    r"|política de privacidad|redacción\b|tiempo de lectura|guardar para|escucha(?:r)? (?:este|la)|descarga|con información de|por [A-ZÁÉÍÓÚ][\w.]+ [A-ZÁÉÍÓÚ]\w+(?: \||$))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"\b\d{1,6}\s+[\w. ]*(?:st|street|ave|avenue|road|rd|blvd|calle|avenida|drive)\b|,\s[A-Z]{2}\s\d{5}\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!?…”»\"'’)]\s*$")
_QUOTE = re.compile(r"[“”«»\"]")


def is_boilerplate(paragraph: str) -> bool:
    """Return whether a paragraph is an address, a byline, a link, a caption's credit or consent text."""
    n_words = len(paragraph.split())
    if n_words > 40:
        return False
    if (
        _START.match(paragraph.strip())
        and not _QUOTE.search(paragraph)
        and (n_words <= 12 or not _SENTENCE_END.search(paragraph))
    ):
        return True
    if n_words <= 30 and re.match(
        r"(?:we|this site|utilizamos|usamos|este sitio)\b.*\bcookies\b", paragraph.strip(), re.IGNORECASE
    ):
        return True
    if n_words <= 12 and _ADDRESS.search(paragraph) and not _QUOTE.search(paragraph):
        return True
    return n_words <= 6 and bool(re.search(r"@\w|https?://|www\.", paragraph))
