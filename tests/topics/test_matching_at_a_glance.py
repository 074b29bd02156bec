"""The quick look that most texts need no more than says no only where the full look does."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from topics import Topic
from topics.matching import Matcher

KEYWORDS = ("mega prison", "deport*", "el salvador & deport*", "MS-13", "Ábrego García", "x & y & deport*")
HASHTAGS = ("No_al_trato", "ElSalvador", "ñandú")
PIECES = st.sampled_from(
    ["mega", "prison", "megaprison", "Deported", "depórtado", "el", "El Salvador", "MS-13", "ms 13", "MS13", "ábrego",
     "GARCÍA", "#No_al_trato", "No_al_trato", "#elsalvador", "#Ñandú", "x", "y", " ", "-", "\u00ad", "\u200b", ".", "_", "ﬁ"]
)  # fmt: skip


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(PIECES, max_size=8).map("".join) | st.lists(PIECES, max_size=8).map(" ".join))
def test_a_glance_loses_no_mention(text: str) -> None:
    glancing = Matcher.compile(KEYWORDS, HASHTAGS, ("prison break",))
    assert glancing.words and "" not in glancing.words
    assert glancing.matches(text) == replace(glancing, words=("",)).matches(text)


def test_a_hashtag_without_a_letter_costs_the_glance_and_nothing_else() -> None:
    matcher = Matcher.compile(("cecot",), ("_",), ())
    assert matcher.matches("No al CECOT") and not matcher.matches("nada")


def test_the_topics_own_words_are_few(topic: Topic) -> None:
    assert 0 < len(topic._matcher.words) < 60
