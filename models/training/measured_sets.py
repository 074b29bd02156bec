"""The sets that the weights are measured on. None of them is ever trained on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from models.training.examples import CODES, Example, read_rows
from models.training.written import written_examples

TOPIC_TARGETS = {
    "en": "The agreement under which El Salvador holds people deported or convicted by the United "
    "States in its prisons, "
    "for a fee, should go ahead",
    "es": "El acuerdo por el que El Salvador recluye en sus cárceles, a cambio de un pago, a "
    "personas deportadas o "
    "condenadas por Estados Unidos debe seguir adelante",
}
"""The default topic's own sentences; read from the topic file where it is present, so that the card
measures what ships.
"""

PUBLIC = {
    "vast": "VAST dev",
    "multitarget2016": "multi-target 2016",
    "gwsd": "GWSD",
    "es_political_headlines": "Spanish political headlines",
    "cic_es": "Catalonia independence, Spanish, dev",
    "ibereval2018_es": "IberEval 2018, Spanish",
    "perspectrum": "Perspectrum dev",
    "touche23": "Touché 2023 dev",
}


@dataclass(frozen=True, slots=True)
class MeasuredSet:
    """Named examples; `classes` are the labels that the set knows."""

    name: str
    title: str
    examples: list[Example]
    classes: tuple[int, ...] = (0, 1, 2)


def held_out_set(shared: Path) -> list[MeasuredSet]:
    """Return the held-out topics of our own corpus, whole and by language."""
    held = written_examples(shared)[1]
    return [
        MeasuredSet("written", "held-out written topics", held),
        MeasuredSet("written_en", "held-out written topics, English", [e for e in held if e.lang == "en"]),
        MeasuredSet("written_es", "held-out written topics, Spanish", [e for e in held if e.lang == "es"]),
    ]


def topic_sets(shared: Path, context: bool = True, all_rows: bool = False) -> list[MeasuredSet]:
    """Return the labelled statements of real articles, by language, unambiguous ones unless `all_rows`."""
    sets = []
    for lang, name in (("en", "English"), ("es", "Spanish")):
        rows = [
            r
            for r in read_rows(shared / "data/topic/statements.jsonl")
            if r["lang"] == lang and (all_rows or not r["ambiguous"])
        ]
        examples = [
            Example(
                r["quote"],
                TOPIC_TARGETS[lang],
                CODES[r["stance"]],
                lang,
                context=r["context"] if context else "",
            )
            for r in rows
        ]
        ending = "with paragraph" if context else "alone"
        title = f"topic statements, {name}, {ending}{', with ambiguous ones' if all_rows else ''}"
        sets.append(
            MeasuredSet(
                f"topic_{lang}{'' if context else '_alone'}{'_all' if all_rows else ''}", title, examples
            )
        )
    return sets


def public_set(shared: Path, name: str, limit: int | None = None) -> MeasuredSet:
    """Return a public development set; with a limit, every k-th row, about so many."""
    rows = list(read_rows(shared / "data/stance/dev" / f"{name}.jsonl.gz"))
    if limit is not None:
        rows = rows[:: max(1, len(rows) // limit)]
    examples = [Example(r["text"], r["target"], CODES[r["label"]], r["lang"]) for r in rows]
    known = {e.label for e in examples}
    return MeasuredSet(name, PUBLIC[name], examples, (0, 1, 2) if 2 in known else (0, 1))


def all_sets(shared: Path) -> list[MeasuredSet]:
    """Return every set that the card reports."""
    return [
        *held_out_set(shared),
        *topic_sets(shared),
        *topic_sets(shared, context=False),
        *topic_sets(shared, all_rows=True),
        *(public_set(shared, name) for name in PUBLIC),
    ]
