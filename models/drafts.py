"""All statements of one paragraph, before their speakers are known."""

from __future__ import annotations

from models.direct import DirectSpeech
from models.indirect import IndirectSpeech
from models.passage import Draft
from models.tokens import Block


def draft_statements(text: str, block: Block, lang: str) -> list[Draft]:
    """Return the statements of a paragraph in the order of their content; each quote is in at most one."""
    direct = DirectSpeech(text, block, lang)
    direct.find()
    indirect = IndirectSpeech(text, block, lang, direct)
    indirect.find()
    direct.find_orphans()
    return sorted(direct.drafts, key=lambda draft: draft.spans[0])


def trailing_lead(text: str, block: Block, lang: str) -> Draft | None:
    """Return what leads from a paragraph that ends with a colon into the quote of the next, as a draft without spans."""
    if not block.tokens or block.tokens[-1].text != ":":
        return None
    return DirectSpeech(text, block, lang).lead()
