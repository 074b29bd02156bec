"""The quote scanner on marks of every kind, right and wrong."""

from __future__ import annotations

import random

import pytest

from models.quotes import scan_quotes, split_paragraphs

MARKS = "“”\"«»‘’'„‟—"


def outer(text: str) -> list[str]:
    """The outermost quotes of a text, marks included."""
    return [text[quote.start : quote.end] for quote in scan_quotes(text, split_paragraphs(text))]


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("“We will pay,” he said.", ["“We will pay,”"]),
        ('He said "no" and "never".', ['"no"', '"never"']),
        ("«No habrá más», dijo.", ["«No habrá más»"]),
        ("„Nie wieder“, sagte er.", ["„Nie wieder“"]),
        ("‘It won’t work,’ she said.", ["‘It won’t work,’"]),
        ("'It isn't the workers' fault,' she said.", ["'It isn't the workers' fault,'"]),
        ("``We lost,'' he said.", ["``We lost,''"]),
        ("He said “they told me ‘never’ twice” and left.", ["“they told me ‘never’ twice”"]),
        ("«El ministro me dijo “nunca” y se fue»", ["«El ministro me dijo “nunca” y se fue»"]),
        ("”Wrong way round”, he said.", ["”Wrong way round”"]),
        ('“Mixed marks," he said.', ['“Mixed marks,"']),
    ],
)
def test_every_kind_of_mark(text: str, quotes: list[str]) -> None:
    assert outer(text) == quotes


@pytest.mark.parametrize(
    "text", ["The workers’ union isn’t here.", "In the '90s they didn't.", "rock & roll", "5' 11\" tall"]
)
def test_apostrophes_are_no_quotes(text: str) -> None:
    assert [quote for quote in outer(text) if len(quote) > 6] == []


def test_dialogue_with_raya_leaves_the_narrator_out() -> None:
    assert outer("—Vamos a ir —dijo Ana—. No hay más.") == ["Vamos a ir", "No hay más."]


def test_raya_within_a_paragraph() -> None:
    assert outer("El alcalde se rio. —Pregúntele a ella —propuso.") == ["Pregúntele a ella"]


@pytest.mark.parametrize("mark", ["“", "«", '"', "‘"])
def test_quote_reopened_in_the_next_paragraph_goes_on(mark: str) -> None:
    close = {"“": "”", "«": "»", '"': '"', "‘": "’"}[mark]
    text = f"{mark}One day it will end here.\n\n{mark}Two days are too many.\n\n{mark}Three.{close} He left."
    quotes = scan_quotes(text, split_paragraphs(text))
    assert [quote.continues for quote in quotes] == [False, True, True]
    assert [quote.closed for quote in quotes] == [False, False, True]


def test_spanish_closing_mark_goes_on_a_quote() -> None:
    text = "«Uno es poco.\n\n»Dos son muchos», dijo."
    quotes = scan_quotes(text, split_paragraphs(text))
    assert [text[q.start : q.end] for q in quotes] == ["«Uno es poco.", "»Dos son muchos»"]
    assert quotes[1].continues


def test_quote_that_closes_paragraphs_later_covers_what_lies_between() -> None:
    text = "“First paragraph of it.\n\nSecond one without marks.\n\nThird and last.” The end."
    quotes = scan_quotes(text.replace(" The end.", ""), split_paragraphs(text.replace(" The end.", "")))
    assert len(quotes) == 3
    assert [quote.continues for quote in quotes] == [False, True, True]


def test_unclosed_quote_ends_with_its_paragraph_and_is_flagged() -> None:
    text = "“We are ready, he said.\n\nThe prison opened."
    (quote,) = scan_quotes(text, split_paragraphs(text))
    assert not quote.closed
    assert quote.end == text.index("\n")


def test_unclosed_quote_ends_before_the_next_that_opens() -> None:
    assert outer('"Uno, dijo X. Y agregó: "Dos".')[1] == '"Dos"'


def test_wrapped_lines_are_one_paragraph() -> None:
    text = "He said it was\nnot over yet.\nShe left."
    assert [text[p.start : p.end] for p in split_paragraphs(text)] == [
        "He said it was\nnot over yet.",
        "She left.",
    ]


def test_no_text_breaks_it_and_no_two_quotes_overlap() -> None:
    rng = random.Random(7)
    for _ in range(3000):
        text = "".join(rng.choice(MARKS + "  ab.,\n¿") for _ in range(rng.randrange(40)))
        last = 0
        for quote in scan_quotes(text, split_paragraphs(text)):
            assert last <= quote.start <= quote.inner_start <= quote.inner_end <= quote.end <= len(text)
            last = quote.end
