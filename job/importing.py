"""What `refresh.py import` does before and after the job: shows what files were taken for, asks, and says what failed."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from collectors.contract import Request
from collectors.files import FilesCollector
from collectors.files_exports import ROLES, NoSuchColumn
from collectors.files_preview import preview_file
from collectors.files_shown import Preview
from job.options import UsageError, checked_files, checked_format
from job.outcome import counted
from job.plan import Plan
from job.receipts import receipt_line
from job.report import Reporter
from records import Receipt
from settings import Settings
from topics import Topic
from topics.nearest import did_you_mean

MOST_SHOWN = 20
"""Files that are shown before the import; more are read alike and named by their number."""


def confirmed_plan(
    settings: Settings,
    topic: Topic,
    files: Sequence[Path],
    *,
    now: datetime,
    file_format: str = "auto",
    maps: Sequence[str] = (),
    yes: bool = False,
    again: bool = False,
    console: Console | None = None,
) -> Plan | None:
    """Return the plan of an import after showing what the files were taken for, or None where the user said no.

    Asks only where a person is at the terminal, sees what is printed, and `yes` is not given: a script is shown the same
    and goes on. Raises UsageError where nothing can be imported as asked; nothing is written before this returns.
    """
    out = console or Console(highlight=False, soft_wrap=True)
    plan = Plan(
        collectors=[FilesCollector()],
        now=now,
        files=checked_files(files),
        file_format=checked_format(file_format),
        columns=mapping_of(maps),
        again=again,
    )
    request = Request(topic, settings, now, file_format=plan.file_format, columns=plan.columns)
    previews = _previews_of(plan, request)
    for preview in previews:
        show_preview(preview, out)
    if len(plan.files) > MOST_SHOWN:
        out.print(f"and {len(plan.files) - MOST_SHOWN} more files, read alike", markup=False)
    if yes or not _somebody_answers() or all(preview.fault for preview in previews):
        return plan
    return plan if _said_yes(len(plan.files)) else None


def mapping_of(maps: Sequence[str]) -> dict[str, str]:
    """Return the columns that `--map ROLE=COLUMN` names, by the role they are read in; raises UsageError.

    `ROLE=` without a column says that no column has this role.
    """
    mapping: dict[str, str] = {}
    for said in maps:
        role, sign, column = (part.strip() for part in said.partition("="))
        if not sign:
            raise UsageError(f"--map: expected ROLE=COLUMN such as text=Body, got {said!r}")
        if role not in ROLES:
            raise UsageError(
                f"--map: there is no role {role!r}; roles are {', '.join(ROLES)}{did_you_mean(role, ROLES)}"
            )
        if ROLES[role] in mapping:
            raise UsageError(f"--map: {role} is given twice; name one column for it")
        mapping[ROLES[role]] = column
    return mapping


def show_preview(preview: Preview, console: Console) -> None:
    """Print what one file was taken for: a table on a terminal, plain lines in a log."""
    if preview.fault:
        console.print(f"{preview.file}: cannot be imported: {preview.fault}", markup=False)
        return
    looked_at = f"; {counted(preview.n_rows, 'row')} looked at" if preview.is_table else ""
    heading = f"{preview.file}: {preview.kind}{looked_at}"
    if console.is_terminal:
        _show_table(heading, preview, console)
    else:
        _show_lines(heading, preview, console)
    if preview.unused:
        names = ", ".join(preview.unused[:20]) + (", …" if len(preview.unused) > 20 else "")
        console.print(f"  not used: {names}", markup=False)
    if preview.note:
        console.print(f"  {preview.note}", markup=False)


class ImportReporter(Reporter):
    """Says how each file fared, in full: a person who imports wants to know which rows were refused, and why."""

    def receipt(self, receipt: Receipt) -> None:
        """Print the counts, and under them what there is to say of each file."""
        self.line(receipt_line(replace(receipt, detail="" if receipt.places else receipt.detail)))
        for place in receipt.places:
            if place.detail:
                self.line(f"  {place.detail}")


def _previews_of(plan: Plan, request: Request) -> list[Preview]:
    try:
        previews = [preview_file(path, request) for path in plan.files[:MOST_SHOWN]]
    except NoSuchColumn as error:
        raise UsageError(f"--map: {error}; nothing was imported") from error
    if plan.columns and not any(preview.is_table or preview.fault for preview in previews):
        raise UsageError("--map: names columns of tables, and none of these files is one; leave it out")
    return previews


def _show_table(heading: str, preview: Preview, console: Console) -> None:
    table = Table(title=Text(heading), title_justify="left")
    for name in ("taken for", "column", "example"):
        table.add_column(name)
    for use in preview.uses:
        table.add_row(use.role, Text(use.columns), Text(use.example))
    console.print(table)


def _show_lines(heading: str, preview: Preview, console: Console) -> None:
    console.print(heading, markup=False)
    for use in preview.uses:
        example = f" ({use.example})" if use.example else ""
        console.print(f"  {use.role:<9} {use.columns}{example}", markup=False)


def _somebody_answers() -> bool:
    """Return whether a terminal takes answers and shows questions: one that goes to a log would wait for ever."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))


def _said_yes(n_files: int) -> bool:
    what = "this file" if n_files == 1 else f"these {n_files} files"
    try:
        return input(f"Import {what}? [y/N] ").strip().casefold() in {"y", "yes", "s", "si", "sí"}
    except EOFError:
        return False
