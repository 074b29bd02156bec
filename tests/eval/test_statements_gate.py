"""Floors under the statement extractor, a little below what it measured when they were set.

The marked texts beside this file are ours; the other sets are read where the evaluation folder is. `make eval` runs
all of them; the quick part runs with the other tests.
"""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from models.statements import extract_statements
from tests.eval.statement_scores import (
    Marked,
    match,
    read_article,
    read_offsets,
    read_tagged,
    same_speaker,
    score,
    score_article,
)
from topics import Topic

DATA = Path(__file__).parent / "data"
COMPLETE = ("001", "002", "005", "008", "010", "044", "048", "049")  # articles with every statement labelled


def of(texts: list[Marked], lang: str) -> list[Marked]:
    """The texts in one language."""
    return [marked for marked in texts if marked.lang == lang]


@pytest.mark.parametrize(
    ("lang", "f", "direct_f", "speaker"), [("en", 0.80, 0.88, 0.84), ("es", 0.76, 0.86, 0.80)]
)
def test_our_marked_texts(lang: str, f: float, direct_f: float, speaker: float, topic: Topic) -> None:
    rates = score(of(list(read_tagged(DATA / "marked.jsonl")), lang), topic)
    assert rates["f"] >= f, rates
    assert rates["direct_f"] >= direct_f, rates
    assert rates["speaker"] >= speaker, rates


def test_first_article_has_all_nine_statements_with_their_speakers(shared: Path, topic: Topic) -> None:
    (marked,) = read_offsets(shared / "data" / "quotes" / "article_001_gold.jsonl")
    found = extract_statements(marked.text, marked.lang, topic)
    matched = match(marked.text, [g.spans for g in marked.statements], [f.spans for f in found])
    assert len(matched) == len(marked.statements) == 9
    for index, gold in enumerate(marked.statements):
        assert same_speaker(gold.speaker, found[matched[index][0]].actor_name)
    rejected = next(f for f in found if "criticized the plan" in f.quote)
    assert (rejected.actor_id, rejected.camp) == ("manuel-flores", "sv_opposition")
    official = next(f for f in found if f.cue == "clarified")
    assert (official.actor_id, official.camp) == (None, "us_government")


def test_topic_articles(shared: Path, topic: Topic) -> None:
    counts: Counter[str] = Counter()
    for number in COMPLETE:
        counts += score_article(*read_article(shared / "data" / "topic", number), topic)
    assert counts["en_hit"] >= 0.85 * counts["en_n"], counts
    assert counts["en_speaker"] >= 0.90 * counts["en_hit"], counts
    assert counts["es_hit"] >= 0.85 * counts["es_n"], counts
    assert counts["es_speaker"] >= 0.88 * counts["es_hit"], counts


def test_a_thousand_words_take_little_time(topic: Topic) -> None:
    texts = list(read_tagged(DATA / "marked.jsonl"))
    extract_statements(texts[0].text, "en", topic)
    began = time.process_time()
    for marked in texts:
        extract_statements(marked.text, marked.lang, topic)
    words = sum(len(marked.text.split()) for marked in texts)
    assert (time.process_time() - began) / words * 1000 < 0.1


@pytest.mark.eval
def test_all_written_texts(shared: Path, topic: Topic) -> None:
    files = sorted((shared / "data" / "quotes" / "written").glob("*.jsonl"))
    texts = [marked for path in files for marked in read_tagged(path)]
    english, spanish = score(of(texts, "en"), topic), score(of(texts, "es"), topic)
    print("written en", english, "\nwritten es", spanish)
    assert english["f"] >= 0.82 and spanish["f"] >= 0.79
    assert english["speaker"] >= 0.84 and spanish["speaker"] >= 0.80


@pytest.mark.eval
def test_english_politics_by_other_hands(shared: Path, topic: Topic) -> None:
    rates = score(read_offsets(shared / "data" / "quotes" / "polnear_dev.jsonl.gz"), topic, mention=True)
    print("polnear dev", rates)
    assert rates["direct_f"] >= 0.80 and rates["direct_exact"] >= 0.74
    assert rates["direct_speaker"] >= 0.90


@pytest.mark.eval
def test_spanish_press_by_other_hands(shared: Path, topic: Topic) -> None:
    rates = score(read_offsets(shared / "data" / "quotes" / "ancora_es_dev.jsonl.gz"), topic, mention=True)
    print("ancora es dev", rates)
    assert rates["recall"] >= 0.76
    assert rates["speaker"] >= 0.80
