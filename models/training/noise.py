"""Small changes to texts and targets that must not change the reading, or that flip it in a known way."""

from __future__ import annotations

import random
import re
import unicodedata
from dataclasses import replace

from models.training.examples import Example, flipped

_CLAUSE = re.compile(
    r"\b(should|must|ought|will|is|are|was|were|has|have|can|cannot|do|does|debe"
    r"|deben|debería|deberían|es|son|fue|"
    r"está|están|ha|han|puede|pueden|hay|tiene|tienen)\b",
    re.IGNORECASE,
)
_SMALL_FIRST = re.compile(r"^(The|A|An|El|La|Los|Las|Un|Una|Que|[A-Z][a-z]+ing|[A-Z][a-záéíóú]+[aei]r)\b")

_FOR = {
    "en": (
        "I support {x}",
        "{X} should go ahead",
        "Support for {x}",
        "{X} deserves support",
        "In favour of {x}",
        "Yes to {x}",
        "{X} is right",
        "It is right: {x}",
    ),
    "es": (
        "Apoyo {x}",
        "{X} debe seguir adelante",
        "Apoyo total: {x}",
        "A favor de {x}",
        "Estoy a favor de {x}",
        "Sí a {x}",
        "Es correcto {x}",
        "{X} es lo correcto",
    ),
}
_NOT = {
    "en": (
        "I oppose {x}",
        "{X} should be stopped",
        "Opposition to {x}",
        "{X} must be rejected",
        "Against {x}",
        "No to {x}",
        "{X} is wrong",
        "It is a mistake: {x}",
    ),
    "es": (
        "Rechazo {x}",
        "{X} no debe seguir adelante",
        "En contra de {x}",
        "Estoy en contra de {x}",
        "No a {x}",
        "Hay que frenar {x}",
        "Es un error {x}",
        "{X} es un error",
    ),
}
_SPANISH = re.compile(r"\b(el|la|los|las|de|del|que|en|una|un|y|por|para|con)\b", re.IGNORECASE)


def reworded(example: Example, rng: random.Random) -> Example:
    """Return the example toward a sentence built on its noun-phrase target, for it or against it (label
    flipped).

    Targets that already hold a verb are returned as they are: a template around a clause would not be a
    sentence.
    """
    target = example.target.strip().rstrip(".")
    if _CLAUSE.search(target) or len(target.split()) > 14:
        return example
    lang = "es" if len(_SPANISH.findall(target)) >= 1 else "en"
    small = target[0].lower() + target[1:] if _SMALL_FIRST.match(target) else target
    against = rng.random() < 0.5
    template = rng.choice((_NOT if against else _FOR)[lang])
    made = template.format(x=small, X=target)
    return replace(example, target=made, label=flipped(example.label) if against else example.label)


def without_accents(text: str) -> str:
    """Return the text without accents, as many people type Spanish; ñ becomes n."""
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def noisy(text: str, lang: str, rng: random.Random) -> str:
    """Return the text with a little of what posts carry: no accents, other case, a URL, a mention, a
    reposting mark.
    """
    if lang == "es" and rng.random() < 0.15:
        text = without_accents(text)
    roll = rng.random()
    if roll < 0.06:
        text = text.lower()
    elif roll < 0.075:
        text = text.upper()
    roll = rng.random()
    if roll < 0.05:
        text = f"{text} https://t.co/{''.join(rng.choices('abcdefghkmnpqrstuvwxyzABCDEFGH0123456789', k=10))}"
    elif roll < 0.08:
        text = f"@user {text}"
    elif roll < 0.09:
        text = f"RT @user: {text}"
    if rng.random() < 0.02:
        text = text.replace(". ", "  ")
    return text
