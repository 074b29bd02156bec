"""Which texts are copies of one another, and which are not."""

from __future__ import annotations

import numpy as np
import pytest

from models.duplicates import text_key
from models.near_duplicates import GUARDED, SHORT, THRESHOLD, shingles, similarities, similarity, words_of

POST = (
    "The prison deal with El Salvador was signed in one night and nobody in Congress was asked what it costs, "
    "so call your representative today and ask for the papers"
)
ARTICLE = " ".join(
    f"Paragraph {n} of the agency says that the ministers met in San Salvador and that flight {n} carried {n + 7} people "
    f"to the new prison, where a judge of court {n * 3} had asked for their names."
    for n in range(12)
)
COPIES = {
    "repost mark": f"RT @someone: {POST}",
    "old repost, credited": f"{POST} via @someone",
    "another address": f"{POST} https://t.co/xyz",
    "emoji and loud": f"🚨🚨 {POST.upper()} 🔥🇸🇻",
    "said to somebody else": f"@one @two.bsky.social @three@instance.example {POST}",
    "repost mark of another network": f"RT @two.bsky.social: RT @three@instance.example {POST}",
    "credited in front": f"via @someone: {POST}",
    "hashtags at the end": f"{POST} #CECOT #ElSalvador",
    "punctuation": POST.replace(",", " —").replace("so call", "so... call"),
    "one word replaced": POST.replace("papers", "documents"),
    "a word in front": f"BREAKING: {POST}",
}
OTHERS = {
    "denied": POST.replace("was signed", "was not signed"),
    "turned": POST.replace("ask for the papers", "reject the papers"),
    "denied without an apostrophe": POST.replace("was signed", "wasnt signed"),
    "another number": POST.replace("in one night", "in 2 nights"),
    "translated": "El acuerdo de cárceles con El Salvador se firmó en una noche y a nadie en el Congreso le preguntaron cuánto cuesta, "
    "así que llame hoy a su representante y pida los papeles",
    "same subject": "Congress was never asked about the prison deal with El Salvador, and the bill for it will come to the "
    "taxpayer sooner than anybody thinks",
    "half of it": " ".join(POST.split()[:14]),
    "answer to it": f"{POST} — no, this is all made up, the papers were published in March and you can read every page of "
    "them online for free",
}


SPANISH = (
    "El acuerdo de cárceles con El Salvador se firmó en una noche y a nadie en el Congreso le preguntaron cuánto cuesta, "
    "así que llame hoy a su representante y pídale los papeles"
)


def are_copies(one: str, other: str) -> bool:
    return similarity(shingles(one), shingles(other)) >= THRESHOLD


@pytest.mark.parametrize("name", COPIES)
def test_copy_with_a_small_change_is_a_copy(name: str) -> None:
    assert are_copies(POST, COPIES[name]) and are_copies(COPIES[name], POST)


@pytest.mark.parametrize("name", OTHERS)
def test_other_text_is_none(name: str) -> None:
    assert not are_copies(POST, OTHERS[name]) and not are_copies(OTHERS[name], POST)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("El Gobierno dijo que sí acepta el trato con los Estados Unidos por las cárceles del país y que lo firma",
         "El Gobierno dijo que no acepta el trato con los Estados Unidos por las cárceles del país y que lo firma"),
        ("The lawyers of the union support the deal that the president signed with the other president in the palace",
         "The lawyers of the union oppose the deal that the president signed with the other president in the palace"),
        ("The lawyers say that the deal the president signed in the palace this week is legal under the constitution",
         "The lawyers say that the deal the president signed in the palace this week is illegal under the constitution"),
    ],
)  # fmt: skip
def test_text_and_its_denial_are_two_though_their_words_are_alike(one: str, other: str) -> None:
    assert len(set(words_of(one)) ^ set(words_of(other))) == 2
    assert not are_copies(one, other)


def test_wire_copy_with_another_first_and_last_paragraph_is_a_copy() -> None:
    local = (
        "SAN MIGUEL, staff. Our town reads today what the agency sends from the capital.\n\n"
        + ARTICLE
        + " With material of this newspaper."
    )
    shorter = " ".join(ARTICLE.split()[: int(len(ARTICLE.split()) * 0.8)])
    assert are_copies(ARTICLE, local) and are_copies(ARTICLE, shorter)
    assert not are_copies(ARTICLE, " ".join(ARTICLE.split()[:100]))


