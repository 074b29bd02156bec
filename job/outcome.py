"""What one run of the job did, and the exit status that says so."""

from __future__ import annotations

from dataclasses import dataclass

from records import Receipt

COMPLETE, FAILED, USAGE, PARTIAL = 0, 1, 2, 3
"""Exit statuses of the job."""

STOPPED = "stopped; what was read so far is kept, run again to go on"
"""What a run says that was interrupted."""

FINE = {"complete", "not_configured"}
"""States that leave a run complete: a source nobody has set up is no failure."""

ANSWERED = {"complete", "partial", "silent", "possibly_truncated"}
"""States of a source that answered, though perhaps not in full or with nothing to keep: no failed run."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run did."""

    receipts: tuple[Receipt, ...]
    n_split: int
    n_read: int
    version: int

    @property
    def exit_status(self) -> int:
        """Return COMPLETE, PARTIAL when some source fell short, or FAILED when none that was asked answered."""
        if not self.short:
            return COMPLETE
        asked = [receipt for receipt in self.receipts if receipt.state != "not_configured"]
        answered = any(receipt.state in ANSWERED or receipt.n_kept for receipt in asked)
        return PARTIAL if answered else FAILED

    @property
    def short(self) -> list[Receipt]:
        """Return the receipts of the sources that did not give all that they were asked for."""
        return [receipt for receipt in self.receipts if receipt.state not in FINE]

    @property
    def message(self) -> str:
        """Return one plain sentence for people, and which sources fell short."""
        split = counted(self.n_split, "article")
        done = f"{split} split, {counted(self.n_read, 'reading')} made, version {self.version} published."
        short = ", ".join(f"{receipt.source} ({receipt.state.replace('_', ' ')})" for receipt in self.short)
        return f"{done} Fell short: {short}." if short else done


def counted(n: int, one: str) -> str:
    """Return a number with what it counts: `1 article`, `2,107 articles`."""
    return f"{n:,} {one}" if n == 1 else f"{n:,} {one}s"
