"""`okr rebuild`: the views built anew beside the running service, compared and switched to."""

from __future__ import annotations

from rich.table import Table

from api.commands.opening import opened
from api.commands.terminal import CommandFailed, bar, err, out
from api.settings import Settings
from projections.read_models import PoisonError
from projections.rebuild import Report, rebuild


def rebuild_views(chosen: Settings, *, dry_run: bool = False) -> Report:
    """Rebuild, showing how far it is. Raises CommandFailed where a record cannot be taken in."""
    with opened(chosen, begun=True) as history:
        head = history.log.head()
        try:
            with (
                bar("Building views", head) as advance,
                bar("Comparing rows", None) as compared,
            ):
                return rebuild(
                    history.log,
                    history.views,
                    switch=not dry_run,
                    progress=advance,
                    comparing=compared,
                )
        except PoisonError as poison:
            raise CommandFailed(f"{poison} The views stay as they are.") from None


def show(report: Report, *, dry_run: bool = False) -> None:
    """Say what was compared, and what differed."""
    table = Table("read table", "rows compared", "differing")
    for name, rows in report.rows.items():
        table.add_row(name, f"{rows:,}", f"{report.differing[name]:,}")
    out.print(table)
    for one in report.examples:
        key = ", ".join(f"{name} {value}" for name, value in one.key.items())
        what = "differs" if one.in_old and one.in_new else "was missing" if one.in_new else "extra"
        out.print(f"{one.table}: {key}: {what}", markup=False)
    found = "No row differs" if report.is_same else "The old views were not what the log says"
    done = "nothing was switched" if dry_run else "the views are the new ones now"
    err.print(f"{found} up to position {report.position:,}; {done}.")
