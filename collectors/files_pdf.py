"""The text of a PDF, paragraph by paragraph.

Read by pdfminer.six: it finds the blocks of a page by their layout, so that columns are not read across and the lines of
a paragraph can be joined again; pypdf is quicker, and gives lines from which the paragraphs cannot be told any more.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path

from collectors.errors import Malformed, MalformedItem

MAX_PAGES = 300

_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]\n(?=[a-zà-öø-ÿ])")
_PAGE_NUMBER = re.compile(
    r"(?:page|p[áa]g(?:ina|\.)?)?\s*\d{1,4}(?:\s*(?:/|of|de)\s*\d{1,4})?", re.IGNORECASE
)


def read_pdf(path: Path) -> str:
    """Return the text with an empty line between paragraphs; raises Malformed or MalformedItem with what to do."""
    from pdfminer.high_level import extract_pages  # half a second to load, for one format of many
    from pdfminer.layout import LTTextContainer
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # its notes on a damaged font are of no use
    blocks: list[str] = []
    try:
        for number, page in enumerate(extract_pages(path)):
            if number == MAX_PAGES:
                raise MalformedItem(f"the PDF has more than {MAX_PAGES} pages; save the part that matters")
            blocks += [part.get_text() for part in page if isinstance(part, LTTextContainer)]
    except (PDFPasswordIncorrect, PDFEncryptionError) as error:
        raise Malformed(f"{path.name} is locked; save it without a password") from error
    except (MalformedItem, OSError):
        raise
    except Exception as error:  # pdfminer lets through whatever its input provokes
        raise Malformed(
            f"{path.name} cannot be read as a PDF ({type(error).__name__}); save it again"
        ) from error
    text = "\n\n".join(paragraph for block in blocks if (paragraph := joined_lines(block)))
    if not any(sign.isalpha() for sign in text):
        raise MalformedItem("the PDF holds no text, perhaps pictures of it; run it through OCR first")
    return text


def joined_lines(block: str) -> str:
    """Return a block's lines as one paragraph, words that were parted at a line's end in one; "" for a page number."""
    paragraph = " ".join(_HYPHEN.sub("", block.replace("\x0c", "").strip()).split())
    return "" if _PAGE_NUMBER.fullmatch(paragraph) else paragraph
