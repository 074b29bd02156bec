"""Queries made of keywords, outlets told by their sites, and stretches of time that are left to ask for."""

from __future__ import annotations

import pytest

from collectors.outlets import feed_of, site_of
from collectors.search_queries import LONGEST, queries_of
from collectors.windows import Windows, halves, opened
from topics import Topic


def test_keywords_of_one_head_stand_in_one_query() -> None:
    keywords = [
        "cecot",
        "el salvador & prison",
        "el salvador & tren de aragua",
        "el salvador & deport*",
        "ab",
    ]
    assert queries_of(keywords) == ("cecot", '"el salvador" (prison OR "tren de aragua" OR deport)')


def test_a_keyword_of_three_parts_is_a_query_of_its_own() -> None:
    keywords = ["fmln & trump", "fmln & acuerdo & estados unidos", "fmln & rubio"]
    assert queries_of(keywords) == ("fmln (trump OR rubio)", 'fmln acuerdo "estados unidos"')


def test_the_topics_own_queries_come_first() -> None:
    assert queries_of(["cecot"], ("bukele trump",)) == ("bukele trump",)


def test_no_query_is_longer_than_is_taken(topic: Topic) -> None:
    for lang in ("en", "es"):
        made = queries_of(topic.keywords.get(lang))
        assert made
        assert max(map(len, made)) <= LONGEST
        assert not any("*" in query for query in made)
        own = topic.sources.gdelt.queries.get(lang)
        assert max(map(len, own)) <= LONGEST


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://www.example.org/a", "example.org"),
        ("http://amp.example.org:8080", "example.org"),
        ("m.example.org", "example.org"),
        ("https://diario.example.org", "diario.example.org"),
        ("www.sv", "www.sv"),
        ("https://[broken", ""),
        ("", ""),
    ],
)
def test_a_site_is_a_host_without_its_fronts(url: str, site: str) -> None:
    assert site_of(url) == site


def test_a_site_below_a_feeds_is_its_outlet_and_one_beside_it_is_not(topic: Topic) -> None:
    found = feed_of(topic, "diario.elmundo.sv")
    assert found is not None
    assert found.outlet == "Diario El Mundo"
    assert feed_of(topic, "notelmundo.sv") is None


def test_windows_go_on_where_the_last_run_ended() -> None:
    first = opened(None, 0, 100, 10, 1000)
    assert first.newest() == (0, 100)
    assert opened(first.read((0, 100)), 0, 200, 10, 1000).open == ((90, 200),)
    assert opened(first.read((0, 100)), -50, 100, 10, 1000).open == ((-50, 0),)
    assert opened(None, 0, 100, 10, 30).open == ((0, 70), (70, 100))
    half = first.read((0, 100), halves((0, 100), 1))
    assert half.newest() == (50, 100)
    assert opened(half.read((50, 100)), 40, 100, 10, 1000).open == ((0, 50),)


def test_halves_cover_a_stretch_and_end_at_the_shortest() -> None:
    assert halves((0, 10), 3) == ((0, 3), (3, 10))
    assert halves((0, 3), 3) == ()
    assert halves((1, 5), 3) == ((1, 3), (3, 5))


@pytest.mark.parametrize("damaged", [None, [], [1, 2], [1, 2, [3]], ["a", 2, []], {"a": 1}])
def test_damaged_windows_are_read_again(damaged: object) -> None:
    assert Windows.of(damaged) is None
