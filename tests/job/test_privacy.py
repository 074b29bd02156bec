"""Who is named in the tables: public actors, and nobody else but in the article's own text."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from job.frames import article_rows
from job.privacy import PrivateSpeakers
from job.report import Reporter
from job.split import split_articles, statements_of
from records import Article
from store.tables import TABLES
from store.writer import Store
from topics import Topic

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = (
    "María Hernández, the mother of a deportee, said the agreement with El Salvador was cruel. "
    "“It is hard,” Hernández said, “and we only pray for an end to this agreement.” "
    "A U.S. official said the deal was fine. Bukele's administration said it was ready. "
    "Marco Rubio said that the agreement is generous."
)


def article(text: str, lang: str = "en") -> dict[str, Any]:
    given = {"id": "news:a", "text": text, "title": "", "lang": lang, "source": "news", "posted_at": None}
    return {**given, "outlet": "EFE", "url": "", "headline_only": False, "simulated": False}


def test_private_speakers_name_is_in_no_table_but_articles(topic: Topic, tmp_store_root: Path) -> None:
    store = Store(tmp_store_root, topic.id)
    store.upsert_rows("articles", article_rows([Article("news:a", "news", "", TEXT, NOW, NOW, lang="en")]))
    assert split_articles(store, topic, Reporter(), NOW) == 1
    statements = store.read("statements").collect()
    assert "marco-rubio" in set(statements["actor_id"]) and statements.height >= 4
    for name in TABLES:
        held = store.read(name).collect().write_json()
        assert ("María" in held or "Hernández" in held) == (name == "articles"), name
    assert not statements.filter(pl.col("context").str.contains("mother of a deportee")).is_empty()


def test_text_of_a_statement_still_is_what_its_offsets_say(topic: Topic) -> None:
    for statement in statements_of(article(TEXT), topic, NOW):
        assert TEXT[statement.start : statement.end] == statement.text


def test_unnamed_officials_and_an_actors_administration_stay(topic: Topic) -> None:
    speakers = {statement.speaker for statement in statements_of(article(TEXT), topic, NOW)}
    assert {"A U.S. official", "Bukele's administration", "Marco Rubio", ""} == speakers


@pytest.mark.parametrize(
    ("mention", "generic"),
    [
        ("a U.S. official", True),
        ("the ministry", True),
        ("un funcionario", True),
        ("el Ministerio de Justicia", True),
        ("his brother", True),
        ("The mother of Juan Pérez", False),
        ("her lawyer Ana Díaz", False),
        ("Pedro Gómez", False),
        ("She", False),
        ("", False),
    ],
)
def test_generic_mentions_are_told_from_names(topic: Topic, mention: str, generic: bool) -> None:
    assert PrivateSpeakers(topic).is_generic(mention) is generic


def test_spanish_private_person_is_not_named(topic: Topic) -> None:
    text = "Un funcionario dijo que el acuerdo seguirá.\n\nEl abogado Pedro Gómez afirmó que el acuerdo es ilegal."
    found = statements_of(article(text, "es"), topic, NOW)
    assert found and not any("Gómez" in f"{s.speaker}{s.actor_name}{s.context}" for s in found)
    assert "Un funcionario" in {statement.actor_name for statement in found}
