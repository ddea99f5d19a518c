"""Measures what the documentation promises about speed, and prints a table."""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
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
    reporting,
    starting,
)
from tests.bench.bench import QUICK, THOROUGH, Bench, Question
from tests.bench.kept import Kept
from tests.bench.measuring import machine
from tests.bench.postgres import postgresql
from tests.bench.rows import Row, size_name, table
from tests.bench.stores import SQLite, Store

QUESTIONS: dict[str, Question] = {
    "recording": recording.rows,
    "board": boards.rows,
    "following": following.rows,
    "replay": replaying.rows,
    "report": reporting.rows,
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

python -m tests.bench --only recording --sizes 1m --database postgresql

python -m tests.bench --write
"""


def folder() -> Path:
    """Where histories are kept between runs, outside of the repository."""
    chosen = os.environ.get("OKR_BENCH_DIR")
    return Path(chosen) if chosen else Path(tempfile.gettempdir()) / "okr-history-bench"


STORES: dict[str, Callable[[], AbstractContextManager[Store]]] = {
    "sqlite": lambda: nullcontext(SQLite(folder() / "sqlite")),
    "postgresql": lambda: postgresql(folder() / "postgresql"),
}
"""The databases that can be measured; `both` on the command line means all of them."""


def chosen(text: str, known: Iterable[str], what: str) -> list[str]:
    """Words separated by commas, in the order in which they are known. Raises BadParameter."""
    words = {word.strip().lower() for word in text.split(",")}
    if unknown := sorted(words.difference(known)):
        raise typer.BadParameter(
            f"There is no {what} {', '.join(unknown)}; choose from {', '.join(known)}."
        )
    return [word for word in known if word in words]


@dataclass(slots=True)
class Run:
    """What came of a run: the rows of each database, and the questions that failed."""

    rows: dict[str, list[Row]] = field(default_factory=dict[str, list[Row]])
    failed: list[str] = field(default_factory=list[str])

    def measure(self, bench: Bench, name: str, question: Question, sizes: Iterable[int]) -> None:
        """Measure one question at every size; each row is told as soon as it is known.

        A question that fails is told with its traceback, and those after it are measured.
        """
        store = f"{bench.kept.store.name} {bench.kept.store.version}"
        for size in sizes:
            at = f"{store}: {name} at {size_name(size)}"
            err.print(at, style="dim")
            try:
                for row in question(bench, size):
                    self.rows.setdefault(store, []).append(row)
                    err.print(" | ".join(row.cells()), markup=False)
            except Exception:  # noqa: BLE001 - whatever it is, it spoils this question alone
                err.print_exception()
                self.failed.append(at)


def report(run: Run, took: float) -> str:
    """The tables with the machine and the day."""
    parts = [f"Measured on {machine()}, in {took / 60:.0f} minutes."]
    for name, rows in run.rows.items():
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
        str, typer.Option(help="What to measure: sqlite, postgresql or both.")
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
    those of a million changes take about 15 GB a database. Each database takes about half an hour;
    nothing else should run on the machine meanwhile.
    """
    signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(143))
    begun = perf_counter()
    stores = STORES if database == "both" else chosen(database, STORES, "database")
    wanted = chosen(sizes or ("10k" if quick else ",".join(SIZES)), SIZES, "size")
    questions = chosen(only, QUESTIONS, "question")
    run = Run()
    for chosen_store in stores:
        with STORES[chosen_store]() as store:
            bench = Bench(Kept(store), QUICK if quick else THOROUGH)
            for name in questions:
                run.measure(bench, name, QUESTIONS[name], [SIZES[size] for size in wanted])
    text = report(run, perf_counter() - begun)
    out.print(text, markup=False)
    if run.failed:
        err.print("Failed:", *run.failed, sep="\n", markup=False)
        raise typer.Exit(1)
    if write:
        write_into(PAGE, text)


if __name__ == "__main__":
    app()
