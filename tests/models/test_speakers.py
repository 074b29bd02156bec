"""Whom a mention means: register, names of the article, offices, pronouns, dropped subjects."""

from __future__ import annotations

import pytest

from models.statements import Found, extract_statements
from tests.models.made_topic import made_topic

TOPIC = made_topic()


def last(text: str, lang: str = "en") -> Found:
    """The last statement of a text."""
    return extract_statements(text, lang, TOPIC)[-1]


@pytest.mark.parametrize(
    ("text", "lang", "actor", "how"),
    [
        ("Helen Brandvold said the pact would stand.", "en", "helen-brandvold", "alias"),
        ("Brandvold said the pact would stand.", "en", "helen-brandvold", "surname"),
        ("La ministra Brandvold afirmó que el pacto seguirá.", "es", "helen-brandvold", "surname"),
        ("Ivan Flores said the pact would fall.", "en", "ivan-flores", "alias"),
        ("The interior minister of Norvik said the pact would stand.", "en", "helen-brandvold", "role"),
        ("El PRN rechazó que el pacto se firme sin debate.", "es", "reform-party", "organisation"),
        ("The Reform Party said the pact was a disgrace.", "en", "reform-party", "organisation"),
    ],
)
def test_register_is_found_by_name_surname_office_and_party(
    text: str, lang: str, actor: str, how: str
) -> None:
    found = last(text, lang)
    assert (found.actor_id, found.entity_how) == (actor, how)
    assert found.camp


def test_surname_of_two_actors_names_neither() -> None:
    found = last("Flores said the pact would fall.")
    assert (found.actor_id, found.camp, found.actor_name) == (None, None, "Flores")


def test_surname_of_two_actors_means_the_one_met_in_the_article() -> None:
    assert (
        last("Marta Flores arrived on Monday.\n\nFlores said the pact would fall.").actor_id == "marta-flores"
    )


def test_surname_of_two_people_of_the_article_is_told_apart_by_title() -> None:
    text = "Ambassador Marta Flores met Secretary General Iván Flores. "
    assert last(text + "Ambassador Flores said the pact would fall.").actor_id == "marta-flores"
    assert last(text + "Flores said the pact would fall.").actor_id is None


def test_namesake_of_an_actor_is_not_the_actor() -> None:
    found = last("Carl Brandvold, a farmer, said the pact was dear. Brandvold added that he would sell.")
    assert (found.actor_id, found.actor_name) == (None, "Carl Brandvold")


def test_office_given_to_a_name_in_the_article_is_followed() -> None:
    text = "The mayor, Lena Castellan, opened the hall. The mayor said the pact was dear."
    found = last(text)
    assert (found.actor_name, found.entity_how) == ("Lena Castellan", "role")


@pytest.mark.parametrize(
    ("text", "lang", "name"),
    [
        ("Helen Brandvold met Carl Moe in the hall. She said the pact would stand.", "en", "Helen Brandvold"),
        ("Helen Brandvold met Carl Moe in the hall. He said the pact would fall.", "en", "Carl Moe"),
        ("While Carl Moe’s plan is dear, he promised that the roof would hold.", "en", "Carl Moe"),
        ("“Anna Holt told me no,” Carl Moe said. He added that he would ask again.", "en", "Carl Moe"),
        ("La alcaldesa Ana Ruiz visitó el barrio. Ella dijo que la obra sigue.", "es", "Ana Ruiz"),
    ],
)
def test_pronoun_goes_by_gender_and_nearness_and_not_to_a_name_inside_a_quote(
    text: str, lang: str, name: str
) -> None:
    found = last(text, lang)
    assert (found.actor_name, found.entity_how) == (name, "pronoun")


def test_it_means_the_body_that_spoke() -> None:
    assert (
        last("The Reform Party said the pact was wrong. It added that it would sue.").actor_id
        == "reform-party"
    )


def test_dropped_subject_is_the_one_who_spoke_before() -> None:
    found = last("Helen Brandvold defendió el pacto. Añadió que los vuelos empezarán en mayo.", "es")
    assert (found.actor_id, found.entity_how) == ("helen-brandvold", "null-subject")


def test_dropped_subject_is_the_subject_of_the_sentence_before_when_nobody_spoke_in_it() -> None:
    text = "Carl Moe dijo que no. Helen Brandvold visitó el puerto. “Vamos a terminar en marzo”, añadió."
    assert last(text, "es").actor_id == "helen-brandvold"


def test_possessor_lends_camp_but_not_identity() -> None:
    found = last("Brandvold’s administration said that it would pay.")
    assert (found.actor_id, found.camp, found.entity_how) == (None, "norvik_government", "possessor")


def test_unnamed_official_of_a_country_has_its_camp() -> None:
    found = last("A Tessaly official said that the flights would stop.")
    assert (found.actor_id, found.camp) == (None, "tessaly_government")


def test_unknown_speaker_stays_a_mention() -> None:
    found = last("A neighbour said that the noise was unbearable.")
    assert (found.speaker, found.actor_name, found.actor_id, found.entity_how) == (
        "A neighbour",
        "A neighbour",
        None,
        "unresolved",
    )


def test_mojibake_in_a_name_is_repaired_for_matching_only() -> None:
    text = "IvÃ¡n Flores said the pact would fall."
    found = last(text)
    assert found.actor_id == "ivan-flores"
    assert text[found.speaker_start : found.speaker_end] == found.speaker == "IvÃ¡n Flores"
