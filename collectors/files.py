"""Files: posts and articles that the user imports, or that lie in the topic's import folder.

Read are tables (CSV with any common delimiter and encoding, JSON Lines, JSON, Parquet) and single articles (`.txt`,
`.html`). What a file is, is told by its content as well as by its name. One file's fault is that file's place in the
receipt; the others go on. Tables but JSON arrays are streamed: their size is bounded by the disk, not by memory.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from pathlib import Path
from typing import ClassVar

from collectors.contract import Collector, RawItem, Record, Request, SourceLog
from collectors.errors import MalformedItem, NotConfigured, SourceError
from collectors.files_articles import fetch_article, parse_article
from collectors.files_rows import fetch_rows, parse_row
from collectors.files_tables import read_table
from collectors.files_text import sniff_file
from settings import Settings
from topics import Topic


class FilesCollector(Collector):
    """The files that a request names; without any, those of the topic's import folder that are new or changed.

    Cursor: `files` (path within the folder -> size and time of change), set file by file once it was read to its end.
    Files that a request names are read whatever the cursor says, and leave it as it is.
    """

    name: ClassVar[str] = "files"
    title: ClassVar[str] = "Imported files"
    keeps_raw: ClassVar[bool] = False

    def fetch_items(self, request: Request, log: SourceLog) -> Iterator[RawItem]:
        """Yield the rows and articles of each file in turn; raises NotConfigured where there is nothing to look at."""
        if request.files:
            for path in request.files:
                yield from self._fetch_file(path, request, log)
            return
        folder = _import_folder(request.topic)
        found = {path.relative_to(folder).as_posix(): path for path in _files_in(folder)}
        marks = {name: mark for name, mark in log.cursor.get("files", {}).items() if name in found}
        for name, path in found.items():
            mark = _mark_of(path)
            if marks.get(name) == mark:
                continue
            if (yield from self._fetch_file(path, request, log)):
                marks = {**marks, name: mark}
                log.cursor = {**log.cursor, "files": marks}
        log.cursor = {**log.cursor, "files": marks}

    def _fetch_file(self, path: Path, request: Request, log: SourceLog) -> Generator[RawItem, None, bool]:
        """Yield the items of one file and note how it fared; returns whether it was read to its end."""
        n_got = 0
        try:
            file = sniff_file(path, request.file_format)
            log.n_bytes += file.n_bytes
            if file.format in {"txt", "html"}:
                raw = fetch_article(file, request)
                n_got += 1
                yield raw
            else:
                for raw in fetch_rows(read_table(file), path.name, request):
                    n_got += 1
                    yield raw
        except SourceError as error:
            log.note_place(path.name, error.state, str(error), n_got)
        except OSError as error:
            log.note_place(
                path.name, "unreachable", f"{path.name} cannot be read on ({error.strerror or error})", n_got
            )
        except Exception as error:  # a file that trips the reader is never fatal to the others
            log.note_place(
                path.name, "failed", f"{path.name} trips the reader ({type(error).__name__}: {error})", n_got
            )
        else:
            detail = "" if n_got else f"{path.name} holds no rows"
            log.note_place(path.name, "complete", detail, n_got)
            return True
        return False

    @staticmethod
    def parse_item(raw: RawItem, topic: Topic, settings: Settings) -> Record:
        """Return the post or article of one row or file; raises MalformedItem or OffTopic."""
        match raw.payload.get("form"):
            case "row":
                return parse_row(raw, topic)
            case "txt" | "html":
                return parse_article(raw, topic)
        raise MalformedItem(f"the import has no form {raw.payload.get('form')!r}")


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
