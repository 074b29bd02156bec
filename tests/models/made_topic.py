"""An agreement between two countries that exist nowhere, for tests of who a mention means."""

from __future__ import annotations

from datetime import date

from topics import Actor, Camp, Keywords, Target, Topic, Words


def two(en: str, es: str) -> Words:
    """Both wordings."""
    return Words(en=en, es=es)


def made_topic() -> Topic:
    """A topic with two Rivals, two Floreses, an organisation and two governments."""
    return Topic(
        id="norvik-tessaly",
        title=two("The Norvik-Tessaly pact", "El pacto Norvik-Tesalia"),
        summary=two("A pact.", "Un pacto."),
        zone="UTC",
        starts_on=date(2025, 1, 1),
        camps=(
            Camp(id="norvik_government", name=two("Government of Norvik", "Gobierno de Norvik")),
            Camp(id="norvik_opposition", name=two("Opposition in Norvik", "Oposición en Norvik")),
            Camp(id="tessaly_government", name=two("Government of Tessaly", "Gobierno de Tesalia")),
        ),
        targets=(
            Target(
                id="pact",
                name=two("The pact", "El pacto"),
                sentence=two("The pact is right.", "El pacto es correcto."),
                opposite=two("The pact is wrong.", "El pacto es malo."),
                primary=True,
            ),
        ),
        actors=(
            Actor(
                id="helen-brandvold",
                name="Helen Brandvold",
                role=two("Interior Minister of Norvik", "ministra del Interior de Norvik"),
                camp="norvik_government",
                gender="f",
            ),
            Actor(
                id="ivan-flores",
                name="Iván Flores",
                role=two(
                    "Secretary General of the Reform Party", "secretario general del Partido Reformista"
                ),
                party="Reform Party",
                camp="norvik_opposition",
                gender="m",
            ),
            Actor(
                id="marta-flores",
                name="Marta Flores",
                role=two("Ambassador of Tessaly", "embajadora de Tesalia"),
                camp="tessaly_government",
                gender="f",
            ),
            Actor(
                id="reform-party",
                name="Reform Party",
                aliases=("Partido Reformista", "PRN"),
                role=two("opposition party of Norvik", "partido opositor de Norvik"),
                camp="norvik_opposition",
                kind="organisation",
            ),
        ),
        keywords=Keywords(en=("pact",), es=("pacto",)),
    )
