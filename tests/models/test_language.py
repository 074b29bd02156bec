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
