"""Files: posts and articles that the user imports, or that lie in the topic's import folder.

Read are tables (CSV with any common delimiter and encoding, JSON Lines, JSON, Parquet, workbooks), also as exported by
4CAT, Communalytic, Brandwatch and Meltwater; dumps of Reddit (`.zst` or unpacked); and single articles (`.txt`, `.html`,
`.pdf`). What a file is, is told by its content as well as by its name. One file's fault is that file's place in the
receipt; the others go on. Tables but JSON arrays and workbooks are streamed: their size is bounded by the disk.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import ClassVar

from collectors.contract import Collector, RawItem, Record, Request, SourceLog
from collectors.errors import MalformedItem, NotConfigured, OutOfBudget, SourceError
from collectors.files_again import imported_on, mark_of_import, note_import
from collectors.files_faults import Refusals
from collectors.files_posts import parse_row
from collectors.files_reddit import OFF_TOPIC, Threads, fetch_things, parse_dumped
from collectors.files_rows import fetch_rows
from collectors.files_tables import read_table
from collectors.files_text import Sniffed, sniff_file
from settings import Settings
from topics import Topic


class FilesCollector(Collector):
    """The files that a request names; without any, those of the topic's import folder that are new or changed.

    Cursor: `files` (path within the folder -> size and time of change), set file by file once it was read to its end;
    `imports` (mark -> day), the files that requests named and that were read whole. These are not read a second time
    while nothing of them has changed, unless the request says `again`.
    """

    name: ClassVar[str] = "files"
    title: ClassVar[str] = "Imported files"
    keeps_raw: ClassVar[bool] = False
    on_disk: ClassVar[bool] = True

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the rows and articles of each file in turn; raises NotConfigured where there is nothing to look at."""
        threads = Threads(request.topic)
        if request.files:
            yield from self._fetch_named(request, log, threads)
            return
        folder = _import_folder(request.topic)
        found = {path.relative_to(folder).as_posix(): path for path in _files_in(folder)}
        marks = {name: mark for name, mark in log.cursor.get("files", {}).items() if name in found}
        for name, path in found.items():
            mark = _mark_of(path)
            if marks.get(name) == mark:
                continue
            if (yield from self._fetch_file(path, request, log, threads)):
                marks = {**marks, name: mark}
                log.cursor = {**log.cursor, "files": marks}
        log.cursor = {**log.cursor, "files": marks}

    def _fetch_named(self, request: Request, log: SourceLog, threads: Threads) -> Iterator[RawItem]:
        """Yield the items of the files that a request names, unless they were imported before as they are."""
        log.n_places = len(request.files)
        files = sorted(request.files, key=_holds_comments)
        mark = mark_of_import(files, request)
        day = imported_on(mark, log)
        if day and not request.again:
            for path in files:
                log.note_place(path.name, "complete", _nothing_new(path, day))
            return
        for path in files:
            yield from self._fetch_file(path, request, log, threads)
        note_import(mark, request, log)

    def _fetch_file(
        self, path: Path, request: Request, log: SourceLog, threads: Threads
    ) -> Generator[RawItem, None, bool]:
        """Yield the items of one file and note how it fared; returns whether it was read to its end."""
        n_got, n_off, refusals = 0, log.skipped[OFF_TOPIC], Refusals(path.name)
        try:
            file = sniff_file(path, request.file_format)
            log.note_bytes(file.n_bytes)
            for raw in _items_of(file, request, log, threads):
                n_got += 1
                if fault := raw.payload.get("fault"):
                    refusals.note(fault)
                yield raw
        except OutOfBudget:
            raise
        except SourceError as error:
            log.note_place(path.name, error.state, _and_refused(str(error), refusals, n_got), n_got)
        except OSError as error:
            log.note_place(
                path.name, "unreachable", f"{path.name} cannot be read on ({error.strerror or error})", n_got
            )
        except Exception as error:  # a file that trips the reader is never fatal to the others
            log.note_place(
                path.name, "failed", f"{path.name} trips the reader ({type(error).__name__}: {error})", n_got
            )
        else:
            if refused := refusals.sentence(n_got):
                log.note_place(path.name, "partial", refused, n_got)
            else:
                n_off = log.skipped[OFF_TOPIC] - n_off
                detail = (
                    f"{path.name}: {n_got:,} of {n_got + n_off:,} lines were taken; the others are not on the topic"
                    if n_off
                    else ""
                )
                log.note_place(
                    path.name, "complete", detail if n_got or n_off else f"{path.name} holds no rows", n_got
                )
            return True
        return False

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Record:
        """Return the post or article of one row or file; raises MalformedItem or OffTopic."""
        match raw.payload.get("form"):
            case "row":
                return parse_row(raw, topic)
            case "reddit":
                return parse_dumped(raw, topic)
            case "txt" | "html" | "pdf":
                from collectors.files_articles import parse_article

                return parse_article(raw, topic)
        raise MalformedItem(f"the import has no form {raw.payload.get('form')!r}")


def _items_of(file: Sniffed, request: Request, log: SourceLog, threads: Threads) -> Iterator[RawItem]:
    if file.format in {"txt", "html", "pdf"}:
        from collectors.files_articles import fetch_article  # what reads pages is slow to import

        yield fetch_article(file, request)
    elif file.format == "reddit":
        with file.open_bytes() as stream:
            yield from fetch_things(stream, file.path.name, request, log, threads)
    else:
        wanted = [name for name in request.columns.values() if name]
        yield from fetch_rows(read_table(file, wanted), file.path.name, request, request.columns)


def _nothing_new(path: Path, day: str) -> str:
    return f"{path.name}: imported on {day} and not changed since, so not read again (--again reads it)"


def _and_refused(said: str, refusals: Refusals, n_got: int) -> str:
    refused = refusals.sentence(n_got)
    return f"{said}; {refused}" if refused else said


def _holds_comments(path: Path) -> bool:
    """Return whether a dump's name says that it holds comments: these are read after the submissions above them."""
    return path.name.startswith("RC_") or "comments" in path.name.casefold()


def _import_folder(topic: Topic) -> Path:
    """Return the topic's import folder; raises NotConfigured where none is named or it does not exist."""
    named = topic.sources.files.folder
    if named is None:
        raise NotConfigured(
            "no import folder: name one as sources.files.folder in the topic file, or give files to "
            "`python refresh.py import FILE...`"
        )
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise NotConfigured(f"the import folder {named} does not exist; make it and put files into it")
    return folder


def _files_in(folder: Path) -> list[Path]:
    """Return the files of a folder and the folders in it, by name; hidden ones are left out."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return sorted(
        path for path in found if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _mark_of(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size}-{stat.st_mtime_ns}"
