"""The command line of the stance classifier: JSON lines in, the same lines with their readings out."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import terminal
from models import ModelError
from models.command_files import InputError, OutputError, check_places, unreadable, written_whole
from models.stance import StanceClassifier

CHUNK = 4096
"""Rows classified at a time: the memory stays small however long the file is."""


class LineError(InputError):
    """A line that cannot be read; the message names the file, the line and what was expected."""


def read_row(line: str, where: str) -> dict[str, Any]:
    """Return the object of one line. Raises LineError unless it holds a text and a target that are
    strings.
    """
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as fault:
        raise LineError(f"{where}: not a JSON object; write one object a line") from fault
    if not isinstance(row, dict):
        raise LineError(f"{where}: not a JSON object; write one object a line")
    for key in ("text", "target"):
        if not isinstance(row.get(key), str):
            raise LineError(f'{where}: "{key}" must be a string')
    if not row["target"].strip():
        raise LineError(f'{where}: "target" is empty; give a sentence that one can agree with')
    if not isinstance(row.get("context") or "", str):
        raise LineError(f'{where}: "context" must be a string')
    return row


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of a JSON-lines file; empty lines are skipped. Raises InputError."""
    rows = []
    try:
        with path.open("rb") as lines:
            for number, raw in enumerate(lines, start=1):
                where = f"{path}, line {number}"
                try:
                    line = raw.decode("utf-8-sig" if number == 1 else "utf-8").strip()
                except UnicodeDecodeError as fault:
                    raise LineError(f"{where}: not UTF-8; save the file as UTF-8") from fault
                if line:
                    rows.append(read_row(line, where))
    except OSError as fault:
        raise unreadable(path, fault) from fault
    return rows


def add_readings(rows: list[dict[str, Any]], classifier: StanceClassifier) -> None:
    """Put favor, against, neutral, label and relevance into each row."""
    for begin in range(0, len(rows), CHUNK):
        part = rows[begin : begin + CHUNK]
        found = classifier.predict(
            [r["text"] for r in part], [r["target"] for r in part], [r.get("context") or "" for r in part]
        )
        for row, reading in zip(part, found, strict=True):
            row["favor"], row["against"] = round(reading.favor, 6), round(reading.against, 6)
            row["neutral"] = round(reading.neutral, 6)
            row["label"], row["relevance"] = reading.label, round(reading.relevance, 6)


def write_rows(rows: list[dict[str, Any]], path: Path) -> None:
    """Write the rows as JSON lines: whole, or not at all. Raises OutputError."""
    with written_whole(path) as lines:
        for row in rows:
            # A lone surrogate in a foreign key cannot be written as UTF-8; escaped it can.
            lines.write(json.dumps(row, ensure_ascii=not _writable(row)) + "\n")


def _writable(row: dict[str, Any]) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def main(arguments: list[str] | None = None) -> int:
    """Return 0 when every row was read, 1 when the model or the disk failed, 2 when the input or the call is
    wrong.
    """
    parser = argparse.ArgumentParser(
        prog="python -m models.stance", description="Read the stance of texts toward targets."
    )
    parser.add_argument(
        "--in", dest="source", type=Path, required=True, help='JSON lines with "text" and "target"'
    )
    parser.add_argument(
        "--out", dest="result", type=Path, required=True, help="where the lines with readings go"
    )
    parser.add_argument(
        "--model", default=None, help="a folder or organisation/model@revision instead of the bundled weights"
    )
    options = parser.parse_args(arguments)
    try:
        check_places(options.source, options.result)
        rows = read_rows(options.source)
        add_readings(rows, StanceClassifier.from_pretrained(options.model))
        terminal.interrupt_work()
        write_rows(rows, options.result)
    except InputError as fault:
        terminal.say_fault(str(fault))
        return 2
    except (ModelError, OutputError) as fault:
        terminal.say_fault(str(fault))
        return 1
    except KeyboardInterrupt:
        terminal.say_fault("stopped; nothing was written, run it again")
        return 1
    if not rows:
        terminal.say_fault(
            f"{options.source} holds no rows, so the result is empty too; write one object with text and target a line"
        )
    return 0
