"""Articles as PDF, and what is refused in one sentence: locked, broken, without text, far too long, or a wall."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.collectors.imported import HEADER, Importer

DATA = Path(__file__).parent / "data"


def pdf(*paragraphs: list[str], trailer: str = "", objects: tuple[str, ...] = ()) -> bytes:
    """Return a PDF of one page with these paragraphs, each a list of lines, in Latin-1 (ISO 32000-1)."""
    drawn, height = [], 760
    for lines in paragraphs:
        for line in lines:
            escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
            drawn.append(f"BT /F1 12 Tf 72 {height} Td ({escaped}) Tj ET")
            height -= 14
        height -= 30
    content = "\n".join(drawn)
    bodies = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        *objects,
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1")
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    return (
        out
        + f"trailer\n<< /Size {len(bodies) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode()
    )


def test_the_paragraphs_of_a_pdf(bring: Importer, write: Any) -> None:
    content = pdf(
        ["Un acuerdo de cárceles"],
        ["El presidente ofreció el CECOT a los Estados Uni-", "dos a cambio de una cuota."],
        ["“No”, dijo la oposición (Ñ).".replace("“", '"').replace("”", '"')],
        ["Página 1 de 1"],
    )
    article = bring(write("acuerdo.pdf", content)).article
    assert article.text.split("\n\n") == [
        "Un acuerdo de cárceles",
        "El presidente ofreció el CECOT a los Estados Unidos a cambio de una cuota.",
        '"No", dijo la oposición (Ñ).',
    ]
    assert article.title == "Un acuerdo de cárceles"
    assert (article.posted_at, article.flags) == (None, ("undated",))


def test_a_pdf_is_told_by_its_content(bring: Importer, write: Any) -> None:
    assert bring(write("download", pdf(["The CECOT deal was announced today."]))).article.text.startswith(
        "The"
    )


def locked() -> bytes:
    """Return a PDF that asks for a password: of RC4 with 40 bits, made with one that nobody gives."""
    guard = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + "11" * 32 + "> /U <" + "22" * 32 + "> >>"
    return pdf(["CECOT"], trailer=f"/Encrypt 6 0 R /ID [<{'33' * 16}> <{'33' * 16}>]", objects=(guard,))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("locked.pdf", locked(), "locked.pdf is locked; save it without a password"),
        ("cut.pdf", pdf(["CECOT"])[:300], "cut.pdf"),
        ("noise.pdf", b"%PDF-1.4\n" + bytes(range(256)) * 8, "noise.pdf"),
        ("no.pdf", b"The CECOT deal, as text.", "no.pdf is not a PDF"),
        ("pictures.pdf", pdf(), "the PDF holds no text, perhaps pictures of it; run it through OCR first"),
    ],
)
def test_a_pdf_that_cannot_be_read_gets_a_sentence(
    bring: Importer, write: Any, name: str, content: bytes, said: str
) -> None:
    got = bring(write(name, content), write("good.csv", "text\nNo al CECOT\n"))
    assert got.post.text == "No al CECOT"
    assert not got.articles
    assert got.receipt.state == "partial"
    detail = got.receipt.places[0].detail
    assert said in detail and "\n" not in detail and "Traceback" not in detail


def test_a_pdf_of_too_many_pages_is_refused(
    bring: Importer, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("collectors.files_pdf.MAX_PAGES", 0)
    got = bring(write("a.pdf", pdf(["CECOT"])))
    assert "more than 0 pages; save the part that matters" in got.reasons[0]


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl"])
def test_a_cell_of_five_megabytes_is_refused_quickly_and_costs_no_other_row(
    bring: Importer, write: Any, name: str
) -> None:
    huge = "CECOT and " * 500_000
    if name == "a.csv":
        content = f'{HEADER}\nabcdef1,"{huge}",2025-02-03,x\nabcdef2,No al CECOT,2025-02-03,x\n'
    else:
        content = f'{{"id": "abcdef1", "text": "{huge}"}}\n{{"id": "abcdef2", "text": "No al CECOT"}}\n'
    began = time.process_time()
    got = bring(write(name, content))
    assert time.process_time() - began < 3
    assert got.post.text == "No al CECOT"
    (reason,) = got.reasons
    assert "5,000,000 characters; more than 250,000 are not read as one text" in reason
    assert len(got.quarantined[0].payload) < 10_000, "quarantine does not keep the file in the cell either"


def test_a_text_file_of_five_megabytes_is_refused(bring: Importer, write: Any) -> None:
    got = bring(write("a.txt", "The CECOT deal.\n" * 320_000))
    assert not got.articles
    assert "more than 250,000 are not read as one text" in got.reasons[0]


@pytest.mark.parametrize("name", ["consent.html", "robot.html"])
def test_a_saved_wall_is_no_article(bring: Importer, write: Any, name: str) -> None:
    got = bring(write(name, (DATA / name).read_bytes()))
    assert not got.articles and not got.posts
    assert got.receipt.n_quarantined == 1
    assert "open the article itself and save that page" in got.reasons[0]


def test_of_a_saved_page_behind_a_paywall_the_headline_is_kept(bring: Importer, write: Any) -> None:
    head = (
        '<html lang="es"><head><title>La oposición rechaza el acuerdo del CECOT</title>'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2025-02-04T10:00:00-06:00"></head>'
    )
    body = "<body><article><h1>La oposición rechaza el acuerdo del CECOT</h1><p>Suscríbase para seguir leyendo.</p></article></body></html>"
    article = bring(write("nota.html", head + body)).article
    assert (article.title, article.text) == ("La oposición rechaza el acuerdo del CECOT", "")
    assert article.headline_only
    assert article.posted_at == datetime(2025, 2, 4, 16, tzinfo=UTC)
