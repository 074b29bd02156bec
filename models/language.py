"""Language of a text: `es`, `en`, `other` or `unknown`; the same answer on every run, with no network.

Words that only one of the two languages uses decide first: short texts ("FMLN rechaza", "lol no") are too short for
letter statistics, and in a long one they leave no doubt as a rule. What they leave open goes to lingua, among
Latin-script neighbours of the two languages.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import polars as pl
from lingua import Language, LanguageDetector, LanguageDetectorBuilder

from models.names import word_set
from records import Language as LanguageCode
from records import clean_text

# Rust's regular expressions, as polars runs them: without \b, which is slow there on letters with accents.
_NOISE = (
    r"https?://\S+|www\.\S+|[\w-]+\.(?:com|org|net|gob|gov|sv|co)(?:/\S*|[^\w/]|$)|[@#]?[^\W\d]*\d\w*|@\w+|#"
)
_WORD = r"\p{L}[\p{L}\p{M}]*(?:'\p{L}[\p{L}\p{M}]*)?"
_LATIN = r"[A-Za-z\u{c0}-\u{24f}]"
_LAUGH_ES = r"^(?:j[aei]){2,}j?$"
_LAUGH_EN = r"^(?:(?:h[ae]){2,}h?|l+o+l+|lmf?ao+|rofl)$"
_REPOST = "rt"

_SHORT_WORDS = 6
_CHARS_READ = 2000  # the language of a text shows in its first lines
_CLEAR = 4  # times as many words of one language as of the other leave no doubt which of the two it is

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
    language or script. Deterministic; models load on the first text that needs them.
    """
    distinct = list(dict.fromkeys(texts))
    if not distinct:
        return []
    found = {
        text: _language(*counts)
        for text, counts in zip(distinct, _counted(distinct).iter_rows(), strict=True)
    }
    return [found[text] for text in texts]


def _counted(texts: Sequence[str]) -> pl.DataFrame:
    """Return a row a text, in order: `plain` (its beginning without noise, in lower case), how many words and letters
    that has, how many of the letters are Latin, and how many hints it gives of Spanish, English and a neighbour."""
    shown = pl.DataFrame({"plain": [clean_text(text[:_CHARS_READ]) for text in texts]})
    plain = pl.col("plain").str.replace_all("’", "'", literal=True).str.replace_all(_NOISE, " ")
    rows = shown.lazy().with_row_index("row").with_columns(plain.str.to_lowercase())
    word, text = pl.col("word"), pl.col("plain")
    words = (
        rows.select("row", text.str.extract_all(_WORD).alias("word"))
        .explode("word")
        .filter(word.is_not_null(), word != _REPOST)
        .group_by("row")
        .agg(
            pl.len().alias("n_words"),
            word.str.len_chars().sum().alias("n_letters"),
            (word.is_in(_ONLY_ES) | word.str.contains(_LAUGH_ES)).sum().alias("spanish"),
            (word.is_in(_ONLY_EN) | word.str.contains(_LAUGH_EN)).sum().alias("english"),
            word.is_in(_NEIGHBOUR).sum().alias("neighbour"),
        )
    )
    signs = 2 * text.str.contains("[¿¡]") + text.str.contains("ñ", literal=True)
    counted = rows.join(words, on="row", how="left", maintain_order="left").fill_null(0)
    return counted.select(
        text,
        "n_words",
        "n_letters",
        text.str.count_matches(_LATIN).alias("n_latin"),
        pl.col("spanish") + signs,
        "english",
        "neighbour",
    ).collect(engine="streaming")  # on all cores


def _language(
    plain: str, n_words: int, n_letters: int, n_latin: int, spanish: int, english: int, neighbour: int
) -> LanguageCode:
    if n_letters < 2:
        return "unknown"
    if n_latin < 0.5 * n_letters:
        return "other"
    if n_words <= _SHORT_WORDS:
        return _short(plain, n_words, spanish, english, neighbour)
    return _long(plain, spanish, english, neighbour)


def _short(plain: str, n_words: int, spanish: int, english: int, neighbour: int) -> LanguageCode:
    if max(spanish, english) > neighbour and spanish != english:
        return "es" if spanish > english else "en"
    if neighbour >= max(spanish, english, 1) and n_words > 1:
        return _code(_detector(False), plain, least=0.0)
    return _code(_detector(True), plain, least=0.9 if n_words == 1 else 0.65)


def _long(plain: str, spanish: int, english: int, neighbour: int) -> LanguageCode:
    more, fewer = max(spanish, english), min(spanish, english)
    is_ours = more >= 2 * max(neighbour, 1)
    said: LanguageCode = "es" if spanish > english else "en"
    if is_ours and more >= _CLEAR * fewer:
        return said
    found = _code(_detector(False), plain, least=0.0)
    return said if found == "other" and is_ours else found


def _code(detector: LanguageDetector, plain: str, least: float) -> LanguageCode:
    best = detector.compute_language_confidence_values(plain)[0]
    if best.value < least:
        return "unknown"
    names: dict[Language, LanguageCode] = {Language.SPANISH: "es", Language.ENGLISH: "en"}
    return names.get(best.language, "other")