def test_long_text_may_gain_a_not_and_a_number() -> None:
    assert are_copies(ARTICLE, f"{ARTICLE} The spokesman did not answer 12 questions.")


def test_copy_without_its_accents_is_a_copy_and_one_with_a_denial_is_none() -> None:
    plain = SPANISH.translate(str.maketrans("áéíóúñ", "aeioun"))
    assert plain != SPANISH and text_key(plain) != text_key(SPANISH)
    assert are_copies(SPANISH, plain)
    for denied in ("se firmó nunca", "jamás se firmó", "jamas se firmó", "no se firmó"):
        assert not are_copies(SPANISH, plain.replace("se firmo", denied)), denied


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("14 people", "15 people"),
        ("$6 million", "$9 million"),
        ("4 February", "5 February"),
        ("10:30", "11:30"),
        ("H2A", "H2B"),
    ],
)
def test_short_report_with_another_figure_is_another_text(one: str, other: str) -> None:
    told = f"The ministry said on its page that {{}} was what the agency had written down about the flight to the prison of the deal {' '.join(['more'] * 9)}"
    assert len(words_of(told)) < GUARDED
    assert not are_copies(told.format(one), told.format(other)) and are_copies(
        told.format(one), f"{told.format(one)} again"
    )


def test_guard_ends_at_sixty_words() -> None:
    words = [f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(GUARDED)]
    for n, copies in ((GUARDED, True), (GUARDED - 1, False)):
        assert are_copies(" ".join(words[:n]), " ".join([*words[: n - 1], "not"])) is copies


@pytest.mark.parametrize(
    ("one", "other", "copies"),
    [
        ("Fuera Bukele", "FUERA   Bukele!! 🤡 https://t.co/a", True),
        ("Fuera Bukele", "Fuera Bukele ya", False),
        ("jajaja sí", "jajaja si", False),
        ("🤡🤡", "🤡", False),
        ("https://a.example/1", "https://a.example/2", False),
        ("FMLN rechaza el acuerdo", "FMLN rechaza el acuerdo.", True),
        ("one two three four five six seven eight nine ten eleven", "one two three four five six seven eight nine ten twelve", False),
        ("", "", True),
    ],
)  # fmt: skip
def test_short_text_needs_the_same_words(one: str, other: str, copies: bool) -> None:
    assert are_copies(one, other) is copies


def test_threshold_is_one_word_in_the_middle_of_nineteen() -> None:
    words = [f"w{letter}" for letter in "abcdefghijklmnopqrs"]
    text, shorter = " ".join(words), " ".join(words[:18])
    assert similarity(shingles(text), shingles(text.replace("wk", "other"))) == pytest.approx(14 / 20)
    assert are_copies(text, text.replace("wk", "other"))
    assert not are_copies(shorter, shorter.replace("wk", "other"))
    assert len(shingles(" ".join(words[: SHORT - 1]))) == 1


def test_texts_of_one_key_have_the_same_shingles() -> None:
    for name in ("repost mark", "old repost, credited", "another address"):
        assert text_key(COPIES[name]) == text_key(POST)
        assert np.array_equal(shingles(COPIES[name]), shingles(POST))


def test_likeness_is_that_of_the_sets_and_mutual() -> None:
    texts = [POST, *COPIES.values(), *OTHERS.values(), ARTICLE, SPANISH, "", "Fuera Bukele"]
    sets = [set(shingles(text).tolist()) for text in texts]
    for one, text in zip(sets, texts, strict=True):
        expected = [len(one & other) / len(one | other) for other in sets]
        assert similarities(shingles(text), [shingles(other) for other in texts]).tolist() == expected


def test_text_of_any_kind_has_shingles() -> None:
    odd = [
        "",
        "🤡",
        "hola \ud83d",
        "\x00",
        "a" * 50_000,
        "漢字 " * 30,
        "@only @mentions",
        "https://a.example",
        "a " * 40,
    ]
    assert all(shingles(text).size for text in odd)
