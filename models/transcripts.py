"""Turns of a transcript or a headline: "LEAVITT: …", "Pregunta: …", "Putin: Russia ready for talks"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from models.names import word_set
from models.quotes import Paragraph
from models.speakers import Cast

_TURN = re.compile(
    r"[—–-]?\s?(?P<name>[^\W\d_a-zß-öø-ÿ][\w.’'\-]*(?: (?:de|del|la|[^\W\d_a-zß-öø-ÿ][\w.’'\-]*|\"\w+\")){0,4})(?:\s\([^)]{1,40}\))?(?:\s?:\s+|(?<=\b[PRQA])\.(?:-|\s-)?\s+|(?<=PREGUNTA|ESPUESTA)\.\s+)(?=\S)"
)
_QUESTION = word_set(
    "q question pregunta p p.- r r.- a answer respuesta host reporter interviewer periodista moderator moderador moderadora"
)
ANSWERS = word_set("r r.- a answer respuesta")
"""Marks of the interviewee's turns."""
_FURNITURE = word_set(
    """photo photos image video source sources note update correction location date time tags category editor read more subject
    foto fotos imagen vídeo fuente fuentes nota fecha lugar hora etiquetas actualización corrección título title from to re cc
    contact contacto email tel phone opinion opinión analysis análisis background exclusive breaking live watch última urgente
    summary resumen context contexto related relacionado"""
)


def transcript_turns(
    text: str, paragraphs: Sequence[Paragraph], cast: Cast
) -> dict[int, tuple[tuple[int, int], int, bool]]:
    """Return paragraph number -> (name's span, start of the words, whether the words are the speaker's own).

    A line counts where the name is all capitals, a questioner's word, a person of the article, or where the whole
    text is one headline; at least two turns are asked for of names that nothing else knows.
    """
    found: dict[int, tuple[tuple[int, int], int, bool]] = {}
    doubtful: set[int] = set()
    asked: set[int] = set()  # an interviewer's questions
    for paragraph in paragraphs:
        match = _TURN.match(text, paragraph.start, paragraph.end)
        if match is None or text[match.end()] in "“«\"‘'„" or match["name"].lower() in _FURNITURE:
            continue
        name = match["name"]
        low = name.lower().rstrip(".-")
        headline = len(paragraphs) == 1 and not text.rstrip().endswith(".") and len(text.split()) < 25
        if low in ("p", "q"):
            asked.add(paragraph.number)
        known = low in _QUESTION or _is_person(cast, name)
        if (not known and not headline and not name.isupper()) or (
            name.isupper() and not known and _is_dateline(text, match.end(), paragraph)
        ):
            doubtful.add(paragraph.number)
        found[paragraph.number] = ((match.start("name"), match.end("name")), match.end(), not headline)
    if any(text[slice(*turn[0])].lower().rstrip(".-") in _QUESTION for turn in found.values()):
        return {number: turn for number, turn in found.items() if number not in asked}
    names = Counter(text[slice(*turn[0])] for turn in found.values())
    repeated = {n for n in doubtful if len(found) >= 3 and names[text[slice(*found[n][0])]] > 1}
    return {number: turn for number, turn in found.items() if number not in doubtful or number in repeated}


def _is_person(cast: Cast, name: str) -> bool:
    entity = cast.resolve(name.title() if name.isupper() else name, 0, "en")
    return entity.how in ("alias", "surname", "name") and (
        entity.how != "name" or any(p.name == entity.name for p in cast.people)
    )


def _is_dateline(text: str, start: int, paragraph: Paragraph) -> bool:
    """Return whether a name in capitals may be a town: the first paragraph, with a long text behind it."""
    return paragraph.number == 0 and paragraph.end - start > 60
