"""Languages of posts, headlines and articles."""

from __future__ import annotations

import pytest

from models.language import predict_languages


@pytest.mark.parametrize(
    "text", ["FMLN rechaza", "No al trato", "Fuera Bukele", "jajaja sí", "gracias presidente", "¡Viva!"]
)
def test_short_spanish_is_spanish(text: str) -> None:
    assert predict_languages([text]) == ["es"]


@pytest.mark.parametrize(
    "text", ["lol no", "Bring Kilmar home", "CECOT is hell", "Thanks Bukele", "What a joke", "haha yes"]
)
def test_short_english_is_english(text: str) -> None:
    assert predict_languages([text]) == ["en"]


@pytest.mark.parametrize(
    "text", ["", "   ", "🤡🤡", "https://t.co/abc", "@nayibbukele", "123 456", "#2025", "www.elfaro.net/x"]
)
def test_nothing_to_go_by_is_unknown(text: str) -> None:
    assert predict_languages([text]) == ["unknown"]


@pytest.mark.parametrize(
    "text",
    [
        "O acordo é uma vergonha para o Brasil e não devia ter sido assinado",
        "Je ne suis pas d'accord avec cet accord entre les deux pays",
        "Das ist ein schlechtes Abkommen und wir lehnen es ab",
        "Соглашение с Соединёнными Штатами",
        "協定に反対します",
    ],
)
def test_third_languages_are_other(text: str) -> None:
    assert predict_languages([text]) == ["other"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        (
            "A Jesus shrine is in the garage of that house.",
            "en",
        ),  # letter statistics alone call these the other language
        ("Doctor, ¿y si lo confunden a usted?", "es"),
        ("La JEP: ocho años de power points y cero días de cárcel", "es"),
    ],
)
def test_words_of_one_language_alone_decide(text: str, lang: str) -> None:
    assert predict_languages([text]) == [lang]


@pytest.mark.parametrize(
    "text",
    [
        "jajaja 2025 @the_people https://www.example.com/the-and-of #the2025 RT (RT) x1the",
        "(www.the.example.com), the.org/and! @and: 4the",
    ],
)
def test_noise_is_left_out_wherever_it_stands(text: str) -> None:
    assert predict_languages([f"{text} El acuerdo es una vergüenza para el país"]) == ["es"]
    assert predict_languages([text.replace("jajaja", "")]) == ["unknown"]


def test_laughter_is_a_hint_only_as_a_word() -> None:
    assert (
        predict_languages(["jajaja", "JAJAJA", "hahaha", "lol", "looool", "rofl"]) == ["es"] * 2 + ["en"] * 4
    )
    assert predict_languages(["the xjajaja xjejeje", "the jajajax jejejex", "el ahahahax lolita"]) == [
        "en",
        "en",
        "es",
    ]


def test_addresses_and_handles_do_not_decide() -> None:
    text = "https://www.example.com/the-and-of-is @the_president El acuerdo es una vergüenza para el país"
    assert predict_languages([text]) == ["es"]


def test_answers_keep_the_order_and_are_the_same_on_every_run() -> None:
    texts = ["No al trato", "lol no", "🤡", "El pueblo exige justicia ya", "The people want answers now"] * 40
    first = predict_languages(texts)
    assert first[:5] == ["es", "en", "unknown", "es", "en"]
    assert predict_languages(list(reversed(texts))) == list(reversed(first))


def test_any_characters_are_read() -> None:
    assert len(predict_languages(["hola \ud83d amigos", "\x00\x01", "\u200d" * 50, "a" * 100_000])) == 4
