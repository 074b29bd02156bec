"""What a reader's browser shows: every page, at three widths, in both themes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.app_pages.made_store import LAST_ACTOR, LITERAL

pytestmark = pytest.mark.e2e

PAGES = ("", "actors", "posts", "sources", "method")
WIDTHS = (1280, 768, 390)
HARMLESS = ("_stcore/health", "_stcore/host-config")
"""Below a page's own path Streamlit first asks for these, gets 404 and then finds them at the root."""


class Seen:
    """What a browser page asked for and complained about."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        page.on("request", lambda request: self.hosts.add(urlsplit(request.url).netloc))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._note)

    def _note(self, message: Any) -> None:
        where = str((message.location or {}).get("url", ""))
        if message.type == "error" and not any(where.endswith(path) for path in HARMLESS):
            self.complaints.append(f"{message.text} ({where})")


@contextmanager
def opened(
    browser: Any, url: str, width: int = 1280, scheme: str = "light", locale: str = "en-US"
) -> Iterator[Seen]:
    """Open a page and wait until its script has run."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, locale=locale
    )
    page = context.new_page()
    seen = Seen(page)
    page.goto(url, wait_until="domcontentloaded", timeout=90_000)
    settle(page)
    try:
        yield seen
    finally:
        context.close()


QUIET = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
    && !!document.querySelector('[data-testid=stMain] h1, [data-testid=stMain] h2, [data-testid=stAlert]')
    && !document.querySelector('[data-stale=true]')"""


def settle(page: Any, until: str = QUIET) -> None:
    """Wait until the app stands still, or until a condition in JavaScript holds."""
    # The browser's own waiting runs on animation frames, which a busy machine may not give a headless page.
    ends = time.monotonic() + 90
    while time.monotonic() < ends:
        if page.evaluate(until):
            page.wait_for_timeout(700)
            return
        page.wait_for_timeout(200)
    pytest.fail(f"the page did not come to rest: {page.evaluate('document.body.innerText')[:500]}")


def text_of(page: Any) -> str:
    """Return all text that the main area shows."""
    return str(page.inner_text("[data-testid=stMain]"))


def take(page: Any, path: Path, width: int) -> None:
    """Save the whole page as a picture."""
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": min(int(height) + 80, 8000)})
    page.wait_for_timeout(900)
    page.screenshot(path=str(path))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_page_is_whole_quiet_and_local(
    browser: Any, app: str, shots: Path, path: str, width: int, scheme: str
) -> None:
    with opened(browser, f"{app}/{path}", width, scheme) as seen:
        text = text_of(seen.page)
        assert "Traceback" not in text and "encountered an error" not in text
        assert seen.page.locator("h1").count() == 1
        assert seen.hosts == {urlsplit(app).netloc}
        assert seen.complaints == []
        inner, outer = seen.page.evaluate(
            "[Math.max(document.documentElement.scrollWidth,"
            " document.querySelector('[data-testid=stMain]').scrollWidth), window.innerWidth]"
        )
        assert inner <= outer
        take(seen.page, shots / f"{path or 'overview'}-{width}-{scheme}.png", width)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_page_has_no_serious_barrier(browser: Any, app: str, path: str, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    with opened(browser, f"{app}/{path}", scheme=scheme) as seen:
        found = axe.Axe().run(seen.page).response["violations"]
        serious = [
            f"{v['id']}: {node['target']} {node.get('failureSummary', '')}"
            for v in found
            if v["impact"] in ("serious", "critical")
            for node in v["nodes"]
        ]
        assert serious == []


def test_money_is_money_and_marks_are_marks(browser: Any, app: str) -> None:
    """`$...$` is not a formula, `*` no emphasis, `<b>` no bold, `[x](y)` no link: in events, statements and posts."""
    with opened(browser, app) as seen:
        text = text_of(seen.page)
        assert "a fee of $6 million, about $20,000 each" in text
        assert seen.page.locator(".katex").count() == 0
    with opened(browser, f"{app}/actors?actor={LAST_ACTOR.id}") as seen:
        assert "The fee is $6 million, about $20,000 each, and *nobody* asked_us_." in text_of(seen.page)
    with opened(browser, f"{app}/posts?q=per%20inmate") as seen:
        box = seen.page.locator("[data-testid=stDataFrame]").first.bounding_box()
        seen.page.mouse.click(box["x"] + 20, box["y"] + 58)  # the first row's box: the table is one canvas
        settle(seen.page, "() => !!document.querySelector('[data-testid=stMain] table:not([role=grid])')")
        settle(seen.page)
        assert LITERAL in text_of(seen.page)
        assert seen.page.locator(".katex").count() == 0


def test_link_reopens_the_view_and_language_switch_keeps_it(browser: Any, live_app: str) -> None:
    with opened(browser, f"{live_app}/?by=voices&written=es&lang=es") as seen:
        title = seen.page.inner_text("h1")
        assert "voces distintas en español" in title
        seen.page.get_by_text("English", exact=True).click()
        settle(seen.page, "() => !!document.querySelector('h1').innerText.includes('distinct voices')")
        settle(seen.page)
        assert (
            "by=voices" in seen.page.url and "written=es" in seen.page.url and "lang=es" not in seen.page.url
        )


def test_nonsense_in_the_address_falls_back(browser: Any, live_app: str) -> None:
    with opened(browser, f"{live_app}/?by=%3Cscript%3E&target=nothing&lang=xx&written=&posts=all") as seen:
        assert seen.complaints == []
        assert seen.page.inner_text("h1").startswith("The agreement:")
        assert "by=" not in seen.page.url and "target=" not in seen.page.url


def test_filters_and_language_survive_a_change_of_page(browser: Any, live_app: str) -> None:
    with opened(browser, f"{live_app}/?target=cecot&lang=es") as seen:
        seen.page.get_by_role("link", name="Actores").first.click()
        settle(seen.page, "() => document.querySelector('h1')?.innerText === 'Quién dijo qué'")
        settle(seen.page)
        assert "lang=es" in seen.page.url and "target=cecot" in seen.page.url


def test_late_data_and_failed_source_are_said(browser: Any, live_app: str, shots: Path) -> None:
    with opened(browser, live_app) as seen:
        text = text_of(seen.page)
        assert "These data are late" in text and "News feeds (Unreachable)" in text
        take(seen.page, shots / "overview-live-1280-light.png", 1280)


def test_without_a_store_the_reader_is_told_what_to_run(browser: Any, empty_app: str, shots: Path) -> None:
    with opened(browser, empty_app) as seen:
        assert "make refresh" in text_of(seen.page) and seen.complaints == []
        take(seen.page, shots / "no-store-1280-light.png", 1280)


def test_browser_in_spanish_gets_spanish(browser: Any, app: str, shots: Path) -> None:
    with opened(browser, app, locale="es-SV") as seen:
        assert "El acuerdo" in seen.page.inner_text("h1")
        take(seen.page, shots / "overview-es-1280-light.png", 1280)


FOCUSED = """() => {
    const at = document.activeElement;
    return [at.getAttribute('aria-label'), at.innerText, at.closest('[data-testid=stElementContainer]')?.innerText]
        .filter(Boolean).join(' ');
}"""


def test_keyboard_reaches_the_filters(browser: Any, app: str) -> None:
    with opened(browser, app) as seen:
        seen.page.wait_for_selector(
            "[data-testid=stMain] input[aria-label*='Stance toward']", state="attached"
        )
        reached: list[str] = []
        while len(reached) < 60 and not any("Stance toward" in name for name in reached):
            seen.page.keyboard.press("Tab")
            seen.page.wait_for_timeout(50)
            reached.append(str(seen.page.evaluate(FOCUSED)))
        assert any("Stance toward" in name for name in reached), reached
