"""Which texts count as a mention of the topic."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from topics import Topic
from topics.matching import Matcher, fold_text


@pytest.mark.parametrize(
    "text",
    [
        "CECOT",
        "Lo llevaron al CECÓT anoche",
        "#cecot",
        "They were deported to El Salvador.",
        "EL SALVADOR: más deportaciones",
        "Sent back to El  Salvador, then jailed",
        "el salvador\nno debe recibir deportados",
        "#AbregoGarcia",
        "Ábrego García sigue preso",
        "El acuerdo de Bukele con Trump",
        "FMLN rechaza el acuerdo con Rubio",
        "#ElSalvador stop the deportations",
        "Una Cecotec rota y el CECOT lleno",
    ],
)
def test_mention_of_the_topic_matches(topic: Topic, text: str) -> None:
    assert topic.matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Vendo aspiradora Cecotec casi nueva",
        "La patronal Cecot pide bajar impuestos",
        "Salvador fue a prisión por robo",
        "Salvador Dalí y los deportados de su época",
        "El Salvador ganó dos a cero",
        "Surfing in El Salvador this weekend #ElSalvador",
        "El Salvador del Mundo, cárcel y deportados en la obra",
        "The prison reform bill in Ohio",
        "un acuerdo comercial con Brasil",
        "cecotes y otras aves",
        "#cecotec",
    ],
)
def test_look_alike_does_not_match(topic: Topic, text: str) -> None:
    assert not topic.matches(text)


def test_folding_drops_case_accents_and_invisible_signs() -> None:
    assert fold_text("Ábrego\u00a0GARCÍA, CE\u00adCOT—n\u0303o") == " abrego garcia cecot no "


def test_hashtag_needs_its_sign_and_keyword_does_not() -> None:
    matcher = Matcher.compile(["mega prison"], ["Tercerizar"], [])
    assert matcher.matches("#tercerizar")
    assert not matcher.matches("tercerizar")
    assert not matcher.matches("#tercerizarlo")
    assert matcher.matches("mega-prison")


def test_words_beside_an_excluded_phrase_do_not_join_up() -> None:
    matcher = Matcher.compile(["el salvador"], [], ["mundo del"])
    assert not matcher.matches("el mundo del salvador")


def test_every_article_of_the_evaluation_set_matches(topic: Topic, shared: Path) -> None:
    paths = sorted((shared / "data" / "topic" / "articles").glob("*.txt"))
    assert paths
    missed = [path.name for path in paths if not topic.matches(path.read_text("utf-8").partition("\n\n")[2])]
    assert missed == []


def test_unrelated_written_texts_rarely_match(topic: Topic, shared: Path) -> None:
    folder = shared / "data" / "stance" / "written"
    texts = [
        json.loads(line)["text"]
        for path in sorted(folder.glob("w8-*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
    ]
    assert len(texts) > 500
    assert sum(topic.matches(text) for text in texts) == 0


def test_matching_keeps_up_with_a_large_import(topic: Topic) -> None:
    text = (
        "Ayer llegó otro avión a San Salvador; nadie sabe quiénes venían ni de qué los acusan, dice la gente. "
        * 3
    )
    topic.matches(text)
    started = time.process_time()
    for _ in range(2_000):
        topic.matches(text)
    assert (
        time.process_time() - started < 1.0
    )  # 2,000 texts a second on the slowest machine; 20,000 are usual
