"""Walls: their text is never taken for the article."""

from __future__ import annotations

import pytest

from collectors.articles import wall_of_text
from settings import Settings
from tests.collectors.news_loopback import HTML, XML, Site, data, entry, rss
from tests.collectors.replay import Answer
from topics import Topic

pytest_plugins = ["tests.collectors.loopback_fixtures"]


@pytest.mark.parametrize(
    ("pages", "link"),
    [
        (
            {"/a": Answer(302, headers={"Location": "/consent/collect"}), "/consent/collect": "consent.html"},
            "/a",
        ),
        ({"/a": "consent.html"}, "/a"),
        ({"/a": "paywall_es.html"}, "/a"),
        ({"/a": "robot.html"}, "/a"),
        ({"/a": Answer(302, headers={"Location": "/login?next=/a"}), "/login": "article_es.html"}, "/a"),
        ({"/a": Answer(302, headers={"Location": "/"}), "/": "article_es.html"}, "/a"),
        ({"/a": Answer(403, "Forbidden")}, "/a"),
        ({"/a": Answer(402, "Pay")}, "/a"),
        ({"/a": Answer(200, b"%PDF-1.7 CECOT", {"Content-Type": "application/pdf"})}, "/a"),
        ({"/a": Answer(200, "", HTML)}, "/a"),
        ({"/a": Answer(200, "<html><body><p>CECOT</p></body></html>", HTML)}, "/a"),
        ({"/a": "article_en.html"}, "/a"),  # another story than the headline's
    ],
)
def test_the_text_of_a_wall_is_never_stored_as_the_article(
    site: Site, topic: Topic, settings: Settings, pages: dict[str, Answer | str], link: str
) -> None:
    title = "Opinión: cárcel CECOT, columnista y deuda moral del acuerdo"
    site.pages.update({path: data(page) if isinstance(page, str) else page for path, page in pages.items()})
    site.pages["/f.xml"] = rss(entry(title, f"@HOME@{link}"))
    _, sink = site.run(topic, settings, "/f.xml")
    (article,) = sink.all("articles")
    assert article.headline_only
    assert article.text == article.title == title
    assert "wall" in article.flags
    assert sink.all("raws")[0].payload["body"] == ""
    assert sink.all("raws")[0].payload["wall"]


@pytest.mark.parametrize(
    "wall",
    [
        "Para continuar leyendo este artículo inicia sesión o crea una cuenta gratuita. Suscríbete para seguir leyendo.",
        "You have reached your limit of free articles this month. Subscribe now for unlimited access to our reporting.",
        "Already a subscriber? Log in to continue reading. Support the journalism that holds power to account.",
        "Utilizamos cookies propias y de terceros. Puede aceptar todas las cookies o configurar sus preferencias.",
        "Checking if the site connection is secure. Enable JavaScript and cookies to continue.",
        "This story is for our members. Join today, it takes a minute and costs less than a coffee.",
    ],
)
def test_walls_are_known_by_their_words_in_both_languages(wall: str) -> None:
    teaser = "The CECOT agreement was signed on Monday, the two governments said in the capital. " * 3
    assert wall_of_text(teaser + wall, "CECOT agreement signed")


def test_a_long_article_that_ends_with_a_request_to_subscribe_is_kept_without_it(
    site: Site, topic: Topic, settings: Settings
) -> None:
    story = "".join(
        f"<p>Párrafo {n} sobre el CECOT y los deportados, con su propia frase número {n} para leer y {n * 7} más.</p>"
        for n in range(60)
    )
    page = f"<html><body><article><h1>CECOT y deportados</h1>{story}<p>Suscríbete para seguir leyendo más notas.</p></article></body></html>"
    site.pages["/a"] = Answer(200, page, HTML)
    site.pages["/f.xml"] = rss(entry("CECOT y deportados", "@HOME@/a"))
    _, sink = site.run(topic, settings, "/f.xml")
    (article,) = sink.all("articles")
    assert not article.headline_only
    assert "Suscríbete" not in article.text
    assert "Párrafo 59" in article.text


def test_the_feeds_own_full_text_stands_in_for_a_walled_page(
    site: Site, topic: Topic, settings: Settings
) -> None:
    story = " ".join(f"Frase {n} de la nota sobre el CECOT." for n in range(30))
    content = (
        f"<content:encoded><![CDATA[<p>{story}</p>]]></content:encoded><description>Breve.</description>"
    )
    feed = str(rss(entry("El CECOT por dentro", "@HOME@/a", content)).body)
    feed = feed.replace("<rss ", '<rss xmlns:content="http://purl.org/rss/1.0/modules/content/" ')
    site.pages.update({"/f.xml": Answer(200, feed, XML), "/a": Answer(402)})
    _, sink = site.run(topic, settings, "/f.xml")
    (article,) = sink.all("articles")
    assert article.text == story
    assert not article.headline_only
