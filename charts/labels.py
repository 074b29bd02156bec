"""Where the labels at the ends of lines go, so that none covers another."""

from __future__ import annotations


def push_apart(wanted: list[float], gap: float, low: float = 0.0, high: float = 1.0) -> list[float]:
    """Return positions close to the wanted ones, at least `gap` apart and inside [low, high], in the same order.

    Neighbours that are too close form a block that is centred on the mean of what its members wanted (pool adjacent
    violators). Where all of them do not fit, they are spread evenly.
    """
    if not wanted:
        return []
    if gap * (len(wanted) - 1) >= high - low:
        step = (high - low) / max(1, len(wanted) - 1)
        ranked = sorted(range(len(wanted)), key=wanted.__getitem__)
        placed = [0.0] * len(wanted)
        for rank, index in enumerate(ranked):
            placed[index] = low + rank * step
        return placed
    order = sorted(range(len(wanted)), key=wanted.__getitem__)
    blocks: list[tuple[list[int], float]] = []  # members in order, position of the first
    for index in order:
        members, start = [index], _inside(wanted[index], 0.0, low, high)
        while blocks and blocks[-1][1] + gap * len(blocks[-1][0]) > start:
            members = blocks.pop()[0] + members
            mean = sum(wanted[i] - gap * rank for rank, i in enumerate(members)) / len(members)
            start = _inside(mean, gap * (len(members) - 1), low, high)
        blocks.append((members, start))
    placed = [0.0] * len(wanted)
    for members, start in blocks:
        for rank, index in enumerate(members):
            placed[index] = start + rank * gap
    return placed


def _inside(start: float, length: float, low: float, high: float) -> float:
    return min(max(start, low), high - length)
