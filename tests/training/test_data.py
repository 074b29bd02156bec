"""The data that training reads: the split holds, pairings are what they claim, nothing measured is trained
on.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from models.training.articles import article_examples
from models.training.examples import AGAINST, NEUTRAL, UNKNOWN, Example, read_rows
from models.training.measured_sets import PUBLIC
from models.training.mix import Mix
from models.training.public_sets import everyday_posts
from models.training.written import (
    HELD_OUT,
    FarTargets,
    corpus_examples,
    off_topic_pairs,
    read_topic,
    written_examples,
)


@pytest.fixture(scope="module")
def mix(shared: Path) -> Mix:
    return Mix(shared, seed=1)


def test_held_out_topics_are_whole_large_and_bilingual(shared: Path) -> None:
    train, held = written_examples(shared)
    assert {e.topic for e in held} == set(HELD_OUT) and not {e.topic for e in train} & set(HELD_OUT)
    assert len(HELD_OUT) >= 12 and len(held) >= 1500
    assert min(sum(e.lang == lang for e in held) for lang in ("en", "es")) > 600


def test_no_held_out_text_is_trained_on(mix: Mix) -> None:
    held = {e.text for e in mix.held_out if len(e.text.split()) > 6}
    trained = {e.text for number in range(2) for e in mix.main_pass(number)}
    assert not held & trained


def runs(text: str, length: int = 7) -> set[tuple[str, ...]]:
    words = "".join(c if c.isalnum() else " " for c in text.lower()).split()
    return {tuple(words[i : i + length]) for i in range(len(words) - length + 1)}


def test_our_own_training_texts_share_no_seven_word_run_with_the_measured_sets(shared: Path) -> None:
    measured = set()
    for name in PUBLIC:
        for row in read_rows(shared / "data/stance/dev" / f"{name}.jsonl.gz"):
            measured |= runs(row["text"])
    for row in read_rows(shared / "data/topic/statements.jsonl"):
        measured |= runs(row["quote"])
    ours = written_examples(shared)[0] + article_examples(shared) + corpus_examples()
    texts = {e.text for e in ours} | {text for text, _ in everyday_posts()}
    common = {" ".join(run) for text in texts for run in runs(text) & measured}
    # Stock phrases of seven words ("in favor of and ... against") do meet; a copied text would add a dozen
    # runs at once.
    assert len(common) <= 5, sorted(common)


def test_passes_differ_and_repeat_with_the_seed(shared: Path, mix: Mix) -> None:
    first, again = mix.main_pass(0), Mix(shared, seed=1).main_pass(0)
    assert first == again
    assert first[:500] != mix.main_pass(1)[:500]


def test_off_topic_pairs_are_neutral_and_share_no_word_with_their_target(mix: Mix) -> None:
    written = mix._written
    pairs = off_topic_pairs(written, 300, FarTargets(written, random.Random(3)), random.Random(3))
    assert {(p.label, p.relevant) for p in pairs} == {(NEUTRAL, 0)}
    for pair in pairs:
        words = {w for w in pair.text.lower().split() if len(w) > 6}
        assert not words & set(pair.target.lower().split())


def test_closing_stage_is_half_about_something_else(mix: Mix) -> None:
    closing = mix.relevance_pass()
    away = [e for e in closing if e.relevant == 0]
    assert 0.35 < len(away) / len(closing) < 0.65
    assert {e.label for e in away} == {NEUTRAL}


def test_everyday_posts_are_bilingual_and_none_is_a_behaviour_test(shared: Path) -> None:
    posts = everyday_posts()
    assert min(sum(lang == wanted for _, lang in posts) for wanted in ("en", "es")) >= 40
    assert "Lovely weather today" not in {text for text, _ in posts}


def test_claims_without_neutral_say_so(mix: Mix) -> None:
    claims = [e for e in mix.main_pass(0) if e.kind == "claim"]
    assert claims and not any(e.has_neutral for e in claims)


def test_targets_added_by_rule_are_left_out(shared: Path) -> None:
    kept = read_topic(shared / "data/stance/written/w6-10-captura-abogados.jsonl")
    assert kept and not any(e.target.lower().startswith(("las críticas", "criticism of")) for e in kept)


def test_a_neutral_side_target_says_nothing_about_relevance(tmp_path: Path) -> None:
    path = tmp_path / "w1-x.jsonl"
    path.write_text(
        '{"text": "t", "lang": "en", "kind": "post", "context": "", "hard": [], "readings": '
        '[{"target": "a", "label": "neutral"}, {"target": "b", "label": "neutral"}, {"target": "c", "label": "against"}]}\n'
    )
    assert [e.relevant for e in read_topic(path)] == [1, UNKNOWN, 1]


def test_marked_articles_give_the_words_and_the_whole_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "data/quotes/written"
    folder.mkdir(parents=True)
    (folder / "q.jsonl").write_text(
        '{"id": "q", "lang": "en", "title": "", "text": "<src s=\\"1\\">She</src> <cue s=\\"1\\">called</cue> it '
        '<q s=\\"1\\">“a mistake”</q>. It rained.\\n\\nNothing here.", "statements": [{"s": 1, "speaker": "X", "type": '
        '"mixed", "asserted": true, "target": "the deal", "stance": "against"}]}\n'
    )
    found = article_examples(tmp_path)
    assert {(e.kind, e.text) for e in found} == {
        ("quote", "“a mistake”"),
        ("sentence", "She called it “a mistake”."),
    }
    assert {(e.label, e.target, e.context) for e in found} == {
        (AGAINST, "the deal", "She called it “a mistake”. It rained.")
    }
    assert isinstance(found[0], Example)
