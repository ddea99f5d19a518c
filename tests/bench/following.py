"""Bringing the views up: all of them anew, and following what is recorded now."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from random import Random
from time import perf_counter
from uuid import UUID, uuid4

from api.commands.terminal import bar
from api.history import History
from domain.check_ins.measuring import CheckInKeyResult
from tests.bench.bench import Bench, context
from tests.bench.company import NEWEST
from tests.bench.documents import documents_per_second
from tests.bench.lines import lines
from tests.bench.measuring import seconds
from tests.bench.objectives import metric_ids
from tests.bench.rows import Figure, Goal, Row

LIVE_BATCH = 500
"""How many changes are waiting when the views are brought up, as under load."""

SAMPLE = 20_000
"""Changes, each about as long as its stored event, from which the ceiling is taken."""


def rows(bench: Bench, size: int) -> Iterator[Row]:
    """A rebuild of all views of a history, and what following costs on top of it."""
    shape = bench.shape(size)
    sample = list(islice(lines(shape), SAMPLE))
    ceiling = documents_per_second(bench.kept, sample, bench.effort.rounds)
    against = Figure(ceiling, "/s", "raw SELECT and orjson")
    with (
        bench.kept.copy(bench.kept.log(shape)) as database,
        bench.kept.opened(database) as history,
    ):
        with bar(f"Rebuilding the views of {shape.name}", size) as advance:
            rebuilding = seconds(lambda: history.catch_up(advance))
        yield Row(
            what="rebuilding all views",
            size=size,
            measured=Figure(size / rebuilding, "/s"),
            against=against,
            goal=Goal("≥", 50_000, "/s"),
        )
        slices = max(1, bench.effort.changes * bench.effort.rounds // LIVE_BATCH)
        key_results = metric_ids(NEWEST, shape.key_results)
        following = sum(_followed(history, key_results) for _ in range(slices))
        yield Row(
            what="following live",
            size=size,
            measured=Figure(slices * LIVE_BATCH / following, "/s"),
            against=against,
            goal=Goal("≥", 25_000, "/s"),
        )


def _followed(history: History, key_results: list[UUID]) -> float:
    """Record a batch of check-ins, and return how long the views then take to show it."""
    desk, random = history.desk, Random()
    draft = desk.draft()
    for _ in range(LIVE_BATCH):
        command = CheckInKeyResult(
            check_in_id=uuid4(),
            key_result_id=random.choice(key_results),
            value=Decimal(random.randrange(100)),
            confidence=7,
        )
        draft.add(command, context(desk))
    desk.record(draft)
    begun = perf_counter()
    history.catch_up()
    return perf_counter() - begun
