"""`okr import`: history from a file of the neutral format."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.table import Table

from api.commands.opening import build_views, opened
from api.commands.terminal import CommandFailed, bar, err, out
from api.importing import ImportReport, import_lines
from api.settings import Settings
from domain.database import SQLITE, SQLiteFile


def import_file(chosen: Settings, file: Path, *, dry_run: bool = False) -> ImportReport:
    """Import a file and build the views. Raises CommandFailed or BadLineError."""
    try:
        with file.open("rb") as lines:
            total = sum(1 for _ in lines)
            lines.seek(0)
            with _place(chosen, dry_run=dry_run) as place, opened(place) as history:
                with bar("Importing", total) as advance:
                    report = import_lines(history.desk, lines, dry_run=dry_run, progress=advance)
                build_views(history)
    except OSError as error:
        raise CommandFailed(f"{file} cannot be read ({error.strerror}); check the name.") from None
    return report


@contextmanager
def _place(chosen: Settings, *, dry_run: bool) -> Generator[Settings]:
    """Where to import; whoever only tries, into a file that is not there yet, is left none."""
    where = chosen.where
    if (
        not (dry_run and isinstance(where, SQLiteFile))
        or where.path.exists()
        or not where.path.parent.is_dir()
    ):
        yield chosen
        return
    with TemporaryDirectory() as folder:
        yield chosen.model_copy(update={"database": f"{SQLITE}{folder}/okr.db"})


def show(report: ImportReport, *, dry_run: bool = False) -> None:
    """Print what an import came to."""
    table = Table(title="Would record" if dry_run else "Recorded")
    table.add_column("action")
    table.add_column("lines", justify="right")
    for action, count in sorted(report.by_action.items()):
        table.add_row(action, f"{count:,}")
    if report.by_action:
        out.print(table)
    events = "1 event" if report.events == 1 else f"{report.events:,} events"
    verb = "would be recorded" if dry_run else "recorded"
    err.print(
        f"{report.lines:,} lines read: {report.recorded:,} {verb} as {events}, "
        f"{report.known:,} known already, {report.unchanged:,} changed nothing."
    )
