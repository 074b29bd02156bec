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
    help="Collect, split, classify and publish: the daily job of Postura.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["--help", "-h"]},
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
        typer.Argument(readable=False, help="Tables, dumps of Reddit (.zst), text, HTML or PDF articles."),
    ],
    format: Annotated[
        str,
        typer.Option(help="auto, csv, tsv, jsonl, json, parquet, xlsx, reddit, txt, html or pdf."),
    ] = "auto",
    maps: Annotated[
        list[str] | None, typer.Option("--map", help="What a column holds, such as text=Body; once a column.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Import without asking.")] = False,
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Import posts and articles from files, then classify and publish."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.importing import ImportReporter, confirmed_plan

        plan = confirmed_plan(
            settings, chosen, files, now=_now(), file_format=format, maps=maps or (), yes=yes
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
    """Show the sources, the last run, the published version and their ages."""
    with plain_errors():
        settings, chosen = _load(topic or context.obj)
        from job.status import read_status, status_json, status_lines

        found = read_status(settings, chosen, _now())
        typer.echo(status_json(found) if as_json else "\n".join(status_lines(found)))


@app.command()
def export(
    context: typer.Context,
    out: Annotated[str, typer.Option(metavar="FOLDER", help="Folder to write to; made if it is not there.")],
    topic: TopicOption = DEFAULT_TOPIC,
) -> None:
    """Write readings, statements and the daily table as CSV, with a note on the method."""
    with plain_errors("stopped before the export was whole; run it again"):
        settings, chosen = _load(topic or context.obj)
        from job.export import export_tables

        if not out.strip():
            _end(USAGE, "--out: expected a folder to write to, got nothing")
        terminal.interrupt_work()
        for line in export_tables(settings, chosen, Path(out)):
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
