"""The daily job and its command line: `python refresh.py [import|status|export]`.

Exit status: 0 complete, 1 failed, 2 usage, 3 partial (some source failed; what was read is stored and published).
"""

from __future__ import annotations

import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from collectors.files_text import FORMATS
from collectors.registry import all_collectors
from job.cluster import EngineError, require_ray
from job.collect import UnknownSource, chosen_collectors
from job.export import ExportError, export_tables
from job.outcome import FAILED, USAGE, Outcome
from job.plan import Plan
from job.report import Reporter
from job.run import STOPPED, run_job
from job.status import read_status, status_json, status_lines
from models.stance import ModelError
from settings import Settings, SettingsError, load_settings
from store import StoreError
from topics import Topic, TopicError, load_topic

app = typer.Typer(
    help="Collect, split, classify and publish: the daily job of Postura.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

TopicOption = Annotated[str, typer.Option(help="Topic name in topics/, or a path to a topic file.")]
DEFAULT_TOPIC = ""


@app.callback(invoke_without_command=True)
def refresh(
    context: typer.Context,
    topic: TopicOption = DEFAULT_TOPIC,
    only: Annotated[str, typer.Option(help="Sources to ask, comma-separated; default: all.")] = "",
    since: Annotated[str, typer.Option(help="First day to ask for, YYYY-MM-DD in the topic's zone.")] = "",
    engine: Annotated[str, typer.Option(help="local, or ray for a Ray cluster.")] = "local",
) -> None:
    """Run the daily job for one topic."""
    if context.invoked_subcommand is not None:
        with plain_errors():
            _refuse_before(context, context.invoked_subcommand)
        context.obj = topic
        return
    with plain_errors():
        settings, chosen = _load(topic)
        plan = Plan(
            collectors=chosen_collectors(only.split(",")),
            now=_now(),
            since=_since(since, chosen),
            engine=_engine(engine),
        )
        _finish(_run(settings, chosen, plan))


@app.command("import")
def import_files(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="CSV, TSV, JSONL, Parquet, text or HTML files.")],
    format: Annotated[str, typer.Option(help="auto, csv, tsv, jsonl, json, parquet, txt or html.")] = "auto",
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Import posts and articles from files, then classify and publish."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        missing = [str(file) for file in files if not file.exists()]
        if missing:
            raise UsageError(f"import: there is no file {', '.join(missing)}; nothing was imported")
        if format not in ("auto", *FORMATS):
            raise UsageError(f"--format: expected auto or one of {', '.join(FORMATS)}, got {format!r}")
        collector = all_collectors()["files"]
        plan = Plan(collectors=[collector], now=_now(), files=tuple(files), file_format=format)
        _finish(_run(settings, chosen, plan))


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Show the sources, the last run, the published version and their ages."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        found = read_status(settings, chosen, _now())
        if as_json:
            typer.echo(status_json(found))
        else:
            for line in status_lines(found):
                typer.echo(line)


@app.command()
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Option(help="Folder to write to; made if it is not there.")],
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Write readings, statements and the daily table as CSV, with a note on the method."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        for line in export_tables(settings, chosen, out):
            typer.echo(line)


class UsageError(Exception):
    """The command line asks for something that cannot be; nothing was done."""


@contextmanager
def plain_errors() -> Iterator[None]:
    """Turn our own errors into one sentence on stderr and the exit status that belongs to it."""
    try:
        yield
    except (UsageError, UnknownSource, TopicError, SettingsError, EngineError) as error:
        typer.echo(f"postura: {error}", err=True)
        raise typer.Exit(USAGE) from None
    except (StoreError, ModelError, ExportError) as error:
        typer.echo(f"postura: {error}", err=True)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        typer.echo(f"postura: {STOPPED}", err=True)
        raise typer.Exit(FAILED) from None


def _load(topic: str | None) -> tuple[Settings, Topic]:
    settings = load_settings()
    return settings, load_topic(topic or settings.topic)


def _now() -> datetime:
    return datetime.now(UTC)


def _since(text: str, topic: Topic) -> datetime | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--since: expected a day such as 2025-02-01, got {text!r}") from None
    return datetime.combine(day, time(), ZoneInfo(topic.zone)).astimezone(UTC)


def _engine(name: str) -> str:
    if name not in ("local", "ray"):
        raise UsageError(f"--engine: expected local or ray, got {name!r}")
    if name == "ray":
        require_ray()  # before anything is collected
    return name


def _refuse_before(context: typer.Context, command: str) -> None:
    """Raise UsageError for options of the daily job that stand before a command, which would not heed them."""
    given = [
        f"--{name}"
        for name in ("only", "since", "engine")
        if (source := context.get_parameter_source(name)) is not None and source.name != "DEFAULT"
    ]
    if given:
        raise UsageError(
            f"{', '.join(given)}: not for `{command}`; leave it out, or run the job without `{command}`"
        )


def _run(settings: Settings, topic: Topic, plan: Plan) -> Outcome:
    """Run the job; a request to end (SIGTERM) stops it as Ctrl-C does."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    return run_job(settings, topic, plan, Reporter())


def _finish(outcome: Outcome) -> None:
    typer.echo(outcome.message)
    raise typer.Exit(outcome.exit_status)


if __name__ == "__main__":
    sys.exit(app())
