"""The daily job and its command line: `python refresh.py [import|status|export]`.

Exit status: 0 complete, 1 failed, 2 usage, 3 partial (some source failed; what was read is stored and published).

What is slow to import is imported by the command that needs it, so that help and status come at once.
"""

from __future__ import annotations

import terminal

if __name__ == "__main__":
    terminal.take_charge("postura")
    terminal.require("typer")

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from job.outcome import FAILED, STOPPED, USAGE

if TYPE_CHECKING:
    from job.plan import Plan
    from job.report import Reporter
    from settings import Settings
    from topics import Topic

app = typer.Typer(
    help="The daily job of Postura: ask the sources for what is new, find who said what, read each text's stance, publish. "
    "It runs when no command is given.",
    epilog="Exit status: 0 complete, 1 failed, 2 usage, 3 partial (some source fell short; what was read is published). "
    "docs/operations.md explains each, and every setting.",
    subcommand_metavar="[COMMAND] [ARGS]...",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
)

labels = typer.Typer(help="The analysts' labels as a CSV file.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(labels, name="labels")

TopicOption = Annotated[
    str,
    typer.Option(
        metavar="TOPIC",
        help="Name of a file in topics/, or a path to one.  [default: POSTURA_TOPIC, else us-el-salvador]",
    ),
]
DEFAULT_TOPIC = ""


@app.callback(invoke_without_command=True)
def refresh(
    context: typer.Context,
    topic: TopicOption = DEFAULT_TOPIC,
    only: Annotated[
        str,
        typer.Option(metavar="SOURCES", help="Ask these sources alone, such as news,reddit.  [default: all]"),
    ] = "",
    since: Annotated[
        str,
        typer.Option(
            metavar="DAY",
            help="First day to ask for, as 2025-02-01, in the topic's time zone.  [default: where the last run ended]",
        ),
    ] = "",
    engine: Annotated[
        str, typer.Option(metavar="ENGINE", help="What reads the texts: local, or ray for a Ray cluster.")
    ] = "local",
) -> None:
    """Run the daily job for one topic."""
    with plain_errors():
        if context.invoked_subcommand is not None:
            _refuse_before(context, context.invoked_subcommand)
            context.obj = topic
            return
        settings, chosen = _load(topic)
        from job.options import checked_engine, first_day, sources_named
        from job.plan import Plan

        now = _now()
        plan = Plan(
            collectors=sources_named(only),
            now=now,
            since=first_day(since, chosen, now),
            engine=checked_engine(engine),
        )
        _run(settings, chosen, plan)


@app.command("import")
def import_files(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE",
            readable=False,
            help="Tables (CSV, JSON Lines, Parquet, workbooks), dumps of Reddit (.zst), articles (text, HTML, PDF).",
        ),
    ],
    format: Annotated[
        str,
        typer.Option(
            metavar="FORMAT",
            help="What the files are, where their names mislead: csv, tsv, jsonl, json, parquet, xlsx, reddit, txt, html "
            "or pdf.",
        ),
    ] = "auto",
    maps: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="ROLE=COLUMN",
            help="What a column holds, such as text=Body; once a column. Roles: text, title, id, time, clock, author, url, "
            "language, place, platform, outlet, parent, context, kind.",
        ),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import without asking.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Read files that were imported before and have not changed.")
    ] = False,
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Add posts and articles from files, then read and publish them.

    Shows first what each column was taken for, and asks before it imports.
    """
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.importing import ImportReporter, confirmed_plan

        plan = confirmed_plan(
            settings, chosen, files, now=_now(), file_format=format, maps=maps or (), yes=yes, again=again
        )
        if plan is None:
            _end(FAILED, "nothing was imported, as you answered")
        _run(settings, chosen, plan, ImportReporter())


@app.command()
def status(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for another program.")] = False,
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Show what is published, how the last run ended, and each source."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.status import read_status, status_json, status_lines

        found = read_status(settings, chosen, _now())
        typer.echo(status_json(found) if as_json else "\n".join(status_lines(found)))


@app.command()
def export(
    context: typer.Context,
    out: Annotated[str, typer.Option(metavar="FOLDER", help="Where to write; made if it is not there.")],
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Write what is published as CSV files, with a note on the method.

    The readings, the statements, and the daily table behind the charts.
    """
    with plain_errors("stopped before the export was whole; run it again"):
        settings, chosen = _load(topic or context.obj)
        from job.export import export_tables

        if not out.strip():
            _end(USAGE, "--out: expected a folder to write to, got nothing")
        terminal.interrupt_work()
        for line in export_tables(settings, chosen, Path(out)):
            typer.echo(line)


@labels.command("export")
def export_labels(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="CSV file to write.")],
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Write every label that stands: text key, target, analyst, label, time."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.labels import export_labels

        typer.echo(export_labels(settings, chosen, out))


@labels.command("import")
def import_labels(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(readable=False, help="CSV files as `labels export` writes them.")
    ],
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Add labels from files; of two answers of an analyst to a text the newer one counts."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.labels import import_labels

        for line in import_labels(settings, chosen, files, _now()):
            typer.echo(line)


@contextmanager
def plain_errors(stopped: str = STOPPED) -> Iterator[None]:
    """Turn whatever goes wrong into one sentence on stderr and the exit status that belongs to it."""
    try:
        yield
    except typer.Exit:
        raise
    except (Exception, KeyboardInterrupt) as error:
        from terminal.faults import explained

        if isinstance(error, KeyboardInterrupt) or terminal.stop_asked():
            _end(FAILED, stopped)  # an engine may have made the interrupt a fault of its own
        _end(*explained(error))


def _load(topic: str | None) -> tuple[Settings, Topic]:
    """Return the settings and the topic, having said which variables are no settings."""
    from settings import load_settings, unknown_variables
    from topics import load_topic

    settings = load_settings()
    for name, meant in unknown_variables().items():
        hint = f"did you mean {meant}?" if meant else "see docs/operations.md for those that there are"
        terminal.say_fault(f"{name} is no setting and changes nothing; {hint}")
    return settings, load_topic(topic or settings.topic)


def _now() -> datetime:
    return datetime.now(UTC)


def _refuse_before(context: typer.Context, command: str) -> None:
    """End with status 2 for options of the daily job that stand before a command, which would not heed them."""
    given = [
        f"--{name}"
        for name in ("only", "since", "engine")
        if (source := context.get_parameter_source(name)) is not None and source.name != "DEFAULT"
    ]
    if given:
        names = ", ".join(given)
        _end(USAGE, f"{names}: not for `{command}`; leave it out, or run the job without `{command}`")


def _run(settings: Settings, topic: Topic, plan: Plan, reporter: Reporter | None = None) -> NoReturn:
    """Run the job; from here on a request to end lets it put its store in order first."""
    from job.report import Reporter
    from job.run import run_job

    settings.check_salt()  # before anything is read
    terminal.interrupt_work()
    outcome = run_job(settings, topic, plan, reporter or Reporter())
    typer.echo(outcome.message)
    raise typer.Exit(outcome.exit_status)


def _end(exit_status: int, sentence: str) -> NoReturn:
    terminal.say_fault(sentence)
    raise typer.Exit(exit_status) from None


if __name__ == "__main__":
    sys.exit(terminal.run(app))
