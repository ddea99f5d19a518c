"""Importing a history file into an empty database, and the same file once more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from math import inf
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from uuid import UUID

from eventsourcing.application import Application

from api.commands.terminal import bar
from api.importing import ImportReport, import_lines
from tests.bench.bench import Bench
from tests.bench.company import Shape
from tests.bench.lines import lines
from tests.bench.measuring import seconds
from tests.bench.recording import Measured
from tests.bench.rows import Figure, Goal, Row

GOALS = {"SQLite": Goal("≥", 30_000, "/s"), "PostgreSQL": Goal("≥", 10_000, "/s")}
LIBRARY_BATCH = 100
LIBRARY_SAVES = 50


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """Lines a second until they are durable in the log, cut off after some time."""
    kept = bench.kept
    with TemporaryDirectory() as folder, kept.fresh() as database, kept.opened(database) as history:
        file = _written(Path(folder) / "history.jsonl", bench.shape(size))

        def imported(what: str, total: int, most: float) -> tuple[ImportReport, float]:
            begun = perf_counter()
            with file.open("rb") as found, bar(what, total) as advance:
                some = _until(islice(found, total), begun + most)
                report = import_lines(history.desk, some, progress=advance)
            return report, perf_counter() - begun

        first, took = imported("Importing", size, bench.effort.at_most)
        second, again = imported("Importing once more", first.lines, inf)
    if second.recorded or first.recorded != first.lines:
        raise AssertionError("The same file must record everything once and nothing twice.")
    against = Figure(_library(bench), "/s", f"library, {LIBRARY_BATCH} events a save")
    yield Row(
        what="importing a history file",
        size=size,
        measured=Figure(first.lines / took, "/s"),
        against=against,
        goal=GOALS[kept.store.name],
    )
    yield Row(
        what="importing the same file once more",
        size=size,
        measured=Figure(second.lines / again, "/s"),
        against=against,
    )


def _written(file: Path, shape: Shape) -> Path:
    """The history as a file."""
    with file.open("wb") as written, bar("Writing the file", shape.changes) as advance:
        for number, line in enumerate(lines(shape), 1):
            written.write(line)
            if number % 1000 == 0:
                advance(number)
    return file


def _until(found: Iterator[bytes], deadline: float) -> Iterator[bytes]:
    """The lines, as long as there is time."""
    for line in found:
        if perf_counter() > deadline:
            return
        yield line


def _library(bench: Bench) -> float:
    """Events a second of the library alone, many a save."""
    with bench.kept.fresh() as database:
        application = Application[UUID](dict(bench.kept.store.library(database)))
        try:
            save = _save(application)
            took = min(_times(save) for _ in range(bench.effort.rounds))
        finally:
            application.close()
    return LIBRARY_SAVES * LIBRARY_BATCH / took


def _times(save: Callable[[], None]) -> float:
    return seconds(lambda: [save() for _ in range(LIBRARY_SAVES)])


def _save(application: Application[UUID]) -> Callable[[], None]:
    aggregates: Sequence[Measured] = [Measured() for _ in range(LIBRARY_BATCH)]
    application.save(*aggregates)
    numbers = count()

    def save() -> None:
        for aggregate in aggregates:
            aggregate.check_in(next(numbers), 7)
        application.save(*aggregates)

    return save
