"""The command line of `models.statements`: articles in, one statement a line out."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import terminal
from models.command_files import InputError, OutputError, check_places, unreadable, written_whole
from models.statements import Found, extract_statements
from records import clean_text
from topics import Topic, TopicError, load_topic

_HEADER = re.compile(r"[A-Za-z][\w -]{0,30}:(?: .*)?")


@dataclass(frozen=True, slots=True)
class Text:
    """One article to read. Offsets count characters of `body`."""

    id: str
    body: str
    lang: str | None = None
    title: str = ""


def read_texts(path: Path) -> Iterator[Text]:
    """Yield the articles of a `.jsonl` file (rows with "text") or of one text file with optional header lines."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        content = clean_text(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text (byte {error.start}); save it as UTF-8.") from error
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        yield from _rows(path, content)
    else:
        yield parse_article(path.stem, content)


def parse_article(name: str, content: str) -> Text:
    """Return an article file as a text; `key: value` lines up to the first empty line are its header."""
    head, gap, body = content.partition("\n\n")
    if "\r\n\r\n" in content and (not gap or content.index("\r\n\r\n") < len(head)):
        head, gap, body = content.partition("\r\n\r\n")
    lines = head.splitlines()
    if not gap or not lines or not all(_HEADER.fullmatch(line) for line in lines):
        return Text(name, content)
    header = {key.strip().lower(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return Text(name, body, _language(header.get("lang")), header.get("title", ""))


def _rows(path: Path, content: str) -> Iterator[Text]:
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row: Any = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise InputError(
                f"{path}, line {number}: is not JSON ({error}); write one object a line."
            ) from error
        if not isinstance(row, dict) or not isinstance(row.get("text"), str):
            raise InputError(f'{path}, line {number}: expected an object with a text under "text".')
        title = row.get("title")
        yield Text(
            str(row.get("id", number)),
            clean_text(row["text"]),
            _language(row.get("lang")),
            title if isinstance(title, str) else "",
        )


def _language(value: object) -> str | None:
    low = value.lower()[:2] if isinstance(value, str) else ""
    return low if low in ("en", "es") else None


def as_row(found: Found, text_id: str) -> dict[str, object]:
    """Return a statement as a row of the output; `actor` is the register's name, or the name met in the text."""
    return {
        "id": text_id,
        "speaker": found.speaker,
        "actor": found.actor_name,
        "actor_id": found.actor_id,
        "camp": found.camp,
        "quote": found.quote,
        "start": found.start,
        "end": found.end,
        "direct": found.direct,
        "kind": found.kind,
        "cue": found.cue,
        "asserted": found.asserted,
        "entity_how": found.entity_how,
        "paragraph": found.paragraph,
        "spans": [list(span) for span in found.spans],
        "flags": list(found.flags),
    }


def write_rows(path: Path, rows: Iterator[dict[str, object]]) -> int:
    """Write one JSON object a line into `path`, whole or not at all; return how many. Raises OutputError."""
    written = 0
    with written_whole(path) as out:
        for row in rows:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += 1
    return written


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return 0, or with one plain sentence on standard error 2 for a wrong input or call,
    1 for a result that could not be written.
    """
    parser = argparse.ArgumentParser(
        prog="python -m models.statements", description="Who said what in a news text."
    )
    parser.add_argument(
        "--in", dest="source", required=True, type=Path, metavar="FILE", help="article.txt or rows.jsonl"
    )
    parser.add_argument(
        "--out", required=True, type=Path, metavar="FILE", help="statements, one JSON object a line"
    )
    parser.add_argument("--topic", default="us-el-salvador", help="name or path of a topic file")
    options = parser.parse_args(arguments)
    try:
        check_places(options.source, options.out)
        topic = load_topic(options.topic)
        terminal.interrupt_work()
        written = write_rows(options.out, _statements(options.source, topic))
    except (InputError, TopicError) as error:
        terminal.say_fault(str(error))
        return 2
    except OutputError as error:
        terminal.say_fault(str(error))
        return 1
    except KeyboardInterrupt:
        terminal.say_fault("stopped; nothing was written, run it again")
        return 1
    if not options.source.stat().st_size:
        terminal.say_fault(
            f"{options.source} is empty, so the result is too; give a text, or rows with text as .jsonl"
        )
    print(f"{written} statements written to {options.out}")
    return 0


def _statements(source: Path, topic: Topic) -> Iterator[dict[str, object]]:
    for text in read_texts(source):
        for found in extract_statements(text.body, text.lang, topic, text.title):
            yield as_row(found, text.id)
