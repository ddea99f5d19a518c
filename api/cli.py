"""The command line `okr`. It exits with 0 when done, 1 when refused or failed, 2 when misused.

`okr rebuild` exits with 3 when it found differences.
"""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from api.bad_lines import BadLineError
from api.commands.convert import convert_okr_tracker
from api.commands.demo import demo as run_demo
from api.commands.import_file import import_file, show
from api.commands.keys import keys
from api.commands.opening import settings
from api.commands.rebuild import rebuild_views
from api.commands.rebuild import show as show_rebuilt
from api.commands.retrospective import Asked, write_retrospective
from api.commands.serve import HOST, MOST_WORKERS, PORT
from api.commands.serve import serve as run_server
from api.commands.terminal import CommandFailed, err, out
from api.report.words import Language
from domain.errors import Refusal
from domain.log import LogUnavailableError

app = typer.Typer(
    help="The flight recorder for OKRs: records every change, answers any question about history.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
)
converters = typer.Typer(help="Turn another system's export into history lines.")
app.add_typer(converters, name="convert", no_args_is_help=True)
app.add_typer(keys, name="keys", no_args_is_help=True)

Database = Annotated[
    str | None,
    typer.Option(
        "--database", "-d", help="A file or an address; OKR_DATABASE or okr.db by default."
    ),
]


def _say_version(wanted: bool) -> None:
    if wanted:
        out.print(f"okr-history {version('okr-history')}")
        raise typer.Exit


Port = Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")]


@app.callback()
def okr(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_say_version, is_eager=True, help="Say the version and exit."
        ),
    ] = False,
) -> None:
    pass


@app.command(epilog="Example: okr serve --port 8080 --workers 4")
def serve(
    database: Database = None,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = HOST,
    port: Port = PORT,
    workers: Annotated[
        int, typer.Option(min=1, max=MOST_WORKERS, help="How many processes answer.")
    ] = 1,
) -> None:
    """Serve the history over HTTP.

    OKR_AUTH says how callers sign in: keys, oidc or both. Without it this machine alone is served.
    """
    run_server(settings(database), host, port, workers)


@app.command("import", epilog="Example: okr import history.jsonl --dry-run")
def import_(
    file: Annotated[Path, typer.Argument(help="A file of history lines (JSON Lines).")],
    database: Database = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would happen and record nothing.")
    ] = False,
) -> None:
    """Record history from a file; lines that are known already record nothing."""
    show(import_file(settings(database), file, dry_run=dry_run), dry_run=dry_run)


@app.command(epilog="Example: okr rebuild --dry-run")
def rebuild(
    database: Database = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Compare only; leave the views as they are.")
    ] = False,
) -> None:
    """Build the views anew beside the running service, report differences, and switch over.

    Exits with 3 when the old views were not what the log says.
    """
    report = rebuild_views(settings(database), dry_run=dry_run)
    show_rebuilt(report, dry_run=dry_run)
    if not report.is_same:
        raise typer.Exit(3)


@app.command(epilog="Example: okr demo --serve")
def demo(
    database: Annotated[
        str, typer.Option("--database", "-d", help="A file or an address; never OKR_DATABASE.")
    ] = "okr-demo.db",
    serve: Annotated[
        bool, typer.Option("--serve", help="Serve the sample once it is loaded.")
    ] = False,
    port: Port = PORT,
) -> None:
    """Load a sample company's year of OKRs and say what to ask of it."""
    run_demo(settings(database), and_serve=serve, port=port)


@app.command(
    epilog='Examples: okr retrospective "2026 Q3" -o report.html · okr retrospective "2026 Q3" '
    "-o growth.md --unit Growth --lang zh --known-at 2026-09-03T00:00:00Z"
)
def retrospective(
    cycle: Annotated[str, typer.Argument(help="A cycle, by its name or its id.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="Where to write: .html, .md or .json.")
    ],
    database: Database = None,
    lang: Annotated[Language, typer.Option(help="The language: en or zh.")] = "en",
    unit: Annotated[
        str | None, typer.Option(help="Only what this unit and those below it own.")
    ] = None,
    person: Annotated[str | None, typer.Option(help="Only what this person owns.")] = None,
    as_of: Annotated[str | None, typer.Option(help="As of this instant; now if not.")] = None,
    known_at: Annotated[
        str | None, typer.Option(help="Only what was recorded by this instant or position:N.")
    ] = None,
) -> None:
    """Look back on a cycle: how it went, what moved, and what to talk about."""
    asked = Asked(cycle, output, lang, unit, person, as_of, known_at)
    write_retrospective(settings(database), asked)


@converters.command("okr-tracker", epilog="Example: okr convert okr-tracker export.json -o h.jsonl")
def convert_command(
    export: Annotated[Path, typer.Argument(help="The export, as JSON.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Where to write; standard output if not.")
    ] = None,
) -> None:
    """Turn an okr-tracker export into history lines, and report what is left out."""
    convert_okr_tracker(export, output)


def main(arguments: list[str] | None = None) -> Any:
    """Run `okr`; every problem ends in one sentence and an exit code."""
    try:
        app(arguments)
    except (CommandFailed, BadLineError, LogUnavailableError, Refusal) as problem:
        err.print("[bold red]okr:[/]", escape(str(problem)))
        sys.exit(1)
