"""Starting a server on a long log whose views are current."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter

from tests.bench.bench import Bench
from tests.bench.measuring import alternating
from tests.bench.rows import Figure, Goal, Row


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """From starting the process until it answers that it is ready."""
    kept = bench.kept
    whole = kept.whole(bench.shape(size))
    with kept.fresh() as empty:
        measured, against, ratio = alternating(
            lambda: _start(bench, whole),
            lambda: _start(bench, empty),
            bench.effort.rounds,
        )
    yield Row(
        what="starting, views current",
        size=size,
        measured=Figure(measured, "s"),
        against=Figure(against, "s", "an empty log"),
        ratio=ratio,
        goal=Goal("≤", 2, "s"),
    )


def _start(bench: Bench, database: str) -> float:
    """Seconds until a new server is ready."""
    begun = perf_counter()
    with bench.serve(bench.kept.store.url(database)):
        return perf_counter() - begun
