"""How a text, its target and its context become token ids: the layout shared by training and inference.

One row reads `<s> target </s></s> context </s></s> text </s>`; without a context that part is left out. The
text carries token type 1, all before it type 0, so that the model can tell what is judged from what is only
around it. The target is never cut. A text that does not fit is read in overlapping windows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

MAX_TARGET = 320
"""Longest target in tokens: beyond it no text would fit beside it in the model's 512 positions."""
MIN_TEXT = 64
"""Every window gives the text at least this many tokens, however long the target."""
HARD_LIMIT = 512
MAX_WINDOWS = 32
"""Most windows of one text that are read, some 3,000 words: a book takes no longer than a long article."""


class TargetTooLong(ValueError):
    """The target alone would fill the model's positions."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Ids of the special tokens and the window sizes, in tokens."""

    start: int = 0
    separator: int = 2
    pad: int = 1
    window: int = 160
    context: int = 64
    overlap: int = 32


@dataclass(frozen=True, slots=True)
class Row:
    """One window: token ids, and the index at which the text's segment begins."""

    ids: list[int]
    text_at: int

    @property
    def types(self) -> list[int]:
        """Token types: 0 for target and context, 1 from the first token of the text on."""
        return [0] * self.text_at + [1] * (len(self.ids) - self.text_at)


def piece_ids(tokenizer: Any, strings: Sequence[str]) -> list[list[int]]:
    """Return each string's token ids without special tokens.

    `<s>` or `<mask>` inside a text is spelled out like any other characters; it never becomes a special
    token.
    """
    if not strings:
        return []
    backend = tokenizer.backend_tokenizer
    backend.no_truncation()
    backend.no_padding()
    backend.encode_special_tokens = True
    return [e.ids for e in backend.encode_batch(list(strings), add_special_tokens=False)]


def fit_context(context: list[int], text: list[int], limit: int) -> list[int]:
    """Return at most `limit` tokens of the context: those around the text if it quotes it, else the last
    ones.

    The end of a parent post is nearest to the reply; a paragraph is cut around the statement that stands in
    it.
    """
    if len(context) <= limit:
        return context
    head = text[:6]
    found = next(
        (i for i in range(len(context) - len(head) + 1) if head and context[i : i + len(head)] == head), None
    )
    if found is None:
        return context[-limit:]
    middle = found + min(len(text), len(context) - found) // 2
    begin = min(max(0, middle - limit // 2), len(context) - limit)
    return context[begin : begin + limit]


def compose(layout: Layout, target: list[int], context: list[int], text: list[int]) -> Row:
    """Return one row of ids. Nothing is cut here."""
    ids = [layout.start, *target, layout.separator, layout.separator]
    if context:
        ids += [*context, layout.separator, layout.separator]
    at = len(ids)
    return Row([*ids, *text, layout.separator], at)


def cut_windows(layout: Layout, target: list[int], context: list[int], text: list[int]) -> list[Row]:
    """Return the rows that read the whole text, at least one, each with the uncut target.

    Raises TargetTooLong when the target has more than MAX_TARGET tokens. Windows overlap by `layout.overlap`
    tokens; the last one is moved back to be full.
    """
    if len(target) > MAX_TARGET:
        raise TargetTooLong(f"the target has {len(target)} tokens; at most {MAX_TARGET} can be read")
    around = 4 + (2 if context else 0)
    total = min(
        HARD_LIMIT, max(layout.window, len(target) + MIN_TEXT + around + min(len(context), layout.context))
    )
    context = fit_context(context, text, min(layout.context, total - len(target) - MIN_TEXT - around))
    room = total - len(target) - len(context) - (6 if context else 4)
    if len(text) <= room:
        return [compose(layout, target, context, text)]
    step = max(1, room - layout.overlap)
    starts = [*range(0, len(text) - room, step), len(text) - room]
    return [compose(layout, target, context, text[s : s + room]) for s in starts]


def windows_to_read(counts: Sequence[int], limit: int = MAX_WINDOWS) -> list[int]:
    """Return the indices of at most `limit` windows, in order, given how many words of the target each holds.

    Those that hold the most come first, spread evenly over the text where they are too many; the rest is filled
    evenly from the others.
    """
    if len(counts) <= limit:
        return list(range(len(counts)))
    most = max(counts)
    naming = [i for i, count in enumerate(counts) if count == most and count > 0]
    others = [i for i, count in enumerate(counts) if count != most or count == 0]
    chosen = _spread(naming, limit)
    return sorted(chosen + _spread(others, limit - len(chosen)))


def _spread(indices: list[int], n: int) -> list[int]:
    """Return at most `n` of the indices, the first and the last among them, at even distances."""
    if len(indices) <= n:
        return indices
    if n < 2:
        return indices[:n]
    return [indices[round(i * (len(indices) - 1) / (n - 1))] for i in range(n)]


def length_batches(lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Return the indices grouped by length, each group under `budget` padded tokens: no row waits on a
    much longer one.
    """
    batches: list[list[int]] = []
    for index in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batches and (len(batches[-1]) + 1) * lengths[index] <= budget:
            batches[-1].append(index)
        else:
            batches.append([index])
    return batches
