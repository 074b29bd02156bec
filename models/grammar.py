"""Small words of English and Spanish that bound a clause or a noun phrase, as data."""

from __future__ import annotations

import re

from models.names import word_set
from models.tokens import Token

Span = tuple[int, int]
"""Tokens `[first, last)`."""

DET = {
    "en": word_set(
    "the a an this that these those its his her their our my your some many several most one two three four "
    "five six another both all no every each few other"
),
    "es": word_set(
    "el la los las un una unos unas su sus este esta estos estas ese esa esos esas otro otra otros otras ambos "
    "varios varias algunos algunas nuestro nuestra cada dos tres cuatro cinco doña don"
),
}  # fmt: skip

PRONOUNS = {
    "en": word_set(
        "he she they it we i you who another others some most both one neither none nobody everyone"
    ),
    "es": word_set(
        "él ella ellos ellas usted ustedes nosotros yo este éste ésta esta aquel quien quienes otro otra otros"
    ),
}

PREPOSITIONS = {
    "en": word_set(
    "in on at to for from with without by of about after before during until since under over into against among "
    "between through despite as than like via amid within near outside inside"
),
    "es": word_set(
    "en a al de del con sin por para desde hasta sobre entre tras ante durante contra según como mediante bajo "
    "hacia"
),
}  # fmt: skip

ADVERBS = word_set(
    """however meanwhile later then now also still earlier afterwards yesterday today tonight monday tuesday wednesday
    thursday friday saturday sunday instead nevertheless moreover additionally finally separately asked yet once
    ayer hoy después luego entonces además también sin embargo ahora mientras tanto finalmente asimismo igualmente
    posteriormente consultado consultada preguntado preguntada interrogado antes allí ahí aquí sí lunes martes miércoles
    jueves viernes sábado domingo pero y and but or e so obstante cambio"""
)

BREAKS = {
    "en": word_set(
        "that because while although though when if where whether unless whereas since after before until as"
    ),
    "es": word_set("que porque mientras aunque cuando si donde pues"),
}

JOINS = word_set("and but y e pero or ni while mientras")

RELATIVES = word_set("who which whom whose that que quien quienes")

VERBISH = re.compile(
    r"^(?:is|are|was|were|has|have|had|will|would|can|could|should|may|might|must|did|does|do|been|went|came|took|made|"
    r"es|son|fue|fueron|era|eran|ha|han|había|está|están|hay|tiene|tienen|será|serán|\w{3,}(?:ed|aron|ieron)|\w{2,}[^aeiou]?ó)$"
)

STOP = frozenset(".!?…;") | {"..."}

RECIPIENTS = word_set("me us him her them reporters journalists lawmakers le les")

DAYS = word_set(
    """monday tuesday wednesday thursday friday saturday sunday yesterday today tonight earlier later again also then
    afterwards afterward late repeatedly bluntly simply flatly lunes martes miércoles jueves viernes sábado domingo ayer hoy luego después también además"""
)


def is_text(token: Token) -> bool:
    """Return whether a token is a word or a quote."""
    return token.quote is not None or token.is_word


def is_finite(token: Token) -> bool:
    """Return whether a token looks like a finite verb."""
    return bool(VERBISH.match(token.low)) and not token.is_capital


def is_long(token: Token) -> bool:
    """Return whether a quote is more than a name, a title or scare quotes."""
    text = token.text.strip("“”\"«»‘’' ")
    return len(text.split()) >= 4 or text.endswith((".", "!", "?", ",", "…"))
