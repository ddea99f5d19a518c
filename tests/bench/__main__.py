"""Measures what the documentation promises about speed, and prints a table."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from api.commands.terminal import err, out
from tests.bench import (
    audit,
    boards,
    clients,
    following,
    importing,
    recording,
    replaying,
    starting,
)
from tests.bench.bench import QUICK, THOROUGH, Bench, Effort, Question
from tests.bench.kept import Kept
from tests.bench.measuring import machine
from tests.bench.rows import Row, size_name, table
from tests.bench.stores import SQLite, Store

QUESTIONS: dict[str, Question] = {
    "recording": recording.rows,
    "board": boards.rows,
    "following": following.rows,
    "replay": replaying.rows,
    "audit": audit.rows,
    "import": importing.rows,
    "clients": clients.rows,
    "start": starting.rows,
}
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "speed.md"
BEGIN, END = "<!-- figures -->\n", "<!-- end of figures -->\n"

app = typer.Typer(add_completion=False, rich_markup_mode="rich", pretty_exceptions_enable=False)
EXAMPLES = """Examples:

python -m tests.bench --quick

python -m tests.bench --only board,audit --sizes 10k,100k

python -m tests.bench --only recording --database sqlite

python -m tests.bench --write
"""


def folder() -> Path:
    """Where histories are kept between runs, outside of the repository."""
    chosen = os.environ.get("OKR_BENCH_DIR")
    return Path(chosen) if chosen else Path(tempfile.gettempdir()) / "okr-history-bench"


STORES: dict[str, Callable[[], Store]] = {"sqlite": lambda: SQLite(folder() / "sqlite")}
"""The databases that can be measured; `both` on the command line means all of them."""


def chosen(text: str, known: Iterable[str], what: str) -> list[str]:
    """Words separated by commas, in the order in which they are known. Raises BadParameter."""
    words = {word.strip().lower() for word in text.split(",")}
    if unknown := sorted(words.difference(known)):
        raise typer.BadParameter(
            f"There is no {what} {', '.join(unknown)}; choose from {', '.join(known)}."
        )
    return [word for word in known if word in words]


def measured(
    stores: Iterable[Store], questions: Iterable[str], sizes: Iterable[int], effort: Effort
) -> dict[str, list[Row]]:
    """The rows of each database, question by question; each is told as soon as it is known."""
    found: dict[str, list[Row]] = {}
    for store in stores:
        bench, rows = Bench(Kept(store), effort), found.setdefault(store.name, [])
        for question in questions:
            for size in sizes:
                err.print(f"{store.name}: {question} at {size_name(size)} …", style="dim")
                for row in QUESTIONS[question](bench, size):
                    rows.append(row)
                    err.print(" | ".join(row.cells()), markup=False)
    return found


def report(found: dict[str, list[Row]], took: float) -> str:
    """The tables with the machine and the day."""
    parts = [f"Measured on {machine()}, in {took / 60:.0f} minutes."]
    for name, rows in found.items():
        parts += [f"### {name}", table(rows)]
    return "\n\n".join(parts) + "\n"


def write_into(page: Path, text: str) -> None:
    """Put a text between the markers of a page."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


@app.command(epilog=EXAMPLES)
def main(
    only: Annotated[
        str, typer.Option(help="Questions to measure, separated by commas.")
    ] = ",".join(QUESTIONS),
    sizes: Annotated[
        str | None, typer.Option(help="Changes in the histories: 10k, 100k, 1m; all by default.")
    ] = None,
    database: Annotated[
        str, typer.Option(help=f"What to measure: {', '.join(STORES)} or both.")
    ] = "both",
    quick: Annotated[
        bool, typer.Option("--quick", help="10k changes and few rounds: a first impression.")
    ] = False,
    write: Annotated[
        bool, typer.Option("--write", help="Put the tables into docs/reference/speed.md as well.")
    ] = False,
) -> None:
    """Measure what recording and asking cost, each against a ceiling of the same run.

    Histories are made once and kept in $OKR_BENCH_DIR, or else in the folder for temporary files;
    those of a million changes take about 10 GB. Nothing else should run on the machine meanwhile.
    """
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
    begun = perf_counter()
    stores = STORES if database == "both" else chosen(database, STORES, "database")
    wanted = chosen(sizes or ("10k" if quick else ",".join(SIZES)), SIZES, "size")
    found = measured(
        [STORES[name]() for name in stores],
        chosen(only, QUESTIONS, "question"),
        [SIZES[name] for name in wanted],
        QUICK if quick else THOROUGH,
    )
    text = report(found, perf_counter() - begun)
    out.print(text, markup=False)
    if write:
        write_into(PAGE, text)


if __name__ == "__main__":
    app()
