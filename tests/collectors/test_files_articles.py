"""Imported articles: text files to the letter, the story of a page, never a wall."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.imported import Importer


def test_the_body_of_a_text_file_is_kept_to_the_letter(bring: Importer, write: Any) -> None:
    body = "  “No,” dijo.\r\n\r\n\tFin — «así» \u00a0\n\n"
    got = bring(
        write(
            "a.txt", f"title: Un acuerdo\ndate: 2025-02-04 (undated)\nlang: es\npublisher: El Faro\n\n{body}"
        )
    )
    article = got.article
    assert article.text == body
    assert (article.title, article.lang, article.outlet) == ("Un acuerdo", "es", "El Faro")
    assert article.posted_at == datetime(2025, 2, 4, 18, tzinfo=UTC)


def test_a_header_in_spanish_with_other_line_ends(bring: Importer, write: Any) -> None:
    content = "Título: Un acuerdo\r\nFecha: 4 de febrero de 2025\r\nEnlace: https://example.org/a\r\n\r\nEl cuerpo.\r\n"
    article = bring(write("a.txt", content, "cp1252")).article
    assert (article.title, article.url, article.text) == (
        "Un acuerdo",
        "https://example.org/a",
        "El cuerpo.\r\n",
    )


@pytest.mark.parametrize(
    "content",
    [
        "Una frase.\n\nOtra: con dos puntos.\n",
        "Bukele: no al trato\n\nDijo que no.\n",
        "Solo una línea sobre cárceles",
    ],
)
def test_a_text_without_a_header_is_all_body(bring: Importer, write: Any, content: str) -> None:
    article = bring(write("nota.txt", content)).article
    assert article.text == content
    assert article.title
    assert article.flags == ("undated",)


def test_an_article_is_kept_whatever_it_speaks_of(bring: Importer, write: Any) -> None:
    assert bring(write("a.txt", "title: Pupusas\n\nCon loroco.")).receipt.n_kept == 1


def test_a_header_without_a_text_is_quarantined(bring: Importer, write: Any) -> None:
    got = bring(write("a.txt", "title: Nada\ndate: 2025-02-03\n\n \n"))
    assert got.reasons == ["a.txt: the file has a header and no text below it"]


PAGE = """<!doctype html><html lang="es-SV"><head><meta charset="{charset}"><title>FMLN rechaza el acuerdo</title>
<meta property="og:site_name" content="Diario de Ejemplo"><link rel="canonical" href="https://example.org/nota">
<meta property="article:published_time" content="2025-02-03T23:30:00-06:00"></head><body>
<nav>Inicio | Deportes</nav><article><h1>FMLN rechaza el acuerdo</h1>{body}</article><footer>© 2025</footer></body></html>"""
STORY = (
    "<p>El FMLN rechazó el acuerdo carcelario con Estados Unidos, según dijo su secretario general.</p>" * 4
)


@pytest.mark.parametrize("charset", ["utf-8", "windows-1252"])
def test_a_page_gives_its_story(bring: Importer, write: Any, charset: str) -> None:
    article = bring(write("nota.html", PAGE.format(charset=charset, body=STORY), charset)).article
    assert "rechazó el acuerdo carcelario" in article.text
    assert "Deportes" not in article.text and "<p>" not in article.text
    assert (article.title, article.outlet, article.lang) == (
        "FMLN rechaza el acuerdo",
        "Diario de Ejemplo",
        "es",
    )
    assert (article.url, article.headline_only) == ("https://example.org/nota", False)
    assert article.posted_at == datetime(2025, 2, 4, 5, 30, tzinfo=UTC)


def test_a_wall_is_never_stored_as_the_article(bring: Importer, write: Any) -> None:
    wall = (
        "<p>Suscríbete para seguir leyendo. Acepta las cookies y elige tu plan para continuar en el sitio.</p>"
        * 3
    )
    article = bring(write("nota.html", PAGE.format(charset="utf-8", body=wall))).article
    assert (article.headline_only, article.text) == (True, "")
    assert article.title == "FMLN rechaza el acuerdo"


def test_a_page_without_a_story_is_quarantined(bring: Importer, write: Any) -> None:
    got = bring(write("x.html", "<html><body><script>1</script></body></html>"))
    assert got.articles == []
    assert got.reasons[0].startswith("x.html: no article text on the page")


def test_the_articles_that_this_project_began_with(bring: Importer, shared: Path) -> None:
    paths = sorted((shared / "data" / "topic" / "articles").glob("*.txt"))
    got = bring(*paths)
    assert (got.receipt.state, got.receipt.n_kept) == ("complete", len(paths))
    for path, article in zip(paths, got.articles, strict=True):
        assert article.text == path.read_bytes().decode("utf-8").split("\n\n", 1)[1]
        assert article.title and article.posted_at and article.lang in {"en", "es"}


def test_a_page_saved_again_after_a_correction_is_its_revision(bring: Importer, write: Any) -> None:
    def id_of(name: str, address: str, body: str) -> str:
        return bring(write(name, f"title: A deal\nurl: {address}\n\n{body}\n")).article.id

    first = id_of("a.txt", "https://example.org/story?utm_source=x", "The deal stands.")
    assert id_of("b.txt", "https://example.org/story", "The deal was corrected.") == first
    assert id_of("c.txt", "https://example.org/other", "The deal stands.") != first
