"""Language of a text: `es`, `en`, `other` or `unknown`; the same answer on every run, with no network.

Long texts go to lingua among Latin-script neighbours of the two languages. Short ones ("FMLN rechaza",
"lol no") are too short for letter statistics, so words that only one of the two languages uses decide first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from models.names import word_set
from records import Language as LanguageCode
from records import clean_text

_NOISE = re.compile(
    r"https?://\S+|www\.\S+|\b[\w-]+\.(?:com|org|net|gob|gov|sv|co)(?:/\S*)?\b|[@#]?\w*\d\w*|@\w+|\bRT\b"
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LAUGH_ES = re.compile(r"\b(?:ja|je|ji){2,}j?\b", re.IGNORECASE)
_LAUGH_EN = re.compile(r"\b(?:(?:ha|he){2,}h?|l+o+l+|lmf?ao+|rofl)\b", re.IGNORECASE)
_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")

_SHORT_WORDS = 6
_CHARS_READ = 2000  # the language of a text shows in its first lines

_ES = word_set(
    """el los las una unos unas al del que qué y pero porque por para con sin sobre como cómo cuando cuándo donde
    dónde quien quién es son está están estamos era fue ser hay ha han he hemos muy más menos también ya sí ni su sus
    mi mis tu tus se te lo le les nos esto esta este ese esa eso esos esas aquí allí ahora hoy ayer mañana siempre nunca
    nada todo todos toda todas yo tú él ella ellos ellas usted ustedes nosotros gracias presidente viva vivan fuera
    abajo basta rechaza rechazan rechazo rechazamos exige exigen critica apoyo apoya apoyan apoyamos dice dicen dijo
    acuerdo trato pueblo gente gobierno cárcel cárceles preso presos reos país países vergüenza basura basurero asco
    dictador dictadura bien mal mejor peor hecho bueno buena buenos malo mala aplaudo bravo pobre pinche puta mierda
    vendepatria vendepatrias soberanía derechos humanos verdad mentira mentiras justicia libertad muerte vida dinero
    plata años año día días hombre mujer hijo hijos madre padre amigo hermano señor dios ojalá claro obvio ladrón
    ladrones corrupto corruptos delincuentes pandilleros mareros deportados venezolanos salvadoreños salvadoreño
    estoy eres somos quiero quiere quieren vamos va van debe deben puede pueden hacer dar ver saber mames güey nel"""
)
_EN = word_set(
    """the a an and or but of to in on at for from with without about is are am was were be been being has have had do
    does did don't doesn't didn't isn't aren't won't can't it's i'm that's he's they're you're not this that these those it
    its his her their our your my we they he she you i who what when where why how which will would can could should may
    might must just very too also here there now then never always nothing all good bad great right wrong thanks thank yes
    yeah nope out get got bring home stop free say says said deal agreement prison jail hell joke shame disgrace dictator
    people government country money law lawyers rights court judge deport deported citizens immigrants illegal gang
    if so than more less only even still because into up down by as him them me us let make made want need love hate
    lol ok okay omg wtf bullshit bro man dude well done agree disagree president support reject"""
)
_BOTH = frozenset(
    {
        "a",
        "he",
        "me",
        "no",
        "es",
        "son",
        "has",
        "mal",
        "man",
        "come",
        "bravo",
        "ok",
        "dude",
        "van",
        "viva",
        "i",
        "va",
    }
)
_ONLY_ES = _ES - _BOTH - _EN
_ONLY_EN = _EN - _BOTH - _ES
# Words of the neighbours that look Spanish to letter statistics: one of them outweighs a shared word.
_NEIGHBOUR = (
    word_set(
        """um uma não é são está você vocês com pelo pela isso mas muito também foi dos das nos obrigado
    il lo gli che non di della del è sono questo perché anche le les des est pas et vous nous c'est avec dans
    pour und das ist nicht ein eine der die mit els amb per és això"""
    )
    - _ES
)

_WIDE = (
    Language.ENGLISH,
    Language.SPANISH,
    Language.PORTUGUESE,
    Language.CATALAN,
    Language.FRENCH,
    Language.ITALIAN,
    Language.GERMAN,
    Language.DUTCH,
    Language.POLISH,
    Language.TURKISH,
)


@cache
def _detector(pair_only: bool) -> LanguageDetector:
    # Trigram models alone: some 30 MB instead of 270 MB, and as good on a sentence or more.
    languages = _WIDE[:2] if pair_only else _WIDE
    return LanguageDetectorBuilder.from_languages(*languages).with_low_accuracy_mode().build()


def predict_languages(texts: Sequence[str]) -> list[LanguageCode]:
    """Return one of `es`, `en`, `other`, `unknown` for each text, in order.

    `unknown` is a text with no word to go by (emoji, an address, digits, one bare name); `other` is a third
    language or script. Deterministic; models load on the first call.
    """
    return [_language(text) for text in texts]


@lru_cache(maxsize=8192)
def _language(text: str) -> LanguageCode:
    plain = _NOISE.sub(" ", clean_text(text[:_CHARS_READ]).replace("’", "'")).replace("#", " ")
    words = [word.lower() for word in _WORD.findall(plain)]
    letters = sum(len(word) for word in words)
    if letters < 2:
        return "unknown"
    if len(_LATIN.findall(plain)) < 0.5 * letters:
        return "other"
    spanish, english, neighbour = _hints(plain, words)
    if len(words) <= _SHORT_WORDS:
        return _short(plain, words, spanish, english, neighbour)
    return _long(plain, spanish, english, neighbour)


def _hints(plain: str, words: list[str]) -> tuple[int, int, int]:
    """Return how many words only Spanish, only English, and only a neighbour uses."""
    spanish = sum(word in _ONLY_ES for word in words) + len(_LAUGH_ES.findall(plain))
    spanish += 2 * any(mark in plain for mark in "¿¡") + any("ñ" in word for word in words)
    english = sum(word in _ONLY_EN for word in words) + len(_LAUGH_EN.findall(plain))
    return spanish, english, sum(word in _NEIGHBOUR for word in words)


def _short(plain: str, words: list[str], spanish: int, english: int, neighbour: int) -> LanguageCode:
    if max(spanish, english) > neighbour and spanish != english:
        return "es" if spanish > english else "en"
    if neighbour >= max(spanish, english, 1) and len(words) > 1:
        return _code(_detector(False), plain, least=0.0)
    return _code(_detector(True), plain, least=0.9 if len(words) == 1 else 0.65)


def _long(plain: str, spanish: int, english: int, neighbour: int) -> LanguageCode:
    found = _code(_detector(False), plain, least=0.0)
    if found == "other" and max(spanish, english) >= 2 * max(neighbour, 1):
        return "es" if spanish > english else "en"
    return found


def _code(detector: LanguageDetector, plain: str, least: float) -> LanguageCode:
    best = detector.compute_language_confidence_values(plain)[0]
    if best.value < least:
        return "unknown"
    names: dict[Language, LanguageCode] = {Language.SPANISH: "es", Language.ENGLISH: "en"}
    return names.get(best.language, "other")
