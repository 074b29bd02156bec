"""Readers of the public sets that the weights may learn from (terms: shared/README.md)."""

from __future__ import annotations

import random
import re
from pathlib import Path

from models.training.examples import CODES, NEUTRAL, NLI_CODES, Example, read_rows

NLI_SHARES = {
    "inferes_es": None,
    "multinli_dev_matched": None,
    "negation_nli": None,
    "cad_snli": 4000,
    "snli_dev_test": 3000,
}
"""Rows taken from each inference set; None takes all. Captions (SNLI) are far from politics: few of them."""

CLAIM_SETS = ("argkp2021", "perspectrum", "ibm_claim_stance", "touche23")


def nli_examples(shared: Path, rng: random.Random) -> list[Example]:
    """Return inference pairs read as stance: the hypothesis is the target, entailment is favor."""
    chosen = []
    for name, limit in NLI_SHARES.items():
        rows = list(read_rows(shared / "data/stance/nli" / f"{name}.jsonl.gz"))
        if limit is not None:
            rows = rng.sample(rows, limit)
        chosen += [
            Example(r["premise"], r["hypothesis"], NLI_CODES[r["label"]], r["lang"], kind="nli") for r in rows
        ]
    return chosen


def claim_examples(shared: Path) -> list[Example]:
    """Return claims for and against a thesis, each text and target once. These sets know no neutral."""
    seen, chosen = set(), []
    for name in CLAIM_SETS:
        for r in read_rows(shared / "data/stance/train" / f"{name}.jsonl.gz"):
            key = (r["text"], r["target"])
            if key not in seen:
                seen.add(key)
                chosen.append(
                    Example(
                        r["text"],
                        r["target"],
                        CODES[r["label"]],
                        "en",
                        relevant=1,
                        has_neutral=False,
                        kind="claim",
                    )
                )
    return chosen


def executive_examples(shared: Path) -> list[Example]:
    """Return the positions of the US executive on bills: institutional language, no neutral."""
    rows = read_rows(shared / "data/stance/train/sap_us_executive_positions.jsonl.gz")
    return [
        Example(
            r["text"], r["target"], CODES[r["label"]], "en", relevant=1, has_neutral=False, kind="statement"
        )
        for r in rows
        if not r.get("mixed")
    ]


def mismatched_claims(claims: list[Example], n: int, rng: random.Random) -> list[Example]:
    """Return `n` claims beside the thesis of another claim: neutral, not about it."""
    chosen = []
    while len(chosen) < n:
        a, b = rng.sample(claims, 2)
        shared_words = set(a.target.lower().split()) & set(b.target.lower().split())
        if not any(len(w) > 4 and w != "should" for w in shared_words):
            chosen.append(Example(a.text, b.target, NEUTRAL, "en", relevant=0, kind="off_topic"))
    return chosen


_EVALUATIVE = re.compile(
    r"\b(love|hate|great|good|best|worst|bad|terrible|awful|beautiful|nice|wonderful|delicious|happy|sad|boring"
    r"|amo|odio|bueno|buena|mejor|peor|malo|mala|terrible|hermos[oa]|lind[oa]|bonit[oa]|ric[oa]|feliz|triste)\b",
    re.IGNORECASE,
)


def everyday_sentences(
    shared: Path, n: int, rng: random.Random, evaluative: float = 0.0
) -> list[tuple[str, str]]:
    """Return `n` (sentence, language) of everyday talk, to stand beside targets that they say nothing about.

    A share `evaluative` of them judge something (a meal, a song): praise alone must not read as stance.
    """
    rows = list(read_rows(shared / "data/stance/pairs/tatoeba_en_es.jsonl.gz"))
    judging = [r for r in rows if _EVALUATIVE.search(r["en"])]
    n_judging = int(n * evaluative)
    chosen = rng.sample(judging, n_judging) + rng.sample(rows, n - n_judging)
    return [(r["en"], "en") if rng.random() < 0.5 else (r["es"], "es") for r in chosen]


def everyday_posts() -> list[tuple[str, str]]:
    """Return (text, language) of posts about nothing public, written for this project."""
    lines = (Path(__file__).parent / "everyday.tsv").read_text(encoding="utf-8").splitlines()
    return [(text, lang) for lang, text in (line.split("\t") for line in lines if line)]
