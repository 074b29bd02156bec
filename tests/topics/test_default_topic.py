"""The topic file that ships with the product."""

from __future__ import annotations

import pickle
from collections import Counter
from datetime import date

import pytest
from pydantic import ValidationError

from topics import Topic
from topics.matching import fold_text


def test_targets_have_sentences_opposites_and_wordings_in_both_languages(topic: Topic) -> None:
    assert [target.id for target in topic.targets] == ["agreement", "us-citizens", "cecot"]
    assert topic.primary_target.id == "agreement"
    for target in topic.targets:
        for lang in ("en", "es"):
            put = [target.sentence.get(lang), target.opposite.get(lang), *target.wordings.get(lang)]
            assert 3 <= len(target.wordings.get(lang)) <= 5
            assert len({fold_text(text) for text in put}) == len(put)
        assert target.sentence.en != target.sentence.es


def test_register_is_large_and_covers_each_speaking_camp(topic: Topic) -> None:
    by_camp = Counter(actor.camp for actor in topic.actors)
    assert len(topic.actors) >= 60
    for camp in ("sv_government", "us_government", "sv_opposition", "us_opposition"):
        assert by_camp[camp] >= 7
    for camp in ("civil_society", "international", "courts"):
        assert by_camp[camp] >= 5


@pytest.mark.parametrize(
    "surname", ["Villatoro", "Flores", "García", "Castro", "Miller", "Rodríguez", "Salvador", "Hill"]
)
def test_surname_of_two_people_is_no_alias(topic: Topic, surname: str) -> None:
    spelled = {fold_text(name) for actor in topic.actors for name in (actor.name, *actor.aliases)}
    assert fold_text(surname) not in spelled


@pytest.mark.parametrize(
    ("name", "actor_id"),
    [
        ("Marcela Villatoro", "marcela-villatoro"),
        ("Gustavo Villatoro", "gustavo-villatoro"),
        ("Farabundo Martà National Liberation Front", "fmln"),
        ("Felix Ulloa", "felix-ulloa"),
        ("Van Hollen", "chris-van-hollen"),
        ("Chino Flores", "manuel-flores"),
    ],
)
def test_name_belongs_to_its_actor(topic: Topic, name: str, actor_id: str) -> None:
    assert [actor.id for actor in topic.actors if name in actor.spellings] == [actor_id]


def test_people_have_a_gender_and_organisations_none(topic: Topic) -> None:
    for actor in topic.actors:
        assert (actor.gender is None) == (actor.kind == "organisation"), actor.id


def test_private_people_have_no_handles(topic: Topic) -> None:
    assert [actor.id for actor in topic.actors_by_camp("public") if actor.handles] == []


def test_sources_cover_both_languages_and_claim_nothing_unchecked(topic: Topic) -> None:
    feeds = topic.sources.news.feeds
    assert {feed.lang for feed in feeds} == {"en", "es"}
    assert not any(feed.verified for feed in feeds)
    assert len({feed.url for feed in feeds}) == len(feeds) >= 15
    assert {"sv_government", "us_government"} <= {feed.official_of for feed in feeds}
    assert "ElSalvador" in topic.sources.reddit.communities
    assert topic.sources.simulated.enabled


def test_lookups_answer_none_for_what_is_not_there(topic: Topic) -> None:
    assert topic.actor("nayib-bukele").name == "Nayib Bukele"  # type: ignore[union-attr]
    assert topic.actor("nobody") is None
    assert topic.actor(None) is None
    assert topic.target("cecot") is not None
    assert topic.target("weather") is None
    assert topic.camp("courts") is not None


def test_topic_is_frozen_and_travels_between_processes(topic: Topic) -> None:
    assert topic.matches("CECOT")
    with pytest.raises(ValidationError):
        topic.starts_on = date(2020, 1, 1)
    again = pickle.loads(pickle.dumps(topic))
    assert again == topic
    assert again.matches("CECOT")
    assert again.revision == topic.revision
